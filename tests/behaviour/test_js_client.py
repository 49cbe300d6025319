"""The tests of clients/js pass against this server, including kills, stalls, restarts and a hostile server."""
import os
import subprocess

import pytest

from support.node_process import install_packages
from support.node import BINARY, PROJECT
from support.timeouts import TIMEOUT

SDK = PROJECT / "clients/js"


@pytest.fixture(scope="session")
def sdk():
    install_packages(PROJECT)
    built = subprocess.run(["npm", "run", "--silent", "build"], cwd=SDK, capture_output=True, text=True, timeout=12 * TIMEOUT)
    assert built.returncode == 0, built.stdout + built.stderr


@pytest.mark.parametrize("suite", sorted(path.name.removesuffix(".test.js") for path in SDK.glob("tests/*.test.js")))
def test_in_node(sdk, suite):
    run = subprocess.run(["node", "--test", f"tests/{suite}.test.js"], cwd=SDK, env={**os.environ, "KINGSHARE_BINARY": os.path.abspath(BINARY)},
                         capture_output=True, text=True, timeout=18 * TIMEOUT)
    assert run.returncode == 0, run.stdout + run.stderr
