"""Hostile servers: the command line prints their text safely, writes nowhere else, and ends with an explanation."""
import json
import random
import re
import time

import pytest

from support.timeouts import TIMEOUT
from support.hostile_server import (CONTENT, ESCAPES, FILE_ID, HostileServer, mutate_json, problem_response, random_response, sample_messages,
                                    slow_body, valid_responses)

UNSAFE = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f\ufffe\uffff]")
COMMANDS = {
    "ls": ["ls"], "share": ["share", "b"], "shares": ["shares"], "received": ["shares", "--received"], "revoke": ["revoke", FILE_ID],
    "rm": ["rm", "b"], "token list": ["token", "list"], "token create": ["token", "create", "x"], "token delete": ["token", "delete", "x"],
    "user list": ["user", "list"], "user role": ["user", "role", FILE_ID, "admin"], "invite": ["user", "create-invitation"],
    "stats": ["stats"], "notify": ["notify", "x"],
}


@pytest.fixture
def start_hostile_server():
    servers = []

    def begin(known=None, answer=None):
        servers.append(HostileServer(known, answer))
        return servers[-1]
    yield begin
    for server in servers:
        server.close()


def sign_in(shell, server):
    """Creates a signed-in session for the hostile server."""
    mine = shell("victim")
    name = server.url.replace(":", "_").replace("/", "_")
    (mine.state / "sessions").mkdir(parents=True, exist_ok=True)
    (mine.state / f"sessions/{name}").write_text(json.dumps({"server": server.url, "username": "anna", "access_token": "a.b.c",
                                                             "refresh_token": "r", "expires_at": "2126-01-31T14:05:00Z"}))
    mine.environment["KINGSHARE_SERVER"] = server.url
    return mine


