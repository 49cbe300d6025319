"""A failed upload leaves nothing: aborted, malformed and too large uploads are refused, and no data remains."""
import os

import pytest

from support.data_folder import assert_no_orphans
from support.http import multipart
from support.raw_http import RawHttpConnection, assert_problem

KIB, MIB = 1 << 10, 1 << 20
KIND = {"Content-Type": "multipart/form-data; boundary=b"}
HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'


@pytest.fixture
def anna(server):
    return server.user("anna")


def assert_nothing_there(server, user, socket=None):
    assert user.http.get("files").json()["items"] == []
    assert user.http.get("users/me").json()["used_bytes"] == 0
    assert_no_orphans(server, files=0)
    if socket:
        assert {message.type for message in server.received(socket)} <= {"UploadProgress"}


@pytest.mark.parametrize("door", ["raw", "chunks", "form"])
def test_aborted(server, anna, door):
    socket = anna.connect()
    body, kind = multipart(("film.mp4", bytes(4 * MIB)))
    for sent in (0, 1, 300 * KIB, 4 * MIB - 1):
        upload = anna.http.begin_request("POST", "files?filename=film.mp4", {"raw": 4 * MIB, "chunks": None, "form": len(body)}[door],
                                         {"Content-Type": kind} if door == "form" else {})
        if sent:
            upload.write(body[:sent])
        upload.abort()
    assert_nothing_there(server, anna, socket)
    assert anna.upload()["size"] == 26, "the next one works"


def test_closed_within_chunks(server, anna):
    for ending in (b"", b"5\r\nhel", b"5\r\nhello", b"5\r\nhello\r\n", b"5\r\nhello\r\n0\r\n", b"5\r\nhello\r\n0"):
        connection = RawHttpConnection(server)
        connection.request("POST", "/api/v1/files?filename=x", authorization=f"Bearer {anna.token}", transfer_encoding="chunked")
        connection.send(ending)
        connection.socket.shutdown(1)
        answer = connection.read_response()
        assert answer is None or answer.status == 400, answer
    assert_nothing_there(server, anna)


@pytest.mark.parametrize("body", [
    b"", b"hello", b"--b", b"--b--", b"--b--\r\n", b"--b\r\n", b"--b\r\n\r\n", HEAD, HEAD + b"\r\n", HEAD + b"\r\nhello",
    HEAD + b"\r\nhello\r\n",
    HEAD + b"\r\nhello\r\n--b", HEAD + b"\r\nhello\r\n--b-", HEAD + b"\r\nhello\r\n--c--\r\n",
    b"--c\r\n" + HEAD[5:] + b"\r\nhello\r\n--c--\r\n",
    b"--b\r\n\r\nhello\r\n--b--\r\n", b"--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--\r\n",
    b'--b\r\nContent-Disposition: form-data; name="other"\r\n\r\nhello\r\n--b--\r\n',
    b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nhello\r\n--b--\r\n',
    b"--b\r\nno colon here\r\n" + HEAD[5:] + b"\r\nhello\r\n--b--\r\n",
    b"--b\r\nX-Long: " + b"x" * 100_000 + b"\r\n" + HEAD[5:] + b"\r\nhi\r\n--b--\r\n",
    b"--b\r\n" + b"X-Many: x\r\n" * 50_000 + HEAD[5:] + b"\r\nhello\r\n--b--\r\n"])
def test_malformed_form(common_server, body):
    user = common_server.user("clumsy")
    user.http.call("POST", "files", body=body, headers=KIND, want="400 INVALID_REQUEST")
    assert user.http.get("files").json()["items"] == []
    assert user.http.get("users/me").json()["used_bytes"] == 0


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=", 'multipart/form-data; boundary=""',
                                  "multipart/form-data; boundary=" + "x" * 200])
