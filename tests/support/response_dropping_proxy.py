"""A TCP proxy that drops responses: the server has executed the request, but the client receives no response."""
import socket
import threading

from .http import reset_connection


class ResponseDroppingProxy:
    """Drops the first response to each request that begins with one of `lose` ("POST /api/v1/shares")."""

    def __init__(self, server, *lose):
        self._server, self._left, self.lost = server, [line.encode() for line in lose], []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:{}".format(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._join, args=(client, socket.create_connection(self._server.address)), daemon=True).start()

    def _join(self, client, server):
        losing = threading.Event()
        threading.Thread(target=self._hand_back, args=(server, client, losing), daemon=True).start()
        try:
            while data := client.recv(65536):
                for line in self._left:
                    if data.startswith(line):
                        self._left.remove(line)
                        self.lost.append(line.decode())
                        losing.set()
                        break
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)
        except OSError:
            server.close()

    def _hand_back(self, server, client, losing):
        try:
            while data := server.recv(65536):
                if losing.is_set():
                    client.shutdown(socket.SHUT_RDWR)  # unblocks the other thread's recv
                    reset_connection(client)
                    server.close()
                    return
                client.sendall(data)
            client.shutdown(socket.SHUT_WR)
        except OSError:
            client.close()
