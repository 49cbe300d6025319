"""Lying servers: the command line prints their text safely, writes nowhere else, and ends with an explanation."""
import json
import random
import re
import time

import pytest

from support.bounds import PATIENCE
from support.liar import CONTENT, ESCAPES, FILE_ID, Liar, answers, drops, events, mutated, nonsense, problem

UNSAFE = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f\ufffe\uffff]")
COMMANDS = {
    "ls": ["ls"], "share": ["share", "b"], "shares": ["shares"], "received": ["shares", "--received"], "revoke": ["revoke", FILE_ID],
    "rm": ["rm", "b"], "token list": ["token", "list"], "token create": ["token", "create", "x"], "token delete": ["token", "delete", "x"],
    "user list": ["user", "list"], "user role": ["user", "role", FILE_ID, "admin"], "invite": ["user", "create-invitation"],
    "stats": ["stats"], "notify": ["notify", "x"],
}


@pytest.fixture
def lie():
    liars = []

    def begin(known=None, answer=None):
        liars.append(Liar(known, answer))
        return liars[-1]
    yield begin
    for liar in liars:
        liar.close()


def sign_in(shell, liar):
    """Creates a signed-in session for the liar."""
    mine = shell("victim")
    name = liar.url.replace(":", "_").replace("/", "_")
    (mine.state / "sessions").mkdir(parents=True, exist_ok=True)
    (mine.state / f"sessions/{name}").write_text(json.dumps({"server": liar.url, "username": "anna", "access_token": "a.b.c",
                                                             "refresh_token": "r", "expires_at": "2126-01-31T14:05:00Z"}))
    mine.environment["KINGSHARE_SERVER"] = liar.url
    return mine


