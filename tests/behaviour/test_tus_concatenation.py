"""Parts become one file: tus concatenation of parallel partial uploads, which are never files themselves."""
import random
import threading
import urllib.parse

import pytest

from support import tus
from support.data_folder import assert_no_orphans
from support.upload_events import uploaded_file_ids

KIB, MIB = 1 << 10, 1 << 20
DATA = random.Random("parts").randbytes(5 * MIB + 11)
METADATA = tus.metadata(filename="film.mp4", filetype="video/mp4")


def part(user, data, sent=None):
    return tus.create(user.http, len(data), upload_concat="partial").send(data[:sent])


def cut_up(data, count):
    size = -(-len(data) // count)
    return [data[start:start + size] for start in range(0, len(data), size)]


def final(user, *parts, **headers):
    return tus.Upload(user.http, tus.concatenate(user.http, *parts, **headers).headers["Location"])


def test_parallel_parts(common_server, anna):
    socket, strangers = anna.connect(), [common_server.user("ben").connect(), common_server.listen()]
    parts, threads = {}, []

    def bring(number, data):
        mine = tus.create(anna.http.clone(), len(data), upload_concat="partial")
        parts[number] = mine.send(data, piece=300_000)
    for number, data in enumerate(cut_up(DATA, 4)):
        threads.append(threading.Thread(target=bring, args=(number, data)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    whole = final(anna, *(parts[number] for number in range(4)), upload_metadata=METADATA)
    file = whole.assert_content(DATA)
    assert (file["filename"], file["content_type"]) == ("film.mp4", "video/mp4")
    assert [file["id"] for file in anna.http.get("files").json()["items"]] == [whole.id]
    assert anna.http.get("users/me").json()["used_bytes"] == len(DATA)
    assert uploaded_file_ids(common_server.received(socket)) == [whole.id]
    common_server.assert_nothing_else(*strangers)


def test_a_part_is_never_a_file(common_server, anna):
    socket = anna.connect()
    one = part(anna, b"hello ")
    assert one.head().headers["Upload-Concat"] == "partial" and one.offset() == 6
    one.assert_no_file()
    anna.http.get(f"files/{one.id}/content", want="404 NOT_FOUND")
    anna.http.delete(f"files/{one.id}", want="404 NOT_FOUND")
    anna.http.post("shares", {"file_id": one.id}, want="404 NOT_FOUND")
    assert uploaded_file_ids(common_server.received(socket)) == []
    whole = final(anna, one)
    one.assert_no_file()
    whole.assert_content(b"hello ")


def test_headers_of_the_final_upload(anna):
    one, two = part(anna, b"hello "), part(anna, b"world")
    whole = final(anna, one, two, upload_metadata=METADATA)
    head = whole.head().headers
    assert head["Upload-Concat"] == f"final;{one.target} {two.target}"
    assert (head["Upload-Offset"], head["Upload-Length"], head["Upload-Metadata"]) == ("11", "11", METADATA)
    whole.patch(b"!", 11, want="403 FORBIDDEN")
    whole.patch(b"", 11, want="403 FORBIDDEN")
    whole.assert_content(b"hello world")


def test_named_in_either_way(common_server, anna):
    one, two = part(anna, b"hello "), part(anna, b"world")
    named = f"final;{urllib.parse.urljoin(common_server.url, one.target)} {two.target}"
    answer = tus.request(anna.http, "POST", want=201, upload_concat=named)
    tus.Upload(anna.http, answer.headers["Location"]).assert_content(b"hello world")


def test_order_of_the_request(anna):
    one, two, three = part(anna, b"one "), part(anna, b"two "), part(anna, b"three ")
    final(anna, three, one, two).assert_content(b"three one two ")


def test_an_empty_part(anna):
    final(anna, part(anna, b""), part(anna, b"hello"), part(anna, b"")).assert_content(b"hello")


def test_a_part_of_unknown_length(anna):
    one = tus.create(anna.http, upload_defer_length=1, upload_concat="partial").send(b"hello ")
    one.patch(b"", 6, upload_length=6)
    one.assert_no_file()
    final(anna, one, part(anna, b"world")).assert_content(b"hello world")


def test_a_part_with_its_bytes(anna):
    answer = tus.request(anna.http, "POST", body=b"hello", want=201, upload_length=5, upload_concat="partial", content_type=tus.BYTES)
    one = tus.Upload(anna.http, answer.headers["Location"])
    one.assert_no_file()
    final(anna, one).assert_content(b"hello")


def test_parts_are_consumed(start_server):
    server = start_server()
    anna = server.user("anna")
    one, two = part(anna, DATA[:MIB]), part(anna, DATA[MIB:])
    whole = final(anna, one, two)
    whole.assert_content(DATA)
    one.assert_gone()
    two.assert_gone()
    assert tus.concatenate(anna.http, one, two, want=201).headers["Location"].endswith(whole.id), "an answer that was lost comes again"
    assert 400 <= tus.concatenate(anna.http, two, one, want=0).status < 500
    assert len(anna.http.get("files").json()["items"]) == 1
    assert_no_orphans(server, files=1)


class TestRefused:
    @pytest.mark.parametrize("concat", ["final", "final;", "final; ", "parts", "partial;/api/v1/uploads/x", "final;nonsense",
                                        "final;/api/v1/files/x", "final;/api/v1/uploads/nonsense", "final;http://"])
    def test_invalid_upload_concat(self, anna, concat):
        assert tus.request(anna.http, "POST", want=0, upload_concat=concat).status in (400, 404)

    @pytest.mark.parametrize("more", [{"upload_length": 5}, {"body": b"x"}, {"body": b"x", "content_type": tus.BYTES}])
    def test_body_or_length_of_its_own(self, anna, more):
        one = part(anna, b"hello")
        assert tus.request(anna.http, "POST", want=0, upload_concat="final;" + one.target, **more).status in (400, 415)
        final(anna, one).assert_content(b"hello")

    def test_too_many_parts(self, anna):
        ids = " ".join(f"/api/v1/uploads/00000000-0000-7000-8000-{number:012}" for number in range(1001))
        refused = tus.request(anna.http, "POST", want="400 INVALID_REQUEST", upload_concat="final;" + ids)
        assert "1000" in refused.json()["detail"]

    def test_unfinished_part(self, anna):
        one, two = part(anna, b"hello "), part(anna, b"world", sent=3)
        never = tus.Upload(anna.http, "/api/v1/uploads/00000000-0000-7000-8000-000000000000")
        for parts in ((one, two), (two,), (one, never)):
            assert 400 <= tus.concatenate(anna.http, *parts, want=0).status < 500
        assert anna.http.get("files").json()["items"] == []
        two.patch(b"ld", 3)
        final(anna, one, two).assert_content(b"hello world")

    def test_not_a_partial_upload(self, anna):
        one, unfinished, file = part(anna, b"hello"), tus.create(anna.http, 5), tus.create(anna.http, 5).send(b"whole")
        for other in (unfinished, file):
            assert 400 <= tus.concatenate(anna.http, one, other, want=0).status < 500
        file.assert_content(b"whole")
        final(anna, one).assert_content(b"hello")

    def test_part_of_another_user(self, anna, ben):
        mine, his = part(anna, b"mine"), part(ben, b"his")
        tus.concatenate(anna.http, mine, his, want="404 NOT_FOUND")
        assert (mine.offset(), his.offset()) == (4, 3)
        final(ben, his).assert_content(b"his")

    def test_too_large_in_total(self, start_server):
        server = start_server(uploads__max_file_bytes="64KiB")
        anna = server.user("anna")
        one, two, three = part(anna, bytes(40 * KIB)), part(anna, bytes(24 * KIB)), part(anna, b"x")
        tus.concatenate(anna.http, one, two, three, want="413 TOO_LARGE")
        final(anna, one, two).assert_content(bytes(64 * KIB))


def test_quota_counts_once(start_server):
    server = start_server(uploads__quota_bytes="100KiB", realtime__presence="off")
    anna = server.user("anna")
    one, two = part(anna, bytes(50 * KIB)), part(anna, bytes(49 * KIB))  # an unfinished upload counts 1 KiB
    tus.request(anna.http, "POST", want="507 QUOTA_EXCEEDED", upload_length=1, upload_concat="partial")
    whole = final(anna, one, two)
    assert anna.http.get("users/me").json()["used_bytes"] == 99 * KIB
    server.restart()
    anna.http.call("POST", "files?filename=x", body=bytes(KIB + 1), want="507 QUOTA_EXCEEDED")
    anna.http.delete(f"files/{whole.id}", want=204)
    assert anna.http.get("users/me").json()["used_bytes"] == 0
    anna.upload("x", bytes(100 * KIB))
    assert_no_orphans(server, files=1)


@pytest.mark.parametrize("moments", range(5))
def test_crash_during_concatenation(start_server, moments):
    server = start_server()
    anna = server.user("anna")
    parts = [part(anna, data) for data in cut_up(DATA, 3)]
    wish = anna.http.clone().begin_request("POST", "uploads", 0, tus.request_headers(
        {"upload_concat": "final;" + " ".join(one.target for one in parts)}))
    for _ in range(moments):
        server.guest().get("/healthz")
    server.kill()
    wish.abort()
    server.start()
    files = anna.http.get("files").json()["items"]
    if not files:
        files = [final(anna, *parts).assert_content(DATA)]
    assert len(files) == 1 and anna.http.get("users/me").json()["used_bytes"] == len(DATA)
    tus.Upload(anna.http, f"/api/v1/uploads/{files[0]['id']}").assert_content(DATA)
    assert_no_orphans(server, files=1)


def test_concurrent_identical_requests(common_server, anna):
    socket = anna.connect()
    parts, answers = [part(anna, data) for data in cut_up(DATA, 2)], []
    wishes = [threading.Thread(target=lambda: answers.append(tus.concatenate(anna.http.clone(), *parts, want=0))) for _ in range(4)]
    for wish in wishes:
        wish.start()
    for wish in wishes:
        wish.join()
    assert [answer.status for answer in answers] == [201] * 4 and len({answer.headers["Location"] for answer in answers}) == 1
    whole = tus.Upload(anna.http, answers[0].headers["Location"])
    whole.assert_content(DATA)
    assert uploaded_file_ids(common_server.received(socket)) == [whole.id]
    assert anna.http.get("users/me").json()["used_bytes"] == len(DATA)
