"""RFC 7692: negotiation, and messages compressed in every permitted way."""
import itertools
import json
import random
import zlib

import pytest

from support.frames import BINARY, COMPRESSED, CONTINUATION, PING, TEXT, frame
from support.handshake import HandshakeRejected
from support.raw_websocket import PING_MESSAGE, PONG_MESSAGE, error_codes, split

from .conftest import LIMIT

OFFER = "permessage-deflate"
TAIL = b"\x00\x00\xff\xff"


def squeeze(data, bits=15, level=6, strategy=zlib.Z_DEFAULT_STRATEGY, flush=zlib.Z_SYNC_FLUSH):
    made = zlib.compressobj(level, wbits=-bits, strategy=strategy)
    squeezed = made.compress(data) + made.flush(flush)
    return squeezed.removesuffix(TAIL) if flush == zlib.Z_SYNC_FLUSH else squeezed


def pieces(payload, size):
    parts = split(payload, size)
    return [frame(CONTINUATION if at else TEXT, part, fin=at == len(parts) - 1, rsv=0 if at else COMPRESSED) for at, part in enumerate(parts)]


def parameters(agreed):
    return dict(item.strip().partition("=")[::2] for item in agreed.split(";")[1:])


# 12.1, 13: negotiation

GOOD = [{}, {"server_no_context_takeover": None}, {"client_no_context_takeover": None}, {"client_max_window_bits": None},
        *({"client_max_window_bits": bits} for bits in range(8, 16)), *({"server_max_window_bits": bits} for bits in range(8, 16)),
        *({**dict.fromkeys(takeovers), "client_max_window_bits": client, "server_max_window_bits": server}
          for takeovers in ([], ["server_no_context_takeover"], ["client_no_context_takeover", "server_no_context_takeover"])
          for client, server in itertools.product((None, 8, 9, 15), (9, 12, 15)))]
BAD = ["unheard_of", "unheard_of=1", "server_no_context_takeover=1", "client_no_context_takeover=0", "server_max_window_bits",
       "server_max_window_bits=7", "server_max_window_bits=16", "server_max_window_bits=08", "server_max_window_bits=1e1",
       "server_max_window_bits=-9", "client_max_window_bits=7", "client_max_window_bits=16", "client_max_window_bits=015",
       "client_max_window_bits=x", "server_no_context_takeover; server_no_context_takeover",
       "client_max_window_bits; client_max_window_bits=9", "server_max_window_bits=15; server_max_window_bits=15",
       "Server_no_context_takeover"]
MALFORMED = ["permessage-deflate;", "permessage-deflate; =1", "permessage-deflate; client_max_window_bits=", "permessage deflate",
             'permessage-deflate; client_max_window_bits="9', "permessage-deflate; client_max_window_bits=\"\"", ";", "=", "a/b"]


def written(offer, quote=""):
    return "; ".join([OFFER] + [name if value is None else f"{name}={quote}{value}{quote}" for name, value in offer.items()])


def assert_kept(offer, agreed):
    """RFC 7692 §7.1: the response must accept the requested parameters and must not add any that the offer does not allow."""
    said = parameters(agreed)
    assert "server_no_context_takeover" in said or "server_no_context_takeover" not in offer
    if "server_max_window_bits" in offer:
        assert 8 <= int(said["server_max_window_bits"]) <= int(offer["server_max_window_bits"])
    if "client_max_window_bits" in said:
        assert 8 <= int(said["client_max_window_bits"]) <= int(offer["client_max_window_bits"] or 15)


@pytest.mark.parametrize("offer", GOOD, ids=written)
@pytest.mark.parametrize("quote", ["", '"'], ids=["plain", "quoted"])
def test_an_offer(peer, offer, quote):
    talk = peer(written(offer, quote))
    small = 8 <= int(offer.get("server_max_window_bits", 15)) < 12
    if talk.agreed is None:
        assert small, "only a window that is too small for the server may be declined"
        talk.send(frame(TEXT, PING_MESSAGE))
        assert talk.close() == [PONG_MESSAGE]
        return
    assert_kept(offer, talk.agreed)
    for _ in range(3):
        talk.send(talk.compressed(PING_MESSAGE), frame(TEXT, PING_MESSAGE))
    assert talk.close() == [PONG_MESSAGE] * 6


