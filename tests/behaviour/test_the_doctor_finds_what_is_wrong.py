"""`kingshare doctor URL` looks at a public address, names what is wrong on the way, and says what mends it."""
import pytest

from support import proxy
from support.bounds import eventually
from support.proxy import free_port
from support.server import PROJECT

IDLE = ("--idle", "2s")


@pytest.fixture
def before(tmp_path):
    """Starts a proxy before a server, ended with the test: before(proxy.nginx, server, uploads="")."""
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
    """What is examined: a server that knows of its proxy, and somebody who is signed in there."""
    def prepare(kind, before, **changes):
        server = start_server(server__trusted_proxies="127.0.0.1", realtime__ping_interval="20s")
        way = before(kind, server, **changes)
        return server, way, shell().sign_in(server.user("anna"), way.url)
    return prepare


def verdicts(report):
    return {check["about"]: check["verdict"] for check in report["checks"]}


def wrong(report):
    return {about for about, verdict in verdicts(report).items() if verdict == "wrong"}


@pytest.mark.parametrize("kind", [proxy.nginx, proxy.caddy], ids=["nginx", "caddy"])
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

    before(proxy.nginx, server, port=way_port)
    mine = shell().sign_in(server.user("anna"), server_url)
    report = mine.json("doctor", server_url)
    assert set(verdicts(report).values()) == {"fine"} and report["mend"] == {}, report


def test_the_documents_have_what_is_tested():
    text = (PROJECT / "docs/install.md").read_text()
    for lines in proxy.NGINX_RIGHT.values():
        for line in lines.split("; "):
            assert line.rstrip(";") + ";" in text


NGINX = [
    ("the upgrade is dropped", {"upgrade": "proxy_http_version 1.1;"}, "WebSocket", "proxy_set_header Upgrade $http_upgrade;"),
    ("events are held back", {"events": "proxy_buffering on; proxy_ignore_headers X-Accel-Buffering;"}, "live stream", "proxy_buffering off;"),
    ("bodies are limited", {"body": "client_max_body_size 1m;"}, "body limit", "client_max_body_size 0;"),
    ("silence is cut", {"timeouts": "proxy_read_timeout 5s;"}, "idle", "proxy_read_timeout 1h;"),
    ("uploads are collected", {"uploads": "proxy_request_buffering on;"}, "uploads", "proxy_request_buffering off;"),
    ("another host is named", {"host": "proxy_set_header Host $proxy_host;"}, "address", "proxy_set_header Host $http_host;"),
    ("callers are hidden", {"forwarded": ""}, "callers", "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"),
]


@pytest.mark.parametrize("changes, about, line", [case[1:] for case in NGINX], ids=[case[0] for case in NGINX])
def test_nginx_is_wrong_in_one_way(patient, before, changes, about, line):
    _, way, mine = patient(proxy.nginx, before, **changes)
    idle = ("--idle", "8s") if about == "idle" else IDLE
    report = mine.json("doctor", way.url, *idle, status=1)
    # A link names the host that the proxy named.
    assert wrong(report) == ({about, "links"} if "host" in changes else {about}), report
    assert line in report["mend"]["nginx"], report
    text = mine.run("doctor", way.url, *idle, status=1)
    assert line in text.stdout and "Caddy" in text.stdout and "Traefik" in text.stdout


def test_the_limit_is_named(patient, before):
    _, way, mine = patient(proxy.nginx, before, body="client_max_body_size 100m;")
    text = next(check["text"] for check in mine.json("doctor", way.url, *IDLE, status=1)["checks"] if check["about"] == "body limit")
    assert "128 MiB" in text or "100 MiB" in text


def test_by_https(start_server, shell, before, tmp_path):
    server = start_server(realtime__ping_interval="1s")
    way = before(proxy.caddy, server, tls=True)
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
    way = before(proxy.caddy, server, tls=True)
    mine = shell()
    mine.environment["SSL_CERT_FILE"] = str(eventually(lambda: next(tmp_path.rglob("pki/authorities/local/root.crt"), None), "its certificate"))
    mine.sign_in(server.user("anna"), way.url)
    assert wrong(mine.json("doctor", way.url, *IDLE)) == set()


def test_the_server_itself(common_server, anna, shell):
    report = shell().json("doctor", common_server.url, *IDLE)
    assert wrong(report) == set() and verdicts(report)["WebSocket"] == "fine"


def test_nobody_is_there(shell, tmp_path):
    shell().run("doctor", "http://127.0.0.1:1", status=6)
    shell().run("doctor", "http://127.0.0.1:1", "--idle", "long", status=2)