def test_a_form_without_a_boundary(common_server, kind):
    user = common_server.user("clumsy")
    user.http.call("POST", "files", body=HEAD + b"\r\nhello\r\n--b--\r\n", headers={"Content-Type": kind}, want="400 INVALID_REQUEST")
    assert user.http.get("files").json()["items"] == []


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip"])
def test_unsupported_content_encoding(common_server, encoding):
    user = common_server.user("clumsy")
    user.http.call("POST", "files?filename=x", body=b"x", headers={"Content-Encoding": encoding}, want="415 UNSUPPORTED_MEDIA_TYPE")
    assert user.http.get("files").json()["items"] == []


class TestTooLarge:
    @pytest.fixture
    def server(self, start_server):
        return start_server(uploads__max_file_bytes="64KiB", realtime__presence="off")

    def test_by_one_byte(self, server, anna):
        for door in (raw, form):
            door(anna, bytes(64 * KIB + 1), want="413 TOO_LARGE")
            assert_nothing_there(server, anna)
        assert [door(anna, bytes(64 * KIB)).json()["size"] for door in (raw, form)] == [64 * KIB] * 2

    def test_while_receiving_chunks(self, server, anna):
        upload = anna.http.begin_request("POST", "files?filename=x", None)
        upload.write(bytes(64 * KIB + 1))
        upload.finish(want="413 TOO_LARGE")
        assert_nothing_there(server, anna)

    def test_one_of_several(self, server, anna):
        body, kind = multipart(("fits", bytes(KIB)), ("does-not", bytes(65 * KIB)), ("fits too", bytes(KIB)))
        anna.http.call("POST", "files", body=body, headers={"Content-Type": kind}, want="413 TOO_LARGE")
        assert "does-not" not in [file["filename"] for file in anna.http.get("files").json()["items"]]

    def test_refused_before_the_body(self, server, anna):
        socket = anna.connect()
        connection = RawHttpConnection(server)
        connection.request("POST", "/api/v1/files?filename=x", authorization=f"Bearer {anna.token}", content_length=10**12)
        assert_problem(connection.read_response(), 413, "TOO_LARGE")
        assert connection.is_closed()
        server.assert_nothing_else(socket)

    def test_a_client_still_sending_reads_the_response(self, server, anna):
        upload = anna.http.begin_request("POST", "files?filename=x", 2 * MIB)
        try:
            for _ in range(32):
                upload.write(os.urandom(64 * KIB))
        except (BrokenPipeError, ConnectionResetError):
            pass
        upload.finish(want="413 TOO_LARGE")


class TestExpect:
    @pytest.fixture
    def server(self, start_server):
        return start_server(uploads__max_file_bytes="64KiB", uploads__quota_bytes="100KiB", realtime__presence="off")

    def ask(self, server, user, length, **headers):
        connection = RawHttpConnection(server)
        connection.request("POST", "/api/v1/files?filename=x", authorization=f"Bearer {user.token}" if user else None, content_length=length,
                           expect="100-continue", **headers)
        return connection

    def test_continue_with_length(self, server, anna):
        connection = self.ask(server, anna, 5)
        assert connection.read_response().status == 100
        connection.send(b"hello")
        assert connection.read_response().status == 201
        assert anna.http.get("users/me").json()["used_bytes"] == 5

    def test_continue_with_chunks(self, server, anna):
        connection = self.ask(server, anna, None, transfer_encoding="chunked")
        assert connection.read_response().status == 100
        connection.send(b"5\r\nhello\r\n0\r\n\r\n")
        assert connection.read_response().status == 201

    def test_refused_without_continue(self, server, anna):
        assert_problem(self.ask(server, anna, 65 * KIB).read_response(), 413, "TOO_LARGE")
        assert_problem(self.ask(server, None, 5).read_response(), 401, "AUTHENTICATION_REQUIRED")
        raw(anna, bytes(60 * KIB))
        assert_problem(self.ask(server, anna, 60 * KIB).read_response(), 507, "QUOTA_EXCEEDED")


def raw(user, data, want=201):
    return user.http.call("POST", "files?filename=x", body=data, want=want)


def form(user, data, want=201):
    body, kind = multipart(("x", data))
    return user.http.call("POST", "files", body=body, headers={"Content-Type": kind}, want=want)
