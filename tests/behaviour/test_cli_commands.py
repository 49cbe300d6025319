"""The everyday commands: ls, rm, share, shares, revoke, and those for administrators."""
import json

import pytest


@pytest.fixture
def mine(anna, shell):
    return shell().sign_in(anna)


def names(answer):
    return [item["filename"] for item in answer["items"]]


def test_i_list_my_files(anna, mine):
    assert "kingshare send" in mine.run("ls").stderr
    for name, content in (("letter.txt", b"x" * 2000), ("film.mp4", b"x"), ("letters.zip", b"xx")):
        anna.upload(name, content)
    assert names(mine.json("ls")) == ["letters.zip", "film.mp4", "letter.txt"]
    assert names(mine.json("ls", "letter")) == ["letters.zip", "letter.txt"]
    assert names(mine.json("ls", "--sort", "size")) == ["film.mp4", "letters.zip", "letter.txt"]
    lines = mine.run("ls").stdout.splitlines()
    assert lines[0].split()[:2] == ["NAME", "SIZE"] and "2.0 KiB" in lines[3] and "\033" not in "".join(lines)
    mine.run("ls", "--sort", "colour", status=2)


def test_more_than_a_page(anna, mine):
    for number in range(205):
        anna.upload(f"{number}.txt", b"")
    assert len(mine.json("ls")["items"]) == 205


def test_a_name_cannot_harm_my_terminal(anna, mine):
    anna.upload("a\u009b31mred.txt", b"")
    assert "\u009b" not in mine.run("ls").stdout


def test_i_delete_by_name_and_by_id(anna, mine):
    letter, film = anna.upload("letter.txt"), anna.upload("film.mp4")
    mine.run("rm", "letter.txt", film["id"])
    assert mine.json("ls")["items"] == []
    assert "kingshare ls" in mine.run("rm", "letter.txt", status=4).stderr
    mine.run("rm", letter["id"], status=4)


def test_two_of_one_name(anna, mine):
    ids = {anna.upload("letter.txt")["id"] for _ in range(2)}
    said = mine.run("rm", "letter.txt", status=2).stderr
    assert all(one in said for one in ids) and len(mine.json("ls")["items"]) == 2


def test_i_share_what_is_there(anna, ben, mine):
    file = anna.upload("letter.txt")
    share = mine.json("share", "letter.txt", "--expires", "7d", "--max", "3", "--to", ben.name, "--password-file", "-", stdin="sesame\n")
    assert (share["file_id"], share["max_downloads"], share["has_password"], share["recipients"]) == (file["id"], 3, True, [ben.name])
    link = mine.run("share", file["id"]).stdout.strip()
    listed = mine.json("shares")["items"]
    assert {one["url"] for one in listed} == {share["url"], link}
    assert len(mine.json("shares", "letter.txt")["items"]) == 2
    assert "3" in mine.run("shares").stdout and "active" in mine.run("shares").stdout
    mine.run("revoke", link, share["share_id"])
    assert mine.json("shares")["items"] == []
    mine.run("revoke", link, status=4)


def test_what_others_share_with_me(anna, ben, shell):
    share = anna.share(anna.upload("letter.txt"), recipients=[ben])
    his = shell("ben").sign_in(ben)
    assert [one["share_id"] for one in his.json("shares", "--received")["items"]] == [share["share_id"]]
    assert share["share_token"] in his.run("shares", "--received").stdout


@pytest.mark.parametrize("option, value", [("--expires", "soon"), ("--expires", "0d"), ("--max", "0"), ("--max", "many")])
def test_invalid_limit(anna, mine, option, value):
    anna.upload("letter.txt")
    said = mine.run("share", "letter.txt", option, value, status=2).stderr
    assert option in said and value in said and "must be" in said


def test_an_unknown_recipient(anna, mine):
    anna.upload("letter.txt")
    assert "nobody-of-that-name" in mine.run("share", "letter.txt", "--to", "nobody-of-that-name", status=1).stderr


def test_a_password_typed_twice(anna, mine):
    anna.upload("letter.txt")
    terminal = mine.start_on_terminal("share", "letter.txt", "--password")
    terminal.expect("Password for the link: ")
    terminal.type("sesame\n")
    terminal.expect("Repeat the password: ")
    terminal.type("sesame\n")
    assert "sesame" not in terminal.wait()
    assert mine.json("shares")["items"][0]["has_password"]


def test_qr_code(anna, mine):
    anna.upload("letter.txt")
    ended = mine.run("share", "letter.txt", "--qr")
    assert len(ended.stdout.splitlines()) == 1 and ended.stderr.count("\n") > 10 and "█" in ended.stderr


def test_colours_at_a_terminal_that_wants_them(anna, mine):
    anna.upload("letter.txt")
    assert "\033[1m" in mine.start_on_terminal("ls").wait()
    mine.environment["NO_COLOR"] = "1"
    assert "\033" not in mine.start_on_terminal("ls").wait()


def test_i_administer(start_server, shell):
    server = start_server(auth__registration="invite")
    boss = shell("boss").sign_in(server.admin)
    code = boss.run("user", "create-invitation", "--expires", "2d").stdout.strip()
    server.guest().post("auth/register", {"username": "carla", "password": "password of carla", "invitation": code}, want=201)
    assert [user["username"] for user in boss.json("user", "list")["items"]] == ["admin", "carla"]
    boss.run("user", "quota", "carla", "20MB")
    boss.run("user", "role", "carla", "admin")
    boss.run("user", "disable", "carla")
    carla = boss.json("user", "list")["items"][1]
    assert (carla["quota_bytes"], carla["role"], carla["disabled"]) == (20_000_000, "admin", True)
    assert "disabled" in boss.run("user", "list").stdout
    boss.run("user", "enable", "carla")
    boss.run("user", "delete", "carla")
    assert len(boss.json("user", "list")["items"]) == 1
    boss.run("user", "delete", "carla", status=4)
    boss.run("user", "role", "admin", "king", status=2)
    boss.run("user", status=2)


def test_i_tell_everyone_and_see_who_is_connected(common_server, anna, shell):
    boss = shell("boss").sign_in(common_server.admin)
    hers = anna.connect()
    boss.run("notify", "Back at noon", "--level", "Warning")
    hers.expect("SystemNotification", message="Back at noon", level="Warning")
    assert boss.json("stats")["connections_by_user"] == {anna.id: 1}
    assert boss.run("stats").stdout.startswith("1 connection; 1 user\n") and anna.name in boss.run("stats").stdout


def test_administration_is_not_for_everyone(mine):
    for command in (["user", "list"], ["notify", "hello"], ["stats"]):
        mine.run(*command, status=3)


def test_every_failure_is_json_where_i_ask_for_it(mine):
    failed = json.loads(mine.run("rm", "nothing", "--json", status=4).stderr)
    assert failed["error"]["exit_status"] == 4 and failed["error"]["message"]