@pytest.mark.parametrize("offer", BAD)
def test_an_offer_to_decline(peer, offer):
    talk = peer(f"{OFFER}; {offer}")
    assert talk.agreed is None
    talk.send(frame(TEXT, PING_MESSAGE), frame(TEXT, PING_MESSAGE, rsv=COMPRESSED))
    assert talk.read_to_end() == [PONG_MESSAGE, ("close", 1002)]


@pytest.mark.parametrize("offer", BAD)
def test_the_next_best_offer(peer, offer):
    talk = peer(f"x-unknown; a=b, {OFFER}; {offer}, {OFFER}; client_max_window_bits, {OFFER}; server_max_window_bits=9")
    assert_kept({"client_max_window_bits": None}, talk.agreed)
    talk.send(talk.compressed(PING_MESSAGE))
    assert talk.close() == [PONG_MESSAGE]


@pytest.mark.parametrize("offer", MALFORMED)
def test_no_offer_at_all(peer, offer):
    with pytest.raises(HandshakeRejected) as refusal:
        peer(offer)
    assert refusal.value.status == 400


@pytest.mark.parametrize("offer", ["x-webkit-deflate-frame", "permessage-bzip2", "Permessage-Deflate-2", "x; a; b=c; d=\"e\""])
def test_other_extensions_are_ignored(peer, offer):
    assert peer(offer).agreed is None


# 12, 13: messages

@pytest.mark.parametrize("size", [16, 64, 256, 1024, 4096, 8192, 16384, 65536, 131072, LIMIT])
@pytest.mark.parametrize("level, strategy", [(0, zlib.Z_DEFAULT_STRATEGY), (1, zlib.Z_DEFAULT_STRATEGY), (9, zlib.Z_DEFAULT_STRATEGY),
                                             (6, zlib.Z_HUFFMAN_ONLY), (6, zlib.Z_RLE), (6, zlib.Z_FIXED)],
                         ids=["stored", "fast", "best", "huffman", "rle", "fixed"])
