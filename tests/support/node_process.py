"""Runs Node.js programs that talk to the server with third-party clients."""
import fcntl
import functools
import json
import os
import pathlib
import queue
import re
import shutil
import subprocess
import threading

from .timeouts import TIMEOUT


@functools.cache
def install_packages(folder):
    """Installs the npm packages of the folder's lock file unless they are present. Returns the folder.

    Several processes run the tests: one installs, the others wait for it.
    """
    folder = pathlib.Path(folder)
    with open(folder / "package-lock.json") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _has_packages(folder, json.load(lock)["packages"]):
            assert shutil.which("npm"), "these tests need Node.js with npm"
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, check=True, timeout=30 * TIMEOUT)
    return folder


def _has_packages(folder, wanted):
    installed = folder / "node_modules/.package-lock.json"
    found = json.loads(installed.read_text())["packages"] if installed.exists() else {}
    # Optional packages are for other platforms, and workspaces are symlinks; neither must be installed.
    needed = {name: package for name, package in wanted.items() if name and "version" in package and not package.get("optional")}
    return all(found.get(name, {}).get("version") == package["version"] for name, package in needed.items())


class NodeProcess:
    """A running script; the test waits for its output."""

    def __init__(self, folder, *arguments, environment):
        self._process = subprocess.Popen(["node", *map(str, arguments)], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=subprocess.STDOUT, text=True, env={**os.environ, **environment})
        self.output = ""
        self._lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def expect(self, pattern, timeout=2 * TIMEOUT):
        """Waits until the output since the last call matches the pattern, and discards it up to the end of the match."""
        while not (found := re.search(pattern, self.output, re.DOTALL)):
            try:
                line = self._lines.get(timeout=timeout)
            except queue.Empty:
                raise AssertionError(f"no {pattern!r} in the program's output:\n{self.output}") from None
            assert line is not None, f"the program ended without {pattern!r}:\n{self.output}"
            self.output += line
        self.output = self.output[found.end():]
        return found

    def write_line(self, line):
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def wait(self):
        """Waits for the program to exit. Returns its exit status."""
        return self._process.wait(timeout=2 * TIMEOUT)

    def kill(self):
        self._process.kill()
        self._process.wait()
