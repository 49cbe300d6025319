"""Any client is understood: RFC 6455 and RFC 7692 in all variants that clients use."""
import pytest

from support.frames import CLOSE, COMPRESSED, CONTINUATION, PING, PONG, TEXT, frame
from support.handshake import HandshakeRejected, new_key
from support.raw_http import RawHttpConnection
from support.timeouts import TIMEOUT

PING_MESSAGE = b'{"type":"Ping"}'


# Handshake

def test_a_plain_get_is_told_to_upgrade(common_server):
    answer = common_server.guest().get("/ws", want="426 UPGRADE_REQUIRED")
    assert answer.headers["Upgrade"].lower() == "websocket"


def test_no_other_method(common_server):
    common_server.guest().post("/ws", want=405, checked=False)


@pytest.mark.parametrize("header, value, status", [
    ("Sec-WebSocket-Version", "8", 426),
    ("Sec-WebSocket-Version", None, 426),
    ("Sec-WebSocket-Key", None, 400),
    ("Sec-WebSocket-Key", "too short", 400),
    ("Upgrade", None, 426),
    ("Upgrade", "h2c", 426),
])
def test_invalid_handshake(common_server, header, value, status):
    with pytest.raises(HandshakeRejected) as refusal:
        common_server.connect(headers={header: value})
    assert refusal.value.status == status
    assert header != "Sec-WebSocket-Version" or refusal.value.headers["sec-websocket-version"] == "13"


def test_nothing_to_upgrade_to_from_http_1_0(common_server):
    connection = RawHttpConnection(common_server)
    connection.send(f"GET /ws HTTP/1.0\r\nHost: {connection.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {new_key()}\r\n\r\n")
    connection.read_response().expect("426 UPGRADE_REQUIRED")


@pytest.mark.parametrize("framing, body", [({"Content-Length": "5"}, b"hello"), ({"Transfer-Encoding": "chunked"}, b"5\r\nhello\r\n0\r\n\r\n")],
                         ids=["of a length", "chunked"])
def test_a_body_is_not_taken_for_frames(common_server, framing, body):
    connection = RawHttpConnection(common_server)
    connection.request("GET", "/ws", body, Upgrade="websocket", Connection="Upgrade", Sec_WebSocket_Version="13", Sec_WebSocket_Key=new_key(), **framing)
    connection.read_response().expect("400 INVALID_REQUEST")


@pytest.mark.parametrize("headers", [
    {"Upgrade": "WebSocket", "Connection": "keep-alive, Upgrade"}, {"Upgrade": "WEBSOCKET", "Connection": "upgrade"},
    {"X-Forwarded-For": "203.0.113.7", "User-Agent": "x" * 1000},
])
def test_handshakes_as_others_write_them(common_server, headers):
    common_server.listen(headers=headers)


def test_unknown_words_in_the_address(common_server):
    common_server.listen(query={"version": "2", "x": "y z"})


def test_no_other_path(common_server):
    with pytest.raises(HandshakeRejected) as refusal:
        common_server.connect(path="/ws/elsewhere")
    assert refusal.value.status == 404


# Frames

def test_a_message_in_pieces(common_server):
    socket = common_server.listen()
    socket.send_frame(TEXT, b"", fin=False)
    for byte in PING_MESSAGE:
        socket.send_frame(CONTINUATION, bytes([byte]), fin=False)
    socket.send_frame(CONTINUATION, b"")
    socket.expect("Pong")


def test_a_character_across_frames(common_server):
    socket = common_server.listen()
    whole = '{"type":"Ping","x":"🎈"}'.encode()
    for cut in range(whole.index(0xF0), len(whole)):
        socket.send_frame(TEXT, whole[:cut], fin=False)
        socket.send_frame(CONTINUATION, whole[cut:])
        socket.expect("Pong")


def test_byte_by_byte(common_server):
    socket = common_server.listen()
    for byte in frame(TEXT, PING_MESSAGE) + frame(PING, b"still here?"):
        socket.send_bytes(bytes([byte]))
    socket.expect("Pong")
    assert socket.pongs.get(timeout=TIMEOUT) == b"still here?"


def test_many_at_once(common_server):
    socket = common_server.listen()
    socket.send_bytes(frame(TEXT, PING_MESSAGE) * 5 + frame(PING, b"1") + frame(TEXT, PING_MESSAGE) * 5 + frame(PING, b"2"))
    for _ in range(10):
        socket.expect("Pong")
    # RFC 6455 §5.5.3: an endpoint may answer only the latest of several pings.
    assert socket.pongs.get(timeout=TIMEOUT) == b"2" or socket.pongs.get(timeout=TIMEOUT) == b"2"


