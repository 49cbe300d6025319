"""The servers under test: how to start each, subscribe to it, and make it publish."""
import base64
import contextlib
import getpass
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import re
import secrets
import socket
import sqlite3
import subprocess
import time
import uuid

from process import Process

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
PATIENCE = 30
TEXT = 220
STAMP = 20
USERS = 1501


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def version(*command):
    done = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return re.search(r"\d+\.\d+(\.\d+)?", done.stdout)[0]


def filler(beside):
    """Returns the padding for a message of TEXT bytes that also contains the stamped mark and `beside` other bytes."""
    return "x" * (TEXT - beside - STAMP)


def jwt(user, secret):
    def encode(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    claims = {"iss": "kingshare", "sub": user, "exp": int(time.time()) + 86400}
    text = ".".join(encode(json.dumps(part, separators=(",", ":")).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return f"{text}.{encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())}"


class Server:
    """A running server. `listen(users)` returns the driver's options to connect as these users, in rotation; `tell_all()` and `tell(user)`
    return the options to publish to all or to one user."""

    name = ""
    echo = None

    def __init__(self, folder, core):
        self.core = core
        number = sum(1 for _ in folder.iterdir())
        self.folder = folder / f"{number}-{self.name.replace(' ', '-')}"
        self.folder.mkdir()
        self.secret = secrets.token_urlsafe(32)
        self.users = [f"user-{number}" for number in range(USERS)]
        self.start()

    def start(self):
        self.port = free_port()
        environment = {"PORT": str(self.port), "SECRET": self.secret, "NODE_ENV": "production", **self.environment()}
        self.process = Process(self.command(), self.folder, self.core, environment)
        try:
            self._await()
        except BaseException:
            self.close()
            raise

    def _await(self):
        deadline = time.monotonic() + PATIENCE
        while True:
            self.process.check_alive()
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{self.name} does not listen") from None
                time.sleep(0.02)

    def close(self):
        self.process.end()

    def command(self):
        raise NotImplementedError

    def environment(self):
        return {}

    def configure(self, name):
        config = (HERE / "peers" / name).read_text().replace("@PORT@", str(self.port)).replace("@USER@", getpass.getuser())
        (self.folder / name).write_text(config)
        return name

    def tokens(self, lines):
        (self.folder / "tokens").write_text("".join(f"{line}\n" for line in lines))
        return ["--tokens", str(self.folder / "tokens")]


class Node(Server):
    name = "node ws"
    echo = ["--echo", '{"type":"Ping"}']

    @staticmethod
    def version():
        lock = json.loads((HERE / "peers/package-lock.json").read_text())
        return f"Node.js {version('node', '--version')}, ws {lock['packages']['node_modules/ws']['version']}"

    def command(self):
        return ["node", str(HERE / "peers/ws.js")]

    def listen(self, users):
        tokens = self.tokens(jwt(user, self.secret) for user in users)
        return ["--target", "/?token={token}", "--ready", "AuthenticationResult", *tokens]

    def tell_all(self):
        return ["--say", json.dumps({"text": "{stamp}" + filler(0)})]

    def tell(self, user):
        return ["--say", json.dumps({"to": user, "text": "{stamp}" + filler(0)})]


class Nchan(Server):
    name = "nginx nchan"

    @staticmethod
    def version():
        return f"nginx {version('/usr/sbin/nginx', '-v')}, nchan {version('dpkg-query', '-Wf', '${Version}', 'libnginx-mod-nchan')}"

    def command(self):
        return ["/usr/sbin/nginx", "-e", "stderr", "-p", str(self.folder), "-c", self.configure("nginx.conf")]

    def listen(self, users):
        return ["--target", "/subscribe?channel={token}", *self.tokens(users)]

    def tell_all(self):
        return self.tell(self.users[0])

    def tell(self, user):
        return ["--post", rf"POST /publish?channel={user} HTTP/1.1\r\n", "--body", "{stamp}" + filler(0)]


class Nats(Server):
    name = "nats-server"

    @staticmethod
    def version():
        return "nats-server " + version("nats-server", "--version")

    def command(self):
        return ["nats-server", "-c", self.configure("nats.conf")]

    def listen(self, users):
        hello = r'CONNECT {"verbose":false,"pedantic":false}\r\nSUB {token} 1\r\nPING\r\n'
        return ["--binary", "--hello", hello, "--ready", "PONG", *self.tokens(users)]

    def tell_all(self):
        return self.tell(self.users[0])

    def tell(self, user):
        return ["--binary", "--say", rf"PUB {user} {TEXT}\r\n" + "{stamp}" + filler(0) + r"\r\n"]


class Bare(Server):
    name = "bare sends"

    def command(self):
        return [str(PROJECT / "build/release/realtime_bare"), str(self.port)]

    def listen(self, users):
        return ["--target", "/"]

    def tell_all(self):
        return ["--say", "{stamp}" + filler(0)]


class KingShare(Server):
    name = "kingshare"
    echo = ["--echo", '{"type":"Ping"}']
    io_uring = "on"

    @staticmethod
    def version():
        return "kingshare " + version(str(PROJECT / "build/release/kingshare"), "--version")

    def start(self):
        self.password = secrets.token_urlsafe(16)
        super().start()
        self.close()
        self._add_users()
        super().start()
        self.admin = self._call("POST", "auth/login", None, json.dumps({"username": "admin", "password": self.password}))["access_token"]

    def command(self):
        most = 1000000
        settings = {"server.threads": 1, "auth.access_token_ttl": "12h", "http.requests_per_second": most, "http.request_burst": most,
                    "realtime.presence": "off", "realtime.max_connections_per_user": most, "realtime.max_connections_per_ip": most,
                    "realtime.messages_per_second": most, "realtime.message_burst": most, "realtime.io_uring": self.io_uring}
        command = [str(PROJECT / "build/release/kingshare"), "serve", "--listen", f"127.0.0.1:{self.port}", "--data-dir", "data"]
        return command + [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]

    def environment(self):
        return {"KINGSHARE_AUTH__ADMIN_PASSWORD": self.password, "KINGSHARE_AUTH__JWT_SECRET": self.secret}

    def _add_users(self):
        """Inserts USERS users without hashing their passwords. Only the first has a stream: a notification costs a row per stream."""
        ids = [os.urandom(16) for _ in range(USERS)]
        with contextlib.closing(sqlite3.connect(self.folder / "data/kingshare.db")) as database, database:
            columns = ", ".join(row[1] for row in database.execute("PRAGMA table_info(users)") if row[1] not in ("id", "username"))
            database.executemany(f"INSERT INTO users (id, username, {columns}) SELECT ?, ?, {columns} FROM users LIMIT 1",
                                 [(one, f"user-{number}") for number, one in enumerate(ids)])
            database.execute("INSERT INTO streams (user_id, head) VALUES (?, 0)", (ids[0],))
        self.users = [str(uuid.UUID(bytes=one)) for one in ids]

    def listen(self, users):
        tokens = self.tokens(jwt(user, self.secret) for user in users)
        return ["--target", "/ws?token={token}", "--ready", "AuthenticationResult", *tokens]

    def tell_all(self):
        beside = len('{"type":"SystemNotification","data":{"message":"","level":"Info"}}')
        head = rf"POST /api/v1/notifications HTTP/1.1\r\nAuthorization: Bearer {self.admin}\r\nContent-Type: application/json\r\n"
        return ["--post", head, "--body", json.dumps({"message": "{stamp}" + filler(beside), "level": "Info"})]

    def tell(self, user):
        """Publishes DownloadStarted by a download of the user's own file."""
        token = jwt(user, self.secret)
        file = self._call("POST", "files?filename=%5E.txt", token, b"content")
        return ["--post", rf"GET /api/v1/files/{file['id']}/content HTTP/1.1\r\nAuthorization: Bearer {token}\r\n"]

    def _call(self, method, target, token, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request(method, f"/api/v1/{target}", body, {"Authorization": f"Bearer {token}"} if token else {})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status // 100 != 2:
            raise RuntimeError(f"{method} {target}: {answer.status} {content[:500]!r}")
        return json.loads(content)


class KingSharePlain(KingShare):
    name = "kingshare, io_uring off"
    io_uring = "off"
