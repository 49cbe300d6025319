"""The file name chosen by `kingshare send`."""
import os

import pytest


@pytest.fixture
def mine(anna, shell):
    return shell().sign_in(anna)


def latin1(mine):
    path = os.fsencode(mine.folder) + b"/caf\xe9.txt"
    with open(path, "wb") as file:
        file.write(b"Dear reader")
    return os.fsdecode(b"caf\xe9.txt")


def test_a_latin1_name_is_refused_with_a_way_out(anna, mine):
    events = anna.connect()
    path = latin1(mine)
    (mine.folder / "other.txt").touch()
    for arguments in ([path], ["other.txt", path]):
        said = mine.run("send", *map(os.fsencode, arguments), status=2).stderr
        assert "--name" in said and "café.txt" in said and "UTF-8" in said
    anna.server.assert_nothing_else(events)
    mine.run("send", os.fsencode(path), "--name", "café.txt")
    assert [file["filename"] for file in mine.json("ls")["items"]] == ["café.txt"]


def test_another_name(anna, mine):
    (mine.folder / "a.txt").write_text("a")
    sent = mine.json("send", "a.txt", "--name", "b.txt", "--no-link")["items"][0]
    assert sent["filename"] == "b.txt"
    assert anna.http.get(f"files/{sent['file_id']}").json()["filename"] == "b.txt"
    assert "b.txt: 1 byte" in mine.run("send", "a.txt", "--name", "b.txt").stderr
    mine.run("send", "a.txt")
    assert sorted(file["filename"] for file in mine.json("ls")["items"]) == ["a.txt", "b.txt", "b.txt"]


def test_a_name_is_for_one_file(mine):
    for name in ("a", "b"):
        (mine.folder / name).touch()
    assert "--name" in mine.run("send", "a", "b", "--name", "c", status=2).stderr
    assert "UTF-8" in mine.run("send", "a", "--name", b"caf\xe9", status=2).stderr
    assert mine.json("ls")["items"] == []


def test_standard_input(anna, mine):
    mine.run("send", "-", stdin="x")
    mine.run("send", "-", "--name", "x.txt", stdin="x")
    assert sorted(file["filename"] for file in mine.json("ls")["items"]) == ["stdin", "x.txt"]
