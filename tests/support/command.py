"""Runs the binary as a short-lived command."""
import os
import subprocess

from .node import BINARY
from .timeouts import TIMEOUT


def kingshare(*arguments, folder, environment=None, timeout=2 * TIMEOUT):
    """Runs the command to completion. Returns an object with returncode, stdout and stderr."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KINGSHARE_")}
    return subprocess.run([BINARY, *map(str, arguments)], cwd=folder, env={**clean, **(environment or {})}, timeout=timeout,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)


def startup_error(*arguments, folder, environment=None):
    """Returns the single stderr line with which `serve` rejects a setting."""
    ended = kingshare("serve", "--data-dir", folder / "data", "--listen", "127.0.0.1:0", *arguments, folder=folder,
                      environment=environment)
    assert ended.returncode == 2, ended
    lines = ended.stderr.splitlines()
    assert len(lines) == 1 and not ended.stdout, ended
    return lines[0]


def contains(*texts):
    with open(BINARY, "rb") as binary:
        data = binary.read()
    return any(text in data for text in texts)


def is_instrumented():
    """Returns whether the binary is built with ASan or TSan; memory measurements are then meaningless."""
    return contains(b"__asan_init", b"__tsan_init")


def has_web_page():
    """Returns whether the binary is built with the web page (KS_WEB)."""
    return contains(b"web/assets/")
