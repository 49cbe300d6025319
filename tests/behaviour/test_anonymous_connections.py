"""Only members may listen: with `realtime.anonymous` off, a connection must authenticate."""
import pytest

from support.timeouts import duration


@pytest.fixture
def closed_house(start_server):
    return start_server(realtime__anonymous="false", realtime__presence="off")


@pytest.mark.parametrize("text", ['{"type":"Subscribe"}', '{"type":"FileUploaded","data":{}}', '{"type":"Whatever","data":{"x":1}}'])
def test_first_say_who_you_are(closed_house, text):
    socket = closed_house.connect()
    socket.send_text(text)
    socket.expect_error("AUTHENTICATION_REQUIRED")
    socket.ping()


def test_what_is_allowed_before(closed_house):
    socket = closed_house.connect()
    socket.send("Pong")
    socket.ping()
    socket.send_text("hello")
    socket.expect_error("INVALID_MESSAGE")
    assert not socket.authenticate("nonsense")
    anna = closed_house.user("anna")
    assert socket.authenticate(anna.token)
    socket.expect_uploaded(anna.upload())
    socket.send_text('{"type":"Subscribe"}')
    socket.expect_error("INVALID_MESSAGE")


def test_a_token_at_connection_is_enough(closed_house):
    anna = closed_house.user("anna")
    anna.connect().expect_uploaded(anna.upload())


def test_who_does_not_say_it_in_time_is_closed(start_server):
    server = start_server(realtime__anonymous="false", realtime__auth_timeout=duration(0.5), realtime__presence="off")
    anna = server.user("anna")
    member, in_time, late = anna.connect(), server.connect(), server.connect()
    assert in_time.authenticate(anna.token)
    late.expect_error("AUTHENTICATION_REQUIRED")
    late.expect_close(4401)
    server.assert_nothing_else(member, in_time)


def test_anonymous_listeners_have_all_the_time_in_the_world(start_server):
    server = start_server(realtime__auth_timeout=duration(0.1), realtime__idle_timeout=duration(1), realtime__ping_interval=duration(0.3))
    listener, silent = server.listen(), server.listen()
    silent.stop_responding()
    silent.expect_close(1001)
    server.assert_nothing_else(listener)
