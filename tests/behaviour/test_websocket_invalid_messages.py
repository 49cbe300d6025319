"""Nonsense is answered: an invalid message gets an Error, and the connection stays open."""
import pytest

from support.frames import BINARY
from support.protocol import asyncapi

NONSENSE = [
    "", " ", "hello", "null", "42", '"Ping"', "[]", '[{"type":"Ping"}]', "{}", '{"data":{}}', '{"type":"Ping"', '{"type":"Ping"}}',
    '{"type":"Ping"} {"type":"Ping"}', "{'type':'Ping'}", '{"type":"Ping",}', '{"type":"Ping","x":NaN}', '{"type":null}', '{"type":1}',
    '{"type":["Ping"]}', '{"type":""}', '{"type":"ping"}', '{"type":"Ping "}', '{"Type":"Ping"}', '{"type":"Subscribe"}',
    '{"type":"Authenticate"}', '{"type":"Authenticate","data":null}', '{"type":"Authenticate","data":"token"}',
    '{"type":"Authenticate","data":{}}', '{"type":"Authenticate","data":{"token":5}}', '{"type":"Authenticate","data":{"token":null}}',
    '{"type":"Authenticate","token":"x"}',
]
MESSAGES = asyncapi().tree["components"]["messages"]
SENT_BY_THE_SERVER = sorted(set(MESSAGES) - {"Authenticate", "Ping", "Pong"})


def nested(levels):
    """Returns a Ping with that many nesting levels, including itself."""
    return '{"type":"Ping","x":' + "[" * (levels - 1) + "]" * (levels - 1) + "}"


@pytest.mark.parametrize("text", NONSENSE)
def test_it_is_said_to_be_invalid(common_server, text):
    socket = common_server.listen()
    socket.send_text(text)
    assert socket.expect_error("INVALID_MESSAGE")
    socket.ping()


@pytest.mark.parametrize("kind", SENT_BY_THE_SERVER)
def test_only_the_server_says_such_a_thing(common_server, anna, kind):
    mine, nobody = anna.connect(), common_server.listen()
    for socket in (mine, nobody):
        socket.send(kind, **MESSAGES[kind]["examples"][0]["payload"]["data"])
        socket.expect_error("INVALID_MESSAGE")
    common_server.assert_nothing_else(mine, nobody)


def test_a_binary_frame(common_server):
    socket = common_server.listen()
    socket.send_frame(BINARY, b'{"type":"Ping"}')
    socket.expect_error("INVALID_MESSAGE")
    socket.ping()


def test_too_many_levels(common_server):
    socket = common_server.listen()
    socket.send_text(nested(32))
    socket.expect("Pong")
    for levels in (33, 40, 20000):
        socket.send_text(nested(levels))
        socket.expect_error("INVALID_MESSAGE")
    socket.ping()


@pytest.mark.parametrize("text", [
    '{"type":"Ping"}', ' {"type":"Ping"}\n', '{"data":{},"type":"Ping"}', '{"type":"Ping","data":{"x":1}}',
    '{"type":"Ping","extra":[1,{"a":null}]}', '{"type":"\\u0050ing"}', '{"type":"Ping","x":"\U0001f388"}',
    '{"type":"Ping","x":123456789012345678901234567890}',
])
def test_what_is_not_known_is_passed_over(common_server, text):
    socket = common_server.listen()
    socket.send_text(text)
    assert socket.next().text == '{"type":"Pong"}'


def test_unknown_fields_do_not_spoil_a_token(common_server, anna):
    socket = common_server.listen()
    socket.send("Authenticate", token=anna.token, remember=True)
    socket.expect_authenticated()


def test_a_pong_needs_no_answer(common_server, anna):
    for socket in (common_server.listen(), anna.connect()):
        for _ in range(3):
            socket.send("Pong")
        socket.ping()
