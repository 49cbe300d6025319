"""A way to the server on which every byte is counted, and which can be closed for a while."""
import socket
import threading

from .bounds import PATIENCE, eventually


class Meter:
    """Passes connections on to `server` and counts what goes there. After `hold_at` bytes nothing more passes until `let_pass`."""

    def __init__(self, server, hold_at=None):
        self._server, self._hold_at = server, hold_at
        self.sent, self.holding, self._open = 0, threading.Event(), threading.Event()
        self._lock, self._under_way = threading.Lock(), 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:{}".format(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def let_pass(self):
        self._hold_at = None
        self._open.set()

    def wait_until_idle(self):
        """Until all that was under way has arrived, also of clients that are gone."""
        eventually(lambda: self._under_way == 0, "all connections have ended")

    def close(self):
        self.let_pass()
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._server.address, timeout=PATIENCE)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            with self._lock:
                self._under_way += 1
            threading.Thread(target=self._up, args=(client, server), daemon=True).start()
            threading.Thread(target=self._down, args=(server, client), daemon=True).start()

    def _up(self, client, server):
        try:
            while data := client.recv(65536):
                if self._hold_at is not None and self.sent >= self._hold_at:
                    self.holding.set()
                    self._open.wait()
                server.sendall(data)
                with self._lock:
                    self.sent += len(data)
        except OSError:
            _end(client, socket.SHUT_RDWR)
            client.close()
        finally:
            _end(server, socket.SHUT_WR)
            with self._lock:
                self._under_way -= 1

    @staticmethod
    def _down(server, client):
        try:
            while data := server.recv(65536):
                client.sendall(data)
        except OSError:
            pass
        finally:
            _end(client, socket.SHUT_WR)


def _end(one, how):
    try:
        one.shutdown(how)
    except OSError:
        pass
