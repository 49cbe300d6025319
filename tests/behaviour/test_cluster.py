"""./dev cluster starts several nodes with one command, and leaves nothing behind."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import pytest

from support.cli import RunningCommand
from support.http import Client
from support.node import PROJECT
from support.reverse_proxy import free_port
from support.timeouts import TIMEOUT, eventually


@pytest.fixture
def folder():
    """Returns a folder for all temporary files, in which the user of PostgreSQL may have one of its own."""
    made = pathlib.Path(tempfile.mkdtemp(prefix="ks-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def cluster(folder):
    port = free_port()
    process = subprocess.Popen([sys.executable, "-P", "-m", "support.cluster", "3", "--port", str(port)], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
                               env={**os.environ, "PYTHONPATH": str(PROJECT / "tests"), "TMPDIR": str(folder)})
    yield RunningCommand(process), port
    process.send_signal(signal.SIGINT)
    process.wait()


def processes_of(folder):
    """Returns the ids of the processes whose temporary files are in this folder."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if f"TMPDIR={folder}\0".encode() in (path / "environ").read_bytes() and (path / "cmdline").read_bytes():
                found.append(int(path.name))
        except OSError:  # ended meanwhile
            continue
    return found


def test_a_file_goes_through_every_node(cluster, folder):
    command, port = cluster
    nodes = [re.search(r":(\d+), log", command.expect(rf"node {number}: ", timeout=6 * TIMEOUT))[1] for number in (1, 2, 3)]
    code = re.search(rf"http://localhost:{port}/setup#code=(\S+)", command.expect("/setup#code="))[1]
    assert len(processes_of(folder)) > len(nodes)

    front = Client(("127.0.0.1", port))
    administrator = front.post("auth/setup", {"code": code, "username": "chief", "password": "long enough"}, want=201).json()
    front.bearer = administrator["access_token"]
    assert len(front.get("nodes", want=200).json()["items"]) == 3
    content = os.urandom(300_000)
    file = front.call("POST", "files?filename=x", body=content, want=201).json()
    share = front.post("shares", {"file_id": file["id"]}, want=201).json()
    assert share["url"].startswith(f"http://127.0.0.1:{port}/s/")
    for address in [port, port, port, *nodes]:
        answer = Client(("127.0.0.1", int(address))).get(f"public/shares/{share['share_token']}/content", want=200)
        assert answer.body == content

    command.process.send_signal(signal.SIGINT)
    command.wait()
    assert not list(folder.iterdir())
    eventually(lambda: not processes_of(folder), "all processes have ended")


def test_an_interrupt_during_the_start(cluster, folder):
    command, _ = cluster
    eventually(lambda: list(folder.glob("kingshare-postgres-*")), "the start is under way")
    command.process.send_signal(signal.SIGINT)
    command.wait()
    assert not list(folder.iterdir())
    eventually(lambda: not processes_of(folder), "all processes have ended")
