"""A transparent TCP proxy in front of several nodes: every connection, and every further request of a connection, goes to the next node.

Unlike an HTTP proxy it passes on malformed requests, half-closed and reset connections and the client's address as they are, and buffers
little, so that tests see the behaviour of the nodes. As a program it serves the listening socket of its first argument, reads the ports of
the nodes as lines from standard input, answers each line with an empty one, and ends with its input.
"""
import re
import resource
import selectors
import socket
import struct
import subprocess
import sys

BUFFER_BYTES = 64 << 10
CONNECT_TIMEOUT = 5
IP_BIND_ADDRESS_NO_PORT = 24
RESET = struct.pack("ii", 1, 0)
REQUEST = re.compile(rb"[A-Z]+ /\S* HTTP/1\.1\r\n")
UPGRADED = b"HTTP/1.1 101 "


class RoundRobin:
    """The proxy as a process, at `port` of the loopback address for as long as it lives."""

    def __init__(self):
        with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
            _limit_buffers(listener)
            self.port = listener.getsockname()[1]
            self._process = subprocess.Popen([sys.executable, "-I", __file__, str(listener.fileno())], pass_fds=[listener.fileno()],
                                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def forward_to(self, ports):
        print(*ports, file=self._process.stdin, flush=True)
        assert self._process.stdout.readline(), "the proxy ended"

    def close(self):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


class Link:
    """One direction of a connection: bytes that its sink did not take yet hold up its source."""

    def __init__(self, source, sink):
        self.source, self.sink, self.pending, self.ended = source, sink, b"", False

    def receive(self):
        """Returns the bytes that have arrived, None if there are none yet."""
        try:
            data = self.source.recv(BUFFER_BYTES)
        except BlockingIOError:
            return None
        self.ended = not data
        return data

    def send(self, data):
        self.pending += data
        while self.pending:
            try:
                self.pending = self.pending[self.sink.send(self.pending):]
            except BlockingIOError:
                return
        if self.ended:
            self.sink.shutdown(socket.SHUT_WR)


class Connection:
    def __init__(self, proxy, client):
        self.proxy, self.client, self.node = proxy, client, None
        self.was_answered = self.is_upgraded = False
        self._connect(proxy.connect(client.getpeername()[0]))

    def _connect(self, node):
        self.node = node
        self.requests, self.responses = Link(self.client, node), Link(node, self.client)

    def run(self, one, events):
        """Passes on what can be passed on. Raises OSError if either side has reset the connection."""
        inward, outward = (self.requests, self.responses) if one is self.client else (self.responses, self.requests)
        if events & selectors.EVENT_WRITE:
            outward.send(b"")
        if events & selectors.EVENT_READ and not inward.pending and not inward.ended:
            data = inward.receive()
            if data is not None and inward is self.requests:
                self._take_turns(data)
                self.requests.send(data)
            elif data is not None:
                self.was_answered = True
                self.is_upgraded = self.is_upgraded or data.startswith(UPGRADED)
                self.responses.send(data)

    def _take_turns(self, data):
        """Connects to the next node if these are the first bytes of a further request. Raises OSError if the last node has closed the
        connection, which ends it for the client too.
        """
        if self.was_answered and not self.is_upgraded and REQUEST.match(data):
            if self.responses.ended:
                raise ConnectionResetError
            node = self.proxy.connect(self.client.getpeername()[0])
            self.proxy.close(self.node)
            self._connect(node)
        self.was_answered = False

    def is_over(self):
        return all(link.ended and not link.pending for link in (self.requests, self.responses))

    def interest(self, one):
        inward, outward = (self.requests, self.responses) if one is self.client else (self.responses, self.requests)
        return (0 if inward.pending or inward.ended else selectors.EVENT_READ) | (selectors.EVENT_WRITE if outward.pending else 0)


class Proxy:
    def __init__(self, listener):
        self.ports, self.turn = [], 0
        self.selector = selectors.DefaultSelector()
        self.listener = listener
        listener.setblocking(False)
        self.selector.register(listener, selectors.EVENT_READ)
        self.selector.register(sys.stdin, selectors.EVENT_READ)

    def run(self):
        while True:
            for key, events in self.selector.select():
                if key.fileobj is sys.stdin:
                    line = sys.stdin.readline()
                    if not line:
                        return
                    self.ports = [int(port) for port in line.split()]
                    print(flush=True)
                elif key.fileobj is self.listener:
                    self._accept()
                elif key.fileobj.fileno() >= 0:  # not closed by an earlier event of this round
                    self._run(key.data, key.fileobj, events)

    def connect(self, source):
        """Returns a connection to the next node that listens, from this address. Raises OSError if none does."""
        for _ in self.ports:
            self.turn += 1
            node = socket.socket()
            _limit_buffers(node)
            node.settimeout(CONNECT_TIMEOUT)
            node.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            node.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
            node.bind((source, 0))
            try:
                node.connect(("127.0.0.1", self.ports[self.turn % len(self.ports)]))
            except OSError:
                node.close()
                continue
            node.setblocking(False)
            return node
        raise ConnectionRefusedError

    def close(self, one):
        self._unwatch(one)
        one.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            client.setblocking(False)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                connection = Connection(self, client)
            except OSError:
                _reset(client)
                continue
            self._watch(connection)

    def _run(self, connection, one, events):
        try:
            connection.run(one, events)
        except OSError:
            for side in (connection.client, connection.node):
                self._unwatch(side)
                _reset(side)
            return
        if connection.is_over():
            for side in (connection.client, connection.node):
                self.close(side)
        else:
            self._watch(connection)

    def _unwatch(self, one):
        if one.fileno() >= 0 and one in self.selector.get_map():
            self.selector.unregister(one)

    def _watch(self, connection):
        for one in (connection.client, connection.node):
            wanted, known = connection.interest(one), self.selector.get_map().get(one)
            if known is None and wanted:
                self.selector.register(one, wanted, connection)
            elif known and not wanted:
                self.selector.unregister(one)
            elif known and known.events != wanted:
                self.selector.modify(one, wanted, connection)


def _limit_buffers(one):
    for side in socket.SO_RCVBUF, socket.SO_SNDBUF:
        one.setsockopt(socket.SOL_SOCKET, side, BUFFER_BYTES)


def _reset(one):
    if one.fileno() >= 0:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        one.close()


def main():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    Proxy(socket.socket(fileno=int(sys.argv[1]))).run()


if __name__ == "__main__":
    main()
