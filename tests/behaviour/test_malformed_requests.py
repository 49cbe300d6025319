"""Hostile requests are refused: malformed and smuggled requests get an error, and the server keeps running."""
import pytest

from support.raw_http import RawHttpConnection, assert_problem

HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) * 2
UPLOAD = "POST /api/v1/files?filename=x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
INNER = "GET /api/v1/users/me HTTP/1.1\r\nHost: inner\r\nAuthorization: Bearer {token}\r\n\r\n"


@pytest.fixture
def connection(common_server):
    made = RawHttpConnection(common_server)
    yield made
    made.close()
    common_server.guest().get("/healthz", want=200)


def assert_refused(connection, *statuses):
    """Checks for a problem with one of these statuses, followed by the end of the connection. A close without a response also passes."""
    answer = connection.read_response()
    if answer is not None:
        assert answer.status in statuses, answer
        assert_problem(answer)
        assert connection.is_closed()


@pytest.mark.parametrize("data", [
    b"\r\n\r\n\r\n\r\nBLAH\r\n\r\n", b"BLAH\r\n\r\n", b"GET\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1\r\n\r\n",
    b"GET / http/1.1\r\n\r\n",
    b"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n: empty\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nX(y): z\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    HELLO, bytes(64), b"\xff" * 100 + b"\r\n\r\n"])
def test_not_http(connection, data):
    connection.send(data)
    assert_refused(connection, 400, 404, 501, 505)


@pytest.mark.parametrize("hosts", [[], ["a", "b"]])
def test_exactly_one_host(connection, hosts):
    connection.send("GET /api/v1/files HTTP/1.1\r\n" + "".join(f"Host: {host}\r\n" for host in hosts) + "\r\n")
    assert connection.read_response().status == 400


@pytest.mark.parametrize("head", ["X-Long: " + "x" * 100_000 + "\r\n", "X-Many: x\r\n" * 10_000, "Cookie: " + "a=b; " * 20_000 + "\r\n"])
def test_a_head_too_large(connection, head):
    try:
        connection.send(f"GET /api/v1/files HTTP/1.1\r\nHost: x\r\n{head}\r\n")
    except (BrokenPipeError, ConnectionResetError):
        pass
    assert_refused(connection, 431)


def test_a_target_too_long(connection):
    try:
        connection.send(f"GET /api/v1/files?query={'x' * 100_000} HTTP/1.1\r\nHost: x\r\n\r\n")
    except (BrokenPipeError, ConnectionResetError):
        pass
    assert_refused(connection, 414, 431)


def test_a_head_that_just_fits(common_server, anna):
    anna.http.get("users/me", headers={"X-Padding": "x" * 8000}, want=200)


@pytest.mark.parametrize("length", ["-1", "+5", "5.0", "1e3", "0x5", "five", "", "5 5", "5, 6", "99999999999999999999999",
                                    "18446744073709551616", "\u0665"])
def test_invalid_content_length(connection, anna, length):
    connection.send(UPLOAD.format(token=anna.token) + f"Content-Length: {length}\r\n\r\nhello")
    assert_refused(connection, 400, 413)
    assert anna.http.get("files").json()["items"] == []


@pytest.mark.parametrize("length", [2**63 - 1, 2**63, 2**64 - 1])
def test_huge_content_length(common_server, connection, anna, length):
    common_server.admin.http.patch(f"users/{anna.id}", {"quota_bytes": 1000}, want=200)
    connection.request("POST", "/api/v1/files?filename=x", authorization=f"Bearer {anna.token}", content_length=length)
    assert_refused(connection, 400, 413, 507)
    assert anna.http.get("users/me").json()["used_bytes"] == 0


@pytest.mark.parametrize("framing", [
    "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    "Transfer-Encoding: gzip\r\n", "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: chunked, gzip\r\n",
    "Transfer-Encoding: chunked, chunked\r\n",
    "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "Transfer-Encoding:\x0bchunked\r\n",
    "Transfer-Encoding : chunked\r\n", "Transfer-Encoding: \"chunked\"\r\n"])
def test_ambiguous_framing(connection, anna, framing):
    inner = INNER.format(token=anna.token)
    connection.send(UPLOAD.format(token=anna.token) + f"{framing}\r\n5\r\nhello\r\n0\r\n\r\n{inner}")
    assert_refused(connection, 400, 415, 501)
    assert anna.http.get("files").json()["items"] == []


@pytest.mark.parametrize("chunks", [b"Z\r\nhello\r\n0\r\n\r\n", b"-5\r\nhello\r\n0\r\n\r\n", b"FFFFFFFFFFFFFFFFF\r\nhello",
                                    b"5 5\r\nhello\r\n0\r\n\r\n", b"\r\nhello\r\n0\r\n\r\n",
                                    b"5\r\nhelloo\r\n0\r\n\r\n", b"5;" + b"x" * 100_000 + b"\r\nhello\r\n0\r\n\r\n",
                                    b"0x5\r\nhello\r\n0\r\n\r\n",
                                    b"5\r\nhello\r\n0\r\n" + b"X-Trailer: x\r\n" * 10_000 + b"\r\n"])
def test_invalid_chunks(connection, anna, chunks):
    connection.request("POST", "/api/v1/files?filename=x", authorization=f"Bearer {anna.token}", transfer_encoding="chunked")
    try:
        connection.send(chunks)
    except (BrokenPipeError, ConnectionResetError):
        pass
    assert_refused(connection, 400, 413, 431)
    assert anna.http.get("files").json()["items"] == []


@pytest.mark.parametrize("target", ["/api/v1/nothing", "/api/v1/files?filename=x", "/api/v1/auth/login", "/healthz"])
def test_a_body_is_never_a_request(common_server, anna, target):
    """The remaining bytes of a refused request must not be parsed as the next one."""
    connection = RawHttpConnection(common_server)
    inner = INNER.format(token=anna.token).encode()
    connection.request("POST", target, inner, content_length=len(inner), content_type="text/plain")
    assert 400 <= connection.read_response().status < 500
    try:
        connection.request("GET", "/healthz")
    except (BrokenPipeError, ConnectionResetError):
        return
    answer = connection.read_response()
    assert answer is None or answer.body == b'{"status":"ok"}' or answer.json() == {"status": "ok"}


@pytest.mark.parametrize("target", [
    "/../../../../etc/passwd", "/api/v1/../../etc/passwd", "/s/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/s/..%2f..%2fetc%2fpasswd",
    "/s/%00", "/%00",
    "/api/v1/files/..%2f..%2fetc%2fpasswd", "/api/v1/files/%2e%2e/content", "/api/v1/files/%00/content", "/s/%", "/s/%z", "/s/%c0%af",
    "/s/%ff%fe",
    "/api/v1/files?query=%00", "/api/v1/files?query=%zz", "/api/v1/files?%", "/api/v1/public/shares/%00/content", "//etc/passwd",
    "/\\etc\\passwd", "/api/%2e%2e/etc/passwd",
    "/api/openapi.yaml/../../../etc/passwd", "/api/v1/files#fragment", "/;/etc/passwd", "*", "http://other.example/etc/passwd"])
def test_paths_lead_nowhere_else(connection, anna, target):
    connection.request("GET", target, authorization=f"Bearer {anna.token}")
    answer = connection.read_response()
    assert answer.status in (400, 404, 200) and b"root:" not in answer.body
    assert answer.status != 200 or "/api/v1/files?" in target


def test_pipelining(common_server):
    connection = RawHttpConnection(common_server)
    connection.send("".join(f"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Number: {number}\r\n\r\n" for number in range(20)))
    assert [connection.read_response().status for _ in range(20)] == [200] * 20
    connection.request("GET", "/api/v1/nothing")
    assert connection.read_response().status == 404
    connection.request("GET", "/healthz", connection="close")
    assert connection.read_response().status == 200 and connection.is_closed()


@pytest.mark.parametrize("target", ["http://{host}/healthz", "HTTP://elsewhere.example/healthz"])
def test_absolute_form_targets(common_server, connection, target):
    host = common_server.url.partition("://")[2]
    connection.send(f"GET {target.format(host=host)} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    assert connection.read_response().status == 200


def test_byte_by_byte(common_server):
    connection = RawHttpConnection(common_server)
    for letter in "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n":
        connection.send(letter)
    assert connection.read_response().status == 200


def test_an_upgrade_to_something_else(common_server):
    connection = RawHttpConnection(common_server)
    connection.request("GET", "/healthz", connection="Upgrade, HTTP2-Settings", upgrade="h2c", http2_settings="AAMAAABkAAQAAP__")
    assert connection.read_response().status == 200
