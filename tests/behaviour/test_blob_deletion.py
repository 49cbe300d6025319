"""The blob of a deleted file is removed even if the first unlink fails."""
from support.data_folder import blobs
from support.fault_injection import failing_syscall
from support.timeouts import eventually


def test_an_unlink_that_fails_once_is_made_up_for_by_the_next_sweep(start_server):
    server = start_server(uploads__expire_unfinished="2s")
    anna = server.user("anna")
    file = anna.upload("letter.txt", b"to be gone")
    (blob,) = blobs(server)
    with failing_syscall(server, "unlink,unlinkat", error="EPERM", when="1", path=blob) as injected:
        anna.delete(file)
        eventually(injected, "the unlink failed")
    eventually(lambda: not blobs(server), "the next sweep deletes the content")


def test_the_content_of_a_deleted_account_too(start_server):
    server = start_server(uploads__expire_unfinished="2s")
    anna = server.user("anna")
    anna.upload("letter.txt", b"to be gone")
    (blob,) = blobs(server)
    with failing_syscall(server, "unlink,unlinkat", error="EPERM", when="1", path=blob) as injected:
        server.admin.http.delete(f"users/{anna.id}", want=204)
        eventually(injected, "the unlink failed")
    eventually(lambda: not blobs(server), "the next sweep deletes the content")
