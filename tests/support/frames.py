"""RFC 6455 frames and RFC 7692 compression, client side."""
import os
import struct
import zlib

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
COMPRESSED = 0x40  # RSV1


class ProtocolViolation(AssertionError):
    """The server violated RFC 6455."""


def frame(opcode, payload=b"", fin=True, rsv=0, masked=True):
    """Returns one client frame. `rsv` holds reserved bits at their position in the first byte (0x40, 0x20, 0x10)."""
    head = bytes([(0x80 if fin else 0) | rsv | opcode])
    bit = 0x80 if masked else 0
    if len(payload) < 126:
        head += bytes([bit | len(payload)])
    elif len(payload) < 1 << 16:
        head += struct.pack("!BH", bit | 126, len(payload))
    else:
        head += struct.pack("!BQ", bit | 127, len(payload))
    return head + mask(payload) if masked else head + payload


def mask(payload):
    key = os.urandom(4)
    size = len(payload)
    stretched = (key * (size // 4 + 1))[:size]
    return key + (int.from_bytes(payload, "big") ^ int.from_bytes(stretched, "big")).to_bytes(size, "big")


class FrameReader:
    """Parses bytes into complete frames: (opcode, fin, compressed, payload)."""

    def __init__(self, compression_agreed):
        self.buffer = b""
        self.allowed_rsv = COMPRESSED if compression_agreed else 0

    def feed(self, data):
        self.buffer += data
        while (parsed := self._parse()) is not None:
            yield parsed

    def _parse(self):
        if len(self.buffer) < 2:
            return None
        first, second = self.buffer[0], self.buffer[1]
        opcode, size, start = first & 0x0F, second & 0x7F, 2
        if first & 0x70 & ~self.allowed_rsv:
            raise ProtocolViolation(f"a reserved bit is set: {first:#x}")
        if second & 0x80:
            raise ProtocolViolation("a server must not mask")
        if opcode not in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG):
            raise ProtocolViolation(f"unknown opcode {opcode}")
        if opcode >= CLOSE and (size > 125 or not first & 0x80 or first & 0x70):
            raise ProtocolViolation("a control frame is short, whole and uncompressed")
        if size >= 126:
            width = 2 if size == 126 else 8
            if len(self.buffer) < 2 + width:
                return None
            least, size = (126 if width == 2 else 1 << 16), int.from_bytes(self.buffer[2:2 + width], "big")
            if size < least:
                raise ProtocolViolation("a length is written in the shortest way")
            start += width
        if len(self.buffer) < start + size:
            return None
        payload, self.buffer = self.buffer[start:start + size], self.buffer[start + size:]
        return opcode, bool(first & 0x80), bool(first & COMPRESSED), payload


class Deflate:
    """The permessage-deflate parameters negotiated in the server's response."""

    def __init__(self, agreed):
        parameters = dict((item.strip().partition("=")[::2]) for item in agreed.split(";")[1:])
        known = {"server_no_context_takeover", "client_no_context_takeover", "server_max_window_bits", "client_max_window_bits"}
        if set(parameters) - known:
            raise ProtocolViolation(f"unknown extension parameters in {agreed!r}")
        self.client_no_context_takeover = "client_no_context_takeover" in parameters
        self.server_no_context_takeover = "server_no_context_takeover" in parameters
        self.client_max_window_bits = int(parameters.get("client_max_window_bits") or 15)
        self.server_max_window_bits = int(parameters.get("server_max_window_bits") or 15)
        self._compressor = self._decompressor = None

    def compress(self, payload):
        if self._compressor is None or self.client_no_context_takeover:
            self._compressor = zlib.compressobj(wbits=-max(self.client_max_window_bits, 9))
        return (self._compressor.compress(payload) + self._compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]

    def decompress(self, payload):
        if self._decompressor is None or self.server_no_context_takeover:
            self._decompressor = zlib.decompressobj(wbits=-self.server_max_window_bits)
        return self._decompressor.decompress(payload + b"\x00\x00\xff\xff")
