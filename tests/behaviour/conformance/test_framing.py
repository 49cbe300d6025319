"""RFC 6455 §5: frames of all lengths and fragmentations. The numbers are those of the corresponding Autobahn cases."""
import json

import pytest

from support.frames import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, frame
from support.raw_websocket import PING_MESSAGE, PONG_MESSAGE, error_codes, fragments, split

from .conftest import LIMIT

SIZES = [0, 1, 2, 125, 126, 127, 128, 255, 65535, 65536, 65537, LIMIT - 1, LIMIT]


def text_of(size):
    return PING_MESSAGE.ljust(size) if size >= len(PING_MESSAGE) else b" " * size


def answer_to(size):
    return [PONG_MESSAGE] if size >= len(PING_MESSAGE) else ["INVALID_MESSAGE"]


def arrives_whole(talk):
    """Returns whether the server verified the signature, hence received every byte. Skips pongs."""
    while not isinstance(said := talk.next(), str):
        assert said[0] == "pong", said
    return json.loads(said)["data"]["success"] and all(item[0] == "pong" for item in talk.close())


# 1: data frames

@pytest.mark.parametrize("size", SIZES)
def test_text_of_any_length(peer, size):
    talk = peer()
    talk.send(frame(TEXT, text_of(size)))
    assert error_codes(talk.close()) == answer_to(size)


@pytest.mark.parametrize("size", SIZES)
def test_binary_of_any_length(peer, size):
    talk = peer()
    talk.send(frame(BINARY, b"\xfe" * size))
    assert error_codes(talk.close()) == ["INVALID_MESSAGE"]


@pytest.mark.parametrize("size", [300, 1000, 3500, 65535, 65536, LIMIT])
@pytest.mark.parametrize("chop", [None, 997, 1460])
def test_no_byte_is_lost_or_turned(peer, size, chop):
    talk = peer()
    data = frame(TEXT, peer.signed(size))
    talk.send(*(split(data, chop) if chop else [data]))
    assert arrives_whole(talk)


