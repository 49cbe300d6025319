"""The blob of a deleted file or upload is removed even if the first unlink fails."""

import pytest

from support.data_folder import blobs, incoming
from support.fault_injection import failing_syscall
from support.timeouts import eventually
from support.tus import create


@pytest.fixture
def server(start_server):
    return start_server(uploads__expire_unfinished="2s")


def assert_swept(server, deletion):
    """Asserts that a later sweep removes the only blob, without a restart, although its first unlink fails after `deletion`."""
    (blob,) = blobs(server) + incoming(server)
    with failing_syscall(server, "unlink,unlinkat", error="EPERM", when="1", path=blob) as injected:
        deletion()
        eventually(injected, "the unlink failed")
    eventually(lambda: not blobs(server) + incoming(server), "the next sweep deletes the content")
    eventually(lambda: not pending_deletions(server), "no deletion is pending")


def pending_deletions(server):
    return server.database.execute(f"SELECT {server.database.hex('id')} FROM blob_deletions")


def test_an_unlink_that_fails_once_is_made_up_for_by_the_next_sweep(server):
    anna = server.user("anna")
    file = anna.upload("letter.txt", b"to be gone")
    assert_swept(server, lambda: anna.delete(file))


def test_the_content_of_a_deleted_account_too(server):
    anna = server.user("anna")
    anna.upload("letter.txt", b"to be gone")
    assert_swept(server, lambda: server.admin.http.delete(f"users/{anna.id}", want=204))


def test_the_content_of_a_terminated_upload_too(server):
    upload = create(server.user("anna").http, 100)
    upload.patch(b"to be gone", 0)
    assert_swept(server, upload.delete)


def test_the_content_of_a_request_that_broke_off_too(server):
    anna = server.user("anna")
    request = anna.http.begin_request("POST", "files?filename=film", 1 << 20)
    request.write(bytes(1 << 19))
    eventually(lambda: incoming(server), "the content arrives")
    assert_swept(server, request.abort)
