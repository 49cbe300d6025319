"""A hostile server: KingShare's responses as a client expects them, altered by the test, and arbitrary other bytes."""
import http.server
import json
import random
import threading
import time
from urllib.parse import urlsplit

ESCAPES = "\x1b]0;owned\x07\x1b[31m\x1b[2J\x9b31m\u202egnp.exe\u2066\u2028\u2029\ufeff\u200f\x7f\x08\r\n\tend"
TIMESTAMP = "2026-01-31T14:05:00.000Z"
FILE_ID = "01890000-0000-7000-8000-000000000001"
CONTENT = b"what the file holds, " * 400


def valid_responses(text="letter.txt"):
    """Returns valid responses by method and path; every free-text field is `text`."""
    user = {"id": FILE_ID, "username": text, "role": text, "quota_bytes": 5, "used_bytes": 3, "disabled": False, "last_seen": TIMESTAMP,
            "created_at": TIMESTAMP}
    file = {"id": FILE_ID, "filename": text, "size": len(CONTENT), "content_type": text, "created_at": TIMESTAMP, "sha256": text, "owner": text}
    share = {"share_id": FILE_ID, "file_id": FILE_ID, "share_token": text, "filename": text, "size": len(CONTENT), "url": text, "state": text,
             "owner": text, "download_count": 1, "max_downloads": 2, "expires_at": TIMESTAMP, "has_password": False, "recipients": [text],
             "created_at": TIMESTAMP, "content_type": text, "sha256": text}
    token = {"token_id": text, "name": text, "created_at": TIMESTAMP, "expires_at": None, "token": text}
    session = {"access_token": "a.b.c", "refresh_token": "r", "token_type": "Bearer", "expires_in": 3600, "user": user}
    return {
        "POST auth/login": session, "POST auth/refresh": session, "GET healthz": {"status": "ok"},
        "GET files": {"items": [file, {**file, "filename": "b"}]}, f"GET files/{FILE_ID}": file, "POST files": file,
        "GET shares": {"items": [share]}, "POST shares": share, f"GET shares/{FILE_ID}": share, "GET shares/received": {"items": [share]},
        "GET tokens": {"items": [token]}, "POST tokens": token, "GET users": {"items": [user]}, f"PATCH users/{FILE_ID}": user,
        "POST invitations": {"code": text, "id": FILE_ID, "expires_at": TIMESTAMP}, "POST users/password-reset": {"url": text, "code": text},
        "GET presence": {"items": [{"user_id": FILE_ID, "username": text, "online": True}]},
        "GET ws/stats": {"total_connections": 1, "unique_users": 1, "connections_by_user": {text: 1, FILE_ID: 2}},
        "GET public/shares/x": share, "POST notifications": {},
    }


def sample_messages(text):
    """Returns one message of each type."""
    data = {"file_id": text, "filename": text, "size": 5, "share_id": text, "username": text, "level": text, "message": text, "url": text}
    kinds = ["FileUploaded", "FileDeleted", "FileShared", "ShareAccessed", "ShareExpired", "DownloadStarted", "UserOnline", "UserOffline",
             "SystemNotification", text]
    return [{"type": "Resumed", "data": {"replayed": 0, "complete": False, "cursor": text}},
            *({"type": kind, "time": TIMESTAMP, "data": data} for kind in kinds)]


