"""The opening handshake of RFC 6455, client side."""
import base64
import hashlib
import os


class HandshakeRejected(Exception):
    """The server answered the handshake with a status other than 101."""

    def __init__(self, status, headers, body):
        super().__init__(f"{status} {body[:300]!r}")
        self.status, self.headers, self.body = status, headers, body


def new_key():
    return base64.b64encode(os.urandom(16)).decode()


def handshake(plain, target, headers):
    """Performs the handshake. Returns (headers of the 101, bytes received after it); raises HandshakeRejected for any other status."""
    head = f"GET {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
    plain.sendall(head.encode())
    data = b""
    while b"\r\n\r\n" not in data:
        more = plain.recv(65536)
        assert more, f"the connection ended in the handshake, after {data!r}"
        data += more
    top, _, early = data.partition(b"\r\n\r\n")
    status, *lines = top.decode("latin-1").split("\r\n")
    answered = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if status.split()[1] != "101":
        while len(early) < int(answered.get("content-length", 0)) and (more := plain.recv(65536)):
            early += more
        plain.close()
        raise HandshakeRejected(int(status.split()[1]), answered, early)
    digest = hashlib.sha1((headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    assert answered["sec-websocket-accept"] == base64.b64encode(digest).decode()
    assert answered["upgrade"].lower() == "websocket" and "upgrade" in answered["connection"].lower()
    protocols = [item.strip() for item in headers.get("Sec-WebSocket-Protocol", "").split(",")]
    assert answered.get("sec-websocket-protocol", protocols[0]) in protocols
    assert "sec-websocket-extensions" not in answered or "Sec-WebSocket-Extensions" in headers
    return answered, early
