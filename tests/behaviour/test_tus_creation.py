"""Any tus client is understood: tus 1.0.0 discovery and creation, and the error code of each refusal."""
import urllib.parse

import pytest

from support import tus
from support.http import quoted
from support.timeouts import eventually

EXTENSIONS = {"creation", "creation-with-upload", "creation-defer-length", "expiration", "checksum", "termination", "concatenation"}
OTHER_VERSIONS = [None, "0.2.2", "2.0.0", "1.0", "1.0.0.0", "nonsense"]


def words(answer, header):
    return {word.strip() for word in answer.headers[header].split(",")}


def assert_invalid_field(answer, *names):
    answer.expect("400 INVALID_REQUEST")
    assert answer.json().get("field") in names, f"{answer} should blame {' or '.join(names)}"


class TestDiscovery:
    def test_without_authentication(self, common_server):
        answer = common_server.guest().call("OPTIONS", "uploads")
        assert "1.0.0" in words(answer, "Tus-Version") and answer.headers["Tus-Resumable"] == "1.0.0"
        assert words(answer, "Tus-Extension") >= EXTENSIONS
        assert words(answer, "Tus-Checksum-Algorithm") >= {"sha1", "sha256"}
        assert "Tus-Max-Size" not in answer.headers

    def test_max_size(self, start_server):
        server = start_server(uploads__max_file_bytes="64KiB")
        assert server.guest().call("OPTIONS", "uploads").headers["Tus-Max-Size"] == "65536"

    @pytest.mark.parametrize("version", OTHER_VERSIONS)
    def test_unsupported_version(self, common_server, anna, version):
        upload = tus.create(anna.http, 5)
        answer = tus.request(anna.http, "POST", want="412 PRECONDITION_FAILED", upload_length=5, tus_resumable=version)
        assert "1.0.0" in words(answer, "Tus-Version")
        answer = upload.patch(b"hello", 0, want="412 PRECONDITION_FAILED", tus_resumable=version)
        assert "1.0.0" in words(answer, "Tus-Version")
        for method in ("HEAD", "DELETE"):
            tus.request(anna.http, method, upload.target, want=412, tus_resumable=version)
        assert upload.offset() == 0, "nothing of it was done"

    def test_tus_resumable_in_every_response(self, start_server):
        server = start_server(http__requests_per_second="1", http__request_burst=20)
        upload = tus.create(server.admin.http, 5)
        for method in ("GET", "PUT"):
            for target in ("uploads", upload.target):
                answer = server.admin.http.call(method, target, want="405 METHOD_NOT_ALLOWED", checked=False)
                assert answer.headers.get_all("Tus-Resumable") == ["1.0.0"], answer
        guest = server.guest()
        eventually(lambda: tus.request(guest, "HEAD", upload.target, want=0).status == 429, "there are too many, and each is answered as tus")


