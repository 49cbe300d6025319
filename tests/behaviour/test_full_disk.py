"""A full disk is reported as such and does no harm; uploads resume as soon as space is free."""
import pytest

from support import tus
from support.data_folder import assert_no_orphans, blobs
from support.fault_injection import SmallDisk
from support.http import multipart
from support.timeouts import eventually
from support.upload_load import CONNECTION_ERRORS

MIB = 1 << 20
DATA = bytes(range(256)) * (12 * MIB // 256)
FULL = "507 STORAGE_FULL"


@pytest.fixture(params=["tmpfs", "ext4"])
def small_disk(request, tmp_path):
    disk = SmallDisk(tmp_path / "disk", mebibytes=24, kind=request.param)
    yield disk
    disk.unmount()


@pytest.fixture(params=["blobs", "everything"])
def server(request, small_disk, start_server):
    if request.param == "blobs":
        return start_server(blobs__url=f"file:{small_disk.folder}/blobs", realtime__presence="off")
    return start_server(data=small_disk.folder / "data", realtime__presence="off")


def raw(user, data):
    return user.http.clone().call("POST", "files?filename=x", body=data, want=0)


def form(user, data):
    body, kind = multipart(("x", data))
    return user.http.clone().call("POST", "files", body=body, headers={"Content-Type": kind}, want=0)


def chunks(user, data):
    upload = user.http.clone().begin_request("POST", "files?filename=x", None)
    try:
        for start in range(0, len(data), 100_000):
            upload.write(data[start:start + 100_000])
        return upload.finish(want=0)
    except CONNECTION_ERRORS:  # refused before the end of the body
        upload.chunked = False
        return upload.finish(want=0)


def used(user):
    return user.http.get("users/me", want=200).json()["used_bytes"]


def assert_all_else_works(server, user, *files):
    server.check_alive()
    server.guest().get("/healthz", want=200)
    for file, data in files:
        assert user.download(file, want=200).body == data
    assert [file["id"] for file in user.http.get("files", want=200).json()["items"]] == [file["id"] for file, _ in files]


def assert_quota_is_whole(server, user, room):
    """Checks that no quota reservation leaked: exactly `room` more bytes can be stored, and not one more."""
    server.admin.http.patch(f"users/{user.id}", {"quota_bytes": used(user) + room}, want=200)
    raw(user, bytes(room + 1)).expect("507 QUOTA_EXCEEDED")
    raw(user, bytes(room)).expect(201)


@pytest.mark.parametrize("door", [raw, form, chunks])
def test_every_upload_endpoint(server, small_disk, door):
    anna = server.user("anna")
    kept = anna.upload("kept", DATA[:MIB])
    small_disk.fill(leave=4 * MIB)
    socket = anna.connect()
    for _ in range(3):
        door(anna, DATA).expect(FULL)
        assert_all_else_works(server, anna, (kept, DATA[:MIB]))
        assert used(anna) == MIB
        assert_no_orphans(server, files=1)
    assert {message.type for message in server.received(socket)} <= {"UploadProgress", "DownloadStarted"}
    small_disk.empty()
    file = door(anna, DATA).expect(201).json()
    assert_all_else_works(server, anna, (file, DATA), (kept, DATA[:MIB]))
    assert_quota_is_whole(server, anna, MIB)


def test_a_deleted_file_makes_room(server, small_disk):
    anna = server.user("anna")
    file = anna.upload("large", DATA)
    raw(anna, DATA).expect(FULL)
    anna.delete(file)
    assert not blobs(server)
    raw(anna, DATA).expect(201)
    assert used(anna) == len(DATA)
    assert_no_orphans(server, files=1)
    assert_quota_is_whole(server, anna, MIB)


def test_an_upload_goes_on_when_there_is_room(server, small_disk):
    anna = server.user("anna")
    upload = tus.create(anna.http, len(DATA)).send(DATA[:2 * MIB])
    small_disk.fill(leave=3 * MIB)
    for _ in range(3):
        sending = upload.begin_patch(upload.offset(), len(DATA) - upload.offset())
        try:
            sending.write(DATA[upload.offset():])
        except CONNECTION_ERRORS:
            pass
        sending.finish(want=FULL)
        assert 2 * MIB <= upload.offset() < len(DATA)
        assert_all_else_works(server, anna)
        assert used(anna) == upload.offset()
    small_disk.empty()
    upload.send(DATA, upload.offset())
    upload.assert_content(DATA)
    assert_no_orphans(server, files=1)
    assert_quota_is_whole(server, anna, MIB)


def test_parts_are_joined_when_there_is_room(server, small_disk):
    anna = server.user("anna")
    half = DATA[:3 * MIB]
    parts = [tus.create(anna.http, len(half), upload_concat="partial").send(half) for _ in range(2)]
    small_disk.fill(leave=4 * MIB)
    tus.concatenate(anna.http, *parts, want=FULL)
    assert [part.offset() for part in parts] == [len(half)] * 2 and used(anna) == 2 * len(half)
    small_disk.empty()
    tus.Upload(anna.http, tus.concatenate(anna.http, *parts).headers["Location"]).assert_content(half + half)
    assert_no_orphans(server, files=1)
    assert_quota_is_whole(server, anna, MIB)


def test_delete_without_a_free_byte(server, small_disk):
    anna, ben = server.user("anna"), server.user("ben")
    files = [anna.upload(f"{number}", DATA[:MIB // 4]) for number in range(20)]
    anna.share(files[0], recipients=[ben])
    upload = tus.create(anna.http, 3 * MIB).send(DATA[:MIB])
    socket, his = anna.connect(), ben.connect()
    for number in range(10):  # the freed space is filled at once
        small_disk.fill()
        anna.delete(files[number])
        socket.expect("FileDeleted", file_id=files[number]["id"])
    his.expect("FileDeleted", file_id=files[0]["id"])
    small_disk.fill()
    upload.delete()
    small_disk.fill()
    server.kill()
    small_disk.empty()
    server.start()
    assert {file["id"] for file in anna.http.get("files", want=200).json()["items"]} == {file["id"] for file in files[10:]}
    assert used(anna) == 10 * MIB // 4
    assert_no_orphans(server, files=10)
    ballast = server.database_file.with_name("kingshare.db-ballast")
    eventually(lambda: anna.upload() and ballast.stat().st_size == 4 * MIB, "what was given up is taken again")
    assert_quota_is_whole(server, anna, MIB)


def test_no_free_byte(server, small_disk):
    anna = server.user("anna")
    kept, upload = anna.upload("kept", DATA[:MIB]), tus.create(anna.http, 10)
    small_disk.fill()
    for answer in (raw(anna, b"small"), form(anna, b"small"), upload.patch(b"small", 0, want=0)):
        assert answer.status in (507, 503), answer
    assert anna.http.get("files", want=200).json()["items"] == [kept] and upload.offset() == 0
    server.guest().get("/healthz", want=200)
    small_disk.empty()
    assert anna.download(kept, want=200).body == DATA[:MIB]
    upload.send(b"0123456789")
    upload.assert_content(b"0123456789")
    for door in (raw, form, chunks):
        door(anna, b"small").expect(201)
    assert used(anna) == MIB + 10 + 15
    assert_no_orphans(server, files=5)
    assert_quota_is_whole(server, anna, MIB)
