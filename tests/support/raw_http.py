"""HTTP over a raw socket: sends requests that no client would, and reads each response as it arrives."""
import http.client

from . import protocol
from .http import Response


class RawHttpConnection:
    def __init__(self, server, **options):
        self.socket = server.connect_tcp(**options)
        self.stream = self.socket.makefile("rb")
        self.host = "{}:{}".format(*server.address)

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())

    def request(self, method, target, body=b"", **headers):
        """Sends a request; headers are named like `content_length`, and None omits one."""
        headers = {"host": self.host, **headers}
        lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items() if value is not None]
        self.send(f"{method} {target} HTTP/1.1\r\n{''.join(lines)}\r\n".encode() + body)

    def read_response(self, method="GET"):
        """Returns the next Response, including interim ones (1xx), or None if the server closed the connection."""
        try:
            line = self.stream.readline().decode("latin-1")
        except ConnectionResetError:
            return None
        if not line:
            return None
        status, headers = self._head(line)
        return Response(method, "", status, headers, self._body(method, status, headers))

    def read_head(self):
        """Returns the status and headers of the next response; the test reads the body with read_chunk()."""
        return self._head(self.stream.readline().decode("latin-1"))

    def read_chunk(self):
        """Returns the next chunk of the body, empty at its end."""
        size = self.stream.readline()
        if not size:
            raise ConnectionError("the body breaks off")
        data = self.stream.read(int(size, 16))
        self.stream.readline()
        return data

    def is_closed(self):
        """Waits for the connection to end. Returns whether no further bytes arrived."""
        try:
            return self.stream.read() == b""
        except ConnectionResetError:
            return True

    def close(self):
        self.stream.close()
        self.socket.close()

    def _body(self, method, status, headers):
        if method == "HEAD" or status < 200 or status in (204, 304):
            return b""
        if headers.get("Transfer-Encoding") == "chunked":
            return b"".join(iter(self.read_chunk, b""))
        length = headers.get("Content-Length")
        return self.stream.read() if length is None else self.stream.read(int(length))

    def _head(self, line):
        version, status = line.split()[:2]
        assert version == "HTTP/1.1", f"the server answers with {line!r}"
        return int(status), http.client.parse_headers(self.stream)


def assert_problem(response, status=None, code=None):
    """Fails unless the response is application/problem+json as the protocol defines it, with a known code."""
    assert response.headers.get_content_type() == "application/problem+json", response
    problem = response.json()
    protocol.openapi().check(protocol.openapi().at("#/components/schemas/Problem"), problem)
    assert problem["status"] == response.status == (status or response.status), response
    assert problem["code"] == (code or problem["code"]), response


def assert_invalid_field(response, field):
    """Fails unless the response is a 400 that names this field."""
    response.expect("400 INVALID_REQUEST")
    assert response.json().get("field") == field, f"{response} should blame {field!r}"
