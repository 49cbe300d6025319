"""The unit tests of the page's state (web/src/state) pass."""
import subprocess

from support.node_process import install_packages
from support.node import PROJECT
from support.timeouts import TIMEOUT


def test_in_node():
    install_packages(PROJECT)
    run = subprocess.run(["npm", "test", "--silent"], cwd=PROJECT / "web", capture_output=True, text=True, timeout=12 * TIMEOUT)
    assert run.returncode == 0, run.stdout + run.stderr
