"""A failing disk loses nothing: failed system calls are reported, acknowledged data stays, and the next attempt succeeds."""
import hashlib
import random

import pytest

from support import tus
from support.data_folder import assert_no_orphans, incoming
from support.fault_injection import failing_syscall
from support.http import multipart

MIB = 1 << 20
DATA = random.Random("failing").randbytes(2 * MIB + 777)
MOST = 300  # upper bound for calls of one kind per thread in one scenario


def assert_said(answer):
    assert answer.status in (503, 507), answer
    assert answer.headers["Content-Type"].startswith("application/problem+json"), answer


class Attempt:
    """Uploads by every endpoint while the disk fails. Records everything acknowledged."""

    def __init__(self, user):
        self.user, self.files, self.failures = user, {}, 0
        self.upload, self.offset = tus.create(user.http, len(DATA), upload_metadata=tus.metadata(filename="tus")), 0
        self.parts = [tus.create(user.http, MIB, upload_concat="partial").send(DATA[:MIB]) for _ in range(2)]

    def make(self):
        me = self.user.http.clone()
        self.note(me.call("POST", "files?filename=small", body=b"small", want=0), b"small")
        self.note(me.call("POST", "files?filename=large", body=DATA, want=0), DATA)
        body, kind = multipart(("form", DATA[:MIB]))
        self.note(me.call("POST", "files", body=body, headers={"Content-Type": kind}, want=0), DATA[:MIB])
        for end in (MIB, len(DATA)):
            answer = self.upload.as_client(me).patch(DATA[self.offset:end], self.offset, want=0)
            if answer.status == 204:
                self.offset = end
            elif answer.status != 409:  # a failed PATCH may have written more than it reported
                self.failed(answer)
        answer = tus.concatenate(me, *self.parts, want=0, upload_metadata=tus.metadata(filename="joined"))
        self.is_joined = answer.status == 201
        if not self.is_joined:
            self.failed(answer)

    def note(self, answer, data):
        if answer.status == 201:
            self.files[answer.json()["id"]] = data
        else:
            self.failed(answer)

    def failed(self, answer):
        assert_said(answer)
        self.failures += 1

    def check(self):
        """Completes the uploads on the repaired disk; none may fail. Returns the number of files and their total size."""
        assert self.offset <= self.upload.offset()
        self.upload.send(DATA, self.upload.offset())
        self.upload.assert_content(DATA)
        if not self.is_joined:
            tus.Upload(self.user.http, tus.concatenate(self.user.http, *self.parts).headers["Location"]).assert_content(DATA[:MIB] * 2)
        for key, data in self.files.items():
            assert self.user.http.get(f"files/{key}/content", want=200).body == data
        return 2 + len(self.files), len(DATA) + 2 * MIB + sum(map(len, self.files.values()))


@pytest.mark.parametrize("call, step", [("fdatasync", 1), ("rename", 1), ("unlink", 1), ("pwrite64", 9)])
def test_the_nth_system_call_fails(start_server, call, step):
    server = start_server(realtime__presence="off")
    anna = server.user("anna")
    files = used = failures = 0
    for n in range(1, MOST, step):
        attempt = Attempt(anna)
        with failing_syscall(server, call, when=n) as injected:
            attempt.make()
            hit = injected()
        server.check_alive()
        more = attempt.check()
        files, used, failures = files + more[0], used + more[1], failures + attempt.failures
        if not hit:
            break
    assert not hit and (failures or call == "unlink")
    server.kill()
    server.start()
    items = anna.http.get("files?limit=200", want=200).json()["items"]
    assert (len(items), sum(item["size"] for item in items)) == (files, used)
    for item in items:
        assert hashlib.sha256(anna.download(item, want=200).body).hexdigest() == item["sha256"]
    assert anna.http.get("users/me").json()["used_bytes"] == used
    assert_no_orphans(server, files=files)


@pytest.mark.parametrize("error, want", [("EIO", "503 UNAVAILABLE"), ("ENOSPC", "507 STORAGE_FULL"), ("EDQUOT", "507 STORAGE_FULL")])
@pytest.mark.parametrize("call", ["write", "fdatasync", "ftruncate"])
def test_an_upload_goes_on_after_it(start_server, call, error, want):
    server = start_server(realtime__presence="off")
    anna = server.user("anna")
    upload = tus.create(anna.http, len(DATA)).send(DATA[:MIB])
    path, = incoming(server)
    if call == "ftruncate":
        with open(path, "ab") as file:
            file.write(b"what a crash left behind")
    with failing_syscall(server, call, error, path=path) as injected:
        for _ in range(3):
            assert_said(upload.patch(DATA[MIB:2 * MIB], MIB, want=want))
            assert upload.offset() == MIB
        assert injected()
    upload.send(DATA, MIB)
    upload.assert_content(DATA)
    server.kill()
    server.start()
    upload.assert_content(DATA)
    assert anna.http.get("users/me").json()["used_bytes"] == len(DATA)
    assert_no_orphans(server, files=1)
