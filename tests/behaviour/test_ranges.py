"""Ranges, conditional requests and HEAD (RFC 9110), for the owner and behind a share link."""
import os
import random
import re

import pytest

from support.raw_http import RawHttpConnection

DATA = bytes(range(250)) * 4
SIZE = len(DATA)


@pytest.fixture(scope="module")
def doors(common_server_process):
    owner = common_server_process.user("owner-of-ranges")
    file = owner.upload("data.bin", DATA)
    share = owner.share(file)
    return {"my own": (owner.http, f"files/{file['id']}/content"),
            "a link": (common_server_process.guest(), f"public/shares/{share['share_token']}/content")}


@pytest.fixture(params=["my own", "a link"])
def door(request, doors):
    client, target = doors[request.param]

    def ask(method="GET", want=0, **headers):
        return client.call(method, target, headers={name.replace("_", "-"): value for name, value in headers.items()}, want=want)
    return ask


def assert_whole(answer):
    assert (answer.status, answer.body) == (200, DATA)
    assert answer.headers["Content-Length"] == str(SIZE) and "Content-Range" not in answer.headers


@pytest.mark.parametrize("asked, first, last", [
    ("bytes=0-9", 0, 9), ("bytes=0-0", 0, 0), ("bytes=10-19", 10, 19), ("bytes=999-999", 999, 999), ("bytes=0-", 0, 999),
    ("bytes=500-", 500, 999),
    ("bytes=-1", 999, 999), ("bytes=-300", 700, 999), ("bytes=-5000", 0, 999), ("bytes=990-2000", 990, 999),
    ("bytes=990-99999999999999999999", 990, 999), ("Bytes=1-2", 1, 2)])
def test_the_part_i_asked_for(door, asked, first, last):
    answer = door(Range=asked, want=206)
    assert answer.body == DATA[first:last + 1]
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert answer.headers["Content-Length"] == str(last + 1 - first)


@pytest.mark.parametrize("size", [1, 16383, 16384, 16385, 300000])
def test_whole_and_in_part_whatever_its_size(anna, size):
    data = random.Random(size).randbytes(size)
    target = f"files/{anna.upload('data.bin', data)['id']}/content"
    assert anna.http.get(target, want=200).body == data
    for first, last in {(0, size - 1), (size // 2, size - 1), (max(0, size - 16385), size - 1), (0, min(size, 16384) - 1)}:
        part = anna.http.call("GET", target, headers={"Range": f"bytes={first}-{last}"}, want=206)
        assert part.body == data[first:last + 1]


@pytest.mark.parametrize("size", [8000, 80000])
@pytest.mark.parametrize("harm, word", [(lambda blob: os.truncate(blob, 100), "shorter"), (os.remove, "missing")], ids=["cut", "lost"])
def test_what_is_damaged_on_the_disk_is_our_fault(start_server, size, harm, word):
    server = start_server(realtime__presence="off")
    anna = server.user("anna")
    file = anna.upload("data.bin", bytes(size))
    share = anna.share(file, max_downloads=1)
    (blob,) = [path for path in server.blobs.rglob("*") if path.is_file() and path.stat().st_size == size]
    harm(blob)
    socket = anna.connect()
    doors = [f"files/{file['id']}/content", f"files/archive?ids={file['id']}", f"public/shares/{share['share_token']}/content"]
    for target in doors:
        anna.http.get(target, want="500 INTERNAL_ERROR")
    server.guest().get(doors[-1], want="500 INTERNAL_ERROR")
    server.assert_nothing_else(socket)
    assert server.log.count(word) == len(doors) + 1 and server.log.count(file["id"]) >= len(doors) + 1
    assert anna.http.get(f"shares/{share['share_id']}").json()["download_count"] == 0


@pytest.mark.parametrize("asked", ["bytes=1000-", "bytes=1000-1001", "bytes=5000-6000", "bytes=-0", "bytes=99999999999999999999-"])
def test_a_part_that_is_not_there(door, asked):
    answer = door(Range=asked, want="416 RANGE_NOT_SATISFIABLE")
    assert answer.headers["Content-Range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize("asked", ["bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=9-5", "bytes=1", "bytes=--1", "bytes=0x1-0x5",
                                   "bytes= -", "bytes=1-2-3"])
def test_nonsense_is_ignored_or_refused(door, asked):
    answer = door(Range=asked)
    if answer.status != 416:
        assert_whole(answer)


@pytest.mark.parametrize("asked", ["lines=1-2", "none=0-1"])
def test_another_unit_is_ignored(door, asked):
    assert_whole(door(Range=asked))


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "bytes=0-,0-,0-,0-", "bytes=" + ",".join(f"{n}-{n + 1}" for n in range(0, 900, 3)),
                                   "bytes=-1,-2,1000-"])
