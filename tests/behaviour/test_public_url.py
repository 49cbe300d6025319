"""server.public_url is normalized before comparing and printing; its path is the prefix of all served URLs."""
import re

import pytest

from support import tus
from support.command import has_web_page, startup_error
from support.raw_http import RawHttpConnection
from support.server import ADMIN_PASSWORD, Server

PREFIX = "/share"
ORIGIN = "https://files.example.org"


@pytest.fixture(scope="module")
def prefixed(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("prefixed"), settings={"server.public_url": "https://Files.Example.ORG:443/share/"})
    yield running
    running.close()


def sign_in(server, target, **headers):
    return server.browser().post(target, {"username": "admin", "password": ADMIN_PASSWORD}, headers=headers, want=0, checked=False)


@pytest.mark.parametrize("given, shown", [
    ("https://Files.Example.ORG:443/share", "https://files.example.org/share"),
    ("HTTP://files.example.org:80", "http://files.example.org"),
    ("https://files.example.org/", "https://files.example.org"),
    ("http://files.example.org:443/Deep/Path/", "http://files.example.org:443/Deep/Path"),
    ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
])
def test_it_is_printed_normalized(start_server, given, shown):
    server = start_server(server__public_url=given)
    link = server.admin.share(server.admin.upload())
    assert link["url"] == f"{shown}/s/{link['share_token']}"
    settings = {setting["key"]: setting["value"] for setting in server.admin.http.get("settings", want=200).json()["items"]}
    assert settings["server.public_url"] == shown


@pytest.mark.parametrize("given", ["https://a.example?x", "https://a.example/share?x=y", "https://a.example#top", "https://user@a.example",
                                   "https://user:password@a.example/share", "ftp://a.example", "ws://a.example", "https://a.example//share",
                                   "https://a.example/../share", "https://a.example/sh%2fare", "https://a.example/sh;are", "https://a.example:0",
                                   "https://a.example:99999", "https://a_b c", "javascript:alert(1)"])
def test_a_bad_one_is_refused_in_one_line(tmp_path, given):
    line = startup_error(f"--set=server.public_url={given}", folder=tmp_path)
    assert "server.public_url" in line and given in line and "https://" in line


@pytest.mark.parametrize("origin, status", [(ORIGIN, 200), ("https://files.example.org:443", 200), ("HTTPS://Files.Example.Org", 200),
                                            ("http://files.example.org", 403), ("https://files.example.org:8443", 403),
                                            ("https://evil.example", 403), ("https://files.example.org.evil.example", 403), ("null", 403),
                                            ("https://files.example.org@evil.example", 403), ("https://files.example.org/share", 403)])
def test_sign_in_is_for_pages_of_that_origin(prefixed, origin, status):
    answer = sign_in(prefixed, f"{PREFIX}/api/v1/auth/login?session=cookie", Origin=origin)
    assert answer.status == status, answer


def test_cookies_stay_under_the_prefix(prefixed):
    answer = sign_in(prefixed, f"{PREFIX}/api/v1/auth/login?session=cookie", Origin=ORIGIN)
    assert re.search(r"^ks_session=.*; Path=/share;.*; Secure$", answer.headers["Set-Cookie"])
    link = prefixed.admin.share(prefixed.admin.upload())
    page = prefixed.browser().get(f"{PREFIX}/s/{link['share_token']}", headers={"Accept": "text/html"}, want=200, checked=False)
    assert re.search(r"; Path=/share;.*; Secure$", page.headers["Set-Cookie"])


