"""The disk stays within a user's quota and 64 MiB at every moment, whatever the user sends at once."""
import os
import random
import threading

import pytest

from support import tus

MIB = 1 << 20
QUOTA, SPARE = 60 * MIB, 64 * MIB
CONTENT = random.Random("disk").randbytes(5 * MIB)


class DiskUsage:
    """The most bytes that a folder has taken while the block ran, sampled without a pause. A file that is renamed during a sample counts
    once."""

    def __init__(self, folder):
        self.folder, self.most, self._done = folder, 0, threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self):
        while not self._done.is_set():
            taken = {}
            for folder, _, names in os.walk(self.folder):
                for name in names:
                    try:
                        status = os.stat(os.path.join(folder, name))
                        taken[status.st_ino] = status.st_blocks * 512
                    except FileNotFoundError:
                        pass
            self.most = max(self.most, sum(taken.values()))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()


def at_once(count, work):
    """Runs work(number) on that many threads; returns the results."""
    results = [None] * count

    def run(number):
        results[number] = work(number)
    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def server(start_server):
    return start_server(uploads__quota_bytes="60MiB", realtime__presence="off")


@pytest.fixture
def anna(server):
    return server.user("anna")


def parts_of(anna, count):
    return [tus.create(anna.http, len(CONTENT), upload_concat="partial").send(CONTENT) for _ in range(count)]


def test_twenty_times_the_same_concatenation(server, anna):
    parts = parts_of(anna, 10)
    with DiskUsage(server.blobs) as disk:
        answers = at_once(20, lambda _: tus.concatenate(anna.http.clone(), *parts, want=0))
    assert {answer.status for answer in answers} == {201} and len({answer.headers["Location"] for answer in answers}) == 1
    assert disk.most <= QUOTA + SPARE


def test_twenty_different_concatenations(server, anna):
    """Of parts in another order each: the first one consumes the parts."""
    parts = parts_of(anna, 10)
    orders = [random.Random(number).sample(parts, len(parts)) for number in range(20)]
    with DiskUsage(server.blobs) as disk:
        answers = at_once(20, lambda number: tus.concatenate(anna.http.clone(), *orders[number], want=0))
    assert sorted(answer.status for answer in answers)[0] == 201
    assert disk.most <= QUOTA + SPARE


def test_uploads_that_exceed_the_quota_together(server, anna):
    with DiskUsage(server.blobs) as disk:
        answers = at_once(24, lambda number: anna.http.clone().post(f"files?filename={number}", body=CONTENT, want=0))
    assert sum(answer.status == 201 for answer in answers) == 12, "as many as the quota holds"
    assert {answer.status for answer in answers} == {201, 507}
    assert disk.most <= QUOTA + SPARE


def test_uploads_and_deletions_by_turns(server, anna):
    with DiskUsage(server.blobs) as disk:
        for _ in range(3):
            at_once(16, lambda number: anna.http.clone().post(f"files?filename={number}", body=CONTENT, want=0))
            for file in anna.http.get("files?limit=200").json()["items"]:
                anna.http.delete(f"files/{file['id']}", want=204)
    assert disk.most <= QUOTA + SPARE and anna.http.get("users/me").json()["used_bytes"] == 0
