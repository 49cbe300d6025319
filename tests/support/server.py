"""The real server as a process, or several: start, query, stop, kill, and restart on the same data."""
import itertools
import os
import pathlib
import re
import shutil
import signal
import time
import uuid

import pytest

from . import jwt, s3_server
from .database import NODES, database_of
from .http import Client, connect_tcp
from .nats import bus_of
from .node import Node
from .round_robin import RoundRobin
from .timeouts import TIMEOUT, eventually
from .users import User
from .websocket import BARRIER, WebSocket

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
    """A running server: one process, or as many nodes as KINGSHARE_TEST_NODES says, behind a proxy that sends each request to another one.
    `settings` use names like `realtime.presence` and override DEFAULTS; None removes a setting, or an environment variable.
    """

    def __init__(self, folder, settings=None, environment=None, arguments=(), data=None):
        self.folder = pathlib.Path(folder)
        self.data = pathlib.Path(data or self.folder / "data")
        self.database = database_of(self.data)
        self.settings = {**DEFAULTS, "database.url": self.database.url, **self._shared_settings(), **self._s3_settings(), **(settings or {})}
        self.environment = {"KINGSHARE_AUTH__ADMIN_PASSWORD": ADMIN_PASSWORD, **(environment or {})}
        self.arguments = arguments
        folders = [self.data, *(self.data.with_name(f"{self.data.name}-{number}") for number in range(2, NODES + 1))]
        self.nodes = [Node(folder, self.folder / "log") for folder in folders]
        self._proxy = RoundRobin() if NODES > 1 else None
        self._sockets, self._names, self._admin = [], set(), None
        self._barriers = itertools.count(1)
        self.start()

    def _shared_settings(self):
        """Returns the settings by which several nodes share what one keeps to itself."""
        if NODES == 1:
            return {}
        return {"bus.url": bus_of(self.data), "blobs.url": DEFAULTS["blobs.url"] or f"file:{self.data / 'blobs'}"}

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

    def _share_secret(self):
        """Gives all nodes the secret that the first one has made, if no setting has one."""
        secret = self.data / "jwt_secret"
        for node in self.nodes[1:]:
            if secret.exists():
                node.data.mkdir(exist_ok=True)
                shutil.copy(secret, node.data / "jwt_secret")

    def _are_crashes_settled(self):
        """Returns whether no lease of an earlier process is left. A single node waits for this before it listens."""
        [[count]] = self.database.execute("SELECT count(*) FROM nodes")
        return int(count) == len(self.nodes)

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
        for node in self.nodes:
            node.launch(self.settings, self.arguments, self.environment)
            if not node.port:
                node.wait_until_listening()
                self._share_secret()
        for node in self.nodes:
            node.wait_until_listening()
        if self._proxy:
            self._proxy.forward_to([node.port for node in self.nodes])
        for node in self.nodes:
            node.wait_until_ready()
        if NODES > 1:
            eventually(self._are_crashes_settled, "the leases of killed processes have ended", timeout=3 * TIMEOUT)

    def is_running(self):
        """Returns whether any of its processes runs."""
        return any([node.is_running() for node in self.nodes])

    def check_alive(self):
        return all(node.check_alive() for node in self.nodes)

    def send_signal(self, number):
        for node in self.nodes:
            node.send_signal(number)

    def terminate(self):
        """Sends SIGTERM; the caller then calls wait_for_end()."""
        self.send_signal(signal.SIGTERM)

    def wait_for_end(self):
        """Waits for the processes to exit, which they must with status 0."""
        for node in self.nodes:
            node.wait_for_end()

    def stop(self):
        self.terminate()
        self.wait_for_end()

    def kill(self):
        for node in self.nodes:
            node.kill()

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
        """Returns the resident memory in bytes, of the largest node."""
        return max(node.rss() for node in self.nodes)

    @property
    def log(self):
        return self.nodes[0].log

    # Clients

    @property
    def port(self):
        return (self._proxy or self.nodes[0]).port

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
        """Ends the test. Fails if a process crashed or a sanitizer reported anything."""
        try:
            self.disconnect_all()
            running = [node for node in self.nodes if not node.may_have_exited]
            for node in running:
                node.check_alive()
                node.send_signal(signal.SIGTERM)
            for node in running:
                node.wait_for_end()
            assert not SANITIZER_REPORT.search(self.log), self.log
        finally:
            for node in self.nodes:
                node.kill()
            if self._proxy:
                self._proxy.close()
            self.database.drop()
