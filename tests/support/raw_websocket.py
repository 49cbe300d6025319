"""A raw WebSocket conversation: the test sends arbitrary bytes; all server output is validated against the RFCs and kept in order."""
import json
import urllib.parse

from .frames import CLOSE, COMPRESSED, CONTINUATION, PONG, TEXT, Deflate, FrameReader, ProtocolViolation, frame
from .handshake import handshake, new_key
from .http import connect_tcp

PING_MESSAGE = b'{"type":"Ping"}'
PONG_MESSAGE = '{"type":"Pong"}'
CLOSE_FRAME = frame(CLOSE, b"\x03\xe8")


class RawWebSocket:
    def __init__(self, server, offer=None, token=None):
        self.socket = connect_tcp(server.address)
        headers = {"Host": "{}:{}".format(*server.address), "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
                   "Sec-WebSocket-Key": new_key(), **({"Sec-WebSocket-Extensions": offer} if offer else {})}
        target = "/ws" + ("?" + urllib.parse.urlencode({"token": token}) if token else "")
        self.headers, self.early = handshake(self.socket, target, headers)
        self.agreed = self.headers.get("sec-websocket-extensions")
        self.deflate = Deflate(self.agreed) if self.agreed else None
        self._reader = FrameReader(self.deflate is not None)
        self._output = self._read()

    def send(self, *pieces):
        """Sends each piece with a separate call, so that each usually becomes a TCP segment of its own."""
        for piece in pieces:
            self.socket.sendall(piece)

    def compressed(self, payload, **how):
        return frame(TEXT, self.deflate.compress(payload), rsv=COMPRESSED, **how)

    def next(self):
        """Returns the next output of the server: a text, ("pong", payload), ("close", code), or None at the end of the stream."""
        return next(self._output, None)

    def read_to_end(self):
        """Returns everything up to the end of the stream, in order."""
        said = list(self._output)
        self.socket.close()
        return said

    def close(self):
        """Sends a close frame. Returns everything received before the server's close, which must come last."""
        self.send(CLOSE_FRAME)
        *said, end = self.read_to_end()
        assert end == ("close", 1000), (said, end)
        return said

    def _read(self):
        data, partial, closed = self.early, None, False
        while True:
            for opcode, fin, squeezed, payload in self._reader.feed(data):
                if closed:
                    raise ProtocolViolation("a close is the last frame")
                if opcode == CLOSE:
                    payload[2:].decode()
                    closed = True
                    yield "close", int.from_bytes(payload[:2], "big") if payload else None
                elif opcode == PONG:
                    yield "pong", payload
                elif opcode in (TEXT, CONTINUATION):
                    if (opcode == CONTINUATION) != (partial is not None):
                        raise ProtocolViolation("a continuation continues something, and nothing else may come between")
                    squeezed, before = partial or (squeezed, b"")
                    partial = (squeezed, before + payload)
                    if fin:
                        whole, partial = partial[1], None
                        yield (self.deflate.decompress(whole) if squeezed else whole).decode()
            try:
                data = self.socket.recv(1 << 16)
            except ConnectionResetError:
                return
            if not data:
                return


def error_codes(said):
    """Returns the error codes in `said`; messages of other types are returned unchanged."""
    found = []
    for message in said:
        whole = json.loads(message) if isinstance(message, str) else message
        found.append(whole["data"]["code"] if isinstance(whole, dict) and whole["type"] == "Error" else message)
    return found


def split(data, size):
    return [data[at:at + size] for at in range(0, len(data), size)]


def fragments(payload, size, opcode=TEXT, rsv=0, between=b""):
    """Returns one message split into frames of `size` bytes, with `between` inserted between frames."""
    pieces = split(payload, size) or [b""]
    made = [frame(opcode if at == 0 else CONTINUATION, piece, fin=at == len(pieces) - 1, rsv=rsv if at == 0 else 0)
            for at, piece in enumerate(pieces)]
    return between.join(made)
