"""A WebSocket client that behaves normally, or in any way that a test requires."""
import json
import queue
import socket
import struct
import threading
import time
import urllib.parse

from . import http, protocol
from .timeouts import TIMEOUT
from .frames import (BINARY, CLOSE, COMPRESSED, CONTINUATION, PING, PONG, TEXT, Deflate, FrameReader, ProtocolViolation, frame)
from .handshake import handshake, new_key


BARRIER = "so far: "


class Message:
    def __init__(self, text):
        self.text, self.at, whole = text, time.time(), json.loads(text)
        protocol.check_message(whole)
        self.type, self.data, self.id, self.time = whole["type"], whole.get("data", {}), whole.get("id"), whole.get("time")
        self.is_barrier = self.type == "SystemNotification" and self.data["message"].startswith(BARRIER)

    def __repr__(self):
        return self.text


class Closed:
    """The end of a connection. `code` is None if the server closed without a close frame."""

    def __init__(self, code, reason):
        self.code, self.reason = code, reason

    def __repr__(self):
        return f"closed with {self.code} {self.reason!r}"


class WebSocket:
    """A client with a reading thread. `query` holds token, share and since; with `reading=False` incoming data stays in the kernel until
    `start_reading()`.
    """

    def __init__(self, address, path="/ws", query=None, protocols=(), cookie=None, origin=None, headers=None, deflate=None,
                 source="127.0.0.1", receive_buffer=None, reading=True):
        self.resumable = "since" in (query or {})
        self.open = self.answering = True
        self.pings_received = self.compressed = 0
        self.pongs = queue.Queue()
        self._inbox, self._log, self._partial = queue.Queue(), [], None
        self._sending = threading.Lock()
        self._socket = http.connect_tcp(address, source, receive_buffer)
        offered = {"Host": f"{address[0]}:{address[1]}", "Upgrade": "websocket", "Connection": "Upgrade",
                   "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": new_key(),
                   "Sec-WebSocket-Protocol": ", ".join(protocols), "Sec-WebSocket-Extensions": deflate,
                   "Cookie": cookie, "Origin": origin, **(headers or {})}
        offered = {name: value for name, value in offered.items() if value}
        target = path + ("?" + urllib.parse.urlencode(query) if query else "")
        self.port = self._socket.getsockname()[1]
        self.headers, early = handshake(self._socket, target, offered)
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", int(TIMEOUT), 0))
        self.protocol = self.headers.get("sec-websocket-protocol")
        agreed = self.headers.get("sec-websocket-extensions")
        self.deflate = Deflate(agreed) if agreed else None
        self._frames = FrameReader(self.deflate is not None)
        self._thread = threading.Thread(target=self._read, args=(early,), daemon=True)
        self._reading = False
        if reading:
            self.start_reading()

    # Receiving

    def next(self, timeout=TIMEOUT):
        """Returns the next Message or Closed, skipping barriers."""
        while isinstance(item := self._next_item(timeout), Message) and item.is_barrier:
            pass
        self.last = item
        return item

    def drain(self):
        """Returns everything already received, without waiting."""
        items = []
        while not self._inbox.empty():
            items.append(self.next())
        return items

    def read_until(self, barrier):
        """Returns all unconsumed messages received before this barrier (see Server.nothing_else)."""
        before = []
        while not (isinstance(item := self._next_item(TIMEOUT), Message) and item.data.get("message") == barrier):
            assert isinstance(item, Message), f"{item}, with {barrier!r} still to come\n{self.transcript()}"
            before += [] if item.is_barrier else [item]
        return before

    def _next_item(self, timeout):
        try:
            item = self._inbox.get(timeout=timeout)
        except queue.Empty:
            raise AssertionError(f"nothing came within {timeout:g} s\n{self.transcript()}") from None
        if isinstance(item, Exception):
            raise item
        return item

    def expect(self, kind, timeout=TIMEOUT, skipping=(), **data):
        """Returns the data of the next message that is not skipped; it must be of this type and contain these values."""
        while (message := self.next(timeout)) and isinstance(message, Message) and message.type in skipping:
            pass
        is_it = isinstance(message, Message) and message.type == kind
        wrong = {key: message.data.get(key) for key in data if message.data.get(key) != data[key]} if is_it else data
        assert is_it and not wrong, f"expected {kind} {data}, but next was {message}\n{self.transcript()}"
        return message.data

    def read_until_closed(self, timeout=TIMEOUT):
        """Returns all messages up to the end of the connection, and the Closed."""
        before = []
        while isinstance(item := self.next(timeout), Message):
            before.append(item)
        return before, item

    def expect_close(self, code, timeout=TIMEOUT):
        item = self.next(timeout)
        assert isinstance(item, Closed) and item.code == code, f"expected the end with {code}, not {item}\n{self.transcript()}"

    def expect_error(self, code, timeout=TIMEOUT):
        return self.expect("Error", timeout, code=code)["message"]

    def expect_authenticated(self):
        assert self.expect("AuthenticationResult")["success"], self.transcript()

    def expect_uploaded(self, file):
        return self.expect("FileUploaded", skipping=("UploadProgress",), file_id=file["id"])

    def authenticate(self, token):
        """Sends Authenticate. Returns whether it succeeded."""
        self.send("Authenticate", token=token)
        return self.expect("AuthenticationResult")["success"]

    def ping(self):
        """Sends Ping; the very next message must be exactly the Pong."""
        self.send("Ping")
        message = self.next()
        assert getattr(message, "text", None) == '{"type":"Pong"}', f"expected a Pong, not {message}\n{self.transcript()}"

    def control_ping(self, payload=b""):
        """Sends a ping frame and waits for its pong: the server has then processed all earlier frames."""
        self.send_frame(PING, payload)
        while self.pongs.get(timeout=TIMEOUT) != payload:
            pass

    def transcript(self):
        return "  all that came:\n" + "\n".join(f"    {at:8.3f}  {what}" for at, what in self._log)

    # Sending

    def send(self, kind, compressed=False, **data):
        self.send_text(json.dumps({"type": kind, **({"data": data} if data else {})}), compressed)

    def send_text(self, text, compressed=False):
        payload = text.encode()
        if compressed:
            self.send_frame(TEXT, self.deflate.compress(payload), rsv=COMPRESSED)
        else:
            self.send_frame(TEXT, payload)

    def send_frame(self, opcode, payload=b"", **how):
        self.send_bytes(frame(opcode, payload, **how))

    def send_bytes(self, data):
        with self._sending:
            self._socket.sendall(data)

    def start_reading(self):
        if not self._reading:
            self._reading = True
            self._thread.start()

    def stop_responding(self):
        """Stops answering: ignores pings and close frames from now on."""
        self.answering = False

    def close(self, code=1000):
        """Closes the connection and waits for the server's close frame."""
        self.send_frame(CLOSE, code.to_bytes(2, "big"))
        return self.read_until_closed()[1]

    def abort(self):
        """Resets the connection. Re-raises an unexpected failure of the reading thread."""
        if self._socket.fileno() == -1:
            return
        self.answering = False
        try:
            self._socket.shutdown(socket.SHUT_RD)
        except OSError:
            pass
        if self._reading:
            self._thread.join(TIMEOUT)
        http.reset_connection(self._socket)
        while not self._inbox.empty():
            item = self._inbox.get()
            if isinstance(item, Exception):
                raise item

    # Reading thread

    def _read(self, data):
        try:
            while True:
                for opcode, fin, compressed, payload in self._frames.feed(data):
                    if opcode == CLOSE:
                        return self._end(payload)
                    self._take(opcode, fin, compressed, payload)
                data = self._socket.recv(65536)
                if not data:
                    return self._keep(Closed(None, ""))
        except OSError:
            self._keep(Closed(None, ""))
        except Exception as fault:
            self._keep(fault)

    def _take(self, opcode, fin, compressed, payload):
        if opcode == PING:
            self.pings_received += 1
            if self.answering:
                self.send_frame(PONG, payload)
        elif opcode == PONG:
            self.pongs.put(payload)
        elif (opcode == CONTINUATION) != (self._partial is not None):
            raise ProtocolViolation("a continuation continues something, and nothing else may come between")
        elif opcode == BINARY:
            raise ProtocolViolation("the protocol has no binary messages")
        else:
            squeezed, start = self._partial or (compressed, b"")
            self._partial = (squeezed, start + payload)
            if fin:
                self._finish(squeezed, start + payload)

    def _finish(self, compressed, payload):
        self._partial = None
        self.compressed += compressed
        message = Message((self.deflate.decompress(payload) if compressed else payload).decode())
        if message.id and not self.resumable:
            raise AssertionError(f"a connection that did not ask with ?since= gets no cursors: {message}")
        self._keep(message)

    def _end(self, payload):
        code = int.from_bytes(payload[:2], "big") if payload else None
        if self.answering:
            try:
                self.send_frame(CLOSE, payload[:2])
            except OSError:
                pass
        self._keep(Closed(code, payload[2:].decode()))

    def _keep(self, item):
        self.open = self.open and isinstance(item, Message)
        self._log.append((time.monotonic() % 1000, item))
        self._inbox.put(item)
