"""An HTTP client that validates every API response against protocol/openapi.yaml."""
import http.client
import json as jsonlib
import socket
import struct
import urllib.parse

from . import protocol
from .timeouts import TIMEOUT

STALE_CONNECTION = (ConnectionResetError, BrokenPipeError, http.client.RemoteDisconnected)


class Response:
    def __init__(self, method, target, status, headers, body):
        self.method, self.target, self.status, self.headers, self.body = method, target, status, headers, body

    def json(self):
        return jsonlib.loads(self.body)

    def __str__(self):
        return f"{self.method} {self.target} -> {self.status} {self.body[:500]!r}"

    def expect(self, want):
        """`want` is a status, a status and an error code ("404 NOT_FOUND"), None for any 2xx, or 0 for any status."""
        if want == 0:
            return self
        if want is None:
            assert 200 <= self.status < 300, f"{self}, but it should have succeeded"
            return self
        status, _, code = str(want).partition(" ")
        assert self.status == int(status), f"{self}, not {want}"
        if code:
            assert self.json()["code"] == code, f"{self}, not {want}"
        return self

    def check(self):
        if self.status in (429, 503):
            assert self.headers.get("Retry-After", "").isdigit(), f"{self} says in Retry-After when to come back"
        protocol.check_response(self.method, self.target, self.status, self.headers.get("Content-Type", ""), self.body)


class Client:
    """A client with one keep-alive connection. A target without a leading slash is relative to /api/v1/."""

    def __init__(self, address, bearer=None, agent="kingshare-tests", cookies=False, source="127.0.0.1"):
        self.address, self.bearer, self.agent, self.source = address, bearer, agent, source
        self.cookies = {} if cookies else None
        self._connection = None

    def clone(self, **changes):
        """Returns a client with the same credentials on a separate connection."""
        mine = {"bearer": self.bearer, "agent": self.agent, "cookies": self.cookies is not None, "source": self.source}
        return Client(self.address, **{**mine, **changes})

    def get(self, target, **options):
        return self.call("GET", target, **options)

    def head(self, target, **options):
        return self.call("HEAD", target, **options)

    def post(self, target, json=None, **options):
        return self.call("POST", target, json=json, **options)

    def patch(self, target, json=None, **options):
        return self.call("PATCH", target, json=json, **options)

    def delete(self, target, **options):
        return self.call("DELETE", target, **options)

    def call(self, method, target, json=None, body=None, headers=None, want=None, checked=True):
        """Sends a request and reads the complete response. `want` as in Response.expect."""
        target = path_of(target)
        headers = self.headers(headers)
        if json is not None:
            body = jsonlib.dumps(json).encode()
            headers.setdefault("Content-Type", "application/json")
        answer = self._request(method, target, body, headers)
        response = Response(method, target, answer.status, answer.headers, answer.read())
        self._keep_cookies(answer.headers)
        if checked:
            response.check()
        return response.expect(want)

    def begin_request(self, method, target, length, headers=None):
        """Begins a request and lets the test write the body in pieces. A `length` of None means chunked."""
        target = path_of(target)
        connection = self._connect()
        connection.putrequest(method, target)
        sizes = {"Transfer-Encoding": "chunked"} if length is None else {"Content-Length": str(length)}
        for name, value in {**self.headers(headers), **sizes}.items():
            connection.putheader(name, value)
        connection.endheaders()
        return PendingRequest(connection, method, target, chunked=length is None)

    def stream_response(self, method, target, headers=None, receive_buffer=None):
        """Sends a request and lets the test read the body. Returns an object with status, headers, read(n) and close()."""
        connection = self._connect(receive_buffer)
        connection.request(method, path_of(target), headers=self.headers(headers))
        return StreamingResponse(connection, connection.getresponse())

    def close(self):
        if self._connection:
            self._connection.close()
            self._connection = None

    def _connect(self, receive_buffer=None):
        host, port = self.address
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
        connection.sock = connect_tcp(self.address, self.source, receive_buffer)
        return connection

    def _request(self, method, target, body, headers):
        used_before = self._connection is not None
        if not used_before:
            self._connection = self._connect()
        try:
            self._connection.request(method, target, body=body, headers=headers)
            return self._connection.getresponse()
        except STALE_CONNECTION:
            self.close()
            if not used_before:
                raise
            return self._request(method, target, body, headers)
        except BaseException:
            self.close()
            raise

    def headers(self, more=None):
        """Returns the headers of every request of this client, extended by `more`."""
        headers = {"User-Agent": self.agent}
        if self.bearer:
            headers["Authorization"] = f"Bearer {self.bearer}"
        if self.cookies:
            headers["Cookie"] = self.cookie()
        headers.update(more or {})
        return headers

    def cookie(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _keep_cookies(self, headers):
        if self.cookies is not None:
            for line in headers.get_all("Set-Cookie", []):
                name, _, value = line.split(";")[0].partition("=")
                self.cookies[name] = value


class PendingRequest:
    """A request in flight."""

    def __init__(self, connection, method, target, chunked):
        self.connection, self.method, self.target, self.chunked = connection, method, target, chunked

    def write(self, data):
        self.connection.send(b"%x\r\n%s\r\n" % (len(data), data) if self.chunked else data)

    def finish(self, want=None):
        if self.chunked:
            self.connection.send(b"0\r\n\r\n")
        answer = self.connection.getresponse()
        response = Response(self.method, self.target, answer.status, answer.headers, answer.read())
        self.connection.close()
        response.check()
        return response.expect(want)

    def abort(self):
        reset_connection(self.connection.sock)


class StreamingResponse:
    """A response in flight."""

    def __init__(self, connection, answer):
        self.socket, self.connection, self._answer = connection.sock, connection, answer
        self.status, self.headers, self.read = answer.status, answer.headers, answer.read

    def abort(self):
        reset_connection(self.socket)
        self._answer.close()  # it keeps the socket open

    def close(self):
        self.connection.close()


def path_of(target):
    return target if target.startswith("/") else "/api/v1/" + target


def connect_tcp(address, source="127.0.0.1", receive_buffer=None):
    """Returns a connected socket with a timeout of TIMEOUT. A small receive buffer makes back-pressure reach the server early."""
    plain = socket.socket()
    plain.settimeout(TIMEOUT)
    if receive_buffer:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if source != "127.0.0.1":
        plain.bind((source, 0))
    plain.connect(address)
    return plain


def reset_connection(plain):
    """Resets a TCP connection, as a crashed peer does."""
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    plain.close()


def multipart(*parts, boundary="the-boundary"):
    """Returns (body, content type) of a form with parts (filename, content) or (filename, content, content type), all named `file`."""
    body = b""
    for filename, content, *kind in parts:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n'
        head += f"Content-Type: {kind[0] if kind else 'application/octet-stream'}\r\n\r\n"
        body += head.encode() + content + b"\r\n"
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def quoted(text):
    return urllib.parse.quote(text, safe="")
