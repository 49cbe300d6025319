"""Thousands of WebSockets in one thread. Counts how many of them resume between a bystander's Ping and its Pong."""
import selectors
import socket
import time

from .bounds import PATIENCE
from .frames import CLOSE, TEXT, FrameReader, frame
from .handshake import new_key

PING = frame(TEXT, b'{"type":"Ping"}')
CONNECTING_AT_ONCE = 500


class Crowd:
    """Connects to each of `targets` with ?since=; a connection has resumed when its Resumed arrives."""

    def __init__(self, server, targets):
        self.server, self.waiting = server, list(targets)
        self.came, self.replayed, self.between, self.seconds = 0, 0, [], []
        self.selector = selectors.DefaultSelector()
        self.sockets = []

    def come(self, bystander):
        """Connects all targets while the bystander sends one Ping after the other. `between` then holds the connections resumed per Ping,
        and `seconds` the latency of each Pong.
        """
        all_of_them = len(self.waiting)
        bystander.socket.setblocking(False)
        reader, asked_at = FrameReader(False), None
        under_way = 0
        while self.came < all_of_them:
            while self.waiting and under_way < CONNECTING_AT_ONCE:
                self._begin(self.waiting.pop())
                under_way += 1
            if asked_at is None:
                bystander.socket.send(PING)
                asked_at, begun = self.came, time.monotonic()
            if self._answered(bystander.socket, reader):
                self.between.append(self.came - asked_at)
                self.seconds.append(time.monotonic() - begun)
                asked_at = None
            ready = self.selector.select(PATIENCE)
            assert ready, f"nothing came within {PATIENCE:g} s; {self.came} of {all_of_them} are there"
            for key, _ in ready[:2]:  # few at a time, to poll the bystander often
                under_way -= self._read(key)

    @staticmethod
    def _answered(plain, reader):
        try:
            data = plain.recv(65536)
        except BlockingIOError:
            return False
        return any(b"Pong" in payload for _, _, _, payload in reader.feed(data))

    def _begin(self, target):
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex(self.server.address)
        head = (f"GET {target} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                f"Sec-WebSocket-Key: {new_key()}\r\n\r\n").encode()
        self.sockets.append(one)
        self.selector.register(one, selectors.EVENT_WRITE, {"head": head, "answer": b"", "reader": None})

    def _read(self, key):
        """Returns 1 when the handshake completes, otherwise 0."""
        one, state = key.fileobj, key.data
        if state["head"]:
            one.send(state["head"])
            state["head"] = None
            self.selector.modify(one, selectors.EVENT_READ, state)
            return 0
        data = one.recv(65536)
        assert data, f"a connection ended, after {state['answer'][:300]!r}"
        shaken = 0
        if state["reader"] is None:
            state["answer"] += data
            head, found, data = state["answer"].partition(b"\r\n\r\n")
            if not found:
                return 0
            assert head.startswith(b"HTTP/1.1 101"), head
            state["reader"], state["answer"], shaken = FrameReader(False), b"", 1
        for opcode, _, _, payload in state["reader"].feed(data):
            assert opcode != CLOSE, payload
            self.replayed += b'"id":' in payload
            if payload.startswith(b'{"type":"Resumed"'):
                self.came += 1
                self.selector.unregister(one)
        return shaken

    def cut(self):
        for one in self.sockets:
            one.close()
        self.sockets = []
