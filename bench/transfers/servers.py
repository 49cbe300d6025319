"""The servers under test: how to start each, and its requests for a work."""
import base64
import getpass
import http.client
import json
import os
import pathlib
import re
import secrets
import socket
import subprocess
import tempfile
import time

from process import Process

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
PATIENCE = 30
LARGE = 1 << 20


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def printed(*command):
    done = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return re.search(r"\d+\.\d+(\.\d+)?", done.stdout)[0]


def empty(folder):
    """Truncates large files to free their space. Deleting them would make ext4 scan past the freed inodes for each new file, for minutes."""
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_size >= LARGE:
            os.truncate(path, 0)


class Server:
    """A running server. `doors` maps an upload method to the driver's arguments: work and options, with NEW replaced by a unique word
    per run. `downloads` maps the two files in the folder `files` to their targets; empty if `files` is None."""

    name = ""
    store = "uploads"
    doors = {}
    downloads = {}
    headers = ()

    def __init__(self, folder, files, cores):
        self.cores = cores
        self.folder = folder / self.name.replace("/", "-").replace(" ", "-")
        self.uploads = self.folder / self.store
        self.uploads.mkdir(parents=True)
        self.files = files
        self.port = free_port()
        environment = {"PORT": str(self.port), "UPLOADS": str(self.uploads), "FILES": str(files), "HOME": str(self.folder),
                       "NODE_ENV": "production", "XDG_DATA_HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder),
                       **self.environment()}
        self.process = Process(self.command(), self.folder, cores, environment)
        try:
            self._await()
            self.at_rest = self.process.resident()
            self.prepare()
        except BaseException:
            self.close()
            raise

    def another(self):
        """Starts a new server of the same kind, without files to download."""
        return type(self)(pathlib.Path(tempfile.mkdtemp(dir=self.folder)), None, self.cores)

    def close(self):
        self.process.end()
        empty(self.uploads)

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

    def offers(self, door):
        return door in self.doors or door in self.downloads

    def command(self):
        raise NotImplementedError

    def environment(self):
        return {}

    def prepare(self):
        pass

    def forget_uploads(self):
        """Removes large uploads only; small ones stay, as on a server in use."""
        empty(self.uploads)


class Nginx(Server):
    name = "nginx"
    downloads = {"large": "/large", "small": "/small"}
    doors = {"raw": ["put", "--target", "/uploads/NEW-{}"]}

    @staticmethod
    def version():
        return "nginx " + printed("/usr/sbin/nginx", "-v")

    def command(self):
        for name in self.downloads:
            os.link(self.files / name, self.folder / name)
        config = (HERE / "peers/nginx.conf").read_text().replace("@PORT@", str(self.port)).replace("@USER@", getpass.getuser())
        (self.folder / "nginx.conf").write_text(config)
        return ["/usr/sbin/nginx", "-e", "stderr", "-p", str(self.folder), "-c", "nginx.conf"]


class Caddy(Server):
    name = "caddy"
    downloads = {"large": "/large", "small": "/small"}

    @staticmethod
    def version():
        return "caddy " + printed("caddy", "version")

    def command(self):
        return ["caddy", "run", "--config", str(HERE / "peers/Caddyfile"), "--adapter", "caddyfile"]


class Node(Server):
    name = "node, hash and fsync"
    doors = {"raw": ["post", "--target", "/"]}

    @staticmethod
    def version():
        return "Node.js " + printed("node", "--version")

    def command(self):
        return ["node", str(HERE / "peers/hash_and_sync.js")]


class Tus(Server):
    name = "@tus/server"
    doors = {"tus": ["tus", "--target", "/files"]}

    @staticmethod
    def version():
        lock = json.loads((HERE / "peers/package-lock.json").read_text())
        return "@tus/server " + lock["packages"]["node_modules/@tus/server"]["version"]

    def command(self):
        return ["node", str(HERE / "peers/tus.js")]


class KingShare(Server):
    name = "kingshare"
    store = "data"
    threads = 1

    def __init__(self, *arguments):
        self.password = secrets.token_urlsafe(16)
        super().__init__(*arguments)

    def command(self):
        settings = {"server.threads": self.threads, "auth.access_token_ttl": "12h", "http.requests_per_second": 1000000,
                    "http.request_burst": 1000000}
        command = [str(PROJECT / "build/release/kingshare"), "serve", "--listen", f"127.0.0.1:{self.port}", "--data-dir", self.store]
        return command + [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]

    def environment(self):
        return {"KINGSHARE_AUTH__ADMIN_PASSWORD": self.password}

    def prepare(self):
        self.token = self._call("POST", "auth/login", json.dumps({"username": "admin", "password": self.password}))["access_token"]
        authorization = f"Authorization: Bearer {self.token}"
        self.headers = [authorization]
        for name in ("large", "small") if self.files else ():
            with open(self.files / name, "rb") as content:
                file = self._call("POST", f"files?filename=kept-{name}", content)
            self.downloads = {**self.downloads, name: f"/api/v1/files/{file['id']}/content"}
        self.doors = {"raw": ["post", "--target", "/api/v1/files?filename=upload-{}"],
                      "multipart": ["multipart", "--target", "/api/v1/files"]}
        if self._speaks_tus():
            metadata = "Upload-Metadata: filename " + base64.b64encode(b"upload").decode()
            self.doors["tus"] = ["tus", "--target", "/api/v1/uploads", "--header", metadata]

    def _speaks_tus(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("OPTIONS", "/api/v1/uploads", headers={"Authorization": f"Bearer {self.token}"})
        return connection.getresponse().status in (200, 204)

    def _call(self, method, target, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Authorization": f"Bearer {self.token}"} if target != "auth/login" else {}
        if hasattr(body, "fileno"):
            headers["Content-Length"] = str(os.fstat(body.fileno()).st_size)
        connection.request(method, f"/api/v1/{target}", body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status // 100 != 2:
            raise RuntimeError(f"{method} {target.partition('?')[0]}: {answer.status} {content[:500]!r}")
        return json.loads(content) if content else None

    def forget_uploads(self):
        while True:
            found = self._call("GET", "files?sort=-size&limit=200")["items"]
            large = [file for file in found if not file["filename"].startswith("kept-") and file["size"] >= LARGE]
            if not large:
                return
            for file in large:
                self._call("DELETE", f"files/{file['id']}")


class KingShareOnTwoCores(KingShare):
    name = "kingshare on two cores"
    threads = 2
