"""`kingshare check` compares the data folder with the database and reports every difference."""
import json
import os
import pty
import sqlite3
import subprocess
import uuid

import pytest

from support import tus
from support.command import kingshare
from support.data_folder import assert_no_orphans, blobs, incoming
from support.node import BINARY
from support.timeouts import eventually

LETTER, FILM = b"Dear reader, this is all.\n", bytes(range(256)) * 2000


@pytest.fixture
def kept(start_server):
    """Returns a stopped server where anna has a letter, a film and an unfinished upload."""
    server = start_server()
    server.anna = server.user("anna")
    server.letter, server.film = server.anna.upload("letter.txt", LETTER), server.anna.upload("film.mp4", FILM)
    server.upload = tus.create(server.anna.http, 1000)
    server.upload.patch(b"x" * 300, 0)
    server.stop()
    return server


def check(server, *options, status):
    ended = kingshare("check", *server.data_options, *options, folder=server.folder)
    assert ended.returncode == status, ended
    return ended


def findings(server, *options, status=1):
    """Returns all findings as (kind, finding). The output must be a single JSON object."""
    answer = json.loads(check(server, "--json", *options, status=status).stdout)
    assert answer["sound"] == (status == 0), answer
    assert (answer["files"], answer["bytes"]) == (2, len(LETTER) + len(FILM))
    return [(found.pop("kind"), found) for found in answer["findings"]]


def blob(server, file):
    return next(path for path in blobs(server) if path.name == file["id"])


def about(file, **more):
    return {"file_id": file["id"], "filename": file["filename"], "size": file["size"], "owner": "anna", "repaired": False, **more}


def database(server):
    return sqlite3.connect(server.database_file, isolation_level=None)


def test_a_name_cannot_harm_my_terminal(kept):
    kept.start()
    file = kept.anna.upload("a.txt", LETTER)
    kept.stop()
    with database(kept) as db:  # a name that an earlier version accepted
        db.execute("UPDATE files SET filename = ? WHERE id = ?", ["a\u202eb\u009b31m.txt", uuid.UUID(file["id"]).bytes])
    blob(kept, file).unlink()
    for options in ([], ["--json"]):
        said = check(kept, *options, status=1).stdout
        assert "a\\u202eb\\u009b31m.txt" in said and "\u202e" not in said and "\u009b" not in said


def put_blob(server, content):
    name = str(uuid.uuid4())
    folder = server.data / "blobs" / name[:6]
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    return name


def test_all_is_sound(kept):
    for options in ([], ["--deep"], ["--repair"], ["--deep", "--repair"]):
        assert findings(kept, *options, status=0) == []
    assert check(kept, status=0).stdout == f"2 files, {len(LETTER) + len(FILM)} bytes: sound\n"


def test_a_blob_is_missing(kept):
    blob(kept, kept.letter).unlink()
    assert findings(kept) == [("missing", about(kept.letter))]
    line = check(kept, status=1).stdout.splitlines()[0]
    assert all(word in line for word in ("missing", kept.letter["id"], "letter.txt", "anna")), line


def test_a_blob_is_too_short(kept):
    os.truncate(blob(kept, kept.film), 1000)
    assert findings(kept) == [("damaged", about(kept.film, how="it has 1000 bytes"))]


def test_a_byte_is_another(kept):
    path = blob(kept, kept.film)
    content = bytearray(path.read_bytes())
    content[300_000] ^= 1
    path.write_bytes(content)
    assert findings(kept, status=0) == []
    assert findings(kept, "--deep") == [("damaged", about(kept.film, how="its SHA-256 differs"))]


def test_a_repair_keeps_the_rows_of_files(kept):
    """Rows of damaged files remain, so that their blobs can be restored from a backup."""
    gone, hurt = blob(kept, kept.letter), blob(kept, kept.film)
    gone.unlink()
    hurt.write_bytes(FILM[:-1] + b"!")
    for _ in range(2):
        assert [kind for kind, _ in findings(kept, "--deep", "--repair")] == ["missing", "damaged"]
    gone.write_bytes(LETTER)
    hurt.write_bytes(FILM)
    assert findings(kept, "--deep", status=0) == []
    kept.start()
    assert kept.anna.download(kept.letter).body == LETTER
    assert kept.anna.download(kept.film).body == FILM


def test_blobs_nobody_has(kept):
    whole, unfinished = put_blob(kept, b"12345"), str(uuid.uuid4())
    (kept.data / "blobs/incoming" / unfinished).write_bytes(b"12")
    surplus = {whole: {"size": 5, "unfinished": False}, unfinished: {"size": None, "unfinished": True}}

    def expected(repaired):
        return [("surplus", {"blob_id": name, **facts, "repaired": repaired}) for name, facts in surplus.items()]

    assert findings(kept) == expected(False)
    assert findings(kept, "--repair", status=0) == expected(True)
    assert findings(kept, "--deep", status=0) == []
    assert [path.name for path in incoming(kept)] == [kept.upload.id]
    kept.start()
    kept.upload.send(b"x" * 1000, 300)
    kept.upload.assert_content(b"x" * 1000)
    assert_no_orphans(kept, files=3)


