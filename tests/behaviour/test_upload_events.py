"""UploadProgress and FileUploaded are delivered to every connection of the owner, and to no other."""
import pytest

from support.http import multipart
from support.upload_events import assert_upload_events

MIB = 1 << 20


@pytest.fixture
def talkative(start_server):
    """A server that reports every step of an upload."""
    return start_server(realtime__progress_interval="1ms", realtime__presence="off")


def test_on_every_connection_of_mine_and_on_no_other(common_server, anna, ben):
    shared = anna.upload("shared.txt")
    share = anna.share(shared, recipients=[ben])
    mine = [anna.connect(), anna.connect(protocols=["kingshare.v1", f"bearer.{anna.token}"])]
    others = [ben.connect(), common_server.admin.connect(), common_server.listen(), common_server.listen(share=share)]
    file = anna.upload("letter.txt", b"x" * 1000)
    for socket in mine:
        assert_upload_events(common_server.received(socket), file)
    common_server.assert_nothing_else(*others)


def test_step_by_step(talkative):
    anna = talkative.user("anna")
    socket = anna.connect()
    upload = anna.http.begin_request("POST", "files?filename=film.mp4", 4 * MIB)
    upload.write(bytes(MIB))
    first = socket.expect("UploadProgress", total_bytes=4 * MIB)
    assert 0 < first["bytes_uploaded"] <= MIB and first["progress"] == pytest.approx(first["bytes_uploaded"] / (4 * MIB), abs=1e-3)
    upload.write(bytes(3 * MIB))
    file = upload.finish(want=201).json()
    assert file["id"] == first["file_id"]
    assert_upload_events(talkative.received(socket), file)


def test_without_a_length_until_it_is_known(talkative):
    anna = talkative.user("anna")
    socket = anna.connect()
    upload = anna.http.begin_request("POST", "files?filename=stream.bin", None)
    upload.write(bytes(MIB))
    first = socket.expect("UploadProgress", total_bytes=0, progress=0)
    assert 0 < first["bytes_uploaded"] <= MIB
    upload.write(bytes(MIB))
    file = upload.finish(want=201).json()
    assert_upload_events(talkative.received(socket), file)


def test_as_a_form(talkative):
    anna = talkative.user("anna")
    socket = anna.connect()
    body, kind = multipart(("photo.jpg", bytes(3 * MIB), "image/jpeg"))
    file = anna.http.call("POST", "files", body=body, headers={"Content-Type": kind}, want=201).json()
    assert_upload_events(talkative.received(socket), file)


def test_as_a_form_with_several_files(common_server, anna):
    socket = anna.connect()
    body, kind = multipart(("a.txt", b"one"), ("b.txt", b"two, longer"), ("c.bin", bytes(MIB)))
    files = anna.http.call("POST", "files", body=body, headers={"Content-Type": kind}, want=201).json()["items"]
    assert [file["filename"] for file in files] == ["a.txt", "b.txt", "c.bin"]
    assert_upload_events(common_server.received(socket), *files)


def test_seldom_where_progress_is_to_be_seldom(start_server):
    server = start_server(realtime__progress_interval="1h", realtime__presence="off")
    anna = server.user("anna")
    socket = anna.connect()
    file = anna.upload("film.mp4", bytes(8 * MIB))
    messages = server.received(socket)
    assert_upload_events(messages, file)
    assert len(messages) <= 3, "the first step, the last one, FileUploaded"


def test_an_empty_file_arrives_too(common_server, anna):
    socket = anna.connect()
    file = anna.upload("empty.txt", b"")
    assert socket.expect_uploaded(file) == {"file_id": file["id"], "filename": "empty.txt", "size": 0}


def test_a_name_in_every_script(common_server, anna):
    socket = anna.connect()
    name = 'Übung "№ 1" – ファイル 🎈.txt'
    assert socket.expect_uploaded(anna.upload(name))["filename"] == name


def test_what_breaks_off_never_arrived(talkative):
    anna = talkative.user("anna")
    socket = anna.connect()
    upload = anna.http.begin_request("POST", "files?filename=film.mp4", 4 * MIB)
    upload.write(bytes(MIB))
    socket.expect("UploadProgress")
    upload.abort()
    file = anna.upload("after.txt")
    events = [message for message in talkative.received(socket) if message.type != "UploadProgress"]
    assert [message.data["file_id"] for message in events] == [file["id"]]


def test_what_is_refused_never_arrived(common_server, anna):
    socket = anna.connect()
    anna.http.call("POST", "files?filename=", body=b"no name", headers={"Content-Type": "application/octet-stream"}, want="400 INVALID_REQUEST")
    common_server.assert_nothing_else(socket)
