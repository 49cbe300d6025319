"""File names and share passwords match in all equivalent Unicode forms: composed or decomposed, and names in any case."""
import unicodedata

import pytest

from support.http import multipart, quoted
from support.raw_http import assert_invalid_field
from support.tus import metadata

# (name, search text)
FOUND = [("cafe\u0301.txt", "caf\u00e9"), ("caf\u00e9.txt", "cafe\u0301"), ("CAFE\u0301.txt", "caf\u00e9"), ("Straße.pdf", "STRASSE"),
         ("STRASSE.pdf", "straße"), ("ΟΔΟΣ.txt", "οδος"), ("οδος.txt", "ΟΔΟΣ"), ("οδοσ.txt", "οδος"), ("ﬁle.txt", "FILE"),
         ("\u1112\u1161\u11ab\u1100\u1173\u11af.txt", "\ud55c\uae00"), ("\u212bngstro\u0308m.txt", "\u00e5ngström"), ("Ꭰ.txt", "ꭰ"),
         ("ẞ.txt", "SS"), ("tie\u0323\u0302ng.txt", "tiệng"), ("İstanbul.txt", "i\u0307stanbul")]
NOT_FOUND = [("café.txt", "cafe"), ("cafe\u0301.txt", "cafe"), ("x².txt", "x2"), ("ı.txt", "i.")]


def find(user, text, sort="filename"):
    return [file["filename"] for file in user.http.get(f"files?query={quoted(text)}&sort={sort}").json()["items"]]


@pytest.mark.parametrize("name, text", FOUND)
def test_a_search_finds_it(anna, name, text):
    anna.upload(name)
    anna.upload("another.doc")
    assert find(anna, text) == [name]


@pytest.mark.parametrize("name, text", NOT_FOUND)
def test_a_search_tells_letters_apart(anna, name, text):
    anna.upload(name)
    assert find(anna, text) == []


def test_a_new_name_is_found_too(anna):
    file = anna.upload("draft.txt")
    anna.http.patch(f"files/{file['id']}", {"filename": "Sommerfu\u0308ße.txt"}, want=200)
    assert find(anna, "SOMMERFÜSSE") == ["Sommerfu\u0308ße.txt"] and find(anna, "draft") == []


def test_a_search_that_is_no_text(anna):
    anna.upload()
    assert anna.http.get("files?query=%ff%fe", want=0).status in (200, 400)
    assert find(anna, "\u0301" * 1000) == []


def test_names_are_sorted_together(anna):
    names = ["strasse 1", "Straße 2", "STRASSE 3", "\u00e9 1", "e\u0301 2", "\u00c9 3"]
    for name in names:
        anna.upload(name)
    assert find(anna, "") == names
    pages, cursor = [], ""
    while cursor is not None:
        page = anna.http.get(f"files?sort=-filename&limit=1{cursor and '&cursor=' + cursor}").json()
        pages += [file["filename"] for file in page["items"]]
        cursor = page["next_cursor"]
    assert pages == names[::-1]


def test_names_of_an_earlier_version_are_found(start_server):
    server = start_server()
    anna = server.user("anna")
    names = [f"Straße {number}.txt" for number in range(3)]
    for name in names:
        anna.upload(name)
    server.stop()
    for name in names:
        server.database.execute(f"UPDATE files SET filename_key = '{name.lower()}', filename_key_version = 0 WHERE filename = '{name}'")
    server.start()
    assert find(anna, "STRASSE") == names


@pytest.mark.parametrize("given, typed", [("caf\u00e9 Zürich", "cafe\u0301 Zu\u0308rich"), ("cafe\u0301 Zu\u0308rich", "caf\u00e9 Zürich")])
def test_a_password_of_a_link(common_server, anna, given, typed):
    share = anna.share(anna.upload("letter.txt", b"Dear reader"), password=given)
    for password in (typed, given):
        guest = common_server.guest()
        secret = {"X-Share-Password": "UTF-8''" + quoted(password)}
        assert guest.get(f"public/shares/{share['share_token']}/content", headers=secret, want=200).body == b"Dear reader"
    wrong = {"X-Share-Password": "UTF-8''" + quoted(given.upper())}
    common_server.guest().call("GET", f"public/shares/{share['share_token']}", headers=wrong, want="401 INVALID_CREDENTIALS")


