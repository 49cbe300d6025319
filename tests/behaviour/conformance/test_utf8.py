"""RFC 6455 §8.1: text must be UTF-8 (RFC 3629). The connection ends at the first byte that cannot continue a valid sequence."""
import pytest

from support.frames import CLOSE, CONTINUATION, PING, TEXT, frame
from support.raw_websocket import PONG_MESSAGE, error_codes, fragments, split

KOSME = "κόσμε".encode()
VALID = {
    "greek": KOSME,
    "all of Unicode's planes": "aé水🎈\U0010fffd".encode(),
    "the first of each length": b"\x00\xc2\x80\xe0\xa0\x80\xf0\x90\x80\x80",
    "the last of each length": b"\x7f\xdf\xbf\xef\xbf\xbf\xf4\x8f\xbf\xbf",
    "beside the surrogates": b"\xed\x9f\xbf\xee\x80\x80",
    "the replacement": b"\xef\xbf\xbd",
    "not characters": b"".join(chr((plane << 16) | end).encode() for plane in range(17) for end in (0xFFFE, 0xFFFF)) + b"\xef\xb7\x90",
}
INVALID = {
    "the first continuation": b"\x80",
    "the last continuation": b"\xbf",
    **{f"{count} continuations": b"\x80\xbf" * (count // 2) + b"\x80" * (count % 2) for count in (2, 3, 4, 5, 6, 7)},
    "all continuations": bytes(range(0x80, 0xC0)),
    **{f"{first:#x} and a blank": bytes([first]) + b" " for first in range(0xC0, 0x100)},
    "3 of 4 missing": b"\xf0",
    "2 of 4 missing": b"\xf0\x90",
    "1 of 4 missing": b"\xf0\x90\x80",
    "2 of 3 missing": b"\xe0",
    "1 of 3 missing": b"\xe0\xa0",
    "1 of 2 missing": b"\xdf",
    "five bytes": b"\xf8\x88\x80\x80\x80",
    "six bytes": b"\xfc\x84\x80\x80\x80\x80",
    "0xfe": b"\xfe",
    "0xff": b"\xff",
    "overlong slash, 2": b"\xc0\xaf",
    "overlong slash, 3": b"\xe0\x80\xaf",
    "overlong slash, 4": b"\xf0\x80\x80\xaf",
    "overlong maximum, 2": b"\xc1\xbf",
    "overlong maximum, 3": b"\xe0\x9f\xbf",
    "overlong maximum, 4": b"\xf0\x8f\xbf\xbf",
    "overlong zero, 2": b"\xc0\x80",
    "overlong zero, 3": b"\xe0\x80\x80",
    "overlong zero, 4": b"\xf0\x80\x80\x80",
    **{f"surrogate {point:#x}": point.to_bytes(2, "big").decode("utf-16-be", "surrogatepass").encode("utf-8", "surrogatepass")
       for point in (0xD800, 0xDB7F, 0xDB80, 0xDBFF, 0xDC00, 0xDF80, 0xDFFF)},
    "a pair of surrogates": b"\xed\xa0\x80\xed\xb0\x80",
    "above the last": b"\xf4\x90\x80\x80",
    "0xf5": b"\xf5\x80\x80\x80",
}
# Offset of the first invalid byte.
POISONED = KOSME + b"\xf4\x90\x80\x80" + b"edited"
WRONG_AT = len(KOSME) + 1


def answered(talk):
    return error_codes(talk.close())


@pytest.mark.parametrize("text", VALID)
def test_it_is_text(peer, text):
    data = VALID[text]
    talk = peer()
    talk.send(frame(TEXT, data), *split(frame(TEXT, data), 1), fragments(data, 1), fragments(data, 1, between=frame(PING)))
    assert [code for code in answered(talk) if code != ("pong", b"")] == ["INVALID_MESSAGE"] * 4


@pytest.mark.parametrize("text", INVALID)
@pytest.mark.parametrize("how", ["whole", "byte by byte", "a frame a byte", "amid good text"])
def test_it_is_none(peer, text, how):
    data = INVALID[text]
    talk = peer()
    if how == "whole":
        talk.send(frame(TEXT, data))
    elif how == "byte by byte":
        talk.send(*split(frame(TEXT, data), 1))
    elif how == "a frame a byte":
        talk.send(fragments(data, 1))
    else:
        talk.send(frame(TEXT, KOSME + data + KOSME))
    assert talk.read_to_end() == [("close", 1007)]


@pytest.mark.parametrize("text", INVALID)
def test_it_is_none_in_the_reason_of_a_close(peer, text):
    talk = peer()
    talk.send(frame(CLOSE, b"\x03\xe8" + INVALID[text]))
    assert talk.read_to_end() == [("close", 1007)]


def test_letters_cut_anywhere(peer):
    data = VALID["all of Unicode's planes"] + KOSME
    talk = peer()
    for cut in range(len(data) + 1):
        talk.send(frame(TEXT, data[:cut], fin=False), frame(CONTINUATION, data[cut:]))
    assert answered(talk) == ["INVALID_MESSAGE"] * (len(data) + 1)


# Fail-fast: the answer must come at the first invalid byte, although the message is never finished.

@pytest.mark.parametrize("size", range(1, len(POISONED) + 1))
def test_in_the_piece_with_the_wrong_byte(peer, size):
    talk = peer()
    good = [piece for at, piece in enumerate(split(POISONED, size)) if at * size <= WRONG_AT]
    talk.send(*(frame(TEXT if at == 0 else CONTINUATION, piece, fin=False) for at, piece in enumerate(good)))
    assert talk.next() == ("close", 1007)
    talk.socket.close()


def test_before_the_frame_is_over(peer):
    talk = peer()
    data = frame(TEXT, POISONED)
    talk.send(*split(data[:6 + WRONG_AT + 1], 1))
    assert talk.next() == ("close", 1007)
    talk.socket.close()


def test_not_before_the_wrong_byte(peer):
    talk = peer()
    talk.send(frame(TEXT, POISONED[:WRONG_AT], fin=False), frame(PING, b"still here?"))
    assert talk.next() == ("pong", b"still here?")
    talk.send(frame(CONTINUATION, POISONED[WRONG_AT:WRONG_AT + 1], fin=False))
    assert talk.next() == ("close", 1007)
    talk.socket.close()


@pytest.mark.parametrize("text", INVALID)
def test_binary_may_hold_anything(peer, text):
    talk = peer()
    talk.send(frame(2, INVALID[text]), frame(TEXT, b'{"type":"Ping"}'))
    assert answered(talk) == ["INVALID_MESSAGE", PONG_MESSAGE]
