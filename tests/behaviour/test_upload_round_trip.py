"""A file comes back byte for byte, by every upload endpoint."""
import hashlib
import os

import pytest

from support.command import is_instrumented
from support.http import multipart

MIB = 1 << 20


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def form(user, *parts, want=201, **options):
    body, kind = multipart(*parts, **options)
    return user.http.call("POST", "files", body=body, headers={"Content-Type": kind}, want=want)


def assert_kept(user, file, name, data, kind="application/octet-stream"):
    assert (file["filename"], file["size"], file["sha256"], file["content_type"]) == (name, len(data), sha256(data), kind)
    assert file["owner_id"] == user.id
    assert user.http.get(f"files/{file['id']}", want=200).json() == file
    answer = user.download(file, want=200)
    assert answer.body == data
    assert answer.headers["Content-Length"] == str(len(data)) and answer.headers["Content-Type"] == kind


CONTENTS = {"empty": b"", "one byte": b"\0", "text": b"Dear reader\r\n\r\n", "every byte": bytes(range(256)) * 9,
            "around a buffer": os.urandom(256 * 1024 + 1), "several buffers": os.urandom(3 * MIB - 7)}


@pytest.mark.parametrize("kind", CONTENTS)
def test_raw(anna, kind):
    assert_kept(anna, anna.upload("raw.bin", CONTENTS[kind]), "raw.bin", CONTENTS[kind])


@pytest.mark.parametrize("kind", CONTENTS)
def test_in_a_form(anna, kind):
    file = form(anna, ("form.png", CONTENTS[kind], "image/png")).json()
    assert_kept(anna, file, "form.png", CONTENTS[kind], "image/png")


@pytest.mark.parametrize("kind", CONTENTS)
def test_in_chunks_of_unknown_sum(anna, kind):
    data = CONTENTS[kind]
    upload = anna.http.begin_request("POST", "files?filename=chunks.bin", None)
    for size in (1, 2, 1000, 100_000):
        if data[:size]:
            upload.write(data[:size])
        data = data[size:]
    if data:
        upload.write(data)
    guessed = "text/plain" if kind == "text" else "application/octet-stream"
    assert_kept(anna, upload.finish(want=201).json(), "chunks.bin", CONTENTS[kind], guessed)


def test_several_in_one_form(anna):
    parts = [("a.txt", b"one", "text/plain"), ("empty", b""), ("b.bin", os.urandom(MIB)), ("a.txt", b"another of that name")]
    files = form(anna, *parts).json()["items"]
    assert len({file["id"] for file in files}) == 4
    for file, (name, data, *kind) in zip(files, parts):
        assert_kept(anna, file, name, data, *kind)


def test_a_form_that_comes_in_crumbs(anna):
    data = b"\r\n--the-boundar\r\n-\r\r\n\n--the-boundary\r\nx--the-boundary--\r\n--\r\n"
    body, kind = multipart(("first", data), ("second", b"\r\n"))
    for crumb in (1, 2, 3, 7):
        upload = anna.http.begin_request("POST", "files", len(body), {"Content-Type": kind})
        for start in range(0, len(body), crumb):
            upload.write(body[start:start + crumb])
        first, second = upload.finish(want=201).json()["items"]
        assert_kept(anna, first, "first", data)
        assert_kept(anna, second, "second", b"\r\n")


def test_a_form_has_its_names_in_itself(anna):
    body, kind = multipart(("inside.txt", b"hello"))
    file = anna.http.call("POST", "files?filename=outside.txt", body=body, headers={"Content-Type": kind}, want=201).json()
    assert_kept(anna, file, "inside.txt", b"hello")


def test_a_form_in_chunks(anna):
    data = os.urandom(MIB)
    body, kind = multipart(("film.mp4", data, "video/mp4"))
    upload = anna.http.begin_request("POST", "files", None, {"Content-Type": kind})
    for start in range(0, len(body), 9999):
        upload.write(body[start:start + 9999])
    assert_kept(anna, upload.finish(want=201).json(), "film.mp4", data, "video/mp4")


@pytest.mark.parametrize("head", ['Content-Disposition: form-data; filename="a.txt"; name="file"',
                                  "content-disposition:form-data;name=file;filename=a.txt",
                                  'CONTENT-DISPOSITION: FORM-DATA; NAME="file"; FILENAME="a.txt"'])
