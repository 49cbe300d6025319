"""Users at the command line: the same binary as a client, each with a separate home folder."""
import fcntl
import json
import os
import pty
import queue
import re
import select
import struct
import subprocess
import termios
import threading
import time

from .node import BINARY
from .timeouts import TIMEOUT


class Shell:
    """One user's shell: `run`, `start` and `start_on_terminal` start `kingshare` in its folder."""

    def __init__(self, folder):
        self.folder, self.environment = folder, {}
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def state(self):
        return self.folder / "state/kingshare"

    def run(self, *arguments, status=0, stdin=b"", timeout=6 * TIMEOUT):
        """Runs a command to completion. Returns an object with stdout and stderr. Fails unless it exits with `status`; None allows any."""
        stdin = stdin.encode() if isinstance(stdin, str) else stdin
        words = [word if isinstance(word, bytes) else str(word) for word in arguments]
        ended = subprocess.run([BINARY, *words], cwd=self.folder, env=self._environment(), timeout=timeout, input=stdin,
                               capture_output=True, start_new_session=True)
        ended.output, ended.stdout, ended.stderr = ended.stdout, ended.stdout.decode(errors="replace"), ended.stderr.decode()
        assert status in (None, ended.returncode), f"{arguments} ended with {ended.returncode}\n{ended.stdout}\n{ended.stderr}"
        return ended

    def json(self, *arguments, **options):
        """Returns the parsed output of --json."""
        return json.loads(self.run(*arguments, "--json", **options).stdout)

    def start(self, *arguments, stdin=subprocess.DEVNULL):
        return RunningCommand(subprocess.Popen([BINARY, *map(str, arguments)], cwd=self.folder, env=self._environment(), stdin=stdin,
                                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True))

    def start_on_terminal(self, *arguments, columns=0):
        """Starts a command on a pseudo-terminal; 0 columns leaves the size unset."""
        return Terminal([BINARY, *map(str, arguments)], self.folder, self._environment(), columns)

    def sign_in(self, user, url=None):
        self.run("login", url or user.server.url, "--user", user.name, "--password-file", "-", stdin=user.password + "\n")
        return self

    def _environment(self):
        clean = {name: value for name, value in os.environ.items()
                 if not name.startswith(("KINGSHARE_", "XDG_")) and name not in ("NO_COLOR", "http_proxy", "https_proxy", "SSL_CERT_FILE")}
        return {**clean, "HOME": str(self.folder), "XDG_STATE_HOME": str(self.folder / "state"), "TERM": "xterm", **self.environment}


class RunningCommand:
    """A running command; the test waits for its lines."""

    def __init__(self, process):
        self.process, self.seen = process, []
        self._lines = queue.Queue()
        self._readers = [threading.Thread(target=self._read, args=(stream,), daemon=True) for stream in (process.stdout, process.stderr)]
        for reader in self._readers:
            reader.start()

    def _read(self, stream):
        for line in stream:
            self._lines.put(line.decode(errors="replace").rstrip("\n"))

    def expect(self, pattern, timeout=3 * TIMEOUT):
        """Returns the next line that matches the pattern, skipping others."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                line = self._lines.get(timeout=max(0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no {pattern!r} among {self.seen}") from None
            self.seen.append(line)
            if re.search(pattern, line):
                return line

    def remaining_lines(self):
        """Returns all lines after the command has exited."""
        for reader in self._readers:
            reader.join(TIMEOUT)
        while not self._lines.empty():
            self.seen.append(self._lines.get())
        return self.seen

    def wait(self, status=0, timeout=6 * TIMEOUT):
        assert self.process.wait(timeout=timeout) == status, self.remaining_lines()

    def kill(self):
        self.process.kill()
        self.process.wait()


class Terminal:
    """A command on a pseudo-terminal: its output, and typed input."""

    def __init__(self, command, folder, environment, columns=0):
        self.shown = ""
        self._matched = 0
        pid, self._master = pty.fork()
        if pid == 0:
            os.chdir(folder)
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 40 if columns else 0, columns, 0, 0))
            os.execve(command[0], command, environment)
        self.pid = pid

    def expect(self, pattern, timeout=3 * TIMEOUT):
        """Waits until the output after the previous match matches the pattern."""
        deadline = time.monotonic() + timeout
        while not (found := re.search(pattern, self.shown[self._matched:], re.DOTALL)):
            assert time.monotonic() < deadline and self._read_more(deadline), f"no {pattern!r} in {self.shown!r}"
        self._matched += found.end()
        return found

    def type(self, text):
        os.write(self._master, text.encode())

    def wait(self, status=0, timeout=6 * TIMEOUT):
        deadline = time.monotonic() + timeout
        while self._read_more(deadline):
            pass
        _, ended = os.waitpid(self.pid, 0)
        os.close(self._master)
        assert os.waitstatus_to_exitcode(ended) == status, self.shown
        return self.shown

    def _read_more(self, deadline):
        ready, _, _ = select.select([self._master], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:  # the other side is closed
            return False
        self.shown += data.decode(errors="replace")
        return bool(data)
