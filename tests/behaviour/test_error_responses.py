"""Errors are problem+json (RFC 9457) with a machine-readable code."""
import json
import re

import pytest

from support.protocol import PROTOCOL, openapi
from support.raw_http import RawHttpConnection, assert_problem

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
STATUS = {error["code"]: error["status"] for error in json.loads((PROTOCOL / "wire.json").read_text())["errors"]}
PATHS = openapi().tree["paths"]
ID = "00000000-0000-7000-8000-000000000000"


def example(path):
    return re.sub(r"\{[^}]*\}", ID, path)


def undeclared():
    return [(method, path) for path, item in PATHS.items() for method in METHODS if method.lower() not in item]


@pytest.mark.parametrize("method, path", undeclared())
def test_method_not_allowed(common_server, method, path):
    answer = common_server.admin.http.call(method, example(path), want=0, checked=False)
    assert_problem(answer, 405, "METHOD_NOT_ALLOWED")
    allowed = {word.strip() for word in answer.headers["Allow"].split(",")}
    declared = {method.upper() for method in PATHS[path] if method.upper() in [*METHODS, "HEAD"]}
    assert declared <= allowed <= declared | {"HEAD", "OPTIONS"}


@pytest.mark.parametrize("method", ["BREW", "get", "TRACE", "CONNECT", "PROPFIND"])
def test_unknown_method(common_server, method):
    connection = RawHttpConnection(common_server)
    connection.request(method, "/api/v1/files", authorization=f"Bearer {common_server.admin.token}")
    answer = connection.read_response()
    assert answer.status in (400, 405, 501)
    assert_problem(answer)


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1", "/api/v1/", "/api/", "/api/v2/files", "/api/v1/files/",
                                  "/api/v1/files/x/y/z", "/api/v1//files",
                                  "/api/v1/auth", "/api/v1/Files", "/api/openapi.json", "/api/v1/users/me/me", "/nothing/here", "/s",
                                  "/ws/more"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_unknown_path(common_server, method, path):
    for caller in (common_server.guest(), common_server.admin.http):
        assert_problem(caller.call(method, path, want=0, checked=False), 404, "NOT_FOUND")


def test_each_code_has_its_status(common_server, anna):
    file = anna.upload()
    share = anna.share(file, max_downloads=1, password="sesame")
    seen = {}
    for method, target, body, headers in (
            ("GET", "files", None, {"Authorization": "Bearer x"}), ("GET", "users", None, {}), ("GET", f"files/{ID}", None, {}),
            ("PUT", "files", None, {}),
            ("POST", "shares", {}, {}), ("GET", "/ws", None, {}),
            ("GET", f"files/{file['id']}/content", None, {"Range": "bytes=9999-"}),
            ("GET", f"files/{file['id']}/content", None, {"If-Match": '"x"'}),
            ("POST", "auth/register", {"username": anna.name, "password": "long enough"}, {}),
            ("POST", "files?filename=x", {}, {"Content-Encoding": "gzip"})):
        answer = anna.http.call(method, target, json=body, headers=headers, want=0, checked=False)
        assert_problem(answer)
        seen[answer.json()["code"]] = answer.status
    for target in ("files", f"public/shares/{share['share_token']}"):
        anonymous = common_server.guest().get(target, want=0)
        seen[anonymous.json()["code"]] = anonymous.status
    assert seen == {code: STATUS[code] for code in seen} and len(seen) == 12


def test_a_head_has_the_status_alone(common_server, anna):
    for target, status in ((f"files/{ID}/content", 404), (f"public/shares/{'x' * 24}/content", 404)):
        answer = anna.http.head(target, want=status)
        assert answer.body == b""
    common_server.guest().head(f"files/{ID}/content", want=401)


def test_it_does_not_repeat_what_it_was_told(common_server, anna):
    for target in ("/api/v1/<script>alert(1)</script>", "/s/<script>", "/api/v1/files?sort=<script>alert(1)</script>"):
        connection = RawHttpConnection(common_server)
        connection.request("GET", target, authorization=f"Bearer {anna.token}")
        assert b"<script>alert" not in connection.read_response().body
