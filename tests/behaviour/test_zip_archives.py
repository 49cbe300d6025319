"""Several files as one ZIP archive, streamed while it is created."""
import http.client
import io
import os
import time
import zipfile

import pytest

from support import data_folder
from support.command import is_instrumented
from support.http import quoted
from support.raw_http import assert_invalid_field
from support.users import parse_timestamp

MIB = 1 << 20
SOME = "0191f2a4-0000-7000-8000-000000000000"  # the id of no file


def archive(*files):
    return "files/archive?ids=" + ",".join(file["id"] for file in files)


def take(user, *files, target=None):
    """Returns the archive after verifying its length and checksums."""
    answer = user.http.get(target or archive(*files), want=200)
    assert answer.headers["Content-Length"] == str(len(answer.body))
    found = zipfile.ZipFile(io.BytesIO(answer.body))
    assert found.testzip() is None
    return found


def contents(found):
    return {name: found.read(name) for name in found.namelist()}


def assert_downloads(server, socket, *files):
    for file in files:
        socket.expect("DownloadStarted", file_id=file["id"], filename=file["filename"])
    server.assert_nothing_else(socket)


def test_my_files_are_in_it_as_they_were(anna):
    kept = {"letter.txt": b"Dear reader\r\n", "empty": b"", "photo.jpg": os.urandom(3 * MIB + 5), "naïve 日本語 😀.md": b"x",
            "around a buffer": os.urandom(256 * 1024), "100%.txt": bytes(range(256))}
    files = [anna.upload(name, data) for name, data in kept.items()]
    found = take(anna, *files)
    assert found.namelist() == list(kept) and contents(found) == kept
    for entry, file in zip(found.infolist(), files):
        assert entry.compress_type == zipfile.ZIP_STORED and entry.external_attr >> 16 == 0o100644
        assert time.mktime((*entry.date_time, 0, 0, 0)) == time.mktime((*time.gmtime(int(parse_timestamp(file["created_at"])) & ~1)[:6], 0, 0, 0))


def test_one_alone(anna):
    file = anna.upload("letter.txt", b"Dear reader")
    assert contents(take(anna, file)) == {"letter.txt": b"Dear reader"}


def test_a_thousand(anna):
    files = [anna.upload(f"{number}.txt", b"%d" % number) for number in range(1000)]
    ids = [file["id"] for file in files]
    answer = anna.http.post("files/archive", {"ids": ids}, want=200)
    assert contents(zipfile.ZipFile(io.BytesIO(answer.body))) == {file["filename"]: b"%d" % number for number, file in enumerate(files)}
    assert_invalid_field(anna.http.post("files/archive", {"ids": ids + [SOME]}, want=400, checked=False), "ids")


@pytest.mark.parametrize("body", [{}, {"ids": []}, {"ids": ["x"]}, {"ids": "x"}, {"ids": [1]}, {"ids": None}], ids=str)
def test_invalid_list(anna, body):
    answer = anna.http.post("files/archive", body, want=400, checked=False)
    assert answer.json()["field"].startswith("ids")


def test_a_list_with_what_is_not_mine(anna, ben):
    anna.http.post("files/archive", {"ids": [anna.upload()["id"], ben.upload()["id"]]}, want="404 NOT_FOUND")


def test_a_browser_saves_it(anna):
    answer = anna.browser().get(archive(anna.upload()), want=200)
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="files.zip"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_of_one_name(anna):
    names = ["a.txt", "b.txt", "a.txt", "A.TXT", "a (2).txt"]
    files = [anna.upload(name, str(number).encode()) for number, name in enumerate(names)]
    expected = ["a.txt", "b.txt", "a (2).txt", "A (3).TXT", "a (2) (2).txt"]
    assert contents(take(anna, *files)) == {name: str(number).encode() for number, name in enumerate(expected)}


def test_in_the_order_that_i_gave_and_each_once(anna):
    a, b, c = (anna.upload(name, name.encode()) for name in "abc")
    assert take(anna, c, a, b).namelist() == ["c", "a", "b"]
    assert take(anna, c, a, c, c).namelist() == ["c", "a"]
    assert take(anna, target=f"files/archive?ids={b['id']}&ids={a['id'].upper()},{c['id']}&other=1").namelist() == ["b", "a", "c"]
    assert take(anna, target=f"files/archive?ids={a['id']}{quoted(',')}{b['id']}").namelist() == ["a", "b"]


def test_hundreds_of_small_ones(anna):
    files = [anna.upload(f"{number}.txt", str(number).encode() * 100) for number in range(300)]
    assert contents(take(anna, *files)) == {f"{number}.txt": str(number).encode() * 100 for number in range(300)}


def test_head_says_how_long_it_is(common_server, anna):
    files = [anna.upload("a", b"one"), anna.upload("a", b""), anna.upload("ü", b"three")]
    mine = anna.connect()
    asked = anna.http.head(archive(*files), want=200)
    common_server.assert_nothing_else(mine)
    got = anna.http.get(archive(*files), want=200)
    for name in ("Content-Length", "Content-Type", "Content-Disposition"):
        assert asked.headers[name] == got.headers[name] and got.headers[name], name
    anna.http.head("files/archive", want=400)
    anna.http.head(f"files/archive?ids={SOME}", want=404)


def test_i_am_told_of_each_file_and_nobody_else_is(common_server, anna, ben):
    files = [anna.upload(name) for name in "abc"]
    share = anna.share(files[0], recipients=[ben])
    mine, others = [anna.connect(), anna.connect()], [ben.connect(), common_server.listen(), common_server.listen(share=share)]
    take(anna, *files)
    for socket in mine:
        assert_downloads(common_server, socket, *files)
    common_server.assert_nothing_else(*others)


