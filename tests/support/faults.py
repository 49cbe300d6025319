"""Disks that are full or fail, under a server that is up."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

from .bounds import eventually


class SmallDisk:
    """A file system of a few MiB, mounted; only root can have one."""

    def __init__(self, folder, mebibytes):
        if os.geteuid() != 0:
            pytest.skip("only root can mount a small disk")
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        mount = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "kingshare-test", self.folder], capture_output=True,
                               text=True)
        if mount.returncode:
            pytest.skip(f"no small disk can be mounted here: {mount.stderr.strip()}")

    def free(self):
        facts = os.statvfs(self.folder)
        return facts.f_bavail * facts.f_frsize

    def fill(self, leave=0):
        """Something else takes the room, but for so many bytes."""
        with open(self.folder / "filler", "ab") as filler:
            os.posix_fallocate(filler.fileno(), filler.tell(), self.free() - leave)

    def empty(self):
        """What `fill` took is free again."""
        (self.folder / "filler").unlink()

    def unmount(self):
        subprocess.run(["umount", "--lazy", self.folder], check=True)


@contextlib.contextmanager
def failing(server, call, error="EIO", when="1+", path=None):
    """As long as it lasts, this system call of the server fails: `when` counts the calls of each thread, as strace's inject."""
    if not shutil.which("strace"):
        pytest.skip("strace, which makes system calls fail, is not installed")
    command = ["strace", "-f", "-p", str(server.process.pid), "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={when}"]
    command += ["-P", str(path)] if path else []
    with tempfile.TemporaryFile("w+") as said:
        tracer = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)

        def output():
            said.seek(0)
            return said.read()
        try:
            eventually(lambda: " attached" in output() or tracer.poll() is not None, "strace is in place")
            if tracer.poll() is not None:
                pytest.skip(f"system calls cannot be made to fail here: {output().strip()}")
            yield lambda: output().count("(INJECTED)")
        finally:
            tracer.terminate()  # it lets go of the server
            tracer.wait()