def test_a_username_is_folded(start_server):
    server = start_server(auth__registration="open")
    server.guest().post("auth/register", {"username": "Karl-Rosa", "password": "correct horse"}, want=201)
    answer = server.guest().post("auth/login", {"username": "\u212aarl-Ro\u017fa", "password": "correct horse"}, want=200, checked=False)
    assert answer.json()["user"]["username"] == "karl-rosa"


def test_the_command_line_finds_a_file_by_name(common_server, anna, shell):
    anna.upload("caf\u00e9.txt", b"composed")
    anna.upload("Straße.txt", b"street")
    upper, lower = anna.upload("READ.me", b"upper"), anna.upload("read.me", b"lower")
    mine = shell("anna")
    mine.sign_in(anna)
    mine.run("rm", "cafe\u0301.txt")
    mine.run("rm", "STRASSE.TXT")
    mine.run("rm", "read.me")
    assert [file["id"] for file in anna.http.get("files").json()["items"]] == [upper["id"]]
    anna.http.get(f"files/{lower['id']}", want="404 NOT_FOUND")
    assert "reed.me" in mine.run("rm", "reed.me", status=4).stderr


# Endpoints that accept a name.

def raw(user, name, want):
    return user.http.call("POST", f"files?filename={quoted(name)}", body=b"x", want=want)


def form(user, name, want):
    body, kind = multipart((name, b"x"))
    return user.http.call("POST", "files", body=body, headers={"Content-Type": kind}, want=want)


def rename(user, name, want):
    return user.http.patch(f"files/{user.upload()['id']}", {"filename": name}, want=200 if want == 201 else want)


def tus(user, name, want):
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "0", "Upload-Metadata": metadata(filename=name)}
    answer = user.http.call("POST", "uploads", headers=headers, want=want)
    return user.http.get("files/" + answer.headers["Location"].rsplit("/", 1)[1]) if want == 201 else answer


DOORS = [raw, form, rename, tus]
LONGEST = ["あ" * 90, "ж" * 134, "字" * 255, "é" * 255, "😀" * 127, "a" * 255, "e\u0301" * 127]
TOO_LONG = ["字" * 256, "😀" * 128, "é" * 256, "a" * 256, "ж" * 2000]
INVISIBLE = ["\u200b", "\u200b\u200d", "\u00a0", "\u3000 \u2003", "\u3164", "\u115f\u1160", "\ufeff", "\u00ad", "\u2800\u2800",
             "\U000e0061\U000e007f", "\u2060.", "\u200b..", "\u2028\u2029"]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", LONGEST)
def test_a_name_of_255_characters(anna, door, name):
    file = door(anna, name, 201).json()
    assert file["filename"] == name
    assert find(anna, unicodedata.normalize("NFD", name.upper()))[:1] == [name]
    assert quoted(name) in anna.download(file, want=200).headers["Content-Disposition"]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", TOO_LONG)
def test_a_longer_name(anna, door, name):
    refused = door(anna, name, "400 INVALID_REQUEST")
    assert_invalid_field(refused, "filename")
    assert "255" in refused.json()["detail"] and "byte" not in refused.json()["detail"]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", INVISIBLE)
def test_a_name_that_shows_nothing(anna, door, name):
    refused = door(anna, name, "400 INVALID_REQUEST")
    assert_invalid_field(refused, "filename")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", ["\u200b.txt", "❤\ufe0f", "👩\u200d💻.png", "می\u200cخواهم.txt"])
def test_invisible_characters_beside_others(anna, door, name):
    assert door(anna, name, 201).json()["filename"] == name


@pytest.mark.parametrize("field, name", [(r'filename="end\"', "end"), (r'filename="two\\"', "two"), (r'filename="say \"hi\""', 'say "hi"'),
                                         (r'filename="a\";b"', 'a";b'), (r'filename="end\"; x="y"', "end"), ('filename="%22q%22"', '"q"'),
                                         (r'filename="end\" ', "end"), (r"filename=end\ ", "end")])
def test_a_backslash_at_the_end_invents_no_quote(anna, field, name):
    body = f'--b\r\nContent-Disposition: form-data; name="file"; {field}\r\n\r\nx\r\n--b--\r\n'.encode()
    answer = anna.http.call("POST", "files", body=body, headers={"Content-Type": "multipart/form-data; boundary=b"}, want=201)
    assert answer.json()["filename"] == name
    other = anna.http.call("POST", f"files?filename={quoted('end' + chr(92))}", body=b"x", want=201)
    assert other.json()["filename"] == "end"
