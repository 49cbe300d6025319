"""A file keeps its name: harmless names are preserved, and encoded for browsers as RFC 6266 defines."""
import re
import urllib.parse

import pytest

from support.http import multipart, quoted
from support.raw_http import assert_invalid_field

HARMLESS = ["a", "letter.txt", "no extension", ".hidden", "many.dots.tar.gz", "Übung № 1.txt", "ファイル.txt", "🎈.png",
            'with "quotes".txt', "it's.txt",
            "100% & more; a=b, c+d #1?.txt", "<b>bold<b>.html", "back`tick`$(x).sh", "ä" * 255, "x" * 255, "%41.txt", "CON", "-rf"]
UNSAFE = {"../../etc/passwd": "passwd", "/etc/passwd": "passwd", "a/b/c.txt": "c.txt", "..//x": "x", "line\nfeed\r\n.txt": "linefeed.txt",
          "bell\x07\x1b[31m.txt": "bell[31m.txt", "delete\x7f.txt": "delete.txt", "c1\x85.txt": "c1.txt"}
NONE = ["", "/", "a/", "///", ".", "..", "a/..", "\n", "x" * 256, "x" * 300, "ä" * 256, "x" * 5000]
PARAMETER = r"""; *(filename(?==)|filename\*(?==UTF-8''))=("(?:[^"\\]|\\.)*"|[!#$%&'*+.^_`|~0-9A-Za-z-]+)"""


def raw(user, name, want=201):
    return user.http.call("POST", f"files?filename={quoted(name)}", body=b"x", want=want)


def form(user, name, want=201):
    body, kind = multipart((name, b"x"))
    return user.http.call("POST", "files", body=body, headers={"Content-Type": kind}, want=want)


def rename(user, name, want=200):
    return user.http.patch(f"files/{user.upload()['id']}", {"filename": name}, want=want)


DOORS = [raw, form, rename]


def names_told(answer):
    """Returns (disposition, ASCII name, extended name) of a Content-Disposition."""
    value = answer.headers["Content-Disposition"]
    found = re.fullmatch(rf"(attachment|inline)((?:{PARAMETER})+)", value)
    assert found, f"not as RFC 6266 and 8187 have it: {value!r}"
    named = {name: text for name, text in re.findall(PARAMETER, found[2])}
    plain = re.sub(r"\\(.)", r"\1", named.get("filename", "").removeprefix('"').removesuffix('"'))
    assert all(" " <= character <= "~" for character in plain), value
    told = urllib.parse.unquote(named["filename*"].removeprefix("UTF-8''"), errors="strict") if "filename*" in named else plain
    return found[1], plain, told


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_name(anna, name):
    file = raw(anna, name).json()
    assert file["filename"] == name
    assert rename(anna, name).json()["filename"] == name
    assert anna.http.get(f"files/{file['id']}").json()["filename"] == name
    kind, _, told = names_told(anna.download(file))
    assert (kind, told) == ("attachment", name)
    assert names_told(anna.http.head(f"files/{file['id']}/content"))[2] == name


@pytest.mark.parametrize("name", ["Übung № 1.txt", "ファイル.txt", "it's.txt", "a; b=c.txt", "%41.txt"])
def test_in_a_form(anna, name):
    assert form(anna, name).json()["filename"] == name


@pytest.mark.parametrize("written, name", [("filename*=UTF-8''%C3%9Cb%20x.txt", "Üb x.txt"), ("filename*=utf-8''%e2%98%83", "☃"),
                                           ('filename="_.txt"; filename*=UTF-8\'\'%C3%9C.txt', "Ü.txt"),
                                           ('filename*=UTF-8\'\'%C3%9C.txt; filename="_.txt"', "Ü.txt"),
                                           ('filename="plain.txt"; filename*=ISO-8859-1\'\'%DC.txt', "plain.txt"),
                                           ('filename="plain.txt"; filename*=UTF-8\'\'%zz', "plain.txt")])
