"""`kingshare doctor URL` looks at a public address, names what is wrong on the way, and says what mends it."""
import contextlib
import socket
import struct
import threading

import pytest

from support import reverse_proxy
from support.reverse_proxy import free_port
from support.node import PROJECT
from support.timeouts import eventually

IDLE = ("--idle", "2s")


@pytest.fixture
def before(tmp_path):
    """Starts a proxy before a server, ended with the test: before(reverse_proxy.nginx, server, uploads="")."""
    started = []

    def start(kind, server, **options):
        folder = tmp_path / f"proxy-{len(started)}"
        folder.mkdir()
        started.append(kind(folder, server, **options))
        return started[-1]
    yield start
    for one in started:
        one.close()


@pytest.fixture
def patient(start_server, shell):
    """prepare(kind, before): a server that trusts its proxy, the proxy, and a shell that is signed in through it."""
    def prepare(kind, before, **changes):
        server = start_server(server__trusted_proxies="127.0.0.1", realtime__ping_interval="20s")
        way = before(kind, server, **changes)
        return server, way, shell().sign_in(server.user("anna"), way.url)
    return prepare


def verdicts(report):
    return {check["about"]: check["verdict"] for check in report["checks"]}


def wrong(report):
    return {about for about, verdict in verdicts(report).items() if verdict == "wrong"}


@pytest.mark.parametrize("kind", [reverse_proxy.nginx, reverse_proxy.apache, reverse_proxy.haproxy, reverse_proxy.caddy],
                         ids=["nginx", "Apache", "haproxy", "Caddy"])
def test_a_proxy_as_the_documents_have_it(start_server, shell, before, kind):
    server = start_server(server__trusted_proxies="127.0.0.1", realtime__ping_interval="1s")
    way = before(kind, server)
    mine = shell().sign_in(server.user("anna"), way.url)
    report = mine.json("doctor", way.url)
    assert set(verdicts(report).values()) == {"fine"} and report["mend"] == {}, report
    assert not mine.json("ls")["items"]


def test_all_is_well(start_server, shell, before):
    way_port = free_port()
    server = start_server(server__public_url=f"http://127.0.0.1:{way_port}", server__trusted_proxies="127.0.0.1",
                          realtime__ping_interval="1s")
    server_url = f"http://127.0.0.1:{way_port}"

    before(reverse_proxy.nginx, server, port=way_port)
    mine = shell().sign_in(server.user("anna"), server_url)
    report = mine.json("doctor", server_url)
    assert set(verdicts(report).values()) == {"fine"} and report["mend"] == {}, report


def test_the_documents_have_what_is_tested():
    text = (PROJECT / "docs/install.md").read_text()
    for lines in reverse_proxy.NGINX_DIRECTIVES.values():
        for line in lines.split("; "):
            assert line.rstrip(";") + ";" in text
    for lines in (*reverse_proxy.APACHE_DIRECTIVES.values(), *reverse_proxy.HAPROXY_DIRECTIVES.values()):
        for line in lines.split("; "):
            assert line in text


WRONG = [
    ("nginx drops the upgrade", reverse_proxy.nginx, {"upgrade": "proxy_http_version 1.1;"}, "WebSocket", "proxy_set_header Upgrade $http_upgrade;"),
    ("nginx holds events back", reverse_proxy.nginx, {"events": "proxy_buffering on; proxy_ignore_headers X-Accel-Buffering;"}, "live stream",
     "proxy_buffering off;"),
    ("nginx limits bodies", reverse_proxy.nginx, {"body": "client_max_body_size 1m;"}, "body limit", "client_max_body_size 0;"),
    ("nginx cuts silence", reverse_proxy.nginx, {"timeouts": "proxy_read_timeout 5s;"}, "idle", "proxy_read_timeout 1h;"),
    ("nginx collects uploads", reverse_proxy.nginx, {"uploads": "proxy_request_buffering on;"}, "uploads", "proxy_request_buffering off;"),
    ("nginx names another host", reverse_proxy.nginx, {"host": "proxy_set_header Host $proxy_host;"}, "address", "proxy_set_header Host $http_host;"),
    ("nginx hides callers", reverse_proxy.nginx, {"forwarded": "proxy_set_header Via nginx;"}, "callers",
     "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"),
    ("Apache drops the upgrade", reverse_proxy.apache, {"upgrade": 'ProxyPass "/" "http://127.0.0.1:8080/" flushpackets=on timeout=3600'}, "WebSocket",
     'ProxyPass "/" "http://127.0.0.1:8080/" upgrade=websocket flushpackets=on timeout=3600'),
    ("Apache cuts silence", reverse_proxy.apache,
     {"upgrade": 'ProxyPass "/" "http://127.0.0.1:8080/" upgrade=websocket flushpackets=on', "more": "TimeOut 5"}, "idle",
     'ProxyPass "/" "http://127.0.0.1:8080/" upgrade=websocket flushpackets=on timeout=3600'),
    ("haproxy limits bodies", reverse_proxy.haproxy, {"more": "http-request deny status 413 if { req.body_size gt 1048576 }"}, "body limit",
     "# remove http-request deny with req.body_size or req.hdr_val(content-length)"),
    ("haproxy cuts silence", reverse_proxy.haproxy, {"timeouts": "timeout connect 5s; timeout client 1h; timeout server 5s; timeout tunnel 5s"}, "idle",
     "timeout tunnel 1h"),
    ("haproxy names another host", reverse_proxy.haproxy, {"more": "http-request set-header Host inside"}, "address",
     "# remove http-request set-header Host"),
]


