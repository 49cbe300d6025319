"""Thousands of WebSockets in one thread. Counts how many of them resume between a probe's Ping and its Pong."""
import selectors
import socket
import time

from .frames import CLOSE, TEXT, FrameReader, frame
from .handshake import new_key
from .timeouts import TIMEOUT

PING = frame(TEXT, b'{"type":"Ping"}')
MAX_CONNECTING = 500


class ReconnectingClients:
    """Connects to each of `targets` with ?since=; a connection has resumed when its Resumed arrives."""

    def __init__(self, server, targets):
        self.server, self.pending = server, list(targets)
        self.resumed, self.replayed, self.resumed_per_ping, self.pong_latencies = 0, 0, [], []
        self.selector = selectors.DefaultSelector()
        self.sockets = []

    def connect_all(self, probe):
        """Connects all targets while the probe sends one Ping after the other. `resumed_per_ping` then holds the connections resumed per Ping,
        and `pong_latencies` the latency of each Pong.
        """
        total = len(self.pending)
        probe.socket.setblocking(False)
        reader, resumed_before = FrameReader(False), None
        connecting = 0
        while self.resumed < total:
            while self.pending and connecting < MAX_CONNECTING:
                self._connect(self.pending.pop())
                connecting += 1
            if resumed_before is None:
                probe.socket.send(PING)
                resumed_before, begun = self.resumed, time.monotonic()
            if self._received_pong(probe.socket, reader):
                self.resumed_per_ping.append(self.resumed - resumed_before)
                self.pong_latencies.append(time.monotonic() - begun)
                resumed_before = None
            ready = self.selector.select(TIMEOUT)
            assert ready, f"nothing was received within {TIMEOUT:g} s; {self.resumed} of {total} have resumed"
            for key, _ in ready[:2]:  # few at a time, to poll the probe often
                connecting -= self._read(key)

    @staticmethod
    def _received_pong(plain, reader):
        try:
            data = plain.recv(65536)
        except BlockingIOError:
            return False
        return any(b"Pong" in payload for _, _, _, payload in reader.feed(data))

    def _connect(self, target):
        client = socket.socket()
        client.setblocking(False)
        client.connect_ex(self.server.address)
        head = (f"GET {target} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                f"Sec-WebSocket-Key: {new_key()}\r\n\r\n").encode()
        self.sockets.append(client)
        self.selector.register(client, selectors.EVENT_WRITE, {"head": head, "answer": b"", "reader": None})

    def _read(self, key):
        """Returns 1 when the handshake completes, otherwise 0."""
        client, state = key.fileobj, key.data
        if state["head"]:
            client.send(state["head"])
            state["head"] = None
            self.selector.modify(client, selectors.EVENT_READ, state)
            return 0
        data = client.recv(65536)
        assert data, f"a connection ended, after {state['answer'][:300]!r}"
        completed = 0
        if state["reader"] is None:
            state["answer"] += data
            head, found, data = state["answer"].partition(b"\r\n\r\n")
            if not found:
                return 0
            assert head.startswith(b"HTTP/1.1 101"), head
            state["reader"], state["answer"], completed = FrameReader(False), b"", 1
        for opcode, _, _, payload in state["reader"].feed(data):
            assert opcode != CLOSE, payload
            self.replayed += b'"id":' in payload
            if payload.startswith(b'{"type":"Resumed"'):
                self.resumed += 1
                self.selector.unregister(client)
        return completed

    def close(self):
        for client in self.sockets:
            client.close()
        self.sockets = []
