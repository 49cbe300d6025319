"""The log holds no secret: no token, password, code or cookie appears in it, nor in plain text in the data folder."""
import re

from support import jwt
from support.command import startup_error
from support.data_folder import all_bytes
from support.http import multipart, quoted
from support.raw_http import RawHttpConnection
from support.server import ADMIN_PASSWORD

SHARE_PASSWORD = "a password of a share"


def live(server):
    """Simulates a day of use. Returns all secrets involved, and those that no file may contain either."""
    anna = server.user("anna")
    guest, browser = server.guest(), anna.browser()
    session = browser.cookies["ks_session"]
    program = anna.http.post("tokens", {"name": "backup"}, want=201).json()["token"]
    invitation = server.admin.http.post("invitations", want=201).json()["code"]
    guest.post("auth/register", {"username": "dora", "password": "the password of dora", "invitation": invitation}, want=201)
    pair = guest.post("auth/refresh", {"refresh_token": anna.refresh_token}, want=200).json()
    share, locked = anna.share(anna.upload()), anna.share(anna.upload(), password=SHARE_PASSWORD)
    visitor = server.browser()
    visitor.call("POST", f"/s/{locked['share_token']}", body=b"password=" + quoted(SHARE_PASSWORD).encode(), want=303,
                 headers={"Content-Type": "application/x-www-form-urlencoded"})
    visitor.get(f"public/shares/{locked['share_token']}/content", headers={"X-Share-Password": SHARE_PASSWORD}, want=200)
    server.guest(bearer=program).get("files", want=200)

    token, code = pair["access_token"], share["share_token"]
    for target in (f"/s/{code}/more", f"/{code}", f"public/shares/{code}/nothing", f"files/{code}", f"files?cursor={program}",
                   f"nothing?token={token}",
                   f"shares/{code}", f"files?sort={token}", f"/ws?token={token}", f"/s/{code}%00",
                   f"/healthz?password={ADMIN_PASSWORD.replace(' ', '+')}"):
        guest.get(target, want=0, checked=False)
        server.guest(bearer=token).get(target, want=0, checked=False)
    for method in ("DELETE", "PUT"):
        guest.call(method, f"/s/{code}", want=0, checked=False)
    guest.post("auth/login", {"username": "anna", "password": "a wrong password of anna"}, want=401)
    guest.post("auth/login", {"username": "the password of anna, in the wrong field", "password": ["the password of dora"]}, want=0)
    guest.get("files", headers={"Authorization": f"Basic {jwt.encode(b'anna:the password of anna')}"}, want=0)
    guest.get("files", headers={"Cookie": "ks_session=made-up-cookie-of-nobody"}, want=0)
    body, kind = multipart(("x", token.encode()))
    guest.call("POST", f"files?filename={code}", body=body, headers={"Content-Type": kind, "Authorization": "Bearer made-up-token"}, want=0)
    for nonsense in (f"GET /s/{code} HTTP/9.9\r\n\r\n", f"Authorization: Bearer {token}\r\n\r\n",
                     f"POST /s/{locked['share_token']} HTTP/1.1\r\nHost: x\r\n"
                     f"Cookie: {browser.cookie()}\r\nContent-Length: -1\r\n\r\n"):
        connection = RawHttpConnection(server)
        connection.send(nonsense)
        connection.read_response()
        connection.close()
    server.guest(bearer=program).delete(f"shares/{share['share_id']}", want=204)
    browser.post("auth/logout", headers={"Origin": server.url}, want=204)
    anna.http.get("files", want=0)

    hidden = [anna.password, ADMIN_PASSWORD, SHARE_PASSWORD, "the password of dora", program, invitation, session,
              visitor.cookies["ks_visit"], anna.refresh_token, pair["refresh_token"], anna.token, pair["access_token"]]
    return hidden + [code, locked["share_token"], jwt.SECRET, "a wrong password of anna", "made-up-cookie-of-nobody",
                     "made-up-token"], hidden


def forms_of(secret):
    return {secret, quoted(secret), secret.replace(" ", "+"), secret.split(".")[-1]}


def test_no_secret_in_log_or_database(start_server):
    server = start_server(server__log_level="debug", auth__registration="open", realtime__presence="off")
    secrets, hidden = live(server)
    server.restart()
    server.stop()
    assert len(server.log) > 200, "there is a log"
    for secret in secrets:
        for form in forms_of(secret):
            assert form not in server.log, secret
    kept = all_bytes(server)
    for secret in hidden:
        assert secret.encode() not in kept, secret


def test_the_file_of_a_share_is_not_named_by_its_link(start_server):
    server = start_server()
    share = server.admin.share(server.admin.upload())
    assert not [path for path in server.data.rglob("*") if share["share_token"] in path.name]


def test_lines_that_a_visitor_would_forge(start_server):
    server = start_server()
    for agent in ("evil\tlevel=error msg=forged", "evil\" level=error msg=\"forged"):
        server.guest(agent=agent).get("/api/v1/nothing%0alevel=error%20msg=forged", want=0, checked=False)
    server.admin.upload("a\nlevel=error msg=forged")
    server.stop()
    assert not re.search(r"^level=error msg=\"?forged|\slevel=error msg=\"?forged", server.log, re.MULTILINE), server.log


def test_a_refused_secret_is_not_repeated(tmp_path):
    assert "my-short-secret" not in startup_error("--set", "auth.jwt_secret=my-short-secret", folder=tmp_path)