def test_in_a_form_of_a_program_that_writes_it_as_headers_do(anna, written, name):
    body = f'--b\r\nContent-Disposition: form-data; name="file"; {written}\r\n\r\nx\r\n--b--\r\n'.encode()
    answer = anna.http.call("POST", "files", body=body, headers={"Content-Type": "multipart/form-data; boundary=b"}, want=201)
    assert answer.json()["filename"] == name


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", UNSAFE)
def test_an_unsafe_name_loses_what_is_unsafe(anna, door, name):
    if door is form and "\n" in name:
        pytest.skip("a form has no line feeds in its heads")
    file = door(anna, name).json()
    assert file["filename"] == UNSAFE[name]
    assert names_told(anna.download(file))[2] == UNSAFE[name]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("mark", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_no_name_is_read_backwards(anna, door, mark):
    assert door(anna, f"invoice{mark}fdp.exe").json()["filename"] == "invoicefdp.exe"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", NONE)
def test_invalid_name(anna, door, name):
    refused = door(anna, name, want="400 INVALID_REQUEST")
    if door is not form:
        assert_invalid_field(refused, "filename")
    assert [file["filename"] for file in anna.http.get("files").json()["items"]] == (["letter.txt"] if door is rename else [])


@pytest.mark.parametrize("name", ["%ff.txt", "%c0%af", "a%ed%a0%80b", "%e4.txt"])
def test_a_name_in_no_script(anna, name):
    assert_invalid_field(anna.http.call("POST", f"files?filename={name}", body=b"x", want=0), "filename")


def test_bytes_of_no_script_in_a_form(anna):
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="\xe4\xff.txt"\r\n\r\nx\r\n--b--\r\n'
    assert_invalid_field(anna.http.call("POST", "files", body=body, headers={"Content-Type": "multipart/form-data; boundary=b"}, want=0),
                         "filename")


def test_no_name_at_all(anna):
    assert_invalid_field(anna.http.call("POST", "files", body=b"x", want=0), "filename")
    for wrong in ({}, {"filename": None}, {"filename": 7}, {"filename": ["a"]}):
        assert_invalid_field(anna.http.patch(f"files/{anna.upload()['id']}", wrong, want=0), "filename")


def test_a_new_name_everywhere(common_server, anna):
    file = anna.upload("draft.txt", b"text")
    share = anna.share(file)
    socket = anna.connect()
    renamed = anna.http.patch(f"files/{file['id']}", {"filename": "final.txt"}, want=200).json()
    assert renamed == {**file, "filename": "final.txt"}
    assert anna.http.get("files?query=final").json()["items"] == [renamed]
    assert anna.http.get(f"shares/{share['share_id']}").json()["filename"] == "final.txt"
    assert common_server.guest().get(f"public/shares/{share['share_token']}").json()["filename"] == "final.txt"
    assert names_told(common_server.guest().get(f"public/shares/{share['share_token']}/content"))[2] == "final.txt"
    assert {message.type for message in common_server.received(socket)} == {"ShareAccessed", "DownloadStarted"}


@pytest.mark.parametrize("written, name", [("report[1].txt", "report[1].txt"), ("a|b^c`d{e}.txt", "a|b^c`d{e}.txt"),
                                           ("<b>%5b.txt", "<b>[.txt")])
def test_what_browsers_and_curl_leave_as_it_is(anna, written, name):
    answer = anna.http.call("POST", f"files?filename={written}", body=b"x", want=201)
    assert answer.json()["filename"] == name
    found = anna.http.call("GET", f"files?query={written}", want=200).json()["items"]
    assert [file["filename"] for file in found] == [name]


@pytest.mark.parametrize("written", ["%zz", "%", "a%2"])
def test_incomplete_percent_encoding(anna, written):
    assert "percent-encoded" in anna.http.call("POST", f"files?filename={written}", body=b"x", want="400 INVALID_REQUEST").json()["detail"]


def test_blanks_around_the_sign_are_no_part_of_it(anna):
    body = b'--b\r\nContent-Disposition: form-data; name = file; filename = "q.txt" ; x=y\r\n\r\nx\r\n--b--\r\n'
    answer = anna.http.call("POST", "files", body=body, headers={"Content-Type": "multipart/form-data; boundary = b"}, want=201)
    assert answer.json()["filename"] == "q.txt"