def test_what_comes_in_under_a_file_s_name_does_not_cost_the_file(kept):
    (kept.data / "blobs/incoming" / kept.letter["id"]).write_bytes(b"12")
    assert findings(kept, "--deep", "--repair", status=0) == []
    assert blob(kept, kept.letter).read_bytes() == LETTER


def test_a_quota_is_counted_wrong(kept):
    used = len(LETTER) + len(FILM) + 300
    with database(kept) as db:
        db.execute("UPDATE users SET used_bytes = 7, reserved_bytes = 8 WHERE username = 'anna'")
    expected = {"username": "anna", "used_bytes": used, "reserved_bytes": 0, "counted_used_bytes": 7, "counted_reserved_bytes": 8}
    assert findings(kept) == [("unsettled", {**expected, "repaired": False})]
    assert findings(kept, "--repair", status=0) == [("unsettled", {**expected, "repaired": True})]
    assert findings(kept, status=0) == []
    kept.start()
    assert kept.anna.http.get("users/me").json()["used_bytes"] == used


def test_what_was_under_way_is_no_damage(start_server):
    server = start_server()
    anna = server.user("anna")
    sending = anna.http.begin_request("POST", "files?filename=x", 1_000_000)
    sending.write(bytes(500_000))
    eventually(lambda: incoming(server), "some of it lies on the disk")
    server.kill()
    sending.abort()
    assert "leftovers  1" in check(server, status=0).stdout
    assert check(server, "--repair", status=0).stdout == "0 files, 0 bytes: sound\n"
    assert not incoming(server)
    assert check(server, status=0).stdout == "0 files, 0 bytes: sound\n"


def test_many_files_are_compared_page_by_page(start_server):
    server = start_server()
    anna = server.user("anna")
    files = [anna.upload(f"{number}.txt", b"x") for number in range(3)]
    server.stop()
    with database(server) as db:  # more than a page of rows, with blobs in as many folders
        owner, = db.execute("SELECT id FROM users WHERE username = 'anna'").fetchone()
        names = [uuid.UUID(put_blob(server, b"x")) for _ in range(1200)]
        db.execute("BEGIN")
        db.executemany("INSERT INTO files SELECT ?, ?, 'y', 'y', 1, 'text/plain', sha256, created_at, 1 FROM files WHERE id = ?",
                       [(name.bytes, owner, uuid.UUID(files[0]["id"]).bytes) for name in names])
        db.execute("UPDATE users SET used_bytes = used_bytes + 1200 WHERE id = ?", [owner])
        db.execute("COMMIT")
    assert check(server, "--deep", status=0).stdout == "1203 files, 1203 bytes: sound\n"
    gone, extra = sorted(map(str, names))[700], put_blob(server, b"y")
    (server.data / "blobs" / gone[:6] / gone).unlink()
    lines = check(server, status=1).stdout.splitlines()
    assert sorted(line.split()[:2] for line in lines[:-1]) == [["missing", gone], ["surplus", extra + ","]]
    assert lines[-1] == "1203 files, 1203 bytes: 2 wrong, 0 repaired"


@pytest.mark.parametrize("left", [120, 0, None], ids=["some of it", "nothing of it", "no trace of it"])
def test_an_upload_of_which_less_is_there(kept, left):
    path, = incoming(kept)
    if left is None:
        path.unlink()
    else:
        os.truncate(path, left)
    short = {"upload_id": kept.upload.id, "filename": "unnamed", "owner": "anna", "received": 300, "size": left or 0}
    assert findings(kept) == [("short", {**short, "repaired": False})]
    assert findings(kept, "--repair", status=0) == [("short", {**short, "repaired": True})]
    assert findings(kept, status=0) == []
    kept.start()
    assert kept.upload.offset() == (left or 0)
    kept.upload.patch(b"y" * (1000 - (left or 0)), left or 0)
    kept.upload.assert_content(b"x" * (left or 0) + b"y" * (1000 - (left or 0)))
    assert kept.anna.http.get("users/me", want=200).json()["used_bytes"] == len(LETTER) + len(FILM) + 1000


def test_a_running_server_is_left_alone(server):
    ended = check(server, "--repair", status=2)
    assert "in use" in ended.stderr and len(ended.stderr.splitlines()) == 1 and not ended.stdout


@pytest.mark.parametrize("options", [["--data-dir", "nowhere"], ["--set", "database.url=sqlite:nowhere.db"],
                                     ["--set", "blobs.url=file:nowhere"], ["--set", "blobs.url=memory:"],
                                     ["--set", "server.threads=many"], ["--deeper"]])
def test_what_is_not_there_is_not_sound(kept, options):
    assert len(check(kept, *options, status=2).stderr.splitlines()) == 1
    assert not list(kept.folder.glob("nowhere*"))


def test_i_see_how_far_it_is(kept):
    """Progress appears only on a terminal."""
    screen, terminal = pty.openpty()
    subprocess.run([BINARY, "check", "--deep", *kept.data_options], stderr=terminal, stdout=subprocess.DEVNULL, check=True)
    assert b"100 %" in os.read(screen, 65536)
    assert not check(kept, "--deep", status=0).stderr
