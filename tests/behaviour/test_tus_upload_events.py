"""UploadProgress and FileUploaded of a resumed upload are delivered to its owner only, in order, without duplicates."""
import random

import pytest

from support import tus
from support.upload_events import assert_upload_events, uploaded_file_ids

MIB = 1 << 20
DATA = random.Random("seen").randbytes(3 * MIB + 3)
METADATA = tus.metadata(filename="film.mp4")


@pytest.fixture
def server(start_server):
    """Reports every step of an upload."""
    return start_server(realtime__progress_interval="1ms", realtime__presence="off")


@pytest.fixture
def anna(server):
    return server.user("anna")


def test_from_the_first_piece_to_the_last(server, anna):
    ben = server.user("ben")
    mine, others = [anna.connect(), anna.connect()], [ben.connect(), server.admin.connect(), server.listen()]
    upload = tus.create(anna.http, len(DATA), upload_metadata=METADATA)
    upload.patch(DATA[:MIB], 0)
    for socket in mine:
        first = socket.expect("UploadProgress", file_id=upload.id, total_bytes=len(DATA))
        assert 0 < first["bytes_uploaded"] <= MIB
        assert first["progress"] == pytest.approx(first["bytes_uploaded"] / len(DATA), abs=1e-3)
    upload.send(DATA, MIB)
    file = upload.file(DATA)
    for socket in mine:
        assert_upload_events(server.received(socket), file)
    server.assert_nothing_else(*others)


def test_piece_by_small_piece(server, anna):
    socket = anna.connect()
    upload = tus.create(anna.http, 100_000, upload_metadata=METADATA).send(DATA[:100_000], piece=2000)
    assert_upload_events(server.received(socket), upload.file(DATA[:100_000]))


def test_without_a_length_until_it_is_known(server, anna):
    socket = anna.connect()
    upload = tus.create(anna.http, upload_defer_length=1, upload_metadata=METADATA)
    upload.patch(DATA[:MIB], 0)
    first = socket.expect("UploadProgress", file_id=upload.id, total_bytes=0, progress=0)
    assert 0 < first["bytes_uploaded"] <= MIB
    upload.patch(DATA[MIB:], MIB, upload_length=len(DATA))
    assert_upload_events(server.received(socket), upload.file(DATA))


def test_the_length_alone_at_the_end(server, anna):
    socket = anna.connect()
    upload = tus.create(anna.http, upload_defer_length=1, upload_metadata=METADATA).send(DATA)
    assert uploaded_file_ids(server.received(socket)) == []
    upload.patch(b"", len(DATA), upload_length=len(DATA))
    assert_upload_events(server.received(socket), upload.file(DATA))


def test_after_it_broke_off(server, anna):
    socket = anna.connect()
    upload = tus.create(anna.http, len(DATA), upload_metadata=METADATA)
    for sent in (MIB, 2 * MIB):
        at = upload.offset()
        sending = upload.begin_patch(at, len(DATA) - at)
        sending.write(DATA[at:sent])
        sending.abort()
    upload.resume(DATA)
    assert_upload_events(server.received(socket), upload.file(DATA))


def test_not_back_to_where_a_damaged_piece_began(server, anna):
    socket = anna.connect()
    upload = tus.create(anna.http, len(DATA), upload_metadata=METADATA)
    upload.patch(DATA[:2 * MIB], 0, upload_checksum=tus.checksum(b"something else"), want="460 CHECKSUM_MISMATCH")
    assert socket.expect("UploadProgress", file_id=upload.id)["bytes_uploaded"] > 0
    upload.send(DATA, piece=100_000)
    assert_upload_events(server.received(socket), upload.file(DATA))


def test_after_the_server_died(server, anna):
    upload = tus.create(anna.http, len(DATA), upload_metadata=METADATA).send(DATA[:2 * MIB])
    server.kill()
    server.disconnect_all()
    server.start()
    socket = anna.connect()
    upload.patch(DATA[2 * MIB:2 * MIB + 1000], 2 * MIB)
    assert socket.expect("UploadProgress", file_id=upload.id)["bytes_uploaded"] > 2 * MIB, "it does not begin anew"
    upload.send(DATA, 2 * MIB + 1000)
    assert_upload_events(server.received(socket), upload.file(DATA))


def test_two_at_once(server, anna):
    socket = anna.connect()
    one, two = (tus.create(anna.http, len(DATA), upload_metadata=METADATA) for _ in range(2))
    for at in range(0, len(DATA), 500_000):
        one.patch(DATA[at:at + 500_000], at)
        two.patch(DATA[at:at + 500_000], at)
    assert_upload_events(server.received(socket), one.file(DATA), two.file(DATA))


def test_seldom_where_progress_is_to_be_seldom(start_server):
    server = start_server(realtime__progress_interval="1h", realtime__presence="off")
    anna = server.user("anna")
    socket = anna.connect()
    upload = tus.create(anna.http, len(DATA), upload_metadata=METADATA).send(DATA, piece=100_000)
    messages = server.received(socket)
    assert_upload_events(messages, upload.file(DATA))
    assert len(messages) <= 3, "the first step, the last one, FileUploaded"


def test_nothing_of_what_was_refused(server, anna):
    socket = anna.connect()
    upload = tus.create(anna.http, 10, upload_metadata=METADATA)
    upload.patch(b"hello", 3, want="409 CONFLICT")
    upload.patch(b"hello world", 0, want="413 TOO_LARGE")
    upload.patch(b"hello", 0, want="415 UNSUPPORTED_MEDIA_TYPE", content_type="text/plain")
    tus.request(anna.http, "POST", want="400 INVALID_REQUEST", upload_length=-1)
    server.assert_nothing_else(socket)


def test_a_recipient_hears_nothing_before_it_is_shared(server, anna):
    ben = server.user("ben")
    socket = ben.connect()
    upload = tus.create(anna.http, 5, upload_metadata=METADATA).send(b"hello")
    server.assert_nothing_else(socket)
    share = anna.share({"id": upload.id}, recipients=[ben])
    socket.expect("FileShared", share_id=share["share_id"], file_id=upload.id)
