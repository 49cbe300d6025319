"""Content types: detected if the client did not declare one, and never such that a file acts as part of a page."""
import struct
import subprocess
import zlib

import pytest

from support import tus
from support.http import multipart, quoted

OCTETS = "application/octet-stream"


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(bytes(4)))
       + chunk(b"IEND", b""))
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
MP3 = b"ID3\x03\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x00" + bytes(417)
HTML = b"<!doctype html><html><script>alert(1)</script></html>"

# (name, bytes, detected type)
GUESSED = [
    ("a.png", PNG, "image/png"), ("no ending", PNG, "image/png"), ("lies.txt", PNG, "image/png"), ("doc", PDF, "application/pdf"),
    ("x.gif", GIF, "image/gif"), ("photo.JPG", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(50), "image/jpeg"),
    ("song.mp3", MP3, "audio/mpeg"), ("notes.txt", b"A few words", "text/plain"), ("README", b"A few words\nof text\n", "text/plain"),
    ("table.csv", b"a,b\n1,2\n", "text/csv"), ("data.json", b'{"a": 1}', "application/json"), ("read.md", "# Grüße".encode(), "text/markdown"),
    ("latin1.txt", "Grüße aus Köln an der schönen Spree".encode("latin-1"), "text/plain"),
    ("archive.zip", b"PK\x03\x04" + bytes(60), "application/zip"),
    ("letter.odt", b"PK\x03\x04" + bytes(60), "application/vnd.oasis.opendocument.text"), ("x.gz", b"\x1f\x8b\x08" + bytes(20), "application/gzip"),
    ("logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"), ("unknown.bin", bytes(range(256)) * 4, OCTETS),
    ("empty.txt", b"", "text/plain"), ("empty.png", b"", OCTETS), ("page.html", HTML, OCTETS), ("picture.png", HTML, OCTETS),
    ("code.js", b"alert(1)\n", OCTETS), ("style.css", b"a {}\n", OCTETS), ("feed.xml", b"<?xml version='1.0'?><a/>", OCTETS)]


def raw(kind):
    def send(user, name, data):
        headers = {} if kind is None else {"Content-Type": kind}
        return user.http.call("POST", f"files?filename={quoted(name)}", body=data, headers=headers, want=201).json()
    return send


def form(user, name, data):
    body = (b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + name.encode() + b'"\r\n\r\n' + data + b"\r\n--b--\r\n")
    return user.http.call("POST", "files", body=body, headers={"Content-Type": "multipart/form-data; boundary=b"}, want=201).json()


def by_tus(user, name, data):
    upload = tus.create(user.http, len(data), upload_metadata=tus.metadata(filename=name))
    if data:
        upload.patch(data[:7], 0)
    if data[7:]:
        upload.patch(data[7:], 7)
    return user.http.get(f"files/{upload.id}").json()


def in_parts(user, name, data):
    parts = [tus.create(user.http, len(piece), upload_concat="partial") for piece in (data[:5], data[5:])]
    for part, piece in zip(parts, (data[:5], data[5:])):
        if piece:
            part.patch(piece, 0)
    whole = tus.Upload(user.http, tus.concatenate(user.http, *parts, upload_metadata=tus.metadata(filename=name)).headers["Location"])
    return user.http.get(f"files/{whole.id}").json()


DOORS = {"nothing": raw(None), "curl": raw("application/x-www-form-urlencoded"), "empty": raw(""), "form": form, "tus": by_tus, "parts": in_parts}


@pytest.mark.parametrize("name, data, kind", GUESSED, ids=[name for name, _, _ in GUESSED])
@pytest.mark.parametrize("door", DOORS)
def test_what_the_client_did_not_say_is_found_out(anna, door, name, data, kind):
    file = DOORS[door](anna, name, data)
    assert (file["content_type"], file["size"]) == (kind, len(data))
    assert anna.download(file, want=200).headers["Content-Type"] == kind


@pytest.mark.parametrize("name, data, kind", [("a.png", PNG, "image/png"), ("a", PDF, "application/pdf"), ("a.txt", b"words", OCTETS),
                                              ("a.mp3", bytes(range(256)), OCTETS)])
def test_octets_give_way_to_what_bytes_prove(anna, name, data, kind):
    assert raw(OCTETS)(anna, name, data)["content_type"] == kind
    upload = tus.create(anna.http, len(data), upload_metadata=tus.metadata(filename=name, filetype=OCTETS))
    upload.patch(data, 0)
    assert anna.http.get(f"files/{upload.id}").json()["content_type"] == kind


def test_what_the_client_said_stands(anna):
    assert raw("text/plain")(anna, "a.png", PNG)["content_type"] == "text/plain"
    assert raw("image/webp")(anna, "a.txt", b"words")["content_type"] == "image/webp"


def test_curl_needs_say_no_type(common_server, anna, tmp_path):
    (tmp_path / "a.png").write_bytes(PNG)
    told = subprocess.run(["curl", "-sf", "--data-binary", f"@{tmp_path / 'a.png'}", "-H", f"Authorization: Bearer {anna.token}",
                           f"http://127.0.0.1:{common_server.port}/api/v1/files?filename=a.png"], capture_output=True, check=True).stdout
    assert b'"content_type":"image/png"' in told.replace(b'": "', b'":"')


def doors(server, user, file):
    share = user.share(file)
    return [(user.http, f"files/{file['id']}/content"), (server.guest(), f"public/shares/{share['share_token']}/content")]


