"""Full and failing disks under a running server."""
import contextlib
import errno
import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

from .timeouts import eventually


EXT4_OVERHEAD_MIB = 6  # MiB that ext4 needs for metadata, mainly the journal


class SmallDisk:
    """Mounts a file system of a few MiB; requires root. `kind` is tmpfs, or ext4 in an image file."""

    def __init__(self, folder, mebibytes, kind="tmpfs"):
        if os.geteuid() != 0:
            pytest.skip("only root can mount a small disk")
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        what = ["-t", "tmpfs", "-o", f"size={mebibytes}m", "kingshare-test"]
        if kind == "ext4":
            image = self.folder.with_suffix(".image")
            with open(image, "wb") as file:
                file.truncate(mebibytes + EXT4_OVERHEAD_MIB << 20)
            self._run("mkfs.ext4", "-q", "-F", "-b", "4096", "-m", "0", image)
            what = ["-t", "ext4", "-o", "loop", image]
        self._run("mount", *what, self.folder)

    @staticmethod
    def _run(program, *arguments):
        if not shutil.which(program):
            pytest.skip(f"{program}, for a small disk, is not installed")
        done = subprocess.run([program, *arguments], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")

    def free(self):
        facts = os.statvfs(self.folder)
        return facts.f_bavail * facts.f_frsize

    def fill(self, leave=0):
        """Fills the disk, leaving `leave` bytes free."""
        with open(self.folder / "filler", "ab", buffering=0) as filler:
            while (more := min(self.free() - leave, 1 << 20)) > 0:
                try:
                    filler.write(bytes(more))
                except OSError as full:
                    assert full.errno == errno.ENOSPC and leave == 0
                    return
            os.fsync(filler.fileno())

    def empty(self):
        """Frees the space that `fill` used."""
        (self.folder / "filler").unlink()

    def unmount(self):
        subprocess.run(["umount", "--lazy", self.folder], check=True)


@contextlib.contextmanager
def failing_syscall(server, call, error="EIO", when="1+", path=None):
    """Makes a system call of the server fail while the context is active. `when` is strace's inject expression and counts per thread.
    Yields a function that returns the number of injected failures.
    """
    if not shutil.which("strace"):
        pytest.skip("strace, which makes system calls fail, is not installed")
    command = ["strace", "-f", "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={when}"]
    for node in server.nodes:
        command += ["-p", str(node.process.pid)]
    command += ["-P", str(path)] if path else []
    with tempfile.TemporaryFile("w+") as said:
        tracer = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)

        def output():
            said.seek(0)
            return said.read()
        try:
            eventually(lambda: output().count(" attached") >= len(server.nodes) or tracer.poll() is not None, "strace is in place")
            if tracer.poll() is not None:
                pytest.skip(f"system calls cannot be made to fail here: {output().strip()}")
            yield lambda: output().count("(INJECTED)")
        finally:
            tracer.terminate()  # detaches from the server
            tracer.wait()