def test_of_others_there_is_nothing(common_server, anna, ben):
    mine, his = anna.upload(), ben.upload()
    ben.share(his, recipients=[anna])
    sockets = [anna.connect(), ben.connect()]
    for wanted in ([his], [mine, his], [his, mine], [mine, {"id": SOME}]):
        anna.http.get(archive(*wanted), want="404 NOT_FOUND")
    gone = anna.upload("gone")
    anna.delete(gone)
    for socket in sockets[:1]:
        socket.expect_uploaded(gone)
        socket.expect("FileDeleted")
    anna.http.get(archive(mine, gone), want="404 NOT_FOUND")
    common_server.guest().get(archive(mine), want="401 AUTHENTICATION_REQUIRED")
    common_server.assert_nothing_else(*sockets)


@pytest.mark.parametrize("query", ["", "?ids=", "?ids=,", "?ids=x", "?ids=archive", f"?id={SOME}", f"?ids={SOME[:-1]}", f"?ids={SOME},,{SOME}",
                                   f"?ids={SOME.replace('-', '')}", f"?ids={SOME}&ids=x", f"?ids={SOME},x"])
def test_what_names_no_files_is_refused(anna, query):
    assert_invalid_field(anna.http.get("files/archive" + query, want=400), "ids")


def test_the_word_archive_is_no_file(anna):
    anna.http.call("DELETE", "files/archive", want="405 METHOD_NOT_ALLOWED", checked=False)
    anna.http.get("files/archive/content", want="404 NOT_FOUND")


def test_the_connection_is_fit_for_more(anna):
    file, connection = anna.upload("letter.txt", b"x" * MIB), anna.http.clone()
    for _ in range(3):
        assert connection.get(archive(file), want=200).body[:4] == b"PK\x03\x04"
        connection.head(archive(file), want=200)
        connection.get("files/archive", want=400)
    assert connection.get(f"files/{file['id']}", want=200).json() == file


def test_a_client_that_vanishes_midway(start_server):
    server = start_server(realtime__presence="off")
    anna = server.user("anna")
    large, small = anna.upload("large.bin", bytes(32 * MIB)), anna.upload("small.txt", b"hello")
    mine, before = anna.connect(), server.rss()
    for _ in range(20):
        download = anna.http.stream_response("GET", archive(large, small), receive_buffer=8192)
        assert len(download.read(100_000)) == 100_000
        download.abort()
    for _ in range(20):
        mine.expect("DownloadStarted", file_id=large["id"])
    server.assert_nothing_else(mine)  # the second file was never reached
    assert contents(take(anna, small, large)) == {"small.txt": b"hello", "large.bin": bytes(32 * MIB)}
    assert is_instrumented() or server.rss() - before < 24 * MIB


def test_a_large_one_in_little_memory(start_server):
    server = start_server(realtime__presence="off")
    anna = server.user("anna")
    files = [anna.upload(f"{number}.bin", os.urandom(24 * MIB)) for number in range(4)]
    take(anna, files[0])
    before, most, length = server.rss(), 0, 0
    download = anna.http.stream_response("GET", archive(*files))
    while data := download.read(MIB):
        length += len(data)
        most = max(most, server.rss())
    assert str(length) == download.headers["Content-Length"] and length > 96 * MIB
    assert is_instrumented() or most - before < 4 * MIB


def truncate_blob(server, file):
    """Truncates a file's blob by one byte on disk."""
    (path,) = (path for path in data_folder.blobs(server) if path.name.replace("-", "") == file["id"].replace("-", ""))
    os.truncate(path, file["size"] - 1)


def test_what_cannot_be_read_to_the_end_is_not_taken_for_whole(start_server):
    server = start_server(realtime__presence="off")
    anna = server.user("anna")
    sound, broken = anna.upload("sound.bin", os.urandom(MIB)), anna.upload("broken.bin", os.urandom(MIB))
    truncate_blob(server, broken)
    mine = anna.connect()
    with pytest.raises(http.client.IncompleteRead):
        anna.http.clone().get(archive(sound, broken, anna.upload("later")))
    mine.expect("DownloadStarted", file_id=sound["id"], skipping=("UploadProgress", "FileUploaded"))
    server.assert_nothing_else(mine)
    assert "shorter than its file" in server.log
    assert contents(take(anna, sound)).keys() == {"sound.bin"}


def test_what_fails_before_anything_is_sent_is_told(start_server):
    server = start_server(realtime__presence="off")
    anna = server.user("anna")
    broken = anna.upload("broken.bin", b"hello")
    truncate_blob(server, broken)
    anna.http.get(archive(broken), want="500 INTERNAL_ERROR")


@pytest.mark.skipif("KINGSHARE_TEST_LARGE" not in os.environ, reason="writes 4 GiB; set KINGSHARE_TEST_LARGE=1")
def test_more_than_four_gibibytes(start_server, tmp_path):
    server = start_server()
    anna = server.user("anna")
    block, count = bytes(16 * MIB), 260
    upload = anna.http.begin_request("POST", "files?filename=large.bin", count * len(block))
    for _ in range(count):
        upload.write(block)
    files = upload.finish(want=201).json(), anna.upload("small.txt", b"hello")
    download = anna.http.stream_response("GET", archive(*files))
    with open(tmp_path / "files.zip", "wb") as saved:
        while data := download.read(MIB):
            saved.seek(len(data), os.SEEK_CUR) if not any(data) else saved.write(data)
    assert str(os.path.getsize(saved.name)) == download.headers["Content-Length"]
    found = zipfile.ZipFile(saved.name)
    assert [entry.file_size for entry in found.infolist()] == [count * len(block), 5]
    assert found.testzip() is None and found.read("small.txt") == b"hello"
