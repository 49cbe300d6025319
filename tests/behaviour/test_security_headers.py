"""Security headers are present in every kind of response."""
import pytest

from support.raw_http import RawHttpConnection

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def assert_has_them(answer):
    for name, value in HEADERS.items():
        assert answer.headers.get_all(name) == [value], (name, answer)
    (policy,) = answer.headers.get_all("Permissions-Policy")
    assert {"camera=()", "microphone=()", "geolocation=()"} <= set(policy.split(", "))


@pytest.mark.parametrize("target", ["users/me", "files", "shares", "tokens", "events/history"])
def test_json_has_them(anna, target):
    assert_has_them(anna.http.get(target, want=200))


@pytest.mark.parametrize("target", ["/", "/healthz", "/readyz", "/s/no-such-link", "/setup", "/api/openapi.yaml", "/no/such/place",
                                    "/api/v1/files", "/api/v1/nothing", "/ws", "/metrics"])
def test_pages_and_errors_have_them(common_server, target):
    assert_has_them(common_server.guest().get(target, want=0, checked=False))


def test_a_wrong_method_and_a_wrong_body_have_them(common_server, anna):
    assert_has_them(common_server.guest().call("PUT", "users/me", want=0, checked=False))
    assert_has_them(anna.http.post("shares", {"file_id": 7}, want=400))


def test_content_and_what_has_none_have_them(common_server, anna):
    file = anna.upload("a.txt", b"content")
    share = anna.share(file)
    content = f"public/shares/{share['share_token']}/content"
    assert_has_them(anna.download(file, want=200))
    assert_has_them(common_server.guest().get(content, want=200))
    assert_has_them(common_server.guest().get(f"/s/{share['share_token']}", want=200))
    assert_has_them(anna.http.get(f"files/archive?id={file['id']}", want=0, checked=False))
    assert_has_them(anna.http.delete(f"files/{file['id']}", want=204))


def test_malformed_requests_have_them(common_server):
    connection = RawHttpConnection(common_server)
    connection.send("GET / HTTP/9.9\r\n\r\n")
    assert_has_them(connection.read_response())
    connection.close()
