"""A TCP proxy that counts all bytes and can hold the traffic."""
import socket
import struct
import threading

from .timeouts import TIMEOUT, eventually

RESET = struct.pack("ii", 1, 0)
BUFFER_BYTES = 128 << 10  # of each socket: bytes that the sender has written may sit there and be lost in a cut


class MeteringProxy:
    """Forwards connections to `server` and counts the bytes `sent` to it and `received` from it.

    After `hold_requests_at` bytes sent, or `hold_responses_at` bytes received, that direction is blocked until `release` or `reset_connections`.
    """

    def __init__(self, server, hold_requests_at=None, hold_responses_at=None):
        self._server, self._limits = server, {"sent": hold_requests_at, "received": hold_responses_at}
        self.sent = self.received = 0
        self.holding = threading.Event()
        self._changed = threading.Condition()
        self._pairs = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        _limit_buffers(self._listener)
        self.url = "http://127.0.0.1:{}".format(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def wait_until_holding(self):
        assert self.holding.wait(3 * TIMEOUT), "so much never passed"

    def release(self):
        with self._changed:
            self._limits = {"sent": None, "received": None}
            self.holding.clear()
            self._changed.notify_all()

    def reset_connections(self, hold_responses_at=None):
        """Resets all connections. New ones are forwarded until `hold_responses_at` more bytes have been received."""
        with self._changed:
            for pair in list(self._pairs):
                _reset(pair)
            self._pairs.clear()
            self._limits = {"sent": None, "received": hold_responses_at and self.received + hold_responses_at}
            self.holding.clear()
            self._changed.notify_all()

    def wait_until_idle(self):
        """Waits until all in-flight bytes have been delivered, including those of disconnected clients."""
        eventually(lambda: not self._pairs, "all connections have ended")

    def close(self):
        self.release()
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket()
            _limit_buffers(server)
            try:
                server.connect(self._server.address)
            except OSError:
                client.close()
                continue
            self._pairs.add((client, server))
            for way in (self._forward, client, server, "sent"), (self._forward, server, client, "received"):
                threading.Thread(target=way[0], args=(*way[1:], (client, server)), daemon=True).start()

    def _forward(self, source, sink, counter, pair):
        try:
            while data := source.recv(65536):
                with self._changed:
                    while self._limits[counter] is not None and getattr(self, counter) >= self._limits[counter] and pair in self._pairs:
                        self.holding.set()
                        self._changed.wait()
                    setattr(self, counter, getattr(self, counter) + len(data))
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            _reset(pair)
        if counter == "sent":
            self._pairs.discard(pair)


def _limit_buffers(one):
    for side in socket.SO_RCVBUF, socket.SO_SNDBUF:
        one.setsockopt(socket.SOL_SOCKET, side, BUFFER_BYTES)


def _reset(pair):
    for one in pair:
        try:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            one.shutdown(socket.SHUT_RDWR)  # unblocks threads in recv
        except OSError:
            pass
        one.close()