def everything_below(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run(mine, *arguments, timeout=3 * TIMEOUT):
    """Runs a command to completion, with any status. Its output must be safe, and a failure explained."""
    outside = everything_below(mine.folder.parent)
    begun = time.monotonic()
    ended = mine.run(*arguments, status=None, timeout=timeout)
    out, err = ended.output.decode(), ended.stderr  # must be UTF-8
    assert time.monotonic() - begun < timeout
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
def test_text_of_a_server_is_shown_as_text(start_hostile_server, shell, command):
    mine = sign_in(shell, start_hostile_server(valid_responses(ESCAPES)))
    plain = run(mine, *COMMANDS[command])
    told = run(mine, *COMMANDS[command], "--json")
    if plain.returncode == 0:
        json.loads(told.out)
    if command in ("ls", "shares", "token list", "user list", "received"):
        assert "\\u001b]0;owned\\u0007" in plain.out and "\\u202egnp.exe" in plain.out
        assert ESCAPES in list(json.loads(told.out)["items"][0].values())


def test_at_a_terminal_only_its_own_colours(start_hostile_server, shell):
    mine = sign_in(shell, start_hostile_server(valid_responses(ESCAPES)))
    for command in (["ls"], ["shares"], ["user", "list"], ["token", "create", "x"], ["share", "b"], ["stats"], ["share", "b", "--qr"]):
        shown = re.sub("\033\\[(0|1|38;5;16;48;5;231)m", "", mine.start_on_terminal(*command).wait())
        assert not UNSAFE.search(shown.replace("\r\n", "\n")), (command, shown)


def test_errors_and_proxies_are_shown_as_text(start_hostile_server, shell):
    for answer in (problem_response(403, ESCAPES, ESCAPES), (302, {"Location": "https://elsewhere\x1b[31m/\xe2\x80\xae"}, b""), (400, {}, b"\x1b"),
                   (200, {}, ESCAPES.encode()), (429, {"Retry-After": "\x1b[31m"}, b"")):
        mine = sign_in(shell, start_hostile_server(answer=lambda method, path, answer=answer: answer))
        for command in (["ls"], ["ls", "--json"], ["stats"], ["token", "create", "x"], ["get", mine.environment["KINGSHARE_SERVER"] + "/s/x"]):
            assert run(mine, *command).returncode


def test_signing_in(start_hostile_server, shell):
    server = start_hostile_server(valid_responses(ESCAPES))
    mine = shell("victim")
    (mine.folder / "password").write_text("password\n")
    for more in ([], ["--json"]):
        assert run(mine, "login", server.url, "--user", "anna", "--password-file", "password", *more).returncode == 0
    for field in ("access_token", "refresh_token"):
        for token in ("a\r\nX-Evil: 1", "a b", "", "\x1b[31m", 5):
            session = {**valid_responses()["POST auth/login"], field: token}
            ended = run(mine, "login", start_hostile_server({"POST auth/login": session}).url, "--user", "anna", "--password-file", "password")
            assert ended.returncode == 1 and field in ended.err


@pytest.mark.parametrize("how", [[], ["--json"]])
def test_watching(start_hostile_server, shell, how):
    def answer(method, path, streams=iter(range(9))):
        if path != "events":
            return None
        if next(streams):
            return problem_response(403, ESCAPES)
        lines = [f"id: {ESCAPES.split(chr(13))[0]}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n" for event in sample_messages(ESCAPES)]
        lines.append('data: {"type":\t"FileUploaded",\r"data":{"filename":"a\u202eb"}}\n\n')
        return 200, {"Content-Type": "text/event-stream"}, [line.encode() for line in lines]

    ended = run(sign_in(shell, start_hostile_server(valid_responses(ESCAPES), answer)), "watch", *how)
    assert ended.returncode == 3
    assert len(ended.out.splitlines()) >= 11
    if how:
        assert json.loads(ended.out.splitlines()[-1])["data"]["filename"] == "a\u202eb"


@pytest.mark.parametrize("body", [[b"data: " + b"x" * 3_000_000], [b'data: {"type":"Error","data":{"code":"INVALID_TOKEN"}}\n\n']],
                         ids=["an endless event", "a token refused again and again"])
def test_watching_what_never_works(start_hostile_server, shell, body):
    server = start_hostile_server(answer=lambda method, path: (200, {"Content-Type": "text/event-stream"}, body) if path == "events" else None)
    assert run(sign_in(shell, server), "watch").returncode in (1, 3)
    server.answer = lambda method, path: (200, {"Content-Type": "text/html"}, ESCAPES.encode())
    assert run(sign_in(shell, server), "watch").returncode in (1, 3)


@pytest.mark.parametrize("name", ["../../outside", "/etc/outside", "..", ".", "", ".bashrc", "a/../../outside", "\0", ESCAPES, "x" * 5000, "ü" * 400 + ".txt"])
def test_a_name_leads_nowhere_else(start_hostile_server, shell, name):
    share = {**valid_responses()["GET public/shares/x"], "filename": name}
    server = start_hostile_server({"GET public/shares/x": share})
    mine = shell("victim")
    assert run(mine, "get", server.url + "/s/x").returncode == 0
    made = [path for path in mine.folder.iterdir()]
    assert len(made) == 1 and made[0].read_bytes() == CONTENT and not made[0].name.startswith(".")
    assert not UNSAFE.search(made[0].name) and name.endswith(".txt") <= made[0].name.endswith(".txt")


@pytest.mark.parametrize("status, headers, body", [
    (206, {"Content-Range": "bytes 5-20/8400"}, CONTENT[:16]), (206, {}, CONTENT), (200, {}, CONTENT + b"more"), (200, {}, CONTENT[:100]),
    (204, {}, b""), (200, {"Repr-Digest": "sha-256=:AAAA:"}, CONTENT), (200, {"ETag": '"2"'}, CONTENT)],
    ids=["another range", "a range nobody asked for", "more", "less", "nothing", "another digest", "another version"])
def test_content_that_does_not_fit(start_hostile_server, shell, status, headers, body):
    def answer(method, path):
        if not path.endswith("/content"):
            return None
        if method == "HEAD":
            digest = {"Repr-Digest": headers["Repr-Digest"]} if "Repr-Digest" in headers else {}
            return 200, {"ETag": '"1"', "Content-Length": len(CONTENT), **digest}, b""
        return status, {"ETag": '"1"', **headers}, body
    mine = shell("victim")
    ended = run(mine, "get", start_hostile_server(answer=answer).url + "/s/x", timeout=6 * TIMEOUT)
    assert ended.returncode and not (mine.folder / "letter.txt").exists()


def test_slow_response(start_hostile_server, shell):
    def answer(method, path):
        return 200, {"Content-Type": "application/json", "Content-Length": 100_000}, slow_body()
    server = start_hostile_server(answer=answer)
    mine = sign_in(shell, server)
    begun = [(command, mine.start(*command)) for command in (["ls"], ["stats"], ["get", server.url + "/s/x"], ["doctor", server.url])]
    for command, running in begun:
        assert running.process.wait(timeout=12 * TIMEOUT) == 6, command
        assert any("in time" in line for line in running.remaining_lines()), running.seen


def test_a_list_without_an_end(start_hostile_server, shell):
    def answer(method, path, pages=iter(range(10**9))):
        page = {"items": valid_responses()["GET files"]["items"], "next_cursor": str(next(pages))}
        return 200, {"Content-Type": "application/json"}, json.dumps(page).encode()
    ended = run(sign_in(shell, start_hostile_server(answer=answer)), "ls")
    assert ended.returncode == 1 and "end" in ended.err


def test_a_token_follows_no_redirect(start_hostile_server, shell):
    elsewhere = start_hostile_server()
    server = start_hostile_server(answer=lambda method, path: (307, {"Location": elsewhere.url + "/api/v1/files"}, b""))
    mine = sign_in(shell, server)
    for command in (["ls"], ["get", server.url + "/s/x"], ["token", "create", "x"], ["watch"], ["doctor"], ["share", "b"]):
        assert run(mine, *command).returncode
    assert server.requests and not elsewhere.requests


def test_the_doctor_opens_no_link_to_elsewhere(start_hostile_server, shell):
    elsewhere = start_hostile_server()
    known = valid_responses()
    known["POST shares"] = {**known["POST shares"], "url": elsewhere.url + "/s/x"}
    run(sign_in(shell, start_hostile_server(known)), "doctor", "--idle", "1s", timeout=6 * TIMEOUT)
    assert not elsewhere.requests


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("command", [*COMMANDS, "get", "watch", "login", "doctor", "send"])
def test_random_responses(start_hostile_server, shell, command, seed):
    chance = random.Random(f"{command} {seed}")
    elsewhere = start_hostile_server()

    def answer(method, path):
        known = valid_responses(ESCAPES).get(f"{method} {path}")
        if known is not None and chance.random() < 0.7:
            return 200, {"Content-Type": "application/json"}, json.dumps(mutate_json(known, chance)).encode()
        return random_response(chance, elsewhere.url) if chance.random() < 0.6 else None

    server = start_hostile_server(valid_responses(ESCAPES), answer)
    mine = sign_in(shell, server)
    (mine.folder / "password").write_text("password\n")
    (mine.folder / "letter.txt").write_text("Dear reader")
    arguments = {"get": ["get", server.url + "/s/x", "-o", "it", "--password-file", "password"], "watch": ["watch"], "doctor": ["doctor", "--idle", "1s"],
                 "login": ["login", server.url, "--user", "anna", "--password-file", "password"],
                 "send": ["send", "letter.txt"]}.get(command) or COMMANDS[command]
    if command in ("get", "send", "watch"):  # these retry while a server seems unavailable: set a deadline
        give_up_after(server, 6)
    for more in ([], ["--json"]):
        run(mine, *arguments, *more, timeout=12 * TIMEOUT)
    assert not any("Authorization" in headers for _, _, headers in elsewhere.requests)


def give_up_after(server, requests):
    original = server.answer
    server.answer = lambda method, path: original(method, path) if len(server.requests) <= requests else problem_response(403, "No more")