class TestCreation:
    def test_location(self, common_server, anna):
        answer = tus.request(anna.http, "POST", want=201, upload_length=5)
        there = urllib.parse.urljoin(f"{common_server.url}/api/v1/uploads", answer.headers["Location"])
        assert urllib.parse.urlsplit(there).netloc == f"127.0.0.1:{common_server.port}", "as whoever asked came here"
        assert not answer.body
        upload = tus.Upload(anna.http, there)
        assert upload.head().headers["Cache-Control"] == "no-store"
        assert (upload.head().headers["Upload-Offset"], upload.head().headers["Upload-Length"]) == ("0", "5")

    def test_the_file_has_the_id_of_the_upload(self, anna):
        upload = tus.create(anna.http, 5, upload_metadata=tus.metadata(filename="Übung № 1.txt", filetype="text/x-tus"))
        upload.assert_no_file()
        upload.patch(b"hello", 0)
        file = upload.assert_content(b"hello")
        assert (file["filename"], file["content_type"], file["owner_id"]) == ("Übung № 1.txt", "text/x-tus", anna.id)
        assert [file["id"] for file in anna.http.get("files").json()["items"]] == [upload.id]
        assert anna.http.get("users/me").json()["used_bytes"] == 5
        assert (upload.head().headers["Upload-Offset"], upload.head().headers["Upload-Length"]) == ("5", "5")

    def test_without_a_name(self, anna):
        upload = tus.create(anna.http, 5)
        assert "Upload-Metadata" not in upload.head().headers
        assert upload.patch(b"hello", 0) and upload.assert_content(b"hello")["filename"]

    def test_an_empty_file_is_complete(self, common_server, anna):
        socket = anna.connect()
        upload = tus.create(anna.http, 0, upload_metadata=tus.metadata(filename="empty.txt"))
        file = upload.file(b"")
        assert socket.expect_uploaded(file) == {"file_id": upload.id, "filename": "empty.txt", "size": 0}
        assert upload.offset() == 0
        common_server.assert_nothing_else(socket)

    @pytest.mark.parametrize("metadata", [
        tus.metadata(filename="letter.txt"), tus.metadata(filename="🎈 ファイル", filetype="image/png"),
        tus.metadata(is_confidential=None), tus.metadata(filename="x", is_confidential=None),
        tus.metadata(**{"a-b.c": ""}, relativePath="null", filename="x"),
        "filename eA==, filetype dGV4dC9wbGFpbg=="])
    def test_metadata_is_returned(self, anna, metadata):
        assert tus.create(anna.http, 5, upload_metadata=metadata).head().headers["Upload-Metadata"] == metadata

    @pytest.mark.parametrize("metadata", ["filename !!!", "filename e", "filename eA== eA==", "filename eA==,filename eA==",
                                          "filetype !!!,filename eA=="])
    def test_invalid_metadata(self, anna, metadata):
        assert_invalid_field(tus.request(anna.http, "POST", want=0, upload_length=5, upload_metadata=metadata), "Upload-Metadata")

    @pytest.mark.parametrize("name", ["/w==", "Lw==", "Li4=", "eHh4" * 86])
    def test_invalid_name(self, anna, name):
        answer = tus.request(anna.http, "POST", want=0, upload_length=5, upload_metadata=f"filename {name}")
        assert_invalid_field(answer, "Upload-Metadata", "filename")

    def test_path_traversal_in_the_name(self, anna):
        upload = tus.create(anna.http, 1, upload_metadata=tus.metadata(filename="../../etc/passwd")).send(b"x")
        assert upload.assert_content(b"x")["filename"] == "passwd"

    def test_header_injection_in_the_type(self, anna):
        metadata = tus.metadata(filename="x", filetype="a/b\r\nX-Mine: c")
        answer = tus.request(anna.http, "POST", want=0, upload_length=0, upload_metadata=metadata)
        if answer.status == 201:
            content = anna.http.get(f"files/{tus.Upload(anna.http, answer.headers['Location']).id}/content", want=200)
            assert "X-Mine" not in content.headers
        else:
            assert_invalid_field(answer, "Upload-Metadata")

    @pytest.mark.parametrize("length", ["-1", "-0", "+5", "1.5", "1e3", "0x10", "five", "5 5", ""])
    def test_invalid_length(self, anna, length):
        assert_invalid_field(tus.request(anna.http, "POST", want=0, upload_length=length), "Upload-Length")

    @pytest.mark.parametrize("length", ["9223372036854775808", "18446744073709551616", "18446744073709551621", "9" * 26])
    def test_huge_length(self, anna, length):
        assert tus.request(anna.http, "POST", want=0, upload_length=length).status in (400, 413)

    def test_either_length_or_defer_length(self, anna):
        tus.request(anna.http, "POST", want="400 INVALID_REQUEST")
        tus.request(anna.http, "POST", want="400 INVALID_REQUEST", upload_length=5, upload_defer_length=1)
        for promise in ("0", "2", "yes"):
            assert_invalid_field(tus.request(anna.http, "POST", want=0, upload_defer_length=promise), "Upload-Defer-Length")


class TestCreationWithUpload:
    def test_partial_body(self, anna):
        answer = tus.request(anna.http, "POST", body=b"hello", want=201, upload_length=11, content_type=tus.BYTES)
        assert answer.headers["Upload-Offset"] == "5"
        upload = tus.Upload(anna.http, answer.headers["Location"])
        assert upload.offset() == 5
        upload.patch(b" world", 5)
        upload.assert_content(b"hello world")

    def test_complete_body(self, common_server, anna):
        socket = anna.connect()
        answer = tus.request(anna.http, "POST", body=b"hello", want=201, upload_length=5, content_type=tus.BYTES)
        assert answer.headers["Upload-Offset"] == "5"
        socket.expect_uploaded(tus.Upload(anna.http, answer.headers["Location"]).file(b"hello"))
        common_server.assert_nothing_else(socket)

    def test_with_deferred_length(self, anna):
        answer = tus.request(anna.http, "POST", body=b"hello", want=201, upload_defer_length=1, content_type=tus.BYTES)
        assert answer.headers["Upload-Offset"] == "5"
        upload = tus.Upload(anna.http, answer.headers["Location"])
        upload.patch(b"!", 5, upload_length=6)
        upload.assert_content(b"hello!")

    def test_body_longer_than_upload_length(self, common_server, anna):
        socket = anna.connect()
        tus.request(anna.http, "POST", body=b"hello!", want="413 TOO_LARGE", upload_length=5, content_type=tus.BYTES)
        assert anna.http.get("files").json()["items"] == [] and anna.http.get("users/me").json()["used_bytes"] == 0
        assert {message.type for message in common_server.received(socket)} <= {"UploadProgress"}

    @pytest.mark.parametrize("kind", [{}, {"content_type": "application/json"}])
    def test_other_content_types_are_refused(self, anna, kind):
        tus.request(anna.http, "POST", body=b"{}", want="415 UNSUPPORTED_MEDIA_TYPE", upload_length=5, **kind)