@pytest.mark.parametrize("given, sent", [
    ("text/html", OCTETS), ("text/html;charset=utf-7", OCTETS), ("multipart/x-mixed-replace; boundary=x", OCTETS), ('a/b"<script>', OCTETS),
    ("text/javascript", OCTETS), ("application/javascript; charset=utf-8", OCTETS), ("TEXT/CSS", OCTETS), ("application/xhtml+xml", OCTETS),
    ("text/xml", OCTETS), ("application/rss+xml", OCTETS), ("message/rfc822", OCTETS), ("application/x-shockwave-flash", OCTETS),
    ("image/png, text/html", OCTETS), ("image", OCTETS), ("foo/bar", OCTETS), ("text/plain; charset=utf-7", "text/plain"),
    ('Text/Plain; Charset="UTF-8"; x=y', "text/plain; charset=utf-8"), ("text/plain;charset=utf-8;charset=utf-16", "text/plain"),
    ("image/png; name=x", "image/png"), ("video/mp4; codecs=avc1", "video/mp4")])
def test_a_type_is_sent_only_where_it_is_harmless(common_server, anna, given, sent):
    for file in (raw(given)(anna, "file", b"x"), anna.http.call("POST", "files", **part(given), want=201).json()):
        assert file["content_type"] == sent
        for client, target in doors(common_server, anna, file):
            for headers in ({}, {"Range": "bytes=0-0"}):
                answer = client.get(target, headers=headers)
                assert answer.headers["Content-Type"] == sent and answer.headers["X-Content-Type-Options"] == "nosniff"


def part(kind):
    body, form_kind = multipart(("file", b"x", kind))
    return {"body": body, "headers": {"Content-Type": form_kind}}


def test_tus_names_no_harmful_type_either(anna):
    for given, kept in (("text/html", OCTETS), ("image/png", "image/png"), ('a/b"<script>', OCTETS)):
        upload = tus.create(anna.http, 1, upload_metadata=tus.metadata(filename="a", filetype=given))
        upload.patch(b"x", 0)
        assert anna.http.get(f"files/{upload.id}").json()["content_type"] == kept


@pytest.mark.parametrize("text, kind, told", [
    ("Grüße".encode(), "text/plain", "text/plain; charset=utf-8"), (b"plain", "text/plain", "text/plain; charset=utf-8"),
    ("日".encode() * 50_000, "text/csv", "text/csv; charset=utf-8"), (b"", "text/plain", "text/plain; charset=utf-8"),
    ("x".encode() + "é".encode() * 40_000, "text/markdown", "text/markdown; charset=utf-8"),
    ("Grüße".encode(), "text/plain; charset=utf-8", "text/plain; charset=utf-8"),
    ("Grüße".encode("latin-1"), "text/plain", "text/plain"), (b"\xff\xfea\x00", "text/plain", "text/plain"),
    (PNG, "image/png", "image/png")])
def test_text_to_be_shown_has_its_charset(common_server, anna, text, kind, told):
    file = raw(kind)(anna, "a.txt", text)
    for client, target in doors(common_server, anna, file):
        for answer in (client.get(target + "?inline=1"), client.head(target + "?inline=1")):
            assert answer.headers["Content-Type"] == told
        if text:
            ranged = client.get(target + "?inline=1", headers={"Range": "bytes=1-1"}, want=206)
            assert ranged.headers["Content-Type"] == told
        assert client.get(target).headers["Content-Type"] == kind


REFUSED = ["script", "style", "worker", "sharedworker", "serviceworker", "frame", "iframe", "object", "embed", "audioworklet", "paintworklet",
           "xslt", "manifest", "json", "fencedframe"]


@pytest.mark.parametrize("destination", REFUSED)
def test_no_file_is_a_part_of_a_page(common_server, anna, ben, destination):
    file = raw("text/plain")(anna, "a.txt", b"alert(1)")
    etag = anna.download(file).headers["ETag"]
    for site in ("same-origin", "same-site", "cross-site", "none"):
        for more in ({}, {"Range": "bytes=0-3"}, {"If-None-Match": etag}):
            answer = anna.http.get(f"files/{file['id']}/content?inline=1", want="403 FORBIDDEN",
                                   headers={"Sec-Fetch-Dest": destination, "Sec-Fetch-Site": site, **more})
            assert b"alert" not in answer.body


def test_what_was_refused_counts_as_no_download(common_server, anna):
    file = anna.upload("letter.txt", b"Dear reader")
    share = anna.share(file, max_downloads=1)
    mine = anna.connect()
    content = f"public/shares/{share['share_token']}/content"
    for destination in ("script", "iframe"):
        common_server.guest().get(content, headers={"Sec-Fetch-Dest": destination}, want="403 FORBIDDEN")
    common_server.assert_nothing_else(mine)
    assert common_server.guest().get(content, headers={"Sec-Fetch-Dest": "document"}, want=200).body == b"Dear reader"


@pytest.mark.parametrize("destination", ["document", "empty", "image", "audio", "video", "track"])
def test_a_file_is_opened_fetched_and_played(common_server, anna, destination):
    file = raw("image/png")(anna, "a.png", PNG)
    for client, target in doors(common_server, anna, file):
        assert client.get(target, headers={"Sec-Fetch-Dest": destination}, want=200).body == PNG
