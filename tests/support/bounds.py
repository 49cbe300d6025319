"""How long a test is ready to wait, on a quick machine and on a slow one."""
import os
import time

SLOWNESS = float(os.environ.get("KINGSHARE_TEST_SLOWNESS", "1"))
PATIENCE = 10 * SLOWNESS


def duration(seconds):
    """A setting's value: that many seconds, longer where everything takes longer."""
    return f"{round(seconds * SLOWNESS * 1000)}ms"


def eventually(condition, what, within=PATIENCE):
    """The first true answer of `condition`; it is asked again and again until time is up."""
    deadline = time.monotonic() + within
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {within:g} s: {what}"
        time.sleep(0.005)
