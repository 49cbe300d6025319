"""An S3-compatible service that checks signatures and bodies: OpenStack Swift with its s3api, as Debian packages it.

As a program, `s3_server.py FOLDER [BUCKET…]` creates the buckets, prints the address, and ends with its standard input. Exit status 77: the
packages are missing.
"""
import getpass
import hashlib
import hmac
import importlib.util
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request

PACKAGES = "swift-proxy swift-account swift-container swift-object memcached"
ACCESS_KEY, SECRET_KEY, REGION = "test:tester", "testing", "us-east-1"
MISSING = 77
NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))

COMMON = """[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {folder}
log_level = ERROR
"""
PROXY = COMMON + """
[pipeline:main]
pipeline = catch_errors cache s3api tempauth slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:{memcached}
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""
STORAGE = COMMON + """
devices = {folder}/node
mount_check = false
fallocate_reserve = 0
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""
POLICIES = """[swift-hash]
swift_hash_path_suffix = suffix
swift_hash_path_prefix = prefix
[storage-policy:0]
name = only
default = yes
"""


def is_installed():
    servers = ("swift-proxy-server", "swift-account-server", "swift-container-server", "swift-object-server", "memcached")
    return importlib.util.find_spec("swift") is not None and all(shutil.which(one) for one in servers)


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class S3Client:
    """Requests without a body, signed by Signature Version 4."""

    def __init__(self, url):
        self.url = url

    def create_bucket(self, name):
        self.call("PUT", f"/{name}")

    def keys(self, bucket, prefix=""):
        """Returns the keys of all objects, and of all multipart uploads in progress."""
        listing = self.call("GET", f"/{bucket}", f"list-type=2&max-keys=1000&prefix={prefix}")
        unfinished = self.call("GET", f"/{bucket}", f"max-uploads=1000&prefix={prefix}&uploads=")
        return sorted(re.findall(r"<Key>([^<]*)</Key>", listing + unfinished))

    def call(self, method, path, query=""):
        """`query` must be sorted and encoded. Returns the response's body."""
        host = self.url.removeprefix("http://")
        moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        scope = f"{moment[:8]}/{REGION}/s3/aws4_request"
        digest = hashlib.sha256(b"").hexdigest()
        names = "host;x-amz-content-sha256;x-amz-date"
        canonical = f"{method}\n{path}\n{query}\nhost:{host}\nx-amz-content-sha256:{digest}\nx-amz-date:{moment}\n\n{names}\n{digest}"
        text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = f"AWS4{SECRET_KEY}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        headers = {"x-amz-content-sha256": digest, "x-amz-date": moment,
                   "Authorization": f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/{scope},SignedHeaders={names},"
                                    f"Signature={hmac.digest(key, text.encode(), 'sha256').hex()}"}
        request = urllib.request.Request(f"{self.url}{path}?{query}" if query else f"{self.url}{path}", headers=headers, method=method)
        with NO_PROXY.open(request, timeout=60) as response:
            return response.read().decode()


class Swift:
    """Its four servers and memcached as child processes. `url` is the endpoint."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()
        self._processes = []
        (self.folder / "node" / "device").mkdir(parents=True)
        *ports, proxy, memcached = free_ports(5)
        self.url = f"http://127.0.0.1:{proxy}"
        (self.folder / "swift.conf").write_text(POLICIES)
        values = {"user": getpass.getuser(), "folder": self.folder, "memcached": memcached}
        (self.folder / "proxy.conf").write_text(PROXY.format(port=proxy, **values))
        command = ["memcached", "-l", "127.0.0.1", "-p", str(memcached), "-m", "16", *(["-u", "root"] if os.geteuid() == 0 else [])]
        self._processes.append(subprocess.Popen(command, stdin=subprocess.DEVNULL).pid)
        for kind, port in zip(("account", "container", "object"), ports):
            (self.folder / f"{kind}.conf").write_text(STORAGE.format(kind=kind, port=port, **values))
            self._write_ring(kind, port)
        for kind in ("account", "container", "object", "proxy"):
            self._processes.append(self._fork(kind))
        self._wait([memcached, *ports, proxy])

    def _write_ring(self, kind, port):
        from swift.common.ring import RingBuilder
        ring = RingBuilder(4, 1, 1)
        ring.add_dev({"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": port, "device": "device", "weight": 1})
        ring.rebalance()
        ring.get_ring().save(str(self.folder / f"{kind}.ring.gz"))

    def _fork(self, kind):
        """Runs a server in a child of this process, which has its modules loaded already."""
        child = os.fork()
        if child:
            return child
        try:
            with open(self.folder / f"{kind}.log", "wb") as log:
                for descriptor in (1, 2):
                    os.dup2(log.fileno(), descriptor)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            from swift.common import constraints, storage_policy, utils, wsgi
            utils.set_swift_dir(str(self.folder))
            constraints.reload_constraints()
            storage_policy.reload_storage_policies()
            wsgi.run_wsgi(str(self.folder / f"{kind}.conf"), f"{kind}-server")
        finally:
            os._exit(1)

    def _wait(self, ports):
        """Waits until every server accepts connections. A request before that makes the proxy avoid a server for a while (503)."""
        deadline = time.monotonic() + 60
        while ports and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", ports[0]), timeout=5).close()
                ports = ports[1:]
            except OSError:
                time.sleep(0.05)
        if ports:
            logs = "\n".join(path.read_text() for path in self.folder.glob("*.log"))
            self.stop()
            raise RuntimeError(f"Swift did not start:\n{logs}")

    def stop(self):
        for process in self._processes:
            os.kill(process, signal.SIGTERM)
        for process in self._processes:
            os.waitpid(process, 0)
        self._processes = []


class S3Server:
    """This file as a process of its own, with the bucket `bucket`. `url` is the endpoint; the credentials are constants of this module."""

    def __init__(self, folder):
        command = [sys.executable, "-P", "-W", "ignore", __file__, str(folder), "bucket"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
        self.url = self._process.stdout.readline().strip()
        assert self.url, "the S3 service did not start"

    def stop(self):
        self._process.stdin.close()
        self._process.wait()


def main():
    folder, *buckets = sys.argv[1:]
    server = Swift(folder)
    try:
        for bucket in buckets:
            S3Client(server.url).create_bucket(bucket)
        print(server.url, flush=True)
        sys.stdin.buffer.read()
    finally:
        server.stop()


if __name__ == "__main__":
    if not is_installed():
        print(f"not installed: {PACKAGES}", file=sys.stderr)
        sys.exit(MISSING)
    main()
