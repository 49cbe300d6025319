"""Early refusals: a client still sending its body always receives the server's status, also through proxies."""
import itertools
import os
import socket
import subprocess
import urllib.parse

import pytest

from support import reverse_proxy
from support.raw_http import RawHttpConnection

MIB = 1 << 20
TIMES = 48
SIZES = [8] * 4 + [30] * 2 + [60] * 2  # in MiB
WAYS = {
    "nginx": (reverse_proxy.nginx, {}),
    "nginx that collects uploads": (reverse_proxy.nginx, {"uploads": ""}),
    "nginx by HTTP/1.0": (reverse_proxy.nginx, {"uploads": "", "live": "", "upgrade": ""}),
    "Apache": (reverse_proxy.apache, {}),
    "haproxy": (reverse_proxy.haproxy, {}),
    "Caddy": (reverse_proxy.caddy, {}),
}


class Sender:
    """Sends bodies that are refused, in the manner of two kinds of clients."""

    def __init__(self, url, body):
        self.url, self.body = url, body

    def send_all_first(self, size, target, token):
        """Returns the status for a client that reads the response only after sending the whole body."""
        at = urllib.parse.urlsplit(self.url)
        with socket.create_connection((at.hostname, at.port), timeout=30) as one:
            bearer = f"Authorization: Bearer {token}\r\n" if token else ""
            one.sendall(f"POST /api/v1/{target} HTTP/1.1\r\nHost: {at.netloc}\r\n{bearer}Content-Length: {size * MIB}\r\n\r\n".encode())
            piece = bytes(MIB)
            for _ in range(size):
                one.sendall(piece)
            return int(one.makefile("rb").readline().split()[1])

    def send_and_read(self, size, target, token):
        """Returns the status for curl, which reads while it sends."""
        with open(self.body, "wb") as body:
            os.truncate(body.fileno(), size * MIB)
        command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Expect:", "--data-binary", f"@{self.body}"]
        command += ["-H", f"Authorization: Bearer {token}"] if token else []
        return int(subprocess.run([*command, f"{self.url}/api/v1/{target}"], capture_output=True, text=True, timeout=60).stdout)


@pytest.fixture
def refused(common_server, anna):
    """Returns (target, token, status) of requests that are refused by their head."""
    full = common_server.user("full")
    common_server.admin.http.patch(f"users/{full.id}", {"quota_bytes": 1000}, want=200)
    return [("files?filename=x", None, 401), ("files?filename=x", full.token, 507), ("shares", anna.token, 413), ("nothing", anna.token, 404)]


def outcomes(sender, refused):
    """Returns the statuses received for TIMES refusals, and the expected ones."""
    got, wanted = [], []
    ways = itertools.cycle([sender.send_all_first, sender.send_and_read])
    cases = itertools.cycle(itertools.product(SIZES, refused))
    for send, (size, (target, token, status)) in zip(ways, itertools.islice(cases, TIMES)):
        try:
            got.append(send(size, target, token))
        except OSError as error:
            got.append(f"{send.__name__} of {size} MiB: {error}")
        wanted.append(status)
    return got, wanted


def test_without_a_proxy(common_server, refused, tmp_path):
    got, wanted = outcomes(Sender(common_server.url, tmp_path / "sent"), refused)
    assert got == wanted


@pytest.mark.parametrize("way", WAYS)
def test_through(common_server, refused, tmp_path, way):
    kind, changes = WAYS[way]
    before = kind(tmp_path, common_server, **changes)
    try:
        got, wanted = outcomes(Sender(before.url, tmp_path / "sent"), refused)
    finally:
        before.close()
    assert got == wanted


def test_the_answer_comes_before_the_end_of_the_body(common_server):
    for forwarded in ({}, {"x_forwarded_for": "192.0.2.1"}):
        connection = RawHttpConnection(common_server)
        connection.request("POST", "/api/v1/files?filename=x", b"x" * 1000, content_length=10 * MIB, **forwarded)
        answer = connection.read_response()
        answer.expect("401 AUTHENTICATION_REQUIRED")
        assert answer.headers["Connection"] == "close" and connection.is_closed()


def test_behind_a_proxy_the_answer_ends_with_the_body(common_server):
    """Caddy closes the client's connection as soon as the response is complete."""
    connection = RawHttpConnection(common_server)
    connection.request("POST", "/api/v1/files?filename=x", b"x" * MIB, content_length=MIB, via="1.1 proxy")
    connection.read_response().expect("401 AUTHENTICATION_REQUIRED")
