"""Authentication of a WebSocket, and when its result is sent."""
import pytest

from support import jwt


def assert_belongs_to(user, socket):
    socket.expect_uploaded(user.upload())


def test_by_a_token_in_the_address(common_server, anna):
    socket = common_server.connect(token=anna.token)
    socket.expect_authenticated()
    assert_belongs_to(anna, socket)


def test_by_a_subprotocol(common_server, anna):
    socket = common_server.connect(protocols=["kingshare.v1", f"bearer.{anna.token}"])
    assert socket.protocol == "kingshare.v1"
    socket.expect_authenticated()
    assert_belongs_to(anna, socket)


def test_by_a_subprotocol_offered_the_other_way_round(common_server, anna):
    socket = common_server.connect(protocols=[f"bearer.{anna.token}", "kingshare.v1"])
    assert socket.protocol == "kingshare.v1"
    socket.expect_authenticated()


def test_by_the_cookie_of_our_own_site(common_server, anna):
    socket = common_server.connect(cookie=anna.browser().cookie(), origin=common_server.url)
    socket.expect_authenticated()
    assert_belongs_to(anna, socket)


def test_by_the_header_that_programs_send(common_server, anna):
    socket = common_server.connect(headers={"Authorization": f"Bearer {anna.token}"})
    socket.expect_authenticated()
    assert_belongs_to(anna, socket)
    refused = common_server.connect(headers={"Authorization": "Bearer nonsense"})
    assert not refused.expect("AuthenticationResult")["success"]
    refused.expect_error("INVALID_TOKEN")


def test_by_a_message(common_server, anna):
    socket = common_server.listen()
    before = anna.upload("before.txt")
    assert socket.authenticate(anna.token)
    after = anna.upload("after.txt")
    assert socket.expect_uploaded(after)["file_id"] != before["id"]


def test_by_a_token_that_another_program_signed(common_server, anna):
    for claims in ({}, {"iss": "kingshare"}, {"iat": 1, "nbf": 1, "jti": "x", "somebody": "else's"}):
        socket = common_server.connect(token=jwt.token(anna.id, **claims))
        socket.expect_authenticated()
    assert_belongs_to(anna, socket)


def test_not_at_all_is_fine_too(common_server, anna):
    for socket in (common_server.listen(), common_server.listen(protocols=["kingshare.v1"])):
        anna.upload()
        common_server.assert_nothing_else(socket)


def test_a_subprotocol_of_somebody_else_is_not_selected(common_server):
    assert common_server.listen(protocols=["graphql-ws"]).protocol is None


def test_again_as_the_same_user(common_server, anna):
    socket = anna.connect()
    assert socket.authenticate(jwt.token(anna.id))
    assert_belongs_to(anna, socket)


def test_again_as_another_user_changes_nothing(common_server, anna, ben):
    socket = anna.connect()
    assert not socket.authenticate(ben.token)
    ben.upload()
    assert_belongs_to(anna, socket)
    common_server.assert_nothing_else(socket)


@pytest.mark.parametrize("since", ["now", "start", "no-cursor-at-all"])
def test_a_replay_needs_a_user(common_server, since):
    socket = common_server.connect(since=since)
    socket.expect_error("AUTHENTICATION_REQUIRED")
    socket.ping()