@pytest.mark.parametrize("prefix", ["", PREFIX], ids=["stripped", "kept"])
class TestEverythingIsServed:
    def test_the_page_and_what_it_loads(self, prefixed, prefix):
        if not has_web_page():
            pytest.skip("the binary has no web page")
        guest = prefixed.guest()
        html = {"Accept": "text/html", "Accept-Encoding": "br, gzip"}
        for path in ("/", "/files", "/signin"):
            page = guest.get(prefix + path, headers=html, want=200, checked=False)
            assert f'data-base="{PREFIX}"' in page.body.decode()
            addresses = re.findall(r'(?:href|src)="([^"]+)"', page.body.decode())
            assert len(addresses) >= 5 and all(address.startswith(f"{PREFIX}/") for address in addresses), addresses
        for address in addresses:
            if "/api/" not in address:
                asset = guest.get(prefix + address.removeprefix(PREFIX), want=200, checked=False)
                assert b"<html" not in asset.body
                assert not re.search(rb'["\'(]/assets/', asset.body), f"{address} finds the others where it is itself"

    def test_the_bare_prefix(self, prefixed, prefix):
        page = prefixed.guest().get(prefix or "/", headers={"Accept": "text/html"}, want=200, checked=False)
        assert b'data-base="/share"' in page.body

    def test_a_link(self, prefixed, prefix):
        anna = prefixed.admin
        link = anna.share(anna.upload(content=b"Hello"), password="sesame")
        browser = prefixed.browser()
        html = {"Accept": "text/html"}
        form = {"Content-Type": "application/x-www-form-urlencoded", **html}
        browser.get(f"{prefix}/s/{link['share_token']}", headers=html, want=200, checked=False)
        unlocked = browser.call("POST", f"{prefix}/s/{link['share_token']}", body=b"password=sesame", headers=form, want=303, checked=False)
        assert unlocked.headers["Location"] == f"{PREFIX}/s/{link['share_token']}"
        page = browser.get(f"{prefix}/s/{link['share_token']}", headers=html, want=200, checked=False).body.decode()
        content = re.search(r'href="([^"]+/content)"', page)[1]
        assert content == f"{PREFIX}/api/v1/public/shares/{link['share_token']}/content"
        assert browser.get(prefix + content.removeprefix(PREFIX), want=200, checked=False).body == b"Hello"

    def test_calls_and_streams(self, prefixed, prefix):
        anna = prefixed.admin.http
        anna.get(f"{prefix}/api/v1/users/me", want=200, checked=False)
        anna.get(f"{prefix}/api/v1/nothing", want="404 NOT_FOUND", checked=False)
        anna.call("PUT", f"{prefix}/api/v1/files", want="405 METHOD_NOT_ALLOWED", checked=False)
        anna.get(f"{prefix}/healthz", want=200, checked=False)
        anna.get(f"{prefix}/api/openapi.yaml", want=200, checked=False)
        stream = anna.stream_response("GET", f"{prefix}/api/v1/events")
        assert stream.status == 200 and stream.headers["Content-Type"] == "text/event-stream"
        stream.close()

    def test_uploads_say_where_they_are(self, prefixed, prefix):
        anna = prefixed.admin.http
        version = {"Tus-Resumable": "1.0.0"}
        made = anna.call("POST", f"{prefix}/api/v1/uploads", headers={**version, "Upload-Length": "5"}, want=201, checked=False)
        where = made.headers["Location"]
        assert where.startswith(f"{PREFIX}/api/v1/uploads/") and made.headers["Tus-Resumable"] == "1.0.0"
        sent = anna.call("PATCH", prefix + where.removeprefix(PREFIX), body=b"Hello", want=204, checked=False,
                         headers={**version, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"})
        assert sent.headers["Upload-Offset"] == "5"
        refused = anna.call("PATCH", f"{prefix}/api/v1/uploads/nonsense", headers=version, want=0, checked=False)
        assert refused.headers["Tus-Resumable"] == "1.0.0"

    def test_the_websocket(self, prefixed, prefix):
        connection = RawHttpConnection(prefixed)
        for target, status in ((f"{prefix}/ws", 101), (f"{prefix}/ws/nothing", 404)):
            connection = RawHttpConnection(prefixed)
            connection.request("GET", target, upgrade="websocket", connection="Upgrade", sec_websocket_version="13",
                               sec_websocket_key="dGhlIHNhbXBsZSBub25jZQ==", origin=ORIGIN)
            assert connection.read_head()[0] == status
            connection.close()


def test_parts_are_joined_by_their_addresses(prefixed):
    anna = prefixed.admin.http
    version = {"Tus-Resumable": "1.0.0"}
    parts = []
    for piece in (b"Hel", b"lo"):
        made = anna.call("POST", f"{PREFIX}/api/v1/uploads", body=piece, want=201, checked=False,
                         headers={**version, "Upload-Concat": "partial", "Upload-Length": str(len(piece)),
                                  "Content-Type": "application/offset+octet-stream"})
        parts.append(made.headers["Location"])
    for addresses in ([parts[0], ORIGIN + parts[1]],):
        anna.call("POST", f"{PREFIX}/api/v1/uploads", want=201, checked=False,
                  headers={**version, "Upload-Concat": f"final;{' '.join(addresses)}", "Upload-Metadata": tus.metadata(filename="hello.txt")})


@pytest.mark.parametrize("prefix", ["/s", "/api", "/assets", "/ws", "/files", "/a%20b"])
def test_a_prefix_may_be_a_word_of_ours(start_server, prefix):
    server = start_server(server__public_url=f"https://a.example{prefix}")
    anna = server.admin
    link = anna.share(anna.upload(content=b"Hello"))
    assert link["url"] == f"https://a.example{prefix}/s/{link['share_token']}"
    html = {"Accept": "text/html"}
    for stripped in (True, False):
        before = "" if stripped else prefix
        page = server.guest().get(f"{before}/s/{link['share_token']}", headers=html, want=200, checked=False)
        assert b"letter.txt" in page.body
        anna.http.get(f"{before}/api/v1/users/me", want=200, checked=False)
        assert b"data-base" in server.guest().get(f"{before}/signin", headers=html, want=200, checked=False).body


def test_neighbours_of_the_prefix_are_not_under_it(prefixed):
    for target in ("/shared/healthz", "/shar/healthz", "/share/share/healthz", "/other/healthz"):
        prefixed.guest().get(target, want=404, checked=False)


def test_the_command_line_takes_a_server_with_a_path(prefixed, shell):
    mine = shell("admin").sign_in(prefixed.admin, f"{prefixed.url}{PREFIX}/")
    (mine.folder / "hello.txt").write_text("Hello")
    link = mine.run("send", "hello.txt").stdout.strip()
    assert link.startswith(f"{ORIGIN}{PREFIX}/s/")
    mine.run("get", link.replace(ORIGIN, prefixed.url), "--output", "back.txt")
    assert (mine.folder / "back.txt").read_text() == "Hello"
    assert "hello.txt" in mine.run("ls").stdout
    checks = mine.json("doctor", f"{prefixed.url}{PREFIX}", "--idle", "1s", status=1)["checks"]
    assert all(check["verdict"] != "wrong" for check in checks if check["about"] in ("server", "WebSocket", "uploads")), checks
