"""An upload has an end: once cancelled or expired, it is removed with all its data."""
import time

import pytest

from support import tus
from support.data_folder import assert_no_orphans, incoming
from support.timeouts import SLOWNESS, TIMEOUT, duration, eventually

KIB = 1 << 10
LASTING = 2 * SLOWNESS
KINDS = {"plain": {"upload_length": 60 * KIB}, "of unknown length": {"upload_defer_length": 1},
         "a part": {"upload_length": 60 * KIB, "upload_concat": "partial"},
         "a finished part": {"upload_length": 50 * KIB, "upload_concat": "partial"}}


def half(user, **headers):
    return tus.Upload(user.http, tus.request(user.http, "POST", want=201, **headers).headers["Location"]).send(bytes(50 * KIB))


def assert_all_room_is_free(server, user):
    assert_no_orphans(server, files=0)
    assert user.http.get("users/me").json()["used_bytes"] == 0
    assert user.http.get("files").json()["items"] == []
    user.upload("full", bytes(100 * KIB))


@pytest.mark.parametrize("kind", KINDS)
def test_delete(start_server, kind):
    server = start_server(uploads__quota_bytes="100KiB", realtime__presence="off")
    anna = server.user("anna")
    socket = anna.connect()
    upload = half(anna, **KINDS[kind])
    assert len(incoming(server)) == 1
    upload.delete()
    upload.assert_gone()
    assert {message.type for message in server.received(socket)} <= {"UploadProgress"}
    assert_all_room_is_free(server, anna)


def test_delete_before_any_bytes(anna):
    for length, more in ((5, {}), (None, {"upload_defer_length": 1}), (5, {"upload_concat": "partial"})):
        upload = tus.create(anna.http, length, **more)
        upload.delete()
        upload.assert_gone()


def test_a_deleted_upload_stays_deleted(start_server):
    server = start_server()
    anna = server.user("anna")
    upload = half(anna, upload_length=60 * KIB)
    upload.delete()
    server.kill()
    server.start()
    upload.assert_gone()
    assert_no_orphans(server, files=0)


class TestExpiration:
    @pytest.fixture
    def server(self, start_server):
        return start_server(uploads__expire_unfinished=duration(2), uploads__quota_bytes="100KiB", realtime__presence="off")

    @pytest.fixture
    def anna(self, server):
        return server.user("anna")

    def wait_for_its_end(self, upload):
        eventually(upload.is_gone, "the upload expires", timeout=LASTING + TIMEOUT)

    @pytest.mark.parametrize("kind", KINDS)
    def test_removed_on_time(self, server, anna, kind):
        socket = anna.connect()
        begun = time.time()
        upload = half(anna, **KINDS[kind])
        assert begun + LASTING - 1 <= upload.expires() <= time.time() + LASTING + 1
        self.wait_for_its_end(upload)
        assert time.time() >= begun + LASTING - 0.1
        upload.assert_gone()
        assert {message.type for message in server.received(socket)} <= {"UploadProgress"}
        assert_all_room_is_free(server, anna)

    def test_upload_expires_header(self, anna):
        answer = tus.request(anna.http, "POST", want=201, upload_length=5)
        assert answer.headers["Upload-Expires"].endswith(" GMT")
        upload = tus.Upload(anna.http, answer.headers["Location"])
        assert upload.patch(b"he", 0).headers["Upload-Expires"] == upload.head().headers["Upload-Expires"]

    def test_expired_while_the_server_was_down(self, server, anna):
        upload = half(anna, upload_length=60 * KIB)
        expires = upload.expires() + 1  # Upload-Expires has whole seconds
        server.kill()
        eventually(lambda: time.time() > expires, "its time has come", timeout=LASTING + TIMEOUT)
        server.start()
        self.wait_for_its_end(upload)
        assert_all_room_is_free(server, anna)

    @pytest.mark.parametrize("headers", [{}, {"upload_checksum": tus.checksum(bytes(60 * KIB))}], ids=["plain", "checked"])
    def test_expired_while_the_sender_stalls(self, server, anna, headers):
        upload = tus.create(anna.http, 60 * KIB)
        sending = upload.begin_patch(0, 60 * KIB, **headers)
        sending.write(bytes(50 * KIB))
        self.wait_for_its_end(upload)
        assert_all_room_is_free(server, anna)
        sending.finish(want="404 NOT_FOUND")
        assert "level=error" not in server.log

    @pytest.mark.parametrize("headers", [{}, {"upload_checksum": tus.checksum(bytes(60 * KIB))}], ids=["plain", "checked"])
    def test_not_while_the_sender_continues(self, server, anna, headers):
        upload = tus.create(anna.http, 60 * KIB)
        begun, sent = time.time(), 0
        sending = upload.begin_patch(0, 60 * KIB, **headers)

        def goes_on():
            nonlocal sent
            sending.write(b"\0")
            sent += 1
            return time.time() > begun + 2 * LASTING
        eventually(goes_on, "time passes", timeout=2 * LASTING + TIMEOUT)
        sending.write(bytes(60 * KIB - sent))
        sending.finish(want=204)
        upload.assert_content(bytes(60 * KIB))

    def test_finished_uploads_stay(self, server, anna):
        file = tus.create(anna.http, 5).send(b"hello")
        whole = tus.Upload(anna.http, tus.concatenate(anna.http, tus.create(anna.http, 5, upload_concat="partial").send(b"world"))
                           .headers["Location"])
        self.wait_for_its_end(tus.create(anna.http, 5))
        file.assert_content(b"hello")
        whole.assert_content(b"world")
        assert_no_orphans(server, files=2)
