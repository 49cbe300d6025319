"""An invalid token is reported as such and never treated as a missing one."""
import pytest

from support import jwt

FLAWS = list(jwt.invalid_tokens("somebody"))
# Excludes tokens too large for any server's limit on request heads.
SMALL_FLAWS = [flaw for flaw in FLAWS if flaw != "huge"]


@pytest.fixture(scope="module")
def tokens(common_server_process):
    return jwt.invalid_tokens(common_server_process.user("victim").id)


def assert_turned_away(socket):
    assert not socket.expect("AuthenticationResult")["success"]
    socket.expect_error("INVALID_TOKEN")
    socket.expect_close(4401)


@pytest.mark.parametrize("flaw", SMALL_FLAWS)
def test_in_the_address(common_server, tokens, flaw):
    assert_turned_away(common_server.connect(token=tokens[flaw]))


@pytest.mark.parametrize("flaw", ["empty", "no token at all", "alg none", "another secret", "expired", "unknown user"])
def test_in_a_subprotocol(common_server, tokens, flaw):
    assert_turned_away(common_server.connect(protocols=["kingshare.v1", f"bearer.{tokens[flaw]}"]))


@pytest.mark.parametrize("flaw", FLAWS)
def test_in_a_message_and_the_connection_stays_as_it_was(common_server, tokens, anna, flaw):
    nobody, somebody = common_server.listen(), anna.connect()
    assert not nobody.authenticate(tokens[flaw])
    assert not somebody.authenticate(tokens[flaw])
    file = anna.upload()
    somebody.expect_uploaded(file)
    nobody.ping()


def test_a_share_token_is_none(common_server, anna):
    share = anna.share(anna.upload())
    assert_turned_away(common_server.connect(token=share["share_token"]))


def test_a_refresh_token_is_none(common_server, anna):
    assert_turned_away(common_server.connect(token=anna.refresh_token))


def test_five_bad_ones_are_enough(common_server):
    socket = common_server.listen()
    for _ in range(5):
        socket.send("Authenticate", token="nonsense")
    messages, end = socket.read_until_closed()
    assert [message.data["success"] for message in messages if message.type == "AuthenticationResult"] == [False] * 5
    assert end.code == 4401


def test_four_bad_ones_are_forgiven(common_server, anna):
    socket = common_server.listen()
    for _ in range(4):
        assert not socket.authenticate("nonsense")
    assert socket.authenticate(anna.token)
    socket.expect_uploaded(anna.upload())
