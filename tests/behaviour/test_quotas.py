"""Quotas, default and per user, count bytes as they arrive, by every endpoint."""
import threading

import pytest

from support.data_folder import assert_no_orphans
from support.http import multipart

KIB = 1 << 10
TURNED_AWAY = (BrokenPipeError, ConnectionResetError)


def raw(user, data):
    return user.http.call("POST", "files?filename=x", body=data, want=0)


def form(user, data):
    body, kind = multipart(("x", data))
    return user.http.call("POST", "files", body=body, headers={"Content-Type": kind}, want=0)


def chunks(user, data):
    upload = user.http.begin_request("POST", "files?filename=x", None)
    for start in range(0, len(data), 10_000):
        upload.write(data[start:start + 10_000])
    return upload.finish(want=0)


def conclude(upload):
    """Returns the response to an upload that may have been refused before its end."""
    try:
        return upload.finish(want=0)
    except TURNED_AWAY:
        upload.chunked = False
        return upload.finish(want=0)


def used(user):
    return user.http.get("users/me", want=200).json()["used_bytes"]


@pytest.mark.parametrize("door", [raw, form, chunks])
def test_up_to_the_last_byte_and_no_further(start_server, door):
    server = start_server(uploads__quota_bytes="100KiB", realtime__presence="off")
    anna = server.user("anna")
    door(anna, bytes(60 * KIB)).expect(201)
    socket = anna.connect()
    door(anna, bytes(40 * KIB + 1)).expect("507 QUOTA_EXCEEDED")
    assert {message.type for message in server.received(socket)} <= {"UploadProgress"}
    assert used(anna) == 60 * KIB
    assert_no_orphans(server, files=1)
    file = door(anna, bytes(40 * KIB)).expect(201).json()
    assert used(anna) == 100 * KIB
    door(anna, b"x").expect("507 QUOTA_EXCEEDED")
    door(anna, b"").expect("507 QUOTA_EXCEEDED")  # an empty file counts 1 KiB
    anna.delete(file)
    door(anna, b"").expect(201)
    door(anna, bytes(39 * KIB)).expect(201)


def test_everyone_has_their_own(start_server):
    server = start_server(uploads__quota_bytes="10KiB")
    anna, ben = server.user("anna"), server.user("ben")
    raw(anna, bytes(10 * KIB)).expect(201)
    raw(ben, bytes(10 * KIB)).expect(201)
    raw(ben, b"x").expect("507 QUOTA_EXCEEDED")
    server.restart()
    raw(anna, b"x").expect("507 QUOTA_EXCEEDED")


def test_one_has_more_than_the_others_or_less(start_server):
    server = start_server(uploads__quota_bytes="10KiB")
    anna, ben = server.user("anna"), server.user("ben")
    assert server.admin.http.patch(f"users/{anna.id}", {"quota_bytes": 20 * KIB}, want=200).json()["quota_bytes"] == 20 * KIB
    server.admin.http.patch(f"users/{ben.id}", {"quota_bytes": 5}, want=200)
    raw(anna, bytes(20 * KIB)).expect(201)
    raw(ben, bytes(6)).expect("507 QUOTA_EXCEEDED")
    raw(ben, bytes(5)).expect(201)
    assert anna.http.get("users/me").json()["quota_bytes"] == 20 * KIB


def test_a_smaller_quota_takes_nothing_away(common_server, anna):
    file = anna.upload("x", bytes(10 * KIB))
    common_server.admin.http.patch(f"users/{anna.id}", {"quota_bytes": KIB}, want=200)
    raw(anna, b"x").expect("507 QUOTA_EXCEEDED")
    assert len(anna.download(file, want=200).body) == 10 * KIB


def test_many_at_once_do_not_get_more(common_server, anna):
    common_server.admin.http.patch(f"users/{anna.id}", {"quota_bytes": 50 * KIB}, want=200)
    uploads = [anna.http.begin_request("POST", f"files?filename={number}", 20 * KIB if number % 2 else None) for number in range(12)]
    for _ in range(2):
        for upload in uploads:
            try:
                upload.write(bytes(10 * KIB))
            except TURNED_AWAY:
                pass
    answers = [conclude(upload) for upload in uploads]
    got = sum(answer.status == 201 for answer in answers)
    assert got <= 2 and used(anna) == got * 20 * KIB
    assert {answer.json()["code"] for answer in answers if answer.status != 201} == {"QUOTA_EXCEEDED"}


def test_no_upload_and_delete_loses_count(common_server, anna):
    def come_and_go():
        me = anna.http.clone()
        for _ in range(10):
            file = me.call("POST", "files?filename=x", body=bytes(KIB), want=201).json()
            me.delete(f"files/{file['id']}", want=204)
    people = [threading.Thread(target=come_and_go) for _ in range(6)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert used(anna) == 0
    anna.upload("x", bytes(7))
    assert used(anna) == 7
