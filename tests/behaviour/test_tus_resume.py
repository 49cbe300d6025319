"""An upload resumes at its offset."""
import random

import pytest

from support import tus

MIB = 1 << 20
DATA = random.Random("an upload").randbytes(4 * MIB + 777)


class TestPatch:
    def test_offset_grows(self, anna):
        upload = tus.create(anna.http, 10)
        for at, piece in ((0, b"he"), (2, b""), (2, b"llo wor"), (9, b"l")):
            assert upload.offset() == at
            upload.patch(piece, at)
        upload.assert_content(b"hello worl")

    def test_pieces_of_every_size(self, anna):
        upload, chance, at = tus.create(anna.http, len(DATA)), random.Random("pieces"), 0
        while at < len(DATA):
            size = chance.choice([1, 4095, 65536, 262144, 262145, MIB])
            upload.patch(DATA[at:at + size], at)
            at = min(at + size, len(DATA))
        upload.assert_content(DATA)

    def test_chunked_body(self, anna):
        upload = tus.create(anna.http, len(DATA))
        sending = upload.begin_patch(0, None)
        for start in range(0, len(DATA), 100_000):
            sending.write(DATA[start:start + 100_000])
        assert sending.finish(want=204).headers["Upload-Offset"] == str(len(DATA))
        upload.assert_content(DATA)

    @pytest.mark.parametrize("at", [0, 4, 6, 10, 2**63 - 1])
    def test_wrong_offset(self, anna, at):
        upload = tus.create(anna.http, 10).send(b"hello")
        upload.patch(b"world", at, want="409 CONFLICT")
        assert upload.offset() == 5

    def test_huge_offset(self, anna):
        upload = tus.create(anna.http, 10).send(b"hello")
        assert 400 <= upload.patch(b"world", 2**64 + 5, want=0).status < 500
        assert upload.offset() == 5

    @pytest.mark.parametrize("at", [None, "", "-1", "five", "0x5", "5.0"])
    def test_invalid_offset(self, anna, at):
        upload = tus.create(anna.http, 10).send(b"hello")
        upload.patch(b"world", at, want="400 INVALID_REQUEST")
        assert upload.offset() == 5

    @pytest.mark.parametrize("kind", [None, "application/octet-stream", "text/plain", "multipart/form-data; boundary=b"])
    def test_wrong_content_type(self, anna, kind):
        upload = tus.create(anna.http, 5)
        upload.patch(b"hello", 0, want="415 UNSUPPORTED_MEDIA_TYPE", content_type=kind)
        assert upload.offset() == 0

    def test_not_past_upload_length(self, anna):
        upload = tus.create(anna.http, 10).send(b"hello")
        upload.patch(b"world!", 5, want="413 TOO_LARGE")
        upload.assert_no_file()
        assert upload.offset() == 5
        upload.patch(b"world", 5)
        assert 400 <= upload.patch(b"!", 10, want=0).status < 500
        upload.assert_content(b"helloworld")

    def test_not_past_upload_length_in_chunks(self, anna):
        upload = tus.create(anna.http, 10)
        sending = upload.begin_patch(0, None)
        sending.write(b"hello world")
        sending.finish(want="413 TOO_LARGE")
        upload.assert_no_file()
        at = upload.offset()
        upload.patch(b"hello worl"[at:], at)
        upload.assert_content(b"hello worl")


class TestDeferredLength:
    def test_declared_later(self, anna):
        upload = tus.create(anna.http, upload_defer_length=1)
        head = upload.head().headers
        assert head["Upload-Defer-Length"] == "1" and "Upload-Length" not in head
        upload.patch(b"hello", 0)
        upload.patch(b" world", 5, upload_length=12)
        head = upload.head().headers
        assert head["Upload-Length"] == "12" and "Upload-Defer-Length" not in head
        upload.assert_no_file()
        upload.patch(b"!", 11)
        upload.assert_content(b"hello world!")

    @pytest.mark.parametrize("last", [b"", b" world"])
    def test_declared_with_the_last_bytes(self, anna, last):
        upload = tus.create(anna.http, upload_defer_length=1).send(b"hello")
        upload.patch(last, 5, upload_length=5 + len(last))
        upload.assert_content(b"hello" + last)

    def test_declared_once(self, anna):
        upload = tus.create(anna.http, upload_defer_length=1)
        upload.patch(b"hello", 0, upload_length=10)
        upload.patch(b"w", 5, upload_length=11, want="400 INVALID_REQUEST")
        assert upload.head().headers["Upload-Length"] == "10" and upload.offset() == 5
        upload.patch(b"world", 5)
        upload.assert_content(b"helloworld")

    @pytest.mark.parametrize("length", ["4", "-1", "five", 2**64 + 5])
    def test_declared_invalid(self, anna, length):
        upload = tus.create(anna.http, upload_defer_length=1).send(b"hello")
        assert upload.patch(b"", 5, upload_length=length, want=0).status in (400, 413)
        assert upload.head().headers["Upload-Defer-Length"] == "1" and upload.offset() == 5

    def test_declared_smaller_than_the_body(self, anna):
        upload = tus.create(anna.http, upload_defer_length=1).send(b"hello")
        assert upload.patch(b"world", 5, upload_length=9, want=0).status in (400, 413)
        upload.assert_no_file()
        assert upload.offset() == 5


def test_the_last_response_is_lost(common_server, anna):
    socket = anna.connect()
    upload = tus.create(anna.http, len(DATA))
    sending = upload.begin_patch(0, len(DATA))
    sending.write(DATA)
    socket.expect("FileUploaded", skipping=("UploadProgress",), file_id=upload.id)
    sending.abort()
    assert upload.offset() == len(DATA), "so that nobody uploads it again"
    common_server.assert_nothing_else(socket)
    upload.assert_content(DATA)


def test_a_deleted_file_is_no_upload(anna):
    upload = tus.create(anna.http, 5).send(b"hello")
    anna.http.delete(f"files/{upload.id}", want=204)
    upload.assert_gone()
