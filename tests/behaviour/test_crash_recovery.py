"""A crash loses nothing: after kill -9, acknowledged files are complete, all others are absent, and no blob is orphaned."""
import hashlib
import os
import threading

import pytest

from support.data_folder import assert_no_orphans, incoming
from support.http import multipart
from support.timeouts import eventually
from support.upload_load import CONNECTION_ERRORS, all_files, content_of

WORKERS, UPLOADS = 10, 100


class UploadWorkers:
    """Workers that upload by every endpoint until all is done or the server is gone. Kills it after `kill_after` responses."""

    def __init__(self, server, users, label, kill_after=None):
        self.server, self.kill_after = server, kill_after
        self.acknowledged, self.lock = {}, threading.Lock()
        self.names = iter(f"{label}-{number}" for number in range(UPLOADS))
        self.threads = [threading.Thread(target=self.work, args=(users[number % len(users)],)) for number in range(WORKERS)]
        for thread in self.threads:
            thread.start()
        for thread in self.threads:
            thread.join()

    def work(self, user):
        me = user.http.clone()
        while (name := self.next_name()) and self.upload(me, user, name):
            pass

    def next_name(self):
        with self.lock:
            return next(self.names, None)

    def upload(self, me, user, name):
        data = content_of(name)
        try:
            if sum(name.encode()) % 3 == 0:
                body, kind = multipart((name, data))
                file = me.call("POST", "files", body=body, headers={"Content-Type": kind}, want=201).json()
            elif sum(name.encode()) % 3 == 1:
                upload = me.begin_request("POST", f"files?filename={name}", None)
                for start in range(0, len(data), 50_000):
                    upload.write(data[start:start + 50_000])
                file = upload.finish(want=201).json()
            else:
                file = me.call("POST", f"files?filename={name}", body=data, want=201).json()
        except CONNECTION_ERRORS:
            return False
        with self.lock:
            self.acknowledged[file["id"]] = file
            if len(self.acknowledged) == self.kill_after:
                self.server.kill()
        return True


def assert_sound(server, users, acknowledged):
    """Checks that acknowledged files exist, visible files are complete, used_bytes is right, and no blob is orphaned."""
    seen = {}
    for user in users:
        files = all_files(user)
        for file in files:
            data = user.download(file, want=200).body
            assert data == content_of(file["filename"]), file
            assert (file["size"], file["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
            seen[file["id"]] = file
        assert user.http.get("users/me").json()["used_bytes"] == sum(file["size"] for file in files)
    assert not [file for key, file in acknowledged.items() if seen.get(key) != file]
    assert_no_orphans(server, files=len(seen))


@pytest.mark.parametrize("after", [1, 30, 60, 85])
def test_during_a_hundred_uploads(start_server, after):
    server = start_server(server__threads=2)
    users = [server.user("anna"), server.user("ben")]
    workers = UploadWorkers(server, users, f"crash-{after}", kill_after=after)
    assert after <= len(workers.acknowledged) < UPLOADS, "it was in the middle"
    server.start()
    assert_sound(server, users, workers.acknowledged)
    again = UploadWorkers(server, users, f"after-{after}")
    assert len(again.acknowledged) == UPLOADS
    assert_sound(server, users, {**workers.acknowledged, **again.acknowledged})


def test_repeated_crashes(start_server):
    server = start_server(server__threads=2)
    users, acknowledged = [server.user("anna")], {}
    for number in range(8):
        acknowledged.update(UploadWorkers(server, users, f"round-{number}", kill_after=5 + 11 * (number % 3)).acknowledged)
        server.start()
    assert_sound(server, users, acknowledged)


def test_half_a_file_was_never_there(start_server):
    server = start_server(realtime__progress_interval="1ms", realtime__presence="off")
    anna = server.user("anna")
    socket = anna.connect()
    upload = anna.http.begin_request("POST", "files?filename=half", 8 << 20)
    upload.write(os.urandom(4 << 20))
    socket.expect("UploadProgress")
    eventually(lambda: incoming(server), "it is on its way")
    server.kill()
    upload.abort()
    server.disconnect_all()
    server.start()
    assert all_files(anna) == [] and anna.http.get("users/me").json()["used_bytes"] == 0
    assert_no_orphans(server, files=0)


def test_what_else_was_acknowledged(start_server):
    server = start_server()
    anna, ben = server.user("anna"), server.user("ben")
    kept, renamed, deleted = (anna.upload(name) for name in ("kept", "old name", "deleted"))
    share, revoked = anna.share(kept, recipients=[ben], max_downloads=3), anna.share(kept)
    server.guest().get(f"public/shares/{share['share_token']}/content", want=200)
    pair = server.guest().post("auth/refresh", {"refresh_token": ben.refresh_token}, want=200).json()
    anna.http.patch(f"files/{renamed['id']}", {"filename": "new name"}, want=200)
    anna.revoke(revoked)
    anna.delete(deleted)
    server.kill()
    server.start()
    assert [file["filename"] for file in all_files(anna)] == ["new name", "kept"]
    now = anna.http.get(f"shares/{share['share_id']}", want=200).json()
    assert now == {**share, "download_count": 1, "visit_count": 1}
    server.guest().get(f"public/shares/{revoked['share_token']}", want="404 NOT_FOUND")
    anna.download(deleted, want="404 NOT_FOUND")
    server.guest().post("auth/refresh", {"refresh_token": pair["refresh_token"]}, want=200)
    server.guest().post("auth/refresh", {"refresh_token": ben.refresh_token}, want="401 INVALID_TOKEN")
    assert_no_orphans(server, files=2)