@pytest.mark.parametrize("boundary", ["x", "'()+_,-./:=?", "----WebKitFormBoundary7MA4YWxkTrZu0gW", "b" * 70])
def test_a_form_written_otherwise(anna, head, boundary):
    body = f"a word before\r\n--{boundary}  \r\n{head}\r\nX-More: yes\r\n\r\nhello\r\n--{boundary}--\r\nand one after".encode()
    kind = f'multipart/form-data; charset=utf-8; boundary="{boundary}"'
    file = anna.http.call("POST", "files", body=body, headers={"Content-Type": kind}, want=201).json()
    assert_kept(anna, file, "a.txt", b"hello", "text/plain")


def test_the_type_that_it_came_with(anna):
    for kind in ("text/plain; charset=utf-8", "application/vnd.oasis.opendocument.text", "image/svg+xml"):
        file = anna.http.call("POST", "files?filename=a", body=b"x", headers={"Content-Type": kind}, want=201).json()
        assert_kept(anna, file, "a", b"x", kind)
    for kind in ("nonsense", ""):
        file = anna.http.call("POST", "files?filename=a", body=b"x", headers={"Content-Type": kind}, want=201).json()
        assert_kept(anna, file, "a", b"x")


def test_one_and_the_same_twice(anna):
    one, other = anna.upload("a.txt", b"same"), anna.upload("a.txt", b"same")
    assert one["id"] != other["id"]
    anna.delete(one)
    assert_kept(anna, other, "a.txt", b"same")


def test_across_a_restart(start_server):
    server = start_server()
    anna = server.user("anna")
    file = anna.upload("letter.txt", b"still here")
    etag = anna.download(file).headers["ETag"]
    server.restart()
    assert_kept(anna, file, "letter.txt", b"still here")
    assert anna.download(file).headers["ETag"] == etag


def test_many_at_once_in_little_memory(start_server):
    server = start_server()
    server.need_stored_blobs("measures memory")
    if server.uses_s3:
        pytest.skip("parts for S3 are in memory, within a limit of their own")
    anna = server.user("anna")
    before, count, data = server.rss(), 100, os.urandom(MIB)
    uploads = [anna.http.clone().begin_request("POST", f"files?filename={number}", len(data)) for number in range(count)]
    most = 0
    for start in range(0, len(data), MIB // 4):
        for upload in uploads:
            upload.write(data[start:start + MIB // 4])
        most = max(most, server.rss())
    for upload in uploads:
        assert upload.finish(want=201).json()["sha256"] == sha256(data)
    assert is_instrumented() or most - before < 20 * MIB


@pytest.mark.parametrize("door", ["raw", "form", "chunks"])
def test_a_large_one_in_little_memory(start_server, door):
    server = start_server()
    server.need_stored_blobs("measures memory")
    anna = server.user("anna")
    anna.download(anna.upload("first.bin", os.urandom(MIB)))
    before, most = server.rss(), 0
    block, count, expected = os.urandom(MIB), 64, hashlib.sha256()
    body, kind = multipart(("large.bin", b""))
    head, tail = body.split(b"\r\n\r\n", 1)
    head, tail = (head + b"\r\n\r\n", tail) if door == "form" else (b"", b"")
    length = None if door == "chunks" else len(head) + count * MIB + len(tail)
    upload = anna.http.begin_request("POST", "files" if door == "form" else "files?filename=large.bin", length,
                                     {"Content-Type": kind} if door == "form" else {})
    if head:
        upload.write(head)
    for number in range(count):
        part = bytes([number]) + block[1:]
        expected.update(part)
        upload.write(part)
        most = max(most, server.rss())
    if tail:
        upload.write(tail)
    file = upload.finish(want=201).json()
    assert (file["size"], file["sha256"]) == (count * MIB, expected.hexdigest())

    download, seen = anna.http.stream_response("GET", f"files/{file['id']}/content"), hashlib.sha256()
    while data := download.read(MIB):
        seen.update(data)
        most = max(most, server.rss())
    assert seen.hexdigest() == file["sha256"]
    assert is_instrumented() or most - before < 24 * MIB