class HostileServer:
    """A server that answers each request with `answer(method, path)`, a (status, headers, body), or from `answers` if that returns None. A
    body may be a generator of pieces. Status 0 closes the connection without a response; a status given as bytes is sent verbatim."""

    def __init__(self, known=None, answer=None):
        self.known, self.answer, self.requests = known or valid_responses(), answer, []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self):
                try:
                    super().handle_one_request()
                except OSError:  # the client disconnected
                    self.close_connection = True

            def do(self):
                length = int(self.headers.get("Content-Length") or 0)
                self.rfile.read(length)
                path = urlsplit(self.path).path.removeprefix("/api/v1/").removeprefix("/")
                outer.requests.append((self.command, path, dict(self.headers)))
                answer = outer.answer and outer.answer(self.command, path)
                self.reply(*(answer or outer.valid_response(self.command, path)))

            do_GET = do_POST = do_PATCH = do_DELETE = do_HEAD = do_PUT = do

            def reply(self, status, headers, body):
                self.close_connection = True
                if isinstance(status, bytes):
                    self.wfile.write(status)
                if not status or isinstance(status, bytes):
                    return
                pieces = [body] if isinstance(body, bytes) else body
                head = f"HTTP/1.1 {status} Whatever\r\nConnection: close\r\n".encode()
                if isinstance(body, bytes) and "Content-Length" not in headers:
                    headers = {**headers, "Content-Length": len(body)}
                for name, value in headers.items():
                    head += name.encode() + b": " + (value if isinstance(value, bytes) else str(value).encode()) + b"\r\n"
                self.wfile.write(head + b"\r\n")
                for piece in pieces if self.command != "HEAD" else []:
                    self.wfile.write(piece)

            def log_message(self, *_):
                pass

        class Threads(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):  # ignore clients that disconnect early
                pass

        self._server = Threads(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def valid_response(self, method, path):
        if path.startswith("public/shares/") and path.endswith("/content"):
            return 200, {"ETag": '"1"', "Content-Disposition": "attachment; filename=../../outside"}, CONTENT
        if method == "DELETE":
            return 204, {}, b""
        if path == "events":
            return 200, {"Content-Type": "text/event-stream"}, b""
        known = self.known.get(f"{method} {path}")
        if known is None:
            return problem_response(404, "There is nothing here")
        return 201 if method == "POST" and not path.startswith("auth/") else 200, {"Content-Type": "application/json"}, json.dumps(known).encode()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def problem_response(status, detail, code="NOT_FOUND", **headers):
    body = json.dumps({"title": detail, "detail": detail, "code": code, "status": status})
    return status, {"Content-Type": "application/problem+json", **headers}, body.encode()


def slow_body(seconds=600):
    """Yields a body that trickles in and outlasts every timeout."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield b" "
        threading.Event().wait(0.2)


def random_response(chance: random.Random, other_url):
    """Returns a random response."""
    text = "".join(chance.choice([ESCAPES, "\ud7ff", "../", "/", "a", "%s%n", "\0", "\U000e0041"]) for _ in range(chance.randrange(1, 6)))
    raw = text.encode() + chance.randbytes(30)
    status = chance.choice([200, 201, 204, 206, 301, 302, 307, 400, 401, 403, 404, 409, 410, 413, 418, 460, 500, 507, 599, 999])
    json_type = {"Content-Type": "application/json"}
    return chance.choice([
        lambda: problem_response(status, text, chance.choice(["INVALID_TOKEN", "FORBIDDEN", text])),
        lambda: (status, json_type, raw),
        lambda: (status, {**json_type, "X": raw.translate(None, b"\r\n")}, json.dumps(text).encode()),
        lambda: (status, json_type, b"{" * 200_000),
        lambda: (status, json_type, b"[" + b" " * (9 << 20)),
        lambda: (status, {**json_type, "Content-Length": 10_000_000}, b"{}"),
        lambda: (chance.choice([301, 302, 307, 308]), {"Location": other_url + "/" + "a" * 20 + "\x1b[31m"}, b""),
        lambda: (status, {f"X-{i}": "x" * 9000 for i in range(90)}, b"{}"),
        lambda: (0, {}, b""),
        lambda: (chance.randbytes(200), {}, b""),
        lambda: (b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000, {}, b""),
        lambda: (b"HTTP/1.1 200 " + raw + b"\r\nContent-Length: 2\r\n\r\n{}", {}, b""),
    ])()


def mutate_json(value, chance: random.Random, share=0.3):
    """Returns the JSON value with random parts missing or of another type."""
    if chance.random() < share / 3:
        return chance.choice([None, True, -1, 2**70, 1e300, "", ESCAPES, "../" * 50, [], {}, [[]], "x" * 100_000, {"items": ESCAPES}])
    if isinstance(value, dict):
        return {key: mutate_json(item, chance, share) for key, item in value.items() if chance.random() > share / 10}
    if isinstance(value, list):
        return [mutate_json(item, chance, share) for item in value] * chance.choice([1, 1, 1, 50])
    return value
