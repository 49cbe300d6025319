"""RFC 6455 §7: the closing handshake."""
import pytest

from support.frames import BINARY, CLOSE, CONTINUATION, PING, TEXT, frame
from support.raw_websocket import CLOSE_FRAME, PING_MESSAGE, PONG_MESSAGE, error_codes, fragments, split

from .conftest import LIMIT

VALID = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999]
INVALID = [0, 1, 500, 999, 1004, 1005, 1006, 1015, 1016, 1100, 1999, 2000, 2999, 5000, 16384, 65535]


def close(code, reason=b""):
    return frame(CLOSE, code.to_bytes(2, "big") + reason)


# 7.1: frames before and after it

def test_after_a_message(peer):
    talk = peer()
    talk.send(frame(TEXT, PING_MESSAGE))
    assert talk.close() == [PONG_MESSAGE]


@pytest.mark.parametrize("more", [
    CLOSE_FRAME, frame(PING, b"too late"), frame(TEXT, PING_MESSAGE), frame(BINARY, b"x"), frame(CONTINUATION, b"x"), frame(15, b""),
    frame(TEXT, b"\xff"), b"\xff" * 100,
], ids=["a second close", "a ping", "a text", "a binary", "a continuation", "a reserved opcode", "no UTF-8", "garbage"])
@pytest.mark.parametrize("apart", [False, True])
def test_nothing_counts_after_it(peer, more, apart):
    talk = peer()
    talk.send(*([CLOSE_FRAME, more] if apart else [CLOSE_FRAME + more]))
    assert talk.read_to_end() in ([("close", 1000)], *([[]] if apart else []))  # the reset caused by late data may discard the answer


def test_amid_the_pieces_of_a_message(peer):
    talk = peer()
    talk.send(frame(TEXT, PING_MESSAGE[:5], fin=False), CLOSE_FRAME, frame(CONTINUATION, PING_MESSAGE[5:]))
    assert talk.read_to_end() == [("close", 1000)]


def test_behind_a_large_message(peer):
    talk = peer()
    talk.send(fragments(b" " * LIMIT, LIMIT // 4))
    assert error_codes(talk.close()) == ["INVALID_MESSAGE"]


# 7.3: payload

def test_without_a_code(peer):
    talk = peer()
    talk.send(frame(CLOSE))
    (kind, code), = talk.read_to_end()
    assert kind == "close" and code in (None, 1000)


def test_with_half_a_code(peer):
    talk = peer()
    talk.send(frame(CLOSE, b"\x03"))
    assert talk.read_to_end() == [("close", 1002)]


@pytest.mark.parametrize("reason", [b"", b"Hello World!", "κόσμε 🎈".encode(), b"*" * 123], ids=["none", "short", "greek", "123 bytes"])
@pytest.mark.parametrize("chop", [None, 1])
def test_with_a_reason(peer, reason, chop):
    talk = peer()
    data = close(1000, reason)
    talk.send(*(split(data, chop) if chop else [data]))
    assert talk.read_to_end() == [("close", 1000)]


def test_with_a_reason_too_long(peer):
    talk = peer()
    talk.send(close(1000, b"*" * 124))
    assert talk.read_to_end() == [("close", 1002)]


# 7.7, 7.9: status code

@pytest.mark.parametrize("code", VALID)
@pytest.mark.parametrize("reason", [b"", b"a reason"], ids=["alone", "with a reason"])
def test_a_code_that_may_be_sent(peer, code, reason):
    talk = peer()
    talk.send(close(code, reason))
    assert talk.read_to_end() == [("close", code)]


@pytest.mark.parametrize("code", INVALID)
@pytest.mark.parametrize("reason", [b"", b"a reason"], ids=["alone", "with a reason"])
def test_a_code_that_must_not_be_sent(peer, code, reason):
    talk = peer()
    talk.send(close(code, reason))
    assert talk.read_to_end() == [("close", 1002)]