def everything_below(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run(mine, *arguments, within=3 * PATIENCE):
    """Runs a command to completion, with any status. Its output must be safe, and a failure explained."""
    outside = everything_below(mine.folder.parent)
    begun = time.monotonic()
    ended = mine.run(*arguments, status=None, within=within)
    out, err = ended.output.decode(), ended.stderr  # must be UTF-8
    assert time.monotonic() - begun < within
    assert 0 <= ended.returncode <= 8, (ended.returncode, err)
    for text in (out, err):
        found = UNSAFE.search(text)
        assert not found, (found, text)
    if ended.returncode:
        assert err.splitlines()[-1].startswith(("kingshare: ", '{"error"')), err
    for path in everything_below(mine.folder.parent).keys() - outside.keys():
        assert mine.folder in path.parents, path
    ended.out, ended.err = out, err
    return ended


@pytest.mark.parametrize("command", COMMANDS)
def test_text_of_a_server_is_shown_as_text(lie, shell, command):
    mine = sign_in(shell, lie(answers(ESCAPES)))
    plain = run(mine, *COMMANDS[command])
    told = run(mine, *COMMANDS[command], "--json")
    if plain.returncode == 0:
        json.loads(told.out)
    if command in ("ls", "shares", "token list", "user list", "received"):
        assert "\\u001b]0;owned\\u0007" in plain.out and "\\u202egnp.exe" in plain.out
        assert ESCAPES in list(json.loads(told.out)["items"][0].values())


def test_at_a_terminal_only_its_own_colours(lie, shell):
    mine = sign_in(shell, lie(answers(ESCAPES)))
    for command in (["ls"], ["shares"], ["user", "list"], ["token", "create", "x"], ["share", "b"], ["stats"], ["share", "b", "--qr"]):
        shown = re.sub("\033\\[(0|1|38;5;16;48;5;231)m", "", mine.at_terminal(*command).end())
        assert not UNSAFE.search(shown.replace("\r\n", "\n")), (command, shown)


def test_errors_and_proxies_are_shown_as_text(lie, shell):
    for answer in (problem(403, ESCAPES, ESCAPES), (302, {"Location": "https://elsewhere\x1b[31m/\xe2\x80\xae"}, b""), (400, {}, b"\x1b"),
                   (200, {}, ESCAPES.encode()), (429, {"Retry-After": "\x1b[31m"}, b"")):
        mine = sign_in(shell, lie(answer=lambda method, path, answer=answer: answer))
        for command in (["ls"], ["ls", "--json"], ["stats"], ["token", "create", "x"], ["get", mine.environment["KINGSHARE_SERVER"] + "/s/x"]):
            assert run(mine, *command).returncode


def test_signing_in(lie, shell):
    liar = lie(answers(ESCAPES))
    mine = shell("victim")
    (mine.folder / "password").write_text("password\n")
    for more in ([], ["--json"]):
        assert run(mine, "login", liar.url, "--user", "anna", "--password-file", "password", *more).returncode == 0
    for field in ("access_token", "refresh_token"):
        for token in ("a\r\nX-Evil: 1", "a b", "", "\x1b[31m", 5):
            session = {**answers()["POST auth/login"], field: token}
            ended = run(mine, "login", lie({"POST auth/login": session}).url, "--user", "anna", "--password-file", "password")
            assert ended.returncode == 1 and field in ended.err


@pytest.mark.parametrize("how", [[], ["--json"]])
def test_watching(lie, shell, how):
    def answer(method, path, streams=iter(range(9))):
        if path != "events":
            return None
        if next(streams):
            return problem(403, ESCAPES)
        lines = [f"id: {ESCAPES.split(chr(13))[0]}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n" for event in events(ESCAPES)]
        lines.append('data: {"type":\t"FileUploaded",\r"data":{"filename":"a\u202eb"}}\n\n')
        return 200, {"Content-Type": "text/event-stream"}, [line.encode() for line in lines]

    ended = run(sign_in(shell, lie(answers(ESCAPES), answer)), "watch", *how)
    assert ended.returncode == 3
    assert len(ended.out.splitlines()) >= 11
    if how:
        assert json.loads(ended.out.splitlines()[-1])["data"]["filename"] == "a\u202eb"


@pytest.mark.parametrize("body", [[b"data: " + b"x" * 3_000_000], [b'data: {"type":"Error","data":{"code":"INVALID_TOKEN"}}\n\n']],
                         ids=["an endless event", "a token refused again and again"])
def test_watching_what_never_works(lie, shell, body):
    liar = lie(answer=lambda method, path: (200, {"Content-Type": "text/event-stream"}, body) if path == "events" else None)
    assert run(sign_in(shell, liar), "watch").returncode in (1, 3)
    liar.answer = lambda method, path: (200, {"Content-Type": "text/html"}, ESCAPES.encode())
    assert run(sign_in(shell, liar), "watch").returncode in (1, 3)


@pytest.mark.parametrize("name", ["../../outside", "/etc/outside", "..", ".", "", ".bashrc", "a/../../outside", "\0", ESCAPES, "x" * 5000, "ü" * 400 + ".txt"])
def test_a_name_leads_nowhere_else(lie, shell, name):
    share = {**answers()["GET public/shares/x"], "filename": name}
    liar = lie({"GET public/shares/x": share})
    mine = shell("victim")
    assert run(mine, "get", liar.url + "/s/x").returncode == 0
    made = [path for path in mine.folder.iterdir()]
    assert len(made) == 1 and made[0].read_bytes() == CONTENT and not made[0].name.startswith(".")
    assert not UNSAFE.search(made[0].name) and name.endswith(".txt") <= made[0].name.endswith(".txt")


@pytest.mark.parametrize("status, headers, body", [
    (206, {"Content-Range": "bytes 5-20/8400"}, CONTENT[:16]), (206, {}, CONTENT), (200, {}, CONTENT + b"more"), (200, {}, CONTENT[:100]),
    (204, {}, b""), (200, {"Repr-Digest": "sha-256=:AAAA:"}, CONTENT), (200, {"ETag": '"2"'}, CONTENT)],
    ids=["another range", "a range nobody asked for", "more", "less", "nothing", "another digest", "another version"])
def test_content_that_does_not_fit(lie, shell, status, headers, body):
    def answer(method, path):
        if not path.endswith("/content"):
            return None
        if method == "HEAD":
            digest = {"Repr-Digest": headers["Repr-Digest"]} if "Repr-Digest" in headers else {}
            return 200, {"ETag": '"1"', "Content-Length": len(CONTENT), **digest}, b""
        return status, {"ETag": '"1"', **headers}, body
    mine = shell("victim")
    ended = run(mine, "get", lie(answer=answer).url + "/s/x", within=6 * PATIENCE)
    assert ended.returncode and not (mine.folder / "letter.txt").exists()


def test_an_answer_in_drops(lie, shell):
    def answer(method, path):
        return 200, {"Content-Type": "application/json", "Content-Length": 100_000}, drops()
    liar = lie(answer=answer)
    mine = sign_in(shell, liar)
    begun = [(command, mine.begin(*command)) for command in (["ls"], ["stats"], ["get", liar.url + "/s/x"], ["doctor", liar.url])]
    for command, running in begun:
        assert running.process.wait(timeout=12 * PATIENCE) == 6, command
        assert any("in time" in line for line in running.rest()), running.seen


def test_a_list_without_an_end(lie, shell):
    def answer(method, path, pages=iter(range(10**9))):
        page = {"items": answers()["GET files"]["items"], "next_cursor": str(next(pages))}
        return 200, {"Content-Type": "application/json"}, json.dumps(page).encode()
    ended = run(sign_in(shell, lie(answer=answer)), "ls")
    assert ended.returncode == 1 and "end" in ended.err


def test_a_token_follows_no_redirect(lie, shell):
    elsewhere = lie()
    liar = lie(answer=lambda method, path: (307, {"Location": elsewhere.url + "/api/v1/files"}, b""))
    mine = sign_in(shell, liar)
    for command in (["ls"], ["get", liar.url + "/s/x"], ["token", "create", "x"], ["watch"], ["doctor"], ["share", "b"]):
        assert run(mine, *command).returncode
    assert liar.requests and not elsewhere.requests


def test_the_doctor_opens_no_link_to_elsewhere(lie, shell):
    elsewhere = lie()
    known = answers()
    known["POST shares"] = {**known["POST shares"], "url": elsewhere.url + "/s/x"}
    run(sign_in(shell, lie(known)), "doctor", "--idle", "1s", within=6 * PATIENCE)
    assert not elsewhere.requests


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("command", [*COMMANDS, "get", "watch", "login", "doctor", "send"])
def test_whatever_it_says(lie, shell, command, seed):
    chance = random.Random(f"{command} {seed}")
    elsewhere = lie()

    def answer(method, path):
        known = answers(ESCAPES).get(f"{method} {path}")
        if known is not None and chance.random() < 0.7:
            return 200, {"Content-Type": "application/json"}, json.dumps(mutated(known, chance)).encode()
        return nonsense(chance, elsewhere.url) if chance.random() < 0.6 else None

    liar = lie(answers(ESCAPES), answer)
    mine = sign_in(shell, liar)
    (mine.folder / "password").write_text("password\n")
    (mine.folder / "letter.txt").write_text("Dear reader")
    arguments = {"get": ["get", liar.url + "/s/x", "-o", "it", "--password-file", "password"], "watch": ["watch"], "doctor": ["doctor", "--idle", "1s"],
                 "login": ["login", liar.url, "--user", "anna", "--password-file", "password"],
                 "send": ["send", "letter.txt"]}.get(command) or COMMANDS[command]
    if command in ("get", "send", "watch"):  # these retry while a server seems unavailable: set a deadline
        give_up_after(liar, 6)
    for more in ([], ["--json"]):
        run(mine, *arguments, *more, within=12 * PATIENCE)
    assert not any("Authorization" in headers for _, _, headers in elsewhere.requests)


def give_up_after(liar, requests):
    lies, liar.answer = liar.answer, lambda method, path: lies(method, path) if len(liar.requests) <= requests else problem(403, "No more")
