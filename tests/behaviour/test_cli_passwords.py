"""Passwords at the terminal: changing one, and recovering from a forgotten one."""
import json

import pytest

from support.command import kingshare


@pytest.fixture
def mine(anna, shell):
    return shell().sign_in(anna)


def test_i_change_my_password(anna, mine, shell):
    elsewhere = shell("elsewhere").sign_in(anna)
    hers = anna.connect()
    terminal = mine.start_on_terminal("passwd")
    terminal.expect(f"Current password of {anna.name}: ")
    terminal.type(anna.password + "\n")
    terminal.expect("New password: ")
    terminal.type("another password\n")
    terminal.expect("Repeat the new password: ")
    terminal.type("another password\n")
    shown = terminal.wait()
    assert "Password changed" in shown and "another password" not in shown and anna.password not in shown
    hers.expect_error("INVALID_TOKEN")
    mine.run("ls")
    elsewhere.run("ls", status=3)
    anna.server.guest().post("auth/login", {"username": anna.name, "password": anna.password}, want=401)
    anna.server.guest().post("auth/login", {"username": anna.name, "password": "another password"}, want=200)
    assert "another password" not in anna.server.log


def test_by_a_program(anna, mine):
    assert mine.json("passwd", "--password-file", "-", stdin=f"{anna.password}\nanother password\n")["changed"] is True
    mine.run("ls")
    mine.run("passwd", "--password-file", "-", stdin=f"{anna.password}\nthird password\n", status=3)
    (mine.folder / "both").write_text("another password\nthird password\n")
    mine.run("passwd", "--password-file", "both")


@pytest.mark.parametrize("lines, status, word", [("{}\n", 2, "second"), ("{}\nshort\n", 1, "password"), ("wrong\nanother password\n", 3, "Wrong password"),
                                                 ("", 2, "first")])
def test_what_is_refused(anna, mine, lines, status, word):
    assert word in mine.run("passwd", "--password-file", "-", stdin=lines.format(anna.password), status=status).stderr
    anna.server.guest().post("auth/login", {"username": anna.name, "password": anna.password}, want=200)


def test_two_that_differ(mine, anna):
    terminal = mine.start_on_terminal("passwd")
    terminal.expect("Current.*: ")
    terminal.type(anna.password + "\n")
    terminal.expect("New password: ")
    terminal.type("another password\n")
    terminal.expect("Repeat the new password: ")
    terminal.type("another passwort\n")
    assert "do not match" in terminal.wait(status=2)
    assert "--password-file" in mine.run("passwd", status=2).stderr


def by_link(server, url, password):
    address, _, code = url.partition("/reset#code=")
    assert code and address.replace("localhost", "127.0.0.1") == server.nodes[0].url, "the address of the process with this data folder"
    return server.guest().post("auth/reset", {"code": code, "password": password})


def on_site(server, folder, *arguments, status=0):
    ended = kingshare("user", "reset-password", *arguments, folder=folder)
    assert ended.returncode == status, ended
    return ended


def test_on_the_servers_own_shell(start_server, tmp_path):
    server = start_server()
    anna = server.user("anna")
    hers = anna.connect()
    ended = on_site(server, tmp_path, "Anna", *server.data_options)
    assert ended.stdout.count("\n") == 1 and "once" in ended.stderr
    server.assert_nothing_else(hers)
    by_link(server, ended.stdout.strip(), "another password")
    hers.expect_error("INVALID_TOKEN")
    server.guest().post("auth/login", {"username": "anna", "password": "another password"}, want=200)
    server.guest().post("auth/reset", {"code": ended.stdout.strip().partition("=")[2], "password": "third password"}, want=401)


def test_the_administrator_who_forgot(start_server, tmp_path):
    server = start_server(server__public_url="https://files.example.org")
    made = json.loads(on_site(server, tmp_path, "admin", *server.data_options, "--json").stdout)
    assert made["url"] == f"https://files.example.org/reset#code={made['code']}"
    again = json.loads(on_site(server, tmp_path, "admin", *server.data_options, "--json").stdout)
    server.guest().post("auth/reset", {"code": made["code"], "password": "another password"}, want=401)  # only the latest code is valid
    server.guest().post("auth/reset", {"code": again["code"], "password": "another password"}, want=200)


def test_while_the_server_is_down(start_server, tmp_path):
    server = start_server()
    anna = server.user("anna")
    server.stop()
    ended = on_site(server, tmp_path, anna.id, *server.data_options)
    server.start()
    by_link(server, ended.stdout.strip(), "another password")


def test_while_it_is_written_to(start_server, tmp_path):
    server = start_server()
    anna = server.user("anna")
    for number in range(5):
        anna.upload(f"{number}.txt")
        on_site(server, tmp_path, "anna", *server.data_options)
        anna.upload(f"{number}.mov")
    assert len(anna.http.get("files").json()["items"]) == 10


def test_on_site_refusals(start_server, tmp_path):
    server = start_server()
    anna = server.user("anna")
    assert "no such user" in on_site(server, tmp_path, "nobody", *server.data_options, status=4).stderr
    server.admin.http.patch(f"users/{anna.id}", {"disabled": True})
    assert "enable" in on_site(server, tmp_path, "anna", *server.data_options, status=1).stderr
    assert "--data-dir" in on_site(server, tmp_path, "anna", "--data-dir", tmp_path / "nothing", status=2).stderr
    assert not (tmp_path / "nothing").exists()


def test_from_elsewhere_by_an_administrator(start_server, shell):
    server = start_server()
    anna = server.user("anna")
    boss = shell("boss").sign_in(server.admin)
    by_link(server, boss.run("user", "reset-password", "anna").stdout.strip(), "another password")
    assert set(boss.json("user", "reset-password", anna.id)) == {"code", "url", "expires_at"}
    boss.run("user", "reset-password", "nobody", status=4)
    anna.password = "another password"
    shell("anna").sign_in(anna).run("user", "reset-password", "admin", status=3)
