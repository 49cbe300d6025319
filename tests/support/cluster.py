"""Several nodes behind haproxy, with PostgreSQL, NATS and a shared blob folder or an S3 service, all on the loopback address.

As a program it starts them, prints their addresses, and ends all of it on Ctrl-C: ./dev cluster.
"""
import argparse
import contextlib
import pathlib
import re
import secrets
import signal
import tempfile
import threading

from . import s3_server
from .http import Client
from .nats import NatsServer
from .node import PROJECT, Node
from .postgres import PostgresServer
from .reverse_proxy import Proxy, free_port

HAPROXY = PROJECT / "examples/cluster/haproxy.cfg"
SETUP_LINK = re.compile(r"http://\S+(/setup\S+)")


class Cluster:
    """A context manager. `settings` are those of all nodes; `environment` has further variables for them."""

    def __init__(self, folder, nodes=3, port=None, with_s3=False, settings=None, environment=None):
        self.folder = pathlib.Path(folder)
        self.port = port or free_port()
        self.environment = environment
        self.nodes = [Node(self.folder / f"node-{number}", self.folder / f"node-{number}.log") for number in range(1, nodes + 1)]
        self._stack = contextlib.ExitStack()
        with contextlib.ExitStack() as stack:
            self.postgres = PostgresServer()
            stack.callback(self.postgres.close)
            self.nats = NatsServer()
            stack.callback(self.nats.close)
            self.settings = {
                "auth.jwt_secret": secrets.token_urlsafe(32), "server.trusted_proxies": "127.0.0.1",
                "database.url": self.postgres.url(self.postgres.create_database()), "bus.url": self.nats.url(),
                **(self._s3_settings(stack) if with_s3 else {"blobs.url": f"file:{self.folder / 'blobs'}"}), **(settings or {})}
            stack.callback(self.stop)
            for node in self.nodes:
                self.start_node(node)
            self.proxy = self._start_haproxy()
            stack.callback(self.proxy.close)
            self._stack = stack.pop_all()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    @property
    def address(self):
        return "127.0.0.1", self.port

    @property
    def url(self):
        return f"http://localhost:{self.port}"

    def guest(self):
        """Returns an HTTP client without an account."""
        return Client(self.address)

    @property
    def setup_link(self):
        """The link of the first start; None if the administrator has a password from the environment."""
        found = [match for node in self.nodes for match in SETUP_LINK.findall(node.log)]
        return self.url + found[-1] if found else None

    def start_node(self, node):
        node.launch(self.settings, environment=self.environment)
        node.wait_until_listening()
        node.wait_until_ready()

    def stop(self):
        """Stops the nodes that run."""
        running = [node for node in self.nodes if node.process and node.is_running()]
        for node in running:
            node.send_signal(signal.SIGCONT)
            node.send_signal(signal.SIGTERM)
        for node in running:
            node.wait_for_end()

    def close(self):
        self._stack.close()

    def _s3_settings(self, stack):
        service = s3_server.S3Server(self.folder / "s3")
        stack.callback(service.stop)
        return {"blobs.url": f"s3://bucket?endpoint={service.url}", "blobs.access_key": s3_server.ACCESS_KEY,
                "blobs.secret_key": s3_server.SECRET_KEY}

    def _start_haproxy(self):
        """Starts haproxy with the configuration of the examples and the addresses of these nodes."""
        lines = [line for line in HAPROXY.read_text().splitlines() if not re.match(r"\s+server node", line)]
        lines += [f"    server node{number} 127.0.0.1:{node.port}" for number, node in enumerate(self.nodes, 1)]
        (self.folder / "haproxy.cfg").write_text("\n".join(lines).replace("bind :8080", f"bind 127.0.0.1:{self.port}") + "\n")
        return Proxy(self.folder, ["/usr/sbin/haproxy", "-db", "-f", str(self.folder / "haproxy.cfg")], self.port)


def main():
    parser = argparse.ArgumentParser(prog="./dev cluster", description="Starts a cluster on this machine until Ctrl-C.")
    parser.add_argument("nodes", nargs="?", type=int, default=3, help="number of nodes [3]")
    parser.add_argument("--port", type=int, default=8080, help="port of the address for users [8080]")
    parser.add_argument("--s3", action="store_true", help="keep the contents of files in an S3 service instead of a folder")
    options = parser.parse_args()
    if not 1 <= options.nodes <= 20:
        parser.error("the number of nodes must be from 1 to 20")
    # An interrupt waits for the end of the start, so that everything begun is complete when it is ended.
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: ended.set())
    with tempfile.TemporaryDirectory(prefix="kingshare-cluster-") as folder, Cluster(folder, options.nodes, options.port, options.s3) as cluster:
        print(f"KingShare on {options.nodes} nodes: {cluster.url}")
        for number, node in enumerate(cluster.nodes, 1):
            print(f"    node {number}: {node.url}, log: {node.log_file}")
        print(f"\nCreate the administrator with this link (it works once):\n\n    {cluster.setup_link}\n\nCtrl-C ends all of it and removes its data.",
              flush=True)
        while not ended.wait(1):
            for node in cluster.nodes:
                node.check_alive()


if __name__ == "__main__":
    main()
