"""A process of the server: start, pause, stop and kill."""
import contextlib
import http.client
import os
import pathlib
import re
import signal
import subprocess

from .http import Client, connect_tcp
from .timeouts import TIMEOUT, eventually

PROJECT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("KINGSHARE_BINARY", str(PROJECT / "build/release/kingshare"))


class Node:
    """A process with its data folder. Several nodes may write to one log."""

    def __init__(self, data, log):
        self.data, self.log_file = pathlib.Path(data), pathlib.Path(log)
        self.port = 0
        self.process = None
        self.may_have_exited = True
        self._log_before = 0

    @property
    def address(self):
        return "127.0.0.1", self.port

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self):
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def launch(self, settings, arguments=(), environment=None):
        """Starts the process at its earlier address, or a free one; the caller then calls wait_until_listening(). A setting or an environment
        variable that is None is omitted.
        """
        command = ["setpriv", "--pdeathsig", "TERM", BINARY, "serve", "--data-dir", str(self.data), "--listen", f"127.0.0.1:{self.port}", *arguments]
        for name, value in settings.items():
            command += [] if value is None else ["--set", f"{name}={value}"]
        mine = {name: value for name, value in os.environ.items() if not name.startswith("KINGSHARE_")}
        mine.update((name, value) for name, value in (environment or {}).items() if value is not None)
        self.may_have_exited = False
        self._log_before = len(self.log)
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.log_file.parent, env=mine,
                                            start_new_session=True)

    def wait_until_listening(self):
        pattern = rf"listening on http://127\.0\.0\.1:({self.port or '[0-9]+'})\b"
        found = eventually(lambda: self.check_alive() and re.search(pattern, self.log[self._log_before:]), "the server listens",
                           timeout=3 * TIMEOUT)
        self.port = int(found[1])

    def wait_until_ready(self):
        eventually(lambda: self.check_alive() and self._is_ready(), "the server is ready")

    def _is_ready(self):
        connection = http.client.HTTPConnection(*self.address, timeout=TIMEOUT)
        with contextlib.closing(connection):
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200

    def is_running(self):
        return self.process.poll() is None

    def check_alive(self):
        assert self.is_running(), f"the server ended with {self.process.returncode}:\n{self.log}"
        return True

    def guest(self, **options):
        """Returns an HTTP client without an account, for behaviour that is of each node."""
        return Client(self.address, **options)

    def connect_tcp(self, **options):
        """Returns a bare TCP connection."""
        return connect_tcp(self.address, **options)

    def send_signal(self, number):
        self.process.send_signal(number)

    def pause(self):
        self.send_signal(signal.SIGSTOP)

    def resume(self):
        self.send_signal(signal.SIGCONT)

    def wait_for_end(self):
        """Waits for the process to exit, which it must with status 0."""
        status = self.process.wait(timeout=2 * TIMEOUT)
        self.may_have_exited = True
        assert status == 0, f"the server ended with {status}:\n{self.log}"

    def kill(self):
        self.may_have_exited = True
        self.process.kill()
        self.process.wait()

    def rss(self):
        """Returns the resident memory in bytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024
