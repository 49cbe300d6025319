"""Timeouts of the tests, scaled by KINGSHARE_TEST_SLOWNESS on slow machines."""
import os
import time

SLOWNESS = float(os.environ.get("KINGSHARE_TEST_SLOWNESS", "1"))
TIMEOUT = 10 * SLOWNESS


def duration(seconds):
    """Returns a duration setting of that many seconds, scaled by SLOWNESS."""
    return f"{round(seconds * SLOWNESS * 1000)}ms"


def eventually(condition, what, timeout=TIMEOUT):
    """Polls `condition` until it returns a true value, and returns it. Fails after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {timeout:g} s: {what}"
        time.sleep(0.005)
