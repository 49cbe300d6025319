"""LAN use: without server.public_url, links, cookies and same-origin checks use the address that each request names."""
import re

import pytest

from support.raw_http import RawHttpConnection
from support.server import ADMIN_PASSWORD

TLS = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "files.example.org"}


@pytest.fixture
def trusting(start_server):
    return start_server(server__trusted_proxies="127.0.0.1")


def sign_in(server, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return server.browser().post("auth/login?session=cookie", {"username": "admin", "password": ADMIN_PASSWORD}, headers=headers, want=0)


def link_of(server, **headers):
    """Creates a share with these headers. Returns the origin of its link."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    file = server.admin.upload()
    share = server.admin.http.post("shares", {"file_id": file["id"]}, headers=headers, want=201).json()
    assert share["url"].endswith(f"/s/{share['share_token']}")
    return share["url"].removesuffix(f"/s/{share['share_token']}")


@pytest.mark.parametrize("host, shown", [("nas.local:8080", "http://nas.local:8080"), ("NAS.local", "http://nas.local"),
                                         ("192.168.1.5:8080", "http://192.168.1.5:8080"), ("[fd00::5]:8080", "http://[fd00::5]:8080"),
                                         ("nas.local:80", "http://nas.local"), ("my_nas", "http://my_nas")])
def test_links_name_the_machine_that_was_asked(server, host, shown):
    assert link_of(server, Host=host) == shown


def test_all_that_hold_links_do(server):
    anna, ben = server.admin, server.user("ben")
    share = anna.share(anna.upload(), recipients=[ben])
    host = {"Host": "nas.local"}
    want = f"http://nas.local/s/{share['share_token']}"
    assert anna.http.get("shares", headers=host).json()["items"][0]["url"] == want
    assert anna.http.get(f"shares/{share['share_id']}", headers=host).json()["url"] == want
    assert anna.http.patch(f"shares/{share['share_id']}", {"max_downloads": 5}, headers=host).json()["url"] == want
    assert ben.http.get("shares/received", headers=host).json()["items"][0]["url"] == want
    reset = anna.http.post(f"users/{ben.id}/password-reset", headers=host, want=201).json()
    assert reset["url"].startswith("http://nas.local/reset#code=")


def test_another_person_sees_her_own_address(server):
    """An address named by one request must not appear in the response to another."""
    anna, ben = server.admin, server.user("ben")
    file = anna.upload()
    share = anna.http.post("shares", {"file_id": file["id"], "recipients": [ben.name]}, headers={"Host": "evil.example"}, want=201).json()
    assert "evil.example" in share["url"]
    received = ben.http.get("shares/received", headers={"Host": "good.example"}).body
    page = server.guest().get(f"/s/{share['share_token']}", headers={"Host": "evil.example", "Accept": "text/html"}).body
    assert b"evil" not in received and b"good.example" in received and b"evil" not in page


@pytest.mark.parametrize("origin, status", [("http://nas.local:8080", 200), ("http://NAS.local:8080", 200), ("https://nas.local:8080", 403),
                                            ("http://nas.local", 403), ("http://localhost:8080", 403), ("http://evil.example", 403)])
def test_sign_in_works_at_the_address_in_the_browser(server, origin, status):
    answer = sign_in(server, Host="nas.local:8080", Origin=origin)
    assert answer.status == status
    if status == 200:
        assert "; Path=/;" in answer.headers["Set-Cookie"] and "Secure" not in answer.headers["Set-Cookie"]
        assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("headers", [
    {"Host": "files.example.org", "X-Forwarded-Proto": "https"},
    {"Host": "127.0.0.1:8080", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "files.example.org"},
    {"Host": "inside", "X-Forwarded-Proto": "HTTPS", "X-Forwarded-Host": "Files.Example.org:443"},
    {"Host": "inside", "Forwarded": "for=198.51.100.7;proto=https;host=files.example.org"},
    {"Host": "inside", "Forwarded": 'for="[2001:db8::1]:4711";host="files.example.org:443";proto=https'},
    {"Host": "inside", "Forwarded": "for=evil;proto=http;host=evil.example, for=198.51.100.7;proto=https;host=files.example.org"},
    {"Host": "inside", "X-Forwarded-For": "127.0.0.9, 198.51.100.7", "X-Forwarded-Proto": "http, https",
     "X-Forwarded-Host": "evil.example, files.example.org"},
])
def test_behind_a_trusted_tls_proxy(trusting, headers):
    assert link_of(trusting, **headers) == "https://files.example.org"
    signed_in = sign_in(trusting, **headers, Origin="https://files.example.org")
    assert signed_in.status == 200, signed_in
    assert re.search("; Secure$", signed_in.headers["Set-Cookie"])
    assert re.match(r"max-age=\d{7,}", signed_in.headers["Strict-Transport-Security"])
    assert sign_in(trusting, **headers, Origin="http://files.example.org").status == 403
    assert sign_in(trusting, **headers, Origin="https://inside").status == 403


def test_every_answer_over_tls_says_so(trusting):
    anna = trusting.admin
    file = anna.upload()
    for target in (f"files/{file['id']}/content", "/", "/healthz", "files", f"files/archive?ids={file['id']}", "/no/such/thing"):
        answer = anna.http.get(target, headers=TLS, want=0, checked=False)
        assert "Strict-Transport-Security" in answer.headers, target
        assert "Strict-Transport-Security" not in anna.http.get(target, want=0, checked=False).headers, target
    stream = anna.http.stream_response("GET", "events", headers=TLS)
    assert "Strict-Transport-Security" in stream.headers
    stream.close()


def test_the_visit_cookie_is_secure_too(trusting):
    anna = trusting.admin
    token = anna.share(anna.upload())["share_token"]
    for target in (f"/s/{token}", f"public/shares/{token}"):
        assert trusting.guest().get(target, headers={**TLS, "Accept": "text/html"}).headers["Set-Cookie"].endswith("; Secure")
        assert "Secure" not in trusting.guest().get(target, headers={"Accept": "text/html"}).headers["Set-Cookie"]


def test_a_page_there_opens_its_websocket(trusting):
    signed_in = sign_in(trusting, **TLS, Origin="https://files.example.org")
    cookie = signed_in.headers["Set-Cookie"].partition(";")[0]
    for origin, status in (("https://files.example.org", 101), ("http://files.example.org", 403), ("https://evil.example", 403)):
        connection = RawHttpConnection(trusting)
        connection.request("GET", "/ws", upgrade="websocket", connection="Upgrade", sec_websocket_version="13",
                           sec_websocket_key="dGhlIHNhbXBsZSBub25jZQ==", origin=origin, cookie=cookie, x_forwarded_proto="https",
                           x_forwarded_host="files.example.org")
        assert connection.read_head()[0] == status
        connection.close()


@pytest.mark.parametrize("headers", [{"X-Forwarded-Proto": "https"}, {"X-Forwarded-Host": "evil.example"},
                                     {"Forwarded": "proto=https;host=evil.example"}])
def test_a_stranger_is_not_believed(server, headers):
    assert link_of(server, Host="nas.local", **headers) == "http://nas.local"
    answer = sign_in(server, Host="nas.local", Origin="http://nas.local", **headers)
    assert answer.status == 200 and "Secure" not in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" not in answer.headers


INVALID_HOSTS = ["a b", "a/b", "a?b", "a#b", "user@a", "a:b", "a:99999", 'a"b', "a<script>", "a'b", "a\\b", "[::1", "[x]", "::1", "http://a", "*",
                 "a%62", "-", "a:1:2", "x" * 300]


@pytest.mark.parametrize("host", [*INVALID_HOSTS, "a,b"])
def test_an_invalid_host_is_refused(server, host):
    connection = RawHttpConnection(server)
    connection.request("GET", "/healthz", host=host)
    answer = connection.read_response()
    assert answer.status == 400 and answer.json()["code"] == "INVALID_REQUEST"


@pytest.mark.parametrize("host", [*INVALID_HOSTS, "a, b/c"])  # the last member of a list counts
def test_an_invalid_forwarded_host_is_refused(trusting, host):
    connection = RawHttpConnection(trusting)
    connection.request("GET", "/healthz", x_forwarded_host=host)
    assert connection.read_response().status == 400


def test_a_request_without_a_host_is_answered(server):
    connection = RawHttpConnection(server)
    connection.send("GET /healthz HTTP/1.0\r\n\r\n")
    assert connection.read_response().status == 200
    connection = RawHttpConnection(server)
    connection.send("GET /healthz HTTP/1.1\r\nHost:\r\n\r\n")
    assert connection.read_response().status == 200
    connection = RawHttpConnection(server)
    connection.send("GET /healthz HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n")
    assert connection.read_response().status == 400


def test_the_target_of_a_proxy_request_names_the_host(server):
    token = server.admin.token
    connection = RawHttpConnection(server)
    server.admin.share(server.admin.upload())
    connection.send(f"GET http://named.example:81/api/v1/shares HTTP/1.1\r\nHost: other.example\r\nAuthorization: Bearer {token}\r\n\r\n")
    assert connection.read_response().json()["items"][0]["url"].startswith("http://named.example:81/s/")
    connection = RawHttpConnection(server)
    connection.send("GET http://user@named.example/healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    assert connection.read_response().status == 400


def test_a_refusal_says_what_to_set(server):
    answer = sign_in(server, Host="files.example.org", Origin="https://files.example.org")
    assert answer.status == 403 and "server.public_url" in answer.json()["detail"] and "server.trusted_proxies" in answer.json()["detail"]


def test_with_a_public_url_links_go_by_it_alone(start_server):
    server = start_server(server__public_url="https://files.example.org", server__trusted_proxies="127.0.0.1")
    assert link_of(server, Host="nas.local", X_Forwarded_Proto="http") == "https://files.example.org"
    assert link_of(server, X_Forwarded_Host="other.example") == "https://files.example.org"
    plain = sign_in(server, Host="files.example.org", X_Forwarded_Proto="http", Origin="https://files.example.org")
    assert plain.status == 200 and plain.headers["Set-Cookie"].endswith("; Secure")
    assert "Strict-Transport-Security" not in plain.headers