@pytest.mark.parametrize("payload", [b"", b"\x00\xff", b"x" * 125], ids=len)
def test_a_ping_is_given_back(common_server, payload):
    socket = common_server.listen()
    socket.send_frame(PING, payload)
    assert socket.pongs.get(timeout=TIMEOUT) == payload


def test_a_ping_between_the_pieces(common_server):
    socket = common_server.listen()
    socket.send_frame(TEXT, PING_MESSAGE[:5], fin=False)
    socket.send_frame(PING, b"between")
    socket.send_frame(PONG, b"nobody asked")
    assert socket.pongs.get(timeout=TIMEOUT) == b"between"
    socket.send_frame(CONTINUATION, PING_MESSAGE[5:])
    socket.expect("Pong")


@pytest.mark.parametrize("code", [1000, 1001, 1008, 1011, 3000, 4999])
def test_an_end_is_agreed_to(common_server, code):
    assert common_server.listen().close(code).code == code


def test_an_end_without_a_reason(common_server):
    socket = common_server.listen()
    socket.send_frame(CLOSE)
    assert socket.read_until_closed()[1].code in (None, 1000)


def test_nothing_counts_after_the_end(common_server):
    socket = common_server.listen()
    socket.send_bytes(frame(CLOSE, (1000).to_bytes(2, "big")) + frame(TEXT, PING_MESSAGE))
    socket.expect_close(1000)


# Compression

def test_no_compression_that_nobody_asked_for(common_server):
    assert common_server.listen().deflate is None


@pytest.mark.parametrize("offer", [
    "permessage-deflate", "permessage-deflate; client_max_window_bits", "permessage-deflate; server_no_context_takeover",
    "permessage-deflate; client_no_context_takeover; server_no_context_takeover", "permessage-deflate; client_max_window_bits=10",
    'permessage-deflate; client_max_window_bits="12"', "permessage-deflate;server_max_window_bits=15",
    "x-webkit-deflate-frame, permessage-deflate", "permessage-deflate; unheard_of, permessage-deflate",
])
def test_compressed_both_ways(common_server, offer):
    socket = common_server.listen(deflate=offer)
    agreed = socket.headers["sec-websocket-extensions"]
    assert agreed.startswith("permessage-deflate")
    assert "client_max_window_bits" not in agreed or "client_max_window_bits" in offer
    assert "server_no_context_takeover" in agreed or "server_no_context_takeover" not in offer
    for _ in range(3):
        socket.send("Ping", compressed=True)
        socket.expect("Pong")
        socket.ping()
    for number in range(3):
        notice = f"notice {number} " + "all work and no play " * 100
        common_server.send_notification(notice)
        socket.expect("SystemNotification", message=notice)
    assert socket.compressed >= 3


@pytest.mark.parametrize("offer", [
    "permessage-deflate; unheard_of", "permessage-deflate; server_max_window_bits=7", "permessage-deflate; server_max_window_bits=16",
    "permessage-deflate; client_max_window_bits=99", "permessage-deflate; server_no_context_takeover=1", "bbf-usp-protocol",
])
def test_an_offer_that_cannot_be_taken(common_server, offer):
    assert common_server.listen(deflate=offer).deflate is None


def test_a_small_window_is_kept_to_or_declined(common_server):
    socket = common_server.listen(deflate="permessage-deflate; server_max_window_bits=9")
    assert socket.deflate is None or socket.deflate.server_max_window_bits <= 9
    notice = "".join(str(number) for number in range(600)) * 2
    common_server.send_notification(notice)
    socket.expect("SystemNotification", message=notice)


def test_compressed_in_pieces(common_server):
    socket = common_server.listen(deflate="permessage-deflate")
    squeezed = socket.deflate.compress(PING_MESSAGE)
    socket.send_frame(TEXT, squeezed[:3], fin=False, rsv=COMPRESSED)
    socket.send_frame(PING)
    socket.send_frame(CONTINUATION, squeezed[3:])
    socket.expect("Pong")


def test_compressed_nothing(common_server):
    socket = common_server.listen(deflate="permessage-deflate")
    socket.send_frame(TEXT, b"\x00", rsv=COMPRESSED)
    socket.expect_error("INVALID_MESSAGE")
    socket.ping()
