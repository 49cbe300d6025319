"""The real server as a process: start, query, stop, kill, and restart on the same data."""
import itertools
import os
import pathlib
import re
import signal
import subprocess
import time
import uuid

import pytest

from . import jwt, s3_server
from .database import database_of
from .http import Client, connect_tcp
from .timeouts import TIMEOUT, eventually
from .users import User
from .websocket import BARRIER, WebSocket

PROJECT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("KINGSHARE_BINARY", str(PROJECT / "build/release/kingshare"))
ADMIN_PASSWORD = "the administrator's password"
DEFAULTS = {
    "auth.jwt_secret": jwt.SECRET,
    "auth.registration": "open",
    "auth.login_attempts_per_minute": "100000",
    "blobs.url": os.environ.get("KINGSHARE_TEST_BLOBS"),
    "http.requests_per_second": "100000",
    "http.request_burst": "100000",
    "server.threads": "2",
}
SANITIZER_REPORT = re.compile(r"AddressSanitizer|ThreadSanitizer|LeakSanitizer|runtime error:")


class Server:
    """A server process. `settings` use names like `realtime.presence` and override DEFAULTS; None removes a setting, or an environment
    variable.
    """

    def __init__(self, folder, settings=None, environment=None, arguments=(), data=None):
        self.folder = pathlib.Path(folder)
        self.data = pathlib.Path(data or self.folder / "data")
        self.database = database_of(self.data)
        self.settings = {**DEFAULTS, "database.url": self.database.url, **self._s3_settings(), **(settings or {})}
        self.environment = {"KINGSHARE_AUTH__ADMIN_PASSWORD": ADMIN_PASSWORD, **(environment or {})}
        self.arguments = arguments
        self.port = 0
        self.process = None
        self._sockets, self._names, self._admin = [], set(), None
        self._barriers = itertools.count(1)
        self.start()

    @staticmethod
    def _s3_settings():
        """Returns the settings for a place of its own in the bucket of KINGSHARE_TEST_BLOBS=s3://BUCKET?endpoint=URL."""
        if not (DEFAULTS["blobs.url"] or "").startswith("s3:"):
            return {}
        bucket, _, query = DEFAULTS["blobs.url"].partition("?")
        return {"blobs.url": f"{bucket}/{uuid.uuid4()}?{query}", "blobs.access_key": s3_server.ACCESS_KEY,
                "blobs.secret_key": s3_server.SECRET_KEY}

    # Process

    def start(self):
        """Starts the process, at the same address and with the same data as before."""
        if (self.data / "server_url").exists():
            self.need_stored_blobs("starts a server on the data of an earlier one")
        self.launch()

    def need_stored_blobs(self, why):
        """Skips the running test if this server keeps the contents of files in its memory."""
        if self.settings["blobs.url"] == "memory:":
            pytest.skip(f"needs contents that are stored on disk: it {why}")

    @property
    def uses_s3(self):
        return (self.settings["blobs.url"] or "").startswith("s3:")

    def s3_keys(self):
        """Returns the keys of all objects and multipart uploads of this server, without its prefix."""
        bucket, prefix, endpoint = re.fullmatch(r"s3://([^/]*)/([^?]*)\?endpoint=(.*)", self.settings["blobs.url"]).groups()
        return [key.removeprefix(f"{prefix}/") for key in s3_server.S3Client(endpoint).keys(bucket, f"{prefix}%2F")]

    def launch(self):
        command = [BINARY, "serve", "--data-dir", str(self.data), "--listen", f"127.0.0.1:{self.port}", *self.arguments]
        for name, value in self.settings.items():
            command += [] if value is None else ["--set", f"{name}={value}"]
        mine = {name: value for name, value in os.environ.items() if not name.startswith("KINGSHARE_")}
        mine.update((name, value) for name, value in self.environment.items() if value is not None)
        self._may_have_exited = False
        log_before = len(self.log)
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, env=mine)
        found = eventually(lambda: self.check_alive() and re.search(r"listening on http://127\.0\.0\.1:(\d+)", self.log[log_before:]),
                           "the server listens", timeout=3 * TIMEOUT)
        self.port = int(found[1])
        eventually(lambda: self.check_alive() and self.guest().get("/readyz", checked=False, want=0).status == 200, "the server is ready")

    def check_alive(self):
        assert self.process.poll() is None, f"the server ended with {self.process.returncode}:\n{self.log}"
        return True

    def terminate(self):
        """Sends SIGTERM; the caller then calls wait_for_end()."""
        self.process.send_signal(signal.SIGTERM)

    def wait_for_end(self):
        """Waits for the process to exit, which it must with status 0."""
        status = self.process.wait(timeout=2 * TIMEOUT)
        self._may_have_exited = True
        assert status == 0, f"the server ended with {status}:\n{self.log}"

    def stop(self):
        self.terminate()
        self.wait_for_end()

    def kill(self):
        self._may_have_exited = True
        self.process.kill()
        self.process.wait()

    def restart(self):
        """Stops the server and starts it again at the same address with the same data."""
        self.stop()
        self.start()

    @property
    def blobs(self):
        """The blob folder."""
        self.need_stored_blobs("looks into the blob folder")
        if self.uses_s3:
            pytest.skip("looks into the blob folder, but the contents are in S3")
        return pathlib.Path((self.settings["blobs.url"] or f"file:{self.data / 'blobs'}").removeprefix("file:"))

    @property
    def database_file(self):
        """The file of the SQLite database."""
        if not self.database.path:
            pytest.skip("needs SQLite: it looks into the file of the database")
        return self.database.path

    @property
    def data_options(self):
        """The options with which a command uses the data of this server."""
        return ["--data-dir", str(self.data), *(["--set", f"database.url={self.database.url}"] if self.database.url else [])]

    def rss(self):
        """Returns the resident memory in bytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024

    @property
    def log(self):
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    # Clients

    @property
    def address(self):
        return "127.0.0.1", self.port

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def guest(self, **options):
        """Returns an HTTP client without an account."""
        return Client(self.address, **options)

    def browser(self, **options):
        """Returns a client without an account that keeps cookies, like a browser."""
        return self.guest(cookies=True, agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", **options)

    def connect_tcp(self, **options):
        """Returns a bare TCP connection, for malformed requests."""
        return connect_tcp(self.address, **options)

    def user(self, name):
        """Registers a new user; a taken name gets a number."""
        unique = next(n for n in itertools.chain([name], (f"{name}-{i}" for i in itertools.count(2))) if n not in self._names)
        self._names.add(unique)
        return User.register(self, unique, f"the password of {unique}")

    @property
    def admin(self):
        if self._admin is None or time.monotonic() > self._admin.token_renewal_due:
            self._admin = User.login(self, "admin", ADMIN_PASSWORD)
        return self._admin

    # WebSockets

    def connect(self, token=None, share=None, since=None, **options):
        """Returns a WebSocket right after its handshake; it is closed when the test ends. Options as for WebSocket."""
        query = {"token": token, "share": share, "since": since}
        query = {name: value for name, value in query.items() if value is not None}
        made = WebSocket(self.address, query={**query, **options.pop("query", {})}, **options)
        self._sockets.append(made)
        return made

    def listen(self, share=None, **options):
        """Returns an anonymous, fully registered WebSocket that watches `share`, if one is given."""
        made = self.connect(share=share and share["share_token"], **options)
        made.ping()
        return made

    def send_notification(self, message, level="Info"):
        self.admin.http.post("notifications", {"message": message, "level": level})

    def received(self, one):
        """Returns all Messages sent to this connection so far that the test has not consumed.

        A notification to all connections serves as the barrier: earlier events arrive before it. Two are needed, because the first may
        overtake an event that is delivered by another path.
        """
        return [message for barrier in (self._barrier(), self._barrier()) for message in one.read_until(barrier)]

    def assert_nothing_else(self, *sockets):
        """Asserts that these connections received only messages that the test has consumed."""
        barriers = self._barrier(), self._barrier()
        for one in sockets:
            assert not [message for barrier in barriers for message in one.read_until(barrier)], one.transcript()

    def _barrier(self):
        text = f"{BARRIER}{next(self._barriers)}"
        self.send_notification(text)
        return text

    def disconnect_all(self):
        sockets, self._sockets = self._sockets, []
        for one in sockets:
            one.abort()

    def close(self):
        """Ends the test. Fails if the process crashed or a sanitizer reported anything."""
        try:
            self.disconnect_all()
            if not self._may_have_exited:
                self.check_alive()
                self.stop()
            assert not SANITIZER_REPORT.search(self.log), self.log
        finally:
            self.process.kill()
            self.process.wait()
            self.database.drop()