def test_any_size_by_any_compressor(peer, size, level, strategy):
    talk = peer(OFFER)
    payload = squeeze(PING_MESSAGE.ljust(size), level=level, strategy=strategy)
    talk.send(frame(TEXT, payload, rsv=COMPRESSED), *pieces(payload, max(1, len(payload) // 5)))
    assert talk.close() == [PONG_MESSAGE] * 2


@pytest.mark.parametrize("bits", range(9, 16))
@pytest.mark.parametrize("size", [400, 3000, 100_000])
def test_no_byte_is_lost_or_turned(peer, bits, size):
    talk = peer(f"{OFFER}; client_max_window_bits={bits}")
    talk.send(*pieces(squeeze(peer.signed(size), bits), 100))
    assert json.loads(talk.next())["data"]["success"]
    assert talk.close() == []


def test_a_thousand_messages(peer):
    talk = peer(OFFER)
    chance = random.Random("deflate")
    for _ in range(10):
        talk.send(*(talk.compressed(PING_MESSAGE.ljust(chance.randrange(15, 3000))) for _ in range(100)))
        assert [talk.next() for _ in range(100)] == [PONG_MESSAGE] * 100
    assert talk.close() == []


def test_pings_between_compressed_pieces(peer):
    talk = peer(OFFER)
    for number, piece in enumerate(pieces(squeeze(PING_MESSAGE), 4)):
        talk.send(frame(PING, b"%d" % number))
        assert talk.next() == ("pong", b"%d" % number)
        talk.send(*split(piece, 1))
    assert talk.close() == [PONG_MESSAGE]


def test_empty_pieces_and_empty_messages(peer):
    talk = peer(OFFER)
    payload = squeeze(PING_MESSAGE)
    talk.send(frame(TEXT, b"", fin=False, rsv=COMPRESSED), frame(CONTINUATION, payload, fin=False), frame(CONTINUATION, b""))
    talk.send(frame(TEXT, b"\x00", rsv=COMPRESSED), frame(TEXT, b"", rsv=COMPRESSED), frame(BINARY, squeeze(b"x"), rsv=COMPRESSED))
    assert error_codes(talk.close()) == [PONG_MESSAGE] + ["INVALID_MESSAGE"] * 3


# RFC 7692 §7.2.3: its examples, and unusual but valid DEFLATE blocks

@pytest.mark.parametrize("payload", [
    squeeze(PING_MESSAGE[:7]) + TAIL + squeeze(PING_MESSAGE[7:]),
    squeeze(PING_MESSAGE, flush=zlib.Z_FINISH) + b"\x00",
    squeeze(PING_MESSAGE[:7], flush=zlib.Z_FINISH) + squeeze(PING_MESSAGE[7:]),
    squeeze(PING_MESSAGE) + TAIL + b"\x00",
    b"\x00" + len(PING_MESSAGE).to_bytes(2, "little") + (len(PING_MESSAGE) ^ 0xFFFF).to_bytes(2, "little") + PING_MESSAGE + b"\x00",
], ids=["two blocks", "BFINAL", "BFINAL in the middle", "an empty block more", "not compressed"])
def test_blocks_of_all_kinds(peer, payload):
    talk = peer(OFFER)
    talk.send(frame(TEXT, payload, rsv=COMPRESSED), *pieces(payload, 1))
    assert talk.close() == [PONG_MESSAGE] * 2


# Invalid compressed data

def cut_short(payload):
    return payload[:len(payload) // 2]


BROKEN = {
    "garbage": b"\xff" * 50,
    "a reserved kind of block": b"\x06",
    "a stored block with a wrong length": b"\x00\x05\x00\x00\x00Hello",
    "a distance too far back": b"\x9a\x81\x00\x00",
    "cut short": cut_short(squeeze(bytes(random.Random(1).randbytes(500)).hex().encode())),
    "plain text": PING_MESSAGE,
}


@pytest.mark.parametrize("flaw", BROKEN)
@pytest.mark.parametrize("size", [1000, 3])
def test_what_does_not_inflate(peer, flaw, size):
    talk = peer(OFFER)
    talk.send(frame(TEXT, PING_MESSAGE), *pieces(BROKEN[flaw], size))
    said = talk.read_to_end()
    assert said[0] == PONG_MESSAGE and said[1:] in ([("close", 1007)], [("close", 1002)])


def test_a_neighbour_of_what_does_not_inflate(peer):
    fine = peer(OFFER)
    for flaw in BROKEN.values():
        broken = peer(OFFER)
        broken.send(frame(TEXT, flaw, rsv=COMPRESSED))
        broken.read_to_end()
        fine.send(fine.compressed(PING_MESSAGE))
        assert fine.next() == PONG_MESSAGE


def test_not_utf8(peer):
    talk = peer(OFFER)
    talk.send(*pieces(squeeze(b'{"type":"Ping","x":"\xed\xa0\x80"}'), 5))
    assert talk.read_to_end() == [("close", 1007)]


@pytest.mark.parametrize("size", [LIMIT + 1, 64 * LIMIT])
def test_a_bomb(peer, size):
    talk = peer(OFFER)
    before = peer.server.rss()
    talk.send(frame(TEXT, squeeze(b" " * size), rsv=COMPRESSED))
    assert talk.read_to_end() == [("close", 1009)]
    assert peer.server.rss() - before < 8 * LIMIT


@pytest.mark.parametrize("data", [
    frame(CONTINUATION, b"", rsv=COMPRESSED), frame(PING, b"", rsv=COMPRESSED), frame(8, b"\x03\xe8", rsv=COMPRESSED),
    frame(TEXT, squeeze(PING_MESSAGE)[:3], fin=False, rsv=COMPRESSED) + frame(CONTINUATION, squeeze(PING_MESSAGE)[3:], rsv=COMPRESSED),
    frame(TEXT, PING_MESSAGE[:5], fin=False) + frame(CONTINUATION, PING_MESSAGE[5:], rsv=COMPRESSED),
    frame(TEXT, squeeze(PING_MESSAGE), rsv=0x60), frame(TEXT, squeeze(PING_MESSAGE), rsv=0x50), frame(TEXT, PING_MESSAGE, rsv=0x20),
], ids=["a continuation of nothing", "a ping", "a close", "the second piece", "the second alone", "RSV2 too", "RSV3 too", "RSV2 alone"])
def test_the_bit_where_it_cannot_be(peer, data):
    talk = peer(OFFER)
    talk.send(data)
    assert talk.read_to_end() == [("close", 1002)]


# Compression by the server

@pytest.mark.parametrize("offer", [OFFER, f"{OFFER}; server_max_window_bits=12", f"{OFFER}; server_no_context_takeover"])
def test_what_the_server_says(peer, offer):
    talk = peer(offer)
    talk.send(frame(TEXT, PING_MESSAGE))
    assert talk.next() == PONG_MESSAGE
    for number in range(20):
        notice = f"notice {number} " + "all work and no play " * number * 9
        peer.server.send_notification(notice)
        assert json.loads(talk.next())["data"]["message"] == notice
    assert talk.close() == []
