"""Broken frames are refused: a violation of RFC 6455 closes the connection with the matching code."""
import pytest

from support.frames import BINARY, CLOSE, COMPRESSED, CONTINUATION, PING, PONG, TEXT, frame

PING_MESSAGE = b'{"type":"Ping"}'
BREACHES = {
    "not masked": frame(TEXT, PING_MESSAGE, masked=False),
    "an empty one, not masked": frame(PING, masked=False),
    "compressed, though not agreed": frame(TEXT, PING_MESSAGE, rsv=COMPRESSED),
    "second reserved bit": frame(TEXT, PING_MESSAGE, rsv=0x20),
    "third reserved bit": frame(TEXT, PING_MESSAGE, rsv=0x10),
    **{f"opcode {opcode}": frame(opcode, b"") for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)},
    "a ping in pieces": frame(PING, b"x", fin=False),
    "a pong in pieces": frame(PONG, b"x", fin=False),
    "an end in pieces": frame(CLOSE, b"\x03\xe8", fin=False),
    "a ping too long": frame(PING, b"x" * 126),
    "a continuation of nothing": frame(CONTINUATION, PING_MESSAGE),
    "a continuation of what was whole": frame(TEXT, PING_MESSAGE) + frame(CONTINUATION, PING_MESSAGE),
    "another message between the pieces": frame(TEXT, b'{"type"', fin=False) + frame(TEXT, PING_MESSAGE),
    "another kind between the pieces": frame(TEXT, b'{"type"', fin=False) + frame(BINARY, b"x", fin=False),
    "a length with its highest bit": b"\x81\xff" + b"\xff" * 8 + b"\0\0\0\0",
    "an end with half a code": frame(CLOSE, b"\x03"),
    **{f"an end with code {code}": frame(CLOSE, code.to_bytes(2, "big")) for code in (0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535)},
}
NOT_UTF8 = {
    "a stray byte": b'{"type":"Ping","x":"\xff"}',
    "an overlong form": b'{"type":"Ping","x":"\xc0\xaf"}',
    "a surrogate": b'{"type":"Ping","x":"\xed\xa0\x80"}',
    "beyond Unicode": b'{"type":"Ping","x":"\xf4\x90\x80\x80"}',
    "cut short": b'{"type":"Ping"}\xf0\x9f\x8e',
}


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_of_the_protocol(common_server, breach):
    socket = common_server.listen()
    socket.send_bytes(BREACHES[breach])
    messages, end = socket.read_until_closed()
    assert end.code == 1002
    assert {message.type for message in messages} <= {"Pong"}


@pytest.mark.parametrize("bits", [0x20, 0x10, 0x70])
def test_reserved_bits_where_compression_is_agreed(common_server, bits):
    socket = common_server.listen(deflate="permessage-deflate")
    socket.send_frame(TEXT, socket.deflate.compress(PING_MESSAGE), rsv=bits)
    socket.expect_close(1002)


@pytest.mark.parametrize("data", [
    frame(PING, b"", rsv=COMPRESSED),
    frame(TEXT, b"x", fin=False) + frame(CONTINUATION, b"x", rsv=COMPRESSED),
], ids=["control", "continuation"])
def test_compressed_where_it_cannot_be(common_server, data):
    socket = common_server.listen(deflate="permessage-deflate")
    socket.send_bytes(data)
    socket.expect_close(1002)


@pytest.mark.parametrize("flaw", NOT_UTF8)
def test_not_utf8(common_server, flaw):
    socket = common_server.listen()
    socket.send_frame(TEXT, NOT_UTF8[flaw])
    socket.expect_close(1007)


def test_not_utf8_in_pieces(common_server):
    socket = common_server.listen()
    socket.send_frame(TEXT, b'{"type":"Ping","x":"\xf0\x9f', fin=False)
    socket.send_frame(CONTINUATION, b'"}')
    socket.expect_close(1007)


def test_not_utf8_compressed(common_server):
    socket = common_server.listen(deflate="permessage-deflate")
    socket.send_frame(TEXT, socket.deflate.compress(b'{"type":"Ping","x":"\xff"}'), rsv=COMPRESSED)
    socket.expect_close(1007)


def test_not_utf8_in_the_reason_of_an_end(common_server):
    socket = common_server.listen()
    socket.send_frame(CLOSE, b"\x03\xe8\xff")
    socket.expect_close(1007)


def test_compressed_garbage(common_server):
    socket = common_server.listen(deflate="permessage-deflate")
    socket.send_frame(TEXT, b"\xff" * 50, rsv=COMPRESSED)
    assert socket.read_until_closed()[1].code in (1002, 1007)


def test_the_others_do_not_notice(common_server, anna):
    fine = anna.connect()
    for breach in BREACHES.values():
        common_server.listen().send_bytes(breach)
    common_server.assert_nothing_else(fine)
