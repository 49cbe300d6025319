"""Uploads have limits: quota and maximum size for resumable uploads, which count the bytes received, finished or not."""
import threading

import pytest

from support import tus
from support.data_folder import assert_no_orphans

KIB = 1 << 10


def used(user):
    return user.http.get("users/me", want=200).json()["used_bytes"]


class TestQuota:
    @pytest.fixture
    def server(self, start_server):
        return start_server(uploads__quota_bytes="100KiB", realtime__presence="off")

    @pytest.fixture
    def anna(self, server):
        return server.user("anna")

    def test_several_together(self, server, anna):
        one, two, three = (tus.create(anna.http, 60 * KIB) for _ in range(3))
        one.patch(bytes(49 * KIB), 0)
        two.patch(bytes(49 * KIB), 0)  # each of the two other uploads counts 1 KiB
        for upload, at in ((three, 0), (one, 49 * KIB), (two, 49 * KIB)):
            upload.patch(bytes(10 * KIB), at, want="507 QUOTA_EXCEEDED")
            assert upload.offset() == at, "and it may wait for room"
        anna.http.call("POST", "files?filename=x", body=b"x", want="507 QUOTA_EXCEEDED")
        server.kill()
        server.start()
        anna.http.call("POST", "files?filename=x", body=b"x", want="507 QUOTA_EXCEEDED")
        two.delete()
        one.patch(bytes(11 * KIB), 49 * KIB)
        one.assert_content(bytes(60 * KIB))
        three.patch(bytes(40 * KIB), 0)
        three.delete()
        assert used(anna) == 60 * KIB
        assert_no_orphans(server, files=1)

    def test_refused_at_creation(self, anna):
        tus.request(anna.http, "POST", want="507 QUOTA_EXCEEDED", upload_length=100 * KIB + 1)
        tus.create(anna.http, 100 * KIB).send(bytes(100 * KIB)).assert_content(bytes(100 * KIB))

    def test_deferred_length(self, anna):
        upload = tus.create(anna.http, upload_defer_length=1)
        upload.patch(bytes(90 * KIB), 0)
        upload.patch(bytes(11 * KIB), 90 * KIB, want="507 QUOTA_EXCEEDED")
        upload.patch(bytes(10 * KIB), upload.offset(), upload_length=100 * KIB)
        upload.assert_content(bytes(100 * KIB))

    def test_creation_with_upload(self, server, anna):
        anna.upload("x", bytes(60 * KIB))
        tus.request(anna.http, "POST", body=bytes(50 * KIB), want="507 QUOTA_EXCEEDED", upload_defer_length=1, content_type=tus.BYTES)
        assert len(anna.http.get("files").json()["items"]) == 1

    def test_concurrent_uploads(self, server, anna):
        uploads, got = [tus.create(anna.http, 20 * KIB) for _ in range(12)], []

        def bring(upload):
            mine = upload.as_client(anna.http.clone())
            answers = [mine.patch(bytes(10 * KIB), at, want=0) for at in (0, 10 * KIB)]
            if answers[-1].status == 204:
                got.append(mine)
            assert {answer.status for answer in answers} <= {204, 409, 507}
        people = [threading.Thread(target=bring, args=(upload,)) for upload in uploads]
        for person in people:
            person.start()
        for person in people:
            person.join()
        assert sum(upload.offset() for upload in uploads) <= 100 * KIB
        for upload in uploads:
            if upload.offset() < 20 * KIB:
                upload.delete()
        assert used(anna) == len(got) * 20 * KIB
        for upload in got:
            upload.assert_content(bytes(20 * KIB))

    def test_quota_is_per_user(self, server, anna):
        ben = server.user("ben")
        tus.create(anna.http, 100 * KIB).patch(bytes(99 * KIB), 0)
        tus.create(ben.http, 100 * KIB).send(bytes(100 * KIB)).assert_content(bytes(100 * KIB))

    def test_checksum_mismatch_takes_no_quota(self, server, anna):
        upload = tus.create(anna.http, 90 * KIB)
        for _ in range(3):
            upload.patch(bytes(90 * KIB), 0, upload_checksum=tus.checksum(b"x"), want="460 CHECKSUM_MISMATCH")
        anna.upload("x", bytes(10 * KIB))
        upload.patch(bytes(90 * KIB), 0)
        assert used(anna) == 100 * KIB


class TestLargestSize:
    @pytest.fixture
    def server(self, start_server):
        return start_server(uploads__max_file_bytes="64KiB", realtime__presence="off")

    @pytest.fixture
    def anna(self, server):
        return server.user("anna")

    def test_refused_at_creation(self, server, anna):
        for length in (64 * KIB + 1, 10**12):
            tus.request(anna.http, "POST", want="413 TOO_LARGE", upload_length=length)
        tus.create(anna.http, 64 * KIB).send(bytes(64 * KIB)).assert_content(bytes(64 * KIB))
        assert_no_orphans(server, files=1)

    def test_refused_while_receiving(self, anna):
        upload = tus.create(anna.http, upload_defer_length=1).send(bytes(60 * KIB))
        upload.patch(bytes(4 * KIB + 1), 60 * KIB, want="413 TOO_LARGE")
        upload.assert_no_file()
        at = upload.offset()
        upload.patch(bytes(64 * KIB - at), at, upload_length=64 * KIB)
        upload.assert_content(bytes(64 * KIB))

    def test_refused_while_receiving_chunks(self, anna):
        upload = tus.create(anna.http, upload_defer_length=1)
        sending = upload.begin_patch(0, None)
        sending.write(bytes(64 * KIB + 1))
        sending.finish(want="413 TOO_LARGE")
        assert upload.offset() <= 64 * KIB

    def test_refused_by_a_late_length(self, anna):
        upload = tus.create(anna.http, upload_defer_length=1).send(b"hello")
        upload.patch(b"", 5, upload_length=64 * KIB + 1, want="413 TOO_LARGE")
        assert upload.offset() == 5 and upload.head().headers["Upload-Defer-Length"] == "1"
