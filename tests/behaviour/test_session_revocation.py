"""Signed out means out: connections of a signed-out, disabled or deleted user are closed at once."""
import pytest

from support import jwt


def assert_put_out(*sockets):
    for socket in sockets:
        socket.expect_error("INVALID_TOKEN")
        socket.expect_close(4401)


def assert_no_way_back(server, token):
    socket = server.connect(token=token)
    assert not socket.expect("AuthenticationResult")["success"]
    socket.expect_error("INVALID_TOKEN")
    socket.expect_close(4401)


def test_one_session(common_server, anna):
    phone = anna.sign_in_again()
    here, late, there = anna.connect(), common_server.listen(), phone.connect()
    assert late.authenticate(anna.token)
    anna.http.post("auth/logout", {"refresh_token": anna.refresh_token}, want=204)
    assert_put_out(here, late)
    assert_no_way_back(common_server, anna.token)
    there.expect_uploaded(phone.upload())


def test_the_session_of_a_browser(common_server, anna):
    browser = anna.browser()
    socket = common_server.connect(cookie=browser.cookie(), origin=common_server.url)
    socket.expect_authenticated()
    elsewhere = anna.connect()
    browser.post("auth/logout", headers={"Origin": common_server.url}, want=204)
    assert_put_out(socket)
    elsewhere.expect_uploaded(anna.upload())


def test_everywhere(common_server, anna, ben):
    phone = anna.sign_in_again()
    mine, others = [anna.connect(), phone.connect(), anna.connect(token=jwt.token(anna.id))], [ben.connect(), common_server.listen()]
    anna.http.post("auth/logout-all", want=204)
    assert_put_out(*mine)
    common_server.assert_nothing_else(*others)
    for token in (anna.token, phone.token):
        assert_no_way_back(common_server, token)


def test_everywhere_while_a_token_has_run_out(common_server, anna):
    tired = anna.connect(token=anna.short_lived_token(1))
    tired.expect_error("INVALID_TOKEN")
    anna.http.post("auth/logout-all", want=204)
    messages, end = tired.read_until_closed()
    assert end.code == 4401 and {message.type for message in messages} <= {"Error"}


def test_a_stolen_refresh_token(common_server, anna):
    socket = anna.connect()
    guest = common_server.guest()
    guest.post("auth/refresh", {"refresh_token": anna.refresh_token}, want=200)
    common_server.assert_nothing_else(socket)
    guest.post("auth/refresh", {"refresh_token": anna.refresh_token}, want=401)
    assert_put_out(socket)


@pytest.mark.parametrize("fate", ["disabled", "deleted"])
def test_disabled_or_deleted_by_an_administrator(common_server, anna, ben, fate):
    mine, others = [anna.connect(), anna.connect(token=jwt.token(anna.id))], [ben.connect(), common_server.listen()]
    if fate == "disabled":
        common_server.admin.http.patch(f"users/{anna.id}", {"disabled": True}, want=200)
    else:
        common_server.admin.http.delete(f"users/{anna.id}", want=204)
    assert_put_out(*mine)
    common_server.assert_nothing_else(*others)
    for token in (anna.token, jwt.token(anna.id)):
        assert_no_way_back(common_server, token)
    assert not common_server.listen().authenticate(jwt.token(anna.id))


def test_enabled_again(common_server, anna):
    for disabled in (True, False):
        common_server.admin.http.patch(f"users/{anna.id}", {"disabled": disabled}, want=200)
    back = anna.sign_in_again()
    back.connect().expect_uploaded(back.upload())