@pytest.mark.parametrize("kind, changes, about, line", [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_proxy_is_wrong_in_one_way(patient, before, kind, changes, about, line):
    _, way, mine = patient(kind, before, **changes)
    idle = ("--idle", "8s") if about == "idle" else IDLE
    report = mine.json("doctor", way.url, *idle, status=1)
    # A link names the host that the proxy named.
    assert wrong(report) == ({about, "links"} if about == "address" else {about}), report
    program = {reverse_proxy.nginx: "nginx", reverse_proxy.apache: "Apache", reverse_proxy.haproxy: "haproxy"}[kind]
    assert line in report["mend"][program], report
    text = mine.run("doctor", way.url, *idle, status=1)
    assert line in text.stdout and all(name in text.stdout for name in ("nginx", "Apache", "haproxy", "Caddy", "Traefik"))


def test_without_an_account_it_cannot_tell_who_collects_from_who_answers_late(start_server, before, shell):
    server = start_server(server__trusted_proxies="127.0.0.1")
    for kind, changes in [(reverse_proxy.nginx, {"uploads": "proxy_request_buffering on;"}), (reverse_proxy.apache, {})]:
        report = shell().json("doctor", before(kind, server, **changes).url, *IDLE)
        assert verdicts(report)["uploads"] == "look" and "proxy_request_buffering off;" in report["mend"]["nginx"]


def test_apache_keeps_silence(patient, before):
    """The documented line outlives Apache's own timeout."""
    _, way, mine = patient(reverse_proxy.apache, before, more="TimeOut 5")
    assert verdicts(mine.json("doctor", way.url, "--idle", "8s"))["idle"] == "fine"


class Impatient:
    """A server whose refusal of an upload is lost: it closes while the body is still coming. What nginx makes of it is a 502."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                one, _ = self._listener.accept()
                with one:
                    one.recv(1 << 16)

    def close(self):
        self._listener.close()


def test_a_proxy_loses_refusals(start_server, shell, before):
    server = start_server(server__trusted_proxies="127.0.0.1")
    impatient = Impatient()
    try:
        way = before(reverse_proxy.nginx, server, files=impatient.url)
        report = shell().json("doctor", way.url, *IDLE, status=1)
        assert wrong(report) == {"refusals"} and "lingering_close on;" in report["mend"]["nginx"], report
        assert "502" in next(check["text"] for check in report["checks"] if check["about"] == "refusals")
        text = shell().run("doctor", way.url, *IDLE, status=1).stdout
        assert "option forwardfor" in text and "ProxyAddHeaders" in text
    finally:
        impatient.close()


class Firewall:
    """A way to the server that resets a connection which sends more than a MiB, whatever was answered."""

    def __init__(self, server):
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._server.address)
                threading.Thread(target=self._pass, args=(client, server, 1 << 20), daemon=True).start()
                threading.Thread(target=self._pass, args=(server, client, None), daemon=True).start()

    def _pass(self, source, sink, limit):
        passed = 0
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                sink.sendall(data)
                passed += len(data)
                if limit and passed > limit:
                    for one in (source, sink):
                        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                        one.shutdown(socket.SHUT_RD)  # the other thread waits for more
                    source.close()
                    return
            sink.shutdown(socket.SHUT_WR)

    def close(self):
        self._listener.close()


def test_a_connection_is_cut_before_the_refusal_is_read(start_server, shell):
    firewall = Firewall(start_server())
    try:
        report = shell().json("doctor", firewall.url, *IDLE, status=1)
        assert wrong(report) == {"refusals"}, report
        assert "before the response is read" in next(check["text"] for check in report["checks"] if check["about"] == "refusals")
    finally:
        firewall.close()


def test_the_limit_is_named(patient, before):
    _, way, mine = patient(reverse_proxy.nginx, before, body="client_max_body_size 100m;")
    text = next(check["text"] for check in mine.json("doctor", way.url, *IDLE, status=1)["checks"] if check["about"] == "body limit")
    assert "128 MiB" in text or "100 MiB" in text


def test_by_https(start_server, shell, before, tmp_path):
    server = start_server(realtime__ping_interval="1s")
    way = before(reverse_proxy.caddy, server, tls=True)
    visitor = shell()
    assert "SSL_CERT_FILE" in visitor.run("doctor", way.url, *IDLE, status=6).stderr
    visitor.environment["SSL_CERT_FILE"] = str(next(tmp_path.rglob("pki/authorities/local/root.crt")))
    report = visitor.json("doctor", way.url, *IDLE, status=1)
    # The server was not told that it is reached by https, and believes nobody who says so.
    assert wrong(report) == {"address"} and report["mend"]["KingShare"] == [f"server.public_url = {way.url}"]
    # Without an account, less is seen.
    assert [about for about, verdict in verdicts(report).items() if verdict == "untested"] == ["live stream", "links"]


def test_by_https_through_a_trusted_proxy(start_server, shell, before, tmp_path):
    server = start_server(server__trusted_proxies="127.0.0.1", realtime__ping_interval="1s")
    way = before(reverse_proxy.caddy, server, tls=True)
    mine = shell()
    mine.environment["SSL_CERT_FILE"] = str(eventually(lambda: next(tmp_path.rglob("pki/authorities/local/root.crt"), None), "its certificate"))
    mine.sign_in(server.user("anna"), way.url)
    assert wrong(mine.json("doctor", way.url, *IDLE)) == set()


def test_the_server_itself(common_server, anna, shell):
    report = shell().json("doctor", common_server.url, *IDLE)
    assert wrong(report) == set() and verdicts(report)["WebSocket"] == "fine"


def test_unreachable_server(shell, tmp_path):
    shell().run("doctor", "http://127.0.0.1:1", status=6)
    shell().run("doctor", "http://127.0.0.1:1", "--idle", "long", status=2)
