"""HTTP methods: HEAD, OPTIONS * and HTTP/1.0 connections."""
import re

import pytest

from support.protocol import openapi
from support.raw_http import RawHttpConnection

PATHS = openapi().tree["paths"]
ID = "00000000-0000-7000-8000-000000000000"
# Excludes the endless event stream, and /metrics, since its length may differ between two calls.
READABLE = [path for path, item in PATHS.items() if "get" in item and path not in ("/api/v1/events", "/metrics")]


@pytest.mark.parametrize("path", READABLE)
def test_head_answers_like_get(common_server, path):
    target = re.sub(r"\{[^}]*\}", ID, path)
    for client in (common_server.admin.http, common_server.guest()):
        got, asked = client.get(target, want=0, checked=False), client.head(target, want=0, checked=False)
        assert (asked.status, asked.headers.get("Content-Type")) == (got.status, got.headers.get("Content-Type"))
        assert ("Content-Length" in asked.headers) == ("Content-Length" in got.headers) and asked.body == b""


def test_head_of_a_stream_ends(common_server, anna):
    answer = anna.http.head("events", want=200)
    assert answer.headers.get_content_type() == "text/event-stream"
    common_server.guest().head("events", want=401)


def test_head_of_what_is_there(anna):
    file = anna.upload("a.txt", b"hello")
    for target in ("files", f"files/{file['id']}", "users/me", "shares", "/api/openapi.yaml"):
        got, asked = anna.http.get(target, want=200), anna.http.head(target, want=200)
        assert asked.headers["Content-Length"] == str(len(got.body))


def test_head_causes_no_visit(common_server, anna):
    share = anna.http.post("shares", {"file_id": anna.upload("a.txt", b"hello")["id"]}, want=201).json()
    socket = anna.connect()
    for target in (f"public/shares/{share['share_token']}", f"/s/{share['share_token']}"):
        common_server.guest().head(target, want=200)
    common_server.assert_nothing_else(socket)


def test_the_server_as_a_whole(common_server):
    connection = RawHttpConnection(common_server)
    for _ in range(2):
        connection.request("OPTIONS", "*")
        assert connection.read_response().status == 204
    connection.request("GET", "*")
    connection.read_response().expect("400 INVALID_REQUEST")


def test_http_1_0_keeps_the_connection_when_asked_to(common_server):
    connection = RawHttpConnection(common_server)
    for target in ("/healthz", "/", "/api/v1/files", "/healthz"):
        connection.send(f"GET {target} HTTP/1.0\r\nHost: {connection.host}\r\nConnection: Keep-Alive\r\n\r\n")
        answer = connection.read_response()
        assert answer.headers["Connection"].lower() == "keep-alive" and len(answer.body) == int(answer.headers["Content-Length"])
    connection.send(f"GET /healthz HTTP/1.0\r\nHost: {connection.host}\r\n\r\n")
    assert connection.read_response().headers["Connection"].lower() == "close"
    assert connection.is_closed()
