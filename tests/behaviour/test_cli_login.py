"""`kingshare login` stores a session readable only by its user; `logout` ends it."""
import json
import stat

import pytest


def kept_files(shell):
    return [path for path in shell.state.rglob("*") if path.is_file()]


def session_file(shell):
    return next(path for path in kept_files(shell) if path.name.startswith("http") and path.suffix != ".lock")


def test_i_am_asked_and_my_password_is_not_shown(common_server, anna, shell):
    terminal = shell().start_on_terminal("login", common_server.url)
    terminal.expect("Username at .*: ")
    terminal.type(anna.name + "\n")
    terminal.expect("Password of .*: ")
    terminal.type("wrong\x15" + anna.password[:-1] + "x\x7f" + anna.password[-1] + "\n")
    terminal.expect("Signed in")
    assert anna.password not in terminal.wait() and "wrong" not in terminal.shown


def test_the_echo_is_back_when_i_give_up(common_server, anna, shell):
    terminal = shell().start_on_terminal("login", common_server.url, "--user", anna.name)
    terminal.expect("Password")
    terminal.type("\x03")
    assert "cancelled" in terminal.wait(status=1)


def test_without_a_terminal_i_am_told_how(common_server, anna, shell):
    ended = shell().run("login", common_server.url, "--user", anna.name, status=2)
    assert "--password-file" in ended.stderr


def test_a_wrong_password(common_server, anna, shell):
    ended = shell().run("login", common_server.url, "--user", anna.name, "--password-file", "-", stdin="not it\n", status=3)
    assert len(ended.stderr.splitlines()) == 1


def test_what_is_kept_is_mine_alone(anna, shell):
    mine = shell().sign_in(anna)
    assert kept_files(mine)
    for path in kept_files(mine):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
        assert anna.password not in path.read_text()
    for folder in (mine.state, mine.state / "sessions"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_nothing_without_an_account(common_server, shell):
    somebody = shell()
    assert "kingshare login" in somebody.run("ls", status=3).stderr
    assert "kingshare login" in somebody.run("ls", "--server", common_server.url, status=3).stderr
    failed = json.loads(somebody.run("ls", "--server", common_server.url, "--json", status=3).stderr)
    assert failed["error"]["exit_status"] == 3
    somebody.environment["KINGSHARE_TOKEN"] = "ksp_x"
    assert "KINGSHARE_SERVER" in somebody.run("ls", status=2).stderr


def test_signed_out_means_out(anna, shell):
    mine = shell().sign_in(anna)
    token = json.loads(session_file(mine).read_text())["access_token"]
    mine.run("logout")
    assert not [path for path in kept_files(mine) if not path.name.endswith(".lock")]
    anna.http.clone(bearer=token).get("users/me", want="401 INVALID_TOKEN")
    mine.run("ls", status=3)
    mine.run("logout", status=3)


def test_everywhere(anna, shell):
    here, there = shell("here").sign_in(anna), shell("there").sign_in(anna)
    here.run("logout", "--everywhere")
    assert "sign in again" in there.run("ls", status=3).stderr


def test_a_sign_in_renews_itself(start_server, shell):
    server = start_server(auth__access_token_ttl="30s")  # below the refresh margin, so that each command refreshes
    anna = server.user("anna")
    mine = shell().sign_in(anna)
    before = json.loads(session_file(mine).read_text())
    for _ in range(3):
        mine.run("ls")
    after = json.loads(session_file(mine).read_text())
    assert after["refresh_token"] != before["refresh_token"] and after["username"] == "anna"


def test_many_commands_at_once_renew_it_once_each(start_server, shell):
    server = start_server(auth__access_token_ttl="30s")
    mine = shell().sign_in(server.user("anna"))
    commands = [mine.start("ls") for _ in range(8)]
    for command in commands:
        command.wait(0)
    mine.run("ls")


def test_two_servers(start_server, shell):
    one, other = start_server(), start_server()
    anna, ben = one.user("anna"), other.user("ben")
    mine = shell().sign_in(anna).sign_in(ben)
    anna.upload("at one.txt")
    ben.upload("at other.txt")
    assert [file["filename"] for file in mine.json("ls")["items"]] == ["at other.txt"]
    assert [file["filename"] for file in mine.json("ls", "--server", one.url)["items"]] == ["at one.txt"]
    mine.environment["KINGSHARE_SERVER"] = one.url
    assert [file["filename"] for file in mine.json("ls")["items"]] == ["at one.txt"]


def test_a_token_for_a_program(anna, shell):
    secret = shell("anna").sign_in(anna).run("token", "create", "backup", "--expires", "1d").stdout.strip()
    program = shell("program")
    program.environment.update(KINGSHARE_SERVER=anna.server.url, KINGSHARE_TOKEN=secret)
    anna.upload("seen.txt")
    assert [file["filename"] for file in program.json("ls")["items"]] == ["seen.txt"]
    assert [token["name"] for token in program.json("token", "list")["items"]] == ["backup"]
    shell("anna").run("token", "delete", "backup")
    program.run("ls", status=3)
    assert not program.state.exists()


def test_no_password_and_no_token_can_be_an_argument(anna, shell):
    """Arguments are visible in the process list."""
    for command in ("login", "send", "share", "get"):
        text = shell().run(command, "--help").stdout
        assert "--password-file" in text and "--token" not in text
    shell().run("login", anna.server.url, "--user", anna.name, "--password", anna.password, status=2)


@pytest.mark.parametrize("address", ["ftp://example.org", "http://", "http://ex ample.org", "https://example.org:x"])
def test_invalid_address(shell, address):
    assert "must be" in shell().run("login", address, "--user", "anna", "--password-file", "-", stdin="x\n", status=2).stderr


def test_unreachable_server(shell):
    ended = shell().run("login", "http://127.0.0.1:1", "--user", "anna", "--password-file", "-", stdin="x\n", status=6)
    assert "127.0.0.1:1" in ended.stderr
