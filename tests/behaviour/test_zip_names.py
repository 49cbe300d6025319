"""Names in a ZIP archive are unique, and can be created on Windows, macOS and Linux."""
import io
import unicodedata
import zipfile

import pytest


def names_in_archive(user, *names):
    files = [user.upload(name, str(number).encode()) for number, name in enumerate(names)]
    answer = user.http.get("files/archive?ids=" + ",".join(file["id"] for file in files), want=200)
    archive = zipfile.ZipFile(io.BytesIO(answer.body))
    assert archive.testzip() is None
    assert [archive.read(entry) for entry in archive.infolist()] == [str(number).encode() for number in range(len(names))]
    return archive.namelist()


DEVICES = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} | {f"{kind}{port}" for kind in ("COM", "LPT") for port in "0123456789¹²³"}


def assert_portable(names):
    for name in names:
        assert not set(name) & set('<>:"/\\|?*') and all(ord(character) >= 32 and ord(character) != 127 for character in name), name
        assert name[-1] not in ". " and name[0] != " ", name
        assert name.split(".")[0].rstrip().upper() not in DEVICES, name
        assert len(name.encode("utf-16-le")) // 2 <= 255
        assert name == unicodedata.normalize("NFC", name)
    assert len({unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold()) for name in names}) == len(names), names


@pytest.mark.parametrize("name, made", [
    ("con:colon.txt", "con_colon.txt"), ("a?", "a_"), ("b*b", "b_b"), ("<b>.html", "_b_.html"), ("x|y", "x_y"), ('"q".txt', "_q_.txt"),
    ("trail.", "trail_"), ("...", "___"), ("x. .", "x___"), ("CON.txt", "_CON.txt"), ("nul", "_nul"), ("Aux.tar.gz", "_Aux.tar.gz"),
    ("com1", "_com1"), ("LPT9.log", "_LPT9.log"), ("COM¹.txt", "_COM¹.txt"), ("prn .txt", "_prn .txt"), ("CONIN$", "_CONIN$"),
    ("cafe\u0301.txt", "caf\u00e9.txt")])
def test_a_name_that_some_system_cannot_make(anna, name, made):
    assert names_in_archive(anna, name) == [made]
    assert_portable([made])


@pytest.mark.parametrize("name", ["letter.txt", ".hidden", "console.log", "com10", "a.con", "日本語.txt", "it's (1) & more; x=y, z.txt", "50%.txt"])
def test_a_name_that_all_can_make(anna, name):
    assert names_in_archive(anna, name) == [name]


@pytest.mark.parametrize("names", [
    ["caf\u00e9.txt", "cafe\u0301.txt"], ["STRASSE", "straße", "Strasse"], ["ΟΔΟΣ", "οδος", "οδοσ"], ["a?.txt", "a*.txt", "a_.txt"],
    ["trail.", "trail_"], ["CON", "_CON", "con"], ["x", "X", "x"], ["\u212bngström", "a\u030angstro\u0308m"], ["あ" * 255, "あ" * 255],
    ["😀" * 127, "😀" * 127], ["aux." + "x" * 251, "aux." + "x" * 251]])
def test_names_that_some_system_takes_for_one(anna, names):
    made = names_in_archive(anna, *names)
    assert_portable(made)


def test_they_are_numbered_in_their_order(anna):
    assert names_in_archive(anna, "caf\u00e9.txt", "cafe\u0301.txt", "CAF\u00c9.TXT", "a:b", "a?b") == [
        "caf\u00e9.txt", "caf\u00e9 (2).txt", "CAF\u00c9 (3).TXT", "a_b", "a_b (2)"]