def test_several_parts_are_the_whole_or_refused(door, asked):
    answer = door(Range=asked)
    if answer.status != 416:
        assert_whole(answer)


@pytest.mark.parametrize("asked", ["bytes=" + ",".join(["0-"] * 3000), "bytes=" + ",".join(["-1000"] * 2000), "bytes=" + "," * 12000,
                                   "bytes=0-0" + ", " * 6000])
def test_thousands_of_parts_are_the_whole_once(door, asked):
    assert_whole(door(Range=asked))


def test_one_part_and_several_in_turn(door):
    for _ in range(3):
        assert door(Range="bytes=0-1", want=206).body == DATA[:2]
        assert_whole(door(Range="bytes=0-1,4-5"))
        assert door(Range="bytes=5000-", want=416)
        assert_whole(door(Range="bytes=0-1,5000-"))


def test_several_parts_in_several_lines(common_server, anna):
    file = anna.upload("data.bin", DATA)
    connection = RawHttpConnection(common_server)
    connection.send(f"GET /api/v1/files/{file['id']}/content HTTP/1.1\r\nHost: {connection.host}\r\nAuthorization: Bearer {anna.token}\r\n"
                    "Range: bytes=0-1\r\nRange: bytes=4-5\r\n\r\n")
    assert_whole(connection.read_response())
    connection.close()


def test_the_parts_make_the_whole(door):
    pieces = [door(Range=f"bytes={start}-{start + 332}", want=206).body for start in range(0, SIZE, 333)]
    assert b"".join(pieces) == DATA


def test_of_an_empty_file(anna):
    file = anna.upload("empty", b"")
    for asked in ("bytes=0-", "bytes=0-0", "bytes=-1"):
        answer = anna.download(file, headers={"Range": asked}, want=0)
        assert (answer.status, answer.body) == (200, b"") or answer.headers["Content-Range"] == "bytes */0"


def test_the_tag_is_strong_and_the_same_for_all(doors):
    tags = {client.call(method, target).headers["ETag"] for client, target in doors.values() for method in ("GET", "HEAD")}
    (tag,) = tags
    assert re.fullmatch(r'"[^"]+"', tag)


def test_other_bytes_another_tag(anna):
    one, other, same = anna.upload("a", b"one"), anna.upload("a", b"two"), anna.upload("b", b"one")
    tags = [anna.download(file).headers["ETag"] for file in (one, other, same)]
    assert tags[0] != tags[1]


def test_if_range(door):
    tag = door().headers["ETag"]
    assert door(Range="bytes=5-6", If_Range=tag, want=206).body == DATA[5:7]
    for stale in ('"another"', f"W/{tag}", "Sat, 01 Jan 2000 00:00:00 GMT", "nonsense"):
        assert_whole(door(Range="bytes=5-6", If_Range=stale))
    assert_whole(door(If_Range=tag))


def test_if_none_match(door):
    tag = door().headers["ETag"]
    for known in (tag, "*", f'"another", {tag}', f"W/{tag}", f'"a,b",{tag} , "c"'):
        answer = door(If_None_Match=known, want=304)
        assert answer.body == b"" and answer.headers["ETag"] == tag
        assert door("HEAD", If_None_Match=known, want=304).body == b""
        assert door(If_None_Match=known, Range="bytes=0-1", want=304)
    for other in ('"another"', tag.strip('"'), '"another", W/"more"', tag[:-2] + '"'):
        assert_whole(door(If_None_Match=other))
    assert door(If_None_Match='"another"', Range="bytes=0-1", want=206).body == DATA[:2]


def test_if_match(door):
    tag = door().headers["ETag"]
    for mine in (tag, "*", f'"another", {tag}'):
        assert_whole(door(If_Match=mine))
    for other in ('"another"', f"W/{tag}"):
        door(If_Match=other, want="412 PRECONDITION_FAILED")


def test_head_says_the_same_without_the_bytes(door):
    got, asked = door(want=200), door("HEAD", want=200)
    assert asked.body == b""
    for name in ("Content-Length", "Content-Type", "ETag", "Accept-Ranges", "Content-Disposition", "X-Content-Type-Options",
                 "Content-Security-Policy"):
        assert asked.headers[name] == got.headers[name] and got.headers[name], name


def test_the_connection_is_fit_for_more_after_each(door):
    for headers in ({}, {"Range": "bytes=5-6"}, {"Range": "bytes=5000-"}, {"If_None_Match": "*"}):
        for method in ("GET", "HEAD"):
            door(method, **headers)
    assert_whole(door())
