"""An upload is checked: with Upload-Checksum, altered bytes never count."""
import random

import pytest

from support import tus
from support.data_folder import assert_no_orphans
from support.upload_events import assert_upload_events

MIB = 1 << 20
DATA = random.Random("checked").randbytes(3 * MIB + 5)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
class TestAlgorithms:
    def test_match(self, anna, algorithm):
        upload = tus.create(anna.http, len(DATA))
        upload.patch(DATA[:MIB], 0, upload_checksum=tus.checksum(DATA[:MIB], algorithm))
        upload.patch(DATA[MIB:], MIB, upload_checksum=tus.checksum(DATA[MIB:], algorithm))
        upload.assert_content(DATA)

    @pytest.mark.parametrize("size", [1, MIB + 1, len(DATA) - 5])
    def test_mismatch(self, anna, algorithm, size):
        upload = tus.create(anna.http, len(DATA)).send(DATA[:5])
        right = tus.checksum(DATA[5:5 + size], algorithm)
        broken = bytes([DATA[5] ^ 1]) + DATA[6:5 + size]
        upload.patch(broken, 5, upload_checksum=right, want="460 CHECKSUM_MISMATCH")
        assert upload.offset() == 5
        upload.assert_no_file()
        upload.patch(DATA[5:5 + size], 5, upload_checksum=right)
        upload.send(DATA, 5 + size)
        upload.assert_content(DATA)

    def test_empty_body(self, anna, algorithm):
        upload = tus.create(anna.http, 5)
        upload.patch(b"", 0, upload_checksum=tus.checksum(b"", algorithm))
        upload.patch(b"", 0, upload_checksum=tus.checksum(b"x", algorithm), want="460 CHECKSUM_MISMATCH")
        assert upload.offset() == 0

    def test_with_creation(self, common_server, anna, algorithm):
        socket = anna.connect()
        first = {"upload_length": 5, "content_type": tus.BYTES, "upload_checksum": tus.checksum(b"hello", algorithm)}
        tus.request(anna.http, "POST", body=b"hullo", want="460 CHECKSUM_MISMATCH", **first)
        assert anna.http.get("files").json()["items"] == [] and anna.http.get("users/me").json()["used_bytes"] == 0
        assert {message.type for message in common_server.received(socket)} <= {"UploadProgress"}
        answer = tus.request(anna.http, "POST", body=b"hello", want=201, **first)
        socket.expect_uploaded(tus.Upload(anna.http, answer.headers["Location"]).assert_content(b"hello"))


@pytest.mark.parametrize("checksum", ["md5 1B2M2Y8AsgTpgAmY7PhCfg==", "crc32 AAAAAA==", "SHA-1 qvTGHdzF6KLavt4PO0gs2a6pQ00=", "sha1",
                                      "sha1 ", "sha1 !!!", "nonsense"])
def test_unknown_algorithm(anna, checksum):
    upload = tus.create(anna.http, 5)
    upload.patch(b"hello", 0, upload_checksum=checksum, want="400 INVALID_REQUEST")
    assert upload.offset() == 0


@pytest.mark.parametrize("checksum", ["sha1 qvTG", "sha256 qvTGHdzF6KLavt4PO0gs2a6pQ00=", "sha1 qvTGHdzF6KLavt4PO0gs2a6pQ00AAA=="])
def test_truncated_checksum(anna, checksum):
    upload = tus.create(anna.http, 5)
    assert upload.patch(b"hello", 0, upload_checksum=checksum, want=0).status in (400, 460)
    assert upload.offset() == 0


def test_aborted_body_does_not_count(common_server, anna):
    upload = tus.create(anna.http, len(DATA))
    for sent in (1, MIB, len(DATA) - 1):
        sending = upload.begin_patch(0, len(DATA), upload_checksum=tus.checksum(DATA))
        sending.write(DATA[:sent])
        sending.abort()
        assert upload.offset() == 0
    upload.patch(DATA, 0, upload_checksum=tus.checksum(DATA))
    upload.assert_content(DATA)


def test_stalled_sender(common_server, anna):
    upload = tus.create(anna.http, len(DATA))
    sending = upload.begin_patch(0, len(DATA), upload_checksum=tus.checksum(DATA))
    sending.write(DATA[:MIB])
    assert upload.offset() == 0
    upload.patch(DATA, 0, upload_checksum=tus.checksum(DATA))
    upload.assert_content(DATA)
    sending.abort()


def test_no_events_for_a_mismatch(start_server):
    server = start_server(realtime__progress_interval="1ms", realtime__presence="off")
    anna = server.user("anna")
    socket = anna.connect()
    upload = tus.create(anna.http, len(DATA), upload_metadata=tus.metadata(filename="checked.bin"))
    for broken in (DATA[:-1] + b"x", bytes(len(DATA))):
        upload.patch(broken, 0, upload_checksum=tus.checksum(DATA), want="460 CHECKSUM_MISMATCH")
    before = server.received(socket)
    assert all(message.type == "UploadProgress" and message.data["progress"] < 1 for message in before)
    upload.patch(DATA[:MIB], 0)
    upload.patch(DATA[MIB:], MIB, upload_checksum=tus.checksum(DATA[MIB:]))
    assert_upload_events(before + server.received(socket), upload.file(DATA))
    assert_no_orphans(server, files=1)


def test_crash_during_verification(start_server):
    server = start_server()
    anna = server.user("anna")
    upload = tus.create(anna.http, len(DATA)).send(DATA[:5])
    sending = upload.begin_patch(5, len(DATA) - 5, upload_checksum=tus.checksum(DATA[5:]))
    sending.write(DATA[5:2 * MIB])
    server.kill()
    sending.abort()
    server.start()
    assert upload.offset() == 5
    upload.send(DATA, 5)
    upload.assert_content(DATA)