@pytest.mark.parametrize("key", [b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x01\x02\x03\x04", b"{{{{"])
def test_any_mask(peer, key):
    talk = peer()
    for size in range(len(PING_MESSAGE), len(PING_MESSAGE) + 20):
        payload = PING_MESSAGE.ljust(size)
        masked = bytes(byte ^ key[at % 4] for at, byte in enumerate(payload))
        talk.send(bytes([0x81, 0x80 | size]) + key + masked)
    assert talk.close() == [PONG_MESSAGE] * 20


@pytest.mark.parametrize("size", [15, 125, 126, 200])
def test_byte_by_byte(peer, size):
    talk = peer()
    talk.send(*split(frame(TEXT, text_of(size)), 1))
    assert talk.close() == [PONG_MESSAGE]


@pytest.mark.parametrize("head", [
    b"\x81\xfe\x00\x05", b"\x81\xfe\x00\x7d", b"\x81\xff\x00\x00\x00\x00\x00\x00\x00\x05", b"\x81\xff\x00\x00\x00\x00\x00\x00\xff\xff",
    b"\x81\xff\x80\x00\x00\x00\x00\x00\x00\x00", b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff", b"\x89\xfe\x00\x05",
])
def test_a_length_not_written_in_the_shortest_way(peer, head):
    talk = peer()
    talk.send(head + b"\0\0\0\0")
    assert talk.read_to_end() == [("close", 1002)]


# 2: pings and pongs

@pytest.mark.parametrize("payload", [b"", b"Hello, world!", b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff", b"\xfe" * 125], ids=["none", "text", "binary", "125"])
@pytest.mark.parametrize("chop", [None, 1])
def test_a_ping_is_given_back(peer, payload, chop):
    talk = peer()
    data = frame(PING, payload)
    talk.send(*(split(data, 1) if chop else [data]))
    assert talk.next() == ("pong", payload)
    assert talk.close() == []


@pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
@pytest.mark.parametrize("size", [126, 127, 65536])
def test_a_control_frame_too_long(peer, opcode, size):
    talk = peer()
    talk.send(frame(opcode, b"\x03\xe8" + b"x" * (size - 2))[:20])
    assert talk.read_to_end() == [("close", 1002)]


@pytest.mark.parametrize("payload", [b"", b"nobody asked"])
def test_a_pong_that_nobody_asked_for(peer, payload):
    talk = peer()
    talk.send(frame(PONG, payload), frame(PING, b"1"))
    assert talk.close() == [("pong", b"1")]


@pytest.mark.parametrize("chop", [None, 1])
def test_ten_pings(peer, chop):
    talk = peer()
    data = b"".join(frame(PING, b"payload %d" % number) for number in range(10))
    talk.send(*(split(data, 1) if chop else [data]))
    pongs = [payload for _, payload in talk.close()]
    # RFC 6455 §5.5.3: an endpoint may answer only the latest ping.
    assert pongs == sorted(set(pongs)) and pongs[-1] == b"payload 9"


# 3: reserved bits

@pytest.mark.parametrize("opcode", [TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG])
@pytest.mark.parametrize("rsv", [0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70])
@pytest.mark.parametrize("chop", [None, 1])
def test_reserved_bits(peer, opcode, rsv, chop):
    talk = peer()
    data = frame(TEXT, PING_MESSAGE) + frame(opcode, PING_MESSAGE, rsv=rsv)
    talk.send(*(split(data, 1) if chop else [data]))
    assert talk.read_to_end() == [PONG_MESSAGE, ("close", 1002)]


# 4: opcodes

@pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
@pytest.mark.parametrize("payload", [b"", b"reserved opcode payload"], ids=["empty", "with payload"])
def test_reserved_opcodes(peer, opcode, payload):
    talk = peer()
    talk.send(frame(TEXT, PING_MESSAGE), frame(opcode, payload), frame(PING, b"too late"))
    assert talk.read_to_end() == [PONG_MESSAGE, ("close", 1002)]


# 5: fragments

@pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
def test_a_control_frame_in_pieces(peer, opcode):
    talk = peer()
    talk.send(frame(opcode, b"fr", fin=False), frame(CONTINUATION, b"ag"))
    assert talk.read_to_end() == [("close", 1002)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 14])
@pytest.mark.parametrize("chop", [None, 1])
def test_a_message_in_pieces(peer, size, chop):
    talk = peer()
    data = fragments(PING_MESSAGE, size)
    talk.send(*(split(data, 1) if chop else [data]))
    assert talk.close() == [PONG_MESSAGE]


def test_empty_pieces(peer):
    talk = peer()
    talk.send(frame(TEXT, b"", fin=False), frame(CONTINUATION, b"", fin=False), frame(CONTINUATION, PING_MESSAGE, fin=False),
              frame(CONTINUATION, b""))
    talk.send(frame(TEXT, b"", fin=False), frame(CONTINUATION, b"", fin=False), frame(CONTINUATION, b""))
    assert error_codes(talk.close()) == [PONG_MESSAGE, "INVALID_MESSAGE"]


@pytest.mark.parametrize("chop", [None, 1])
def test_pings_between_the_pieces(peer, chop):
    talk = peer()
    data = frame(TEXT, PING_MESSAGE[:4], fin=False) + frame(PING, b"1") + frame(CONTINUATION, PING_MESSAGE[4:8], fin=False)
    talk.send(*(split(data, 1) if chop else [data]))
    assert talk.next() == ("pong", b"1")
    talk.send(frame(PING, b"2"), frame(PONG, b"3"), frame(CONTINUATION, PING_MESSAGE[8:]))
    assert talk.next() == ("pong", b"2")
    assert talk.close() == [PONG_MESSAGE]


@pytest.mark.parametrize("first", [
    frame(CONTINUATION, PING_MESSAGE), frame(CONTINUATION, PING_MESSAGE, fin=False), frame(CONTINUATION, b""),
    frame(TEXT, PING_MESSAGE) + frame(CONTINUATION, PING_MESSAGE),
    fragments(PING_MESSAGE, 5) + frame(CONTINUATION, b"", fin=False),
], ids=["whole", "a piece", "empty", "after a message", "after pieces"])
def test_a_continuation_of_nothing(peer, first):
    talk = peer()
    talk.send(first, frame(TEXT, PING_MESSAGE))
    assert [item for item in talk.read_to_end() if item != PONG_MESSAGE] == [("close", 1002)]


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("fin", [True, False])
def test_a_message_within_a_message(peer, opcode, fin):
    talk = peer()
    talk.send(frame(TEXT, PING_MESSAGE[:5], fin=False), frame(opcode, PING_MESSAGE, fin=fin))
    assert talk.read_to_end() == [("close", 1002)]


@pytest.mark.parametrize("size", [64, 256, 1024, 4096, 16384, 65536, 262144])
def test_a_large_message_in_pieces(peer, size):
    talk = peer()
    talk.send(fragments(peer.signed(LIMIT), size, between=frame(PING, b"here?")))
    assert arrives_whole(talk)


# 9, 10: many and large messages

def test_ten_thousand_messages_in_pieces(peer):
    talk = peer()
    batch = fragments(PING_MESSAGE, 6) * 500
    for _ in range(20):
        talk.send(batch)
        assert [talk.next() for _ in range(500)] == [PONG_MESSAGE] * 500
    assert talk.close() == []


def test_ten_thousand_pieces_of_one_message(peer):
    talk = peer()
    talk.send(fragments(peer.signed(10_000), 1))
    assert arrives_whole(talk)


@pytest.mark.parametrize("data", [
    frame(TEXT, bytes(LIMIT + 1))[:14], fragments(b" " * (LIMIT + 1), LIMIT // 4), b"\x82\xff\x7f" + b"\xff" * 7 + b"\0\0\0\0",
], ids=["one frame, by its head", "in pieces", "the largest there is"])
def test_above_the_limit(peer, data):
    talk = peer()
    talk.send(data)
    assert talk.read_to_end() == [("close", 1009)]


def test_not_masked(peer):
    for opcode in (TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG):
        talk = peer()
        talk.send(frame(opcode, b"\x03\xe8", masked=False))
        assert talk.read_to_end() == [("close", 1002)]