class TestAuthorization:
    def test_unauthenticated(self, common_server, anna):
        upload, guest = tus.create(anna.http, 5), common_server.guest()
        tus.request(guest, "POST", want="401 AUTHENTICATION_REQUIRED", upload_length=5)
        assert upload.as_client(guest).head(want=0).status == 401
        upload.as_client(guest).patch(b"hello", 0, want="401 AUTHENTICATION_REQUIRED")
        upload.as_client(guest).delete(want="401 AUTHENTICATION_REQUIRED")
        assert upload.offset() == 0

    def test_other_users(self, common_server, anna, ben):
        mine, his = anna.connect(), ben.connect()
        upload = tus.create(anna.http, 10).send(b"hello")
        for stranger in (ben, common_server.admin):
            upload.as_client(stranger.http).head(want=404)
            upload.as_client(stranger.http).patch(b"world", 5, want="404 NOT_FOUND")
            upload.as_client(stranger.http).delete(want="404 NOT_FOUND")
        assert upload.offset() == 5
        upload.patch(b"world", 5)
        mine.expect_uploaded(upload.file(b"helloworld"))
        upload.as_client(ben.http).head(want=404)
        common_server.assert_nothing_else(mine, his)

    @pytest.mark.parametrize("name", ["00000000-0000-7000-8000-000000000000", "nonsense", quoted("../files"), "%00", "x" * 1000])
    def test_unknown_upload(self, anna, name):
        upload = tus.Upload(anna.http, f"/api/v1/uploads/{name}")
        upload.head(want=404)
        upload.patch(b"x", 0, want="404 NOT_FOUND")
        upload.delete(want="404 NOT_FOUND")

    def test_cookie_only_from_the_same_origin(self, common_server, anna):
        browser, ours = anna.browser(), {"origin": common_server.url}
        answer = tus.request(browser, "POST", want=201, upload_length=5, **ours)
        upload = tus.Upload(browser, answer.headers["Location"])
        upload.patch(b"hello", 0, want="403 FORBIDDEN", origin="https://evil.example")
        tus.request(browser, "POST", want="403 FORBIDDEN", upload_length=5, origin="https://evil.example")
        upload.patch(b"hello", 0, **ours)
        upload.assert_content(b"hello")


class TestMethodOverride:
    def override(self, upload, method, body=None, want=None, **headers):
        return tus.request(upload.client, "POST", upload.target, body, want, x_http_method_override=method, **headers)

    def test_replaces_the_method(self, anna):
        upload = tus.create(anna.http, 10)
        self.override(upload, "PATCH", b"hello", 204, upload_offset=0, content_type=tus.BYTES)
        assert self.override(upload, "HEAD", want=200).headers["Upload-Offset"] == "5"
        self.override(upload, "PATCH", b"world", 204, upload_offset=5, content_type=tus.BYTES)
        upload.assert_content(b"helloworld")
        other = tus.create(anna.http, 10)
        self.override(other, "DELETE", want=204)
        other.assert_gone()

    def test_has_the_checks_of_the_method(self, anna, ben):
        upload = tus.create(anna.http, 10)
        self.override(upload, "PATCH", b"hello", "409 CONFLICT", upload_offset=1, content_type=tus.BYTES)
        self.override(upload.as_client(ben.http), "DELETE", want="404 NOT_FOUND")
        assert upload.offset() == 0

    @pytest.mark.parametrize("method", ["GET", "patch", "POST", ""])
    def test_other_methods_are_refused(self, anna, method):
        refused = self.override(tus.create(anna.http, 10), method, want="405 METHOD_NOT_ALLOWED")
        assert set(refused.headers["Allow"].split(", ")) == {"OPTIONS", "HEAD", "PATCH", "DELETE"}
        assert refused.headers["Tus-Resumable"] == "1.0.0"
