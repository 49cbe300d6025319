"""Limits on the number of connections, and on the rate and size of messages."""
import time

import pytest

from support.frames import COMPRESSED, CONTINUATION, PING, TEXT
from support.timeouts import TIMEOUT, eventually

MAX = 64 * 1024


def assert_one_too_many(socket):
    messages, end = socket.read_until_closed()
    assert [message.data["code"] for message in messages if message.type == "Error"] == ["CONNECTION_LIMIT"]
    assert end.code == 1013


def assert_room_again(connect):
    """Waits until another connection is accepted, after the server has noticed that one was closed."""
    def try_it():
        socket = connect()
        socket.send("Ping")
        while socket.open and (message := socket.next()):
            if getattr(message, "type", None) == "Pong":
                return socket
    return eventually(try_it, "there is room again")


# Connections

def test_connections_in_all(start_server):
    server = start_server(realtime__max_connections=3)
    anna = server.user("anna")
    sockets = [server.listen(), server.listen(), anna.connect()]
    assert_one_too_many(server.connect())
    assert_one_too_many(server.connect(token=anna.token))
    server.assert_nothing_else(*sockets)
    sockets[0].close()
    assert_room_again(server.connect)


def test_connections_of_a_user(start_server):
    server = start_server(realtime__max_connections_per_user=2, realtime__presence="off")
    anna, ben = server.user("anna"), server.user("ben")
    hers = [anna.connect(), anna.connect()]
    assert_one_too_many(server.connect(token=anna.token))
    late = server.listen()
    late.send("Authenticate", token=anna.token)
    assert_one_too_many(late)
    his, nobody = ben.connect(), server.listen()
    server.assert_nothing_else(*hers, his, nobody)
    hers[0].close()
    assert_room_again(lambda: server.connect(token=anna.token))


def test_connections_of_an_address(start_server):
    server = start_server(realtime__max_connections_per_ip=2, realtime__presence="off")
    anna = server.user("anna")
    here = [anna.connect(), server.listen()]
    assert_one_too_many(server.connect())
    assert_one_too_many(server.connect(token=anna.token))
    there = [server.listen(source="127.0.0.2"), anna.connect(source="127.0.0.2")]
    server.assert_nothing_else(*here, *there)
    here[1].close()
    assert_room_again(server.connect)


# Messages

def test_too_many_messages_are_dropped(start_server):
    server = start_server(realtime__messages_per_second=2, realtime__message_burst=5)
    socket = server.connect()
    started = time.monotonic()
    for _ in range(50):
        socket.send("Ping")
    socket.control_ping()
    elapsed = time.monotonic() - started
    answers = server.received(socket)
    pongs, errors = ([message for message in answers if message.type == kind] for kind in ("Pong", "Error"))
    assert 5 <= len(pongs) <= 5 + 2 * elapsed + 1
    assert {error.data["code"] for error in errors} == {"RATE_LIMITED"} and len(errors) <= elapsed + 1

    def heard():
        socket.send("Ping")
        socket.control_ping()
        return "Pong" in [message.type for message in socket.drain()]
    eventually(heard, "messages are taken again")


def test_one_who_talks_too_much_leaves_the_others_their_share(start_server):
    server = start_server(realtime__messages_per_second=1, realtime__message_burst=5)
    loud, quiet = server.connect(), server.connect()
    for _ in range(50):
        loud.send("Ping")
    for _ in range(5):
        quiet.ping()


def test_ten_seconds_above_the_rate_close_the_connection(start_server):
    server = start_server()
    socket, calm = server.connect(), server.listen()
    first = None
    while socket.open:
        try:
            for _ in range(20):
                socket.send("Ping")
            socket.send_frame(PING)
        except OSError:
            break
        first = first or time.time()
        assert time.time() - first < 10 + TIMEOUT, "still there"
        eventually(lambda: not socket.open or not socket.pongs.empty() and socket.pongs.get() is not None, "the server keeps pace")
    messages, end = socket.read_until_closed()
    errors = [message.at for message in messages if message.type == "Error"]
    assert end.code == 1008
    assert time.time() - errors[0] >= 9.5 and len(errors) <= 12
    calm.ping()


# Sizes

def ping_of(size):
    start, end = b'{"type":"Ping","x":"', b'"}'
    return start + b"x" * (size - len(start) - len(end)) + end


def test_a_large_message(common_server):
    socket = common_server.listen()
    socket.send_frame(TEXT, ping_of(MAX))
    socket.expect("Pong")


def test_a_message_too_large(common_server):
    socket = common_server.listen()
    socket.send_frame(TEXT, ping_of(MAX + 1))
    socket.expect_close(1009)


@pytest.mark.parametrize("size", [MAX + 1, 1 << 40, (1 << 63) - 1])
def test_a_message_that_only_says_it_is_too_large(common_server, size):
    socket = common_server.listen()
    socket.send_bytes(b"\x81\xff" + size.to_bytes(8, "big") + b"\0\0\0\0")
    socket.expect_close(1009)


def test_a_message_too_large_in_pieces(common_server):
    socket = common_server.listen()
    whole = ping_of(MAX + 1)
    socket.send_frame(TEXT, whole[:MAX], fin=False)
    socket.send_frame(CONTINUATION, whole[MAX:])
    socket.expect_close(1009)


def test_a_message_that_is_only_small_while_compressed(common_server):
    socket = common_server.listen(deflate="permessage-deflate")
    socket.send_frame(TEXT, socket.deflate.compress(ping_of(MAX)), rsv=COMPRESSED)
    socket.expect("Pong")
    bomb = socket.deflate.compress(ping_of(60 << 20))
    assert len(bomb) < MAX
    socket.send_frame(TEXT, bomb, rsv=COMPRESSED)
    socket.expect_close(1009)


def test_configured_message_limit(start_server):
    server = start_server(realtime__max_message_bytes="1KiB")
    fits, too_large = server.listen(), server.listen()
    fits.send_frame(TEXT, ping_of(1024))
    fits.expect("Pong")
    too_large.send_frame(TEXT, ping_of(1025))
    too_large.expect_close(1009)
