"""Idempotency keys: a request repeated after a lost response gets the first response, and nothing is created twice."""
import concurrent.futures
import json
import sqlite3
import uuid

import pytest

from support import tus
from support.http import Client, connect_tcp, multipart, reset_connection
from support.protocol import openapi
from support.response_dropping_proxy import ResponseDroppingProxy
from support.node import PROJECT

KEY = "Idempotency-Key"


class Request:
    """A POST that creates something, sent as raw bytes or through a Client."""

    def __init__(self, target, json_body=None, body=None, headers=None, who="anna", want=201):
        self.target, self.who, self.want = target, who, want
        self.body = json.dumps(json_body).encode() if json_body is not None else body or b""
        self.headers = dict(headers or {})
        if json_body is not None:
            self.headers["Content-Type"] = "application/json"

    def call(self, client, key, want=None):
        headers = {**self.headers, **({KEY: key} if key else {})}
        return client.call("POST", self.target, body=self.body, headers=headers, want=self.want if want is None else want)

    def send_and_hang_up(self, client, key):
        """Sends the request and resets the connection. The server may execute it, but the response is lost."""
        plain = connect_tcp(client.address)
        headers = client.headers({**self.headers, KEY: key, "Host": "localhost", "Content-Length": str(len(self.body))})
        head = f"POST /api/v1/{self.target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
        plain.sendall(head.encode() + self.body)
        reset_connection(plain)


def form(*files, boundary="one"):
    body, kind = multipart(*files, boundary=boundary)
    return Request("files", body=body, headers={"Content-Type": kind})


def tus_request(body=None, **headers):
    return Request("uploads", body=body, headers=tus.request_headers(headers))


def joined(anna):
    parts = [tus.create(anna.http, 5, upload_concat="partial").send(b"hello") for _ in range(2)]
    return tus_request(upload_concat="final;" + " ".join(part.target for part in parts))


CREATING = {
    "raw file": lambda anna, admin: Request("files?filename=a.txt", body=b"hello"),
    "form": lambda anna, admin: form(("a.txt", b"hello")),
    "form of two": lambda anna, admin: form(("a.txt", b"hello"), ("b.txt", b"world")),
    "upload": lambda anna, admin: tus_request(upload_length=5),
    "upload of unknown length": lambda anna, admin: tus_request(upload_defer_length=1, upload_metadata=tus.metadata(filename="a")),
    "empty upload": lambda anna, admin: tus_request(upload_length=0),
    "upload with all its bytes": lambda anna, admin: tus_request(b"hello", upload_length=5, content_type=tus.BYTES),
    "upload with some bytes": lambda anna, admin: tus_request(b"hello", upload_length=50, content_type=tus.BYTES),
    "part": lambda anna, admin: tus_request(b"hello", upload_length=5, upload_concat="partial", content_type=tus.BYTES),
    "final upload": lambda anna, admin: joined(anna),
    "share": lambda anna, admin: Request("shares", {"file_id": anna.upload("b.txt", b"hello")["id"], "password": "secret"}),
    "token": lambda anna, admin: Request("tokens", {"name": "backup"}),
    "invitation": lambda anna, admin: Request("invitations", {}, who="admin"),
    "password reset": lambda anna, admin: Request(f"users/{anna.id}/password-reset", who="admin"),
    "notice": lambda anna, admin: Request("notifications", {"message": "hello", "level": "Info"}, who="admin", want=202),
}


class World:
    """Anna, the administrator, and everything they own."""

    def __init__(self, server, anna):
        self.server, self.anna, self.admin = server, anna, server.admin

    def client(self, request):
        return self.anna.http if request.who == "anna" else self.admin.http

    def things(self):
        """Returns the observable state, which a repeated request must not change."""
        lists = {name: self.anna.http.get(name).json()["items"] for name in ("files", "shares", "tokens")}
        lists["invitations"] = self.admin.http.get("invitations?limit=200").json()["items"]
        lists["history"] = [item["type"] for item in self.anna.http.get("events/history?since=start&limit=200").json()["items"]]
        return lists, self.anna.http.get("users/me").json()["used_bytes"]


@pytest.fixture
def world(common_server, anna):
    return World(common_server, anna)


def same(first, second):
    return (first.status, first.body, first.headers.get("Location")) == (second.status, second.body, second.headers.get("Location"))


@pytest.mark.parametrize("name", CREATING)
def test_a_repetition_gets_the_first_answer(world, name):
    request, key = CREATING[name](world.anna, world.admin), str(uuid.uuid4())
    client = world.client(request)
    first = request.call(client, key)
    then = world.things()
    for _ in range(2):
        again = request.call(client.clone(), key)
        assert same(first, again), (first, again)
        assert again.headers.get("Upload-Offset") == first.headers.get("Upload-Offset")
    assert world.things() == then
    assert not same(first, request.call(client, str(uuid.uuid4()))) or name in ("notice", "final upload")


@pytest.mark.parametrize("name", CREATING)
def test_many_at_once_create_one(world, name):
    request, key = CREATING[name](world.anna, world.admin), str(uuid.uuid4())
    clients = [world.client(request).clone() for _ in range(8)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda client: request.call(client, key), clients))
    assert all(same(answers[0], answer) for answer in answers), [str(answer) for answer in answers]
    then = world.things()
    assert same(answers[0], request.call(clients[0], key)) and world.things() == then


@pytest.mark.parametrize("name", CREATING)
def test_after_a_lost_answer(world, name):
    request, key = CREATING[name](world.anna, world.admin), str(uuid.uuid4())
    client = world.client(request)
    before = world.things()[0]
    request.send_and_hang_up(client, key)
    first = request.call(client, key)
    assert same(first, request.call(client, key))
    after = world.things()[0]
    assert all(len(after[kind]) - len(before[kind]) <= (2 if name == "form of two" else 1) for kind in ("files", "shares", "tokens"))
    assert [event for event in after["history"]].count("SystemNotification") - before["history"].count("SystemNotification") == (name == "notice")


@pytest.mark.parametrize("answered", [True, False], ids=["answered", "unanswered"])
def test_after_a_crash(start_server, answered):
    server = start_server(auth__jwt_secret=None)
    world = World(server, server.user("anna"))
    for name in CREATING:
        request, key = CREATING[name](world.anna, world.admin), str(uuid.uuid4())
        client = world.client(request)
        before = world.things()[0]
        first = request.call(client, key) if answered else request.send_and_hang_up(client, key)
        server.kill()
        server.start()
        again = request.call(world.client(request).clone(), key)
        assert not answered or same(first, again), name
        after = world.things()[0]
        for kind, most in {"files": 2 if name == "form of two" else 1, "shares": 1, "tokens": 1, "invitations": 1}.items():
            assert len(after[kind]) - len(before[kind]) <= most + (name == "share" and kind == "files"), name
        assert same(again, request.call(world.client(request), key)), name


class TestScopeOfAKey:
    CHANGED = {
        "raw file": [Request("files?filename=b.txt", body=b"hello"), Request("files?filename=a.txt", body=b"world"),
                     Request("files?filename=a.txt", body=b"hello hello"), form(("a.txt", b"hello"))],
        "form": [form(("a.txt", b"world")), form(("b.txt", b"hello")), form(("a.txt", b"hello"), ("b.txt", b""))],
        "upload": [tus_request(upload_length=6), tus_request(upload_length=5, upload_concat="partial"),
                   tus_request(upload_length=5, upload_metadata=tus.metadata(filename="a"))],
        "token": [Request("tokens", {"name": "other"}), Request("tokens", {"name": "backup", "expires_in": 60})],
    }

    @pytest.mark.parametrize("name", CHANGED)
    def test_another_request_with_it_is_refused(self, world, name):
        request, key = CREATING[name](world.anna, world.admin), str(uuid.uuid4())
        first = request.call(world.anna.http, key)
        then = world.things()
        for other in self.CHANGED[name]:
            answer = other.call(world.anna.http.clone(), key, want="409 CONFLICT")
            assert KEY in answer.json()["detail"]
        assert world.things() == then
        assert same(first, request.call(world.anna.http, key))

    def test_at_another_address_too(self, world):
        key = str(uuid.uuid4())
        CREATING["token"](world.anna, world.admin).call(world.anna.http, key)
        CREATING["share"](world.anna, world.admin).call(world.anna.http, key, want="409 CONFLICT")
        CREATING["upload"](world.anna, world.admin).call(world.anna.http, key, want="409 CONFLICT")

    def test_a_form_may_have_another_boundary(self, world):
        key = str(uuid.uuid4())
        first = form(("a.txt", b"hello")).call(world.anna.http, key)
        assert same(first, form(("a.txt", b"hello"), boundary="two").call(world.anna.http, key))

    def test_and_of_one_caller(self, world, ben):
        key = str(uuid.uuid4())
        mine = Request("files?filename=a.txt", body=b"hello").call(world.anna.http, key).json()
        his = Request("files?filename=a.txt", body=b"hello").call(ben.http, key).json()
        assert mine["id"] != his["id"] and ben.http.get(f"files/{his['id']}").status == 200

    def test_who_signs_in_again_is_the_same_caller(self, world):
        key, request = str(uuid.uuid4()), Request("files?filename=a.txt", body=b"hello")
        first = request.call(world.anna.http, key)
        token = world.anna.http.post("tokens", {"name": "t"}).json()["token"]
        assert same(first, request.call(Client(world.server.address, bearer=token), key))


class TestInvalidKeys:
    @pytest.mark.parametrize("key", ["", " ", "x" * 256, "a\tb", "caf\xe9", '"'])
    def test_is_refused(self, world, key):
        for name in ("raw file", "upload", "token"):
            request = CREATING[name](world.anna, world.admin)
            answer = world.anna.http.clone().call("POST", request.target, body=request.body, headers={**request.headers, KEY: key},
                                                  want="400 INVALID_REQUEST")
            assert KEY in answer.json()["detail"]
        assert world.anna.http.get("files").json()["items"] == []

    def test_quotes_of_structured_fields_do_not_count(self, world):
        request = CREATING["token"](world.anna, world.admin)
        assert same(request.call(world.anna.http, '"8e03978e"'), request.call(world.anna.http, "8e03978e"))

    def test_other_requests_ignore_it(self, world):
        file = world.anna.upload("a.txt", b"hello")
        for name in ("b.txt", "c.txt"):
            assert world.anna.http.patch(f"files/{file['id']}", {"filename": name}, headers={KEY: "k"}).json()["filename"] == name


class TestRefusals:
    def test_is_not_kept(self, world):
        key = str(uuid.uuid4())
        world.admin.http.patch(f"users/{world.anna.id}", {"quota_bytes": 1})
        request = CREATING["raw file"](world.anna, world.admin)
        request.call(world.anna.http, key, want="507 QUOTA_EXCEEDED")
        world.admin.http.patch(f"users/{world.anna.id}", {"quota_bytes": 1000})
        request.call(world.anna.http.clone(), key, want=201)

    def test_of_the_first_bytes_leaves_no_upload(self, world):
        key = str(uuid.uuid4())
        request = tus_request(b"hello", upload_length=5, content_type=tus.BYTES, upload_checksum=tus.checksum(b"other"))
        request.call(world.anna.http, key, want="460 CHECKSUM_MISMATCH")
        request.headers["upload-checksum"] = tus.checksum(b"hello")
        answer = request.call(world.anna.http.clone(), key, want=201)
        tus.Upload(world.anna.http, answer.headers["Location"]).assert_content(b"hello")

    def test_of_a_bad_token_comes_first(self, world):
        key = str(uuid.uuid4())
        request = CREATING["token"](world.anna, world.admin)
        request.call(world.anna.http, key)
        request.call(world.server.guest(), key, want=401)


def test_the_bytes_of_a_repeated_creation_go_on_where_they_were(world):
    key, data = str(uuid.uuid4()), b"0123456789" * 10
    first = tus_request(data[:30], upload_length=100, content_type=tus.BYTES).call(world.anna.http, key)
    upload = tus.Upload(world.anna.http, first.headers["Location"])
    upload.patch(data[30:50], 30)
    again = tus_request(data[:30], upload_length=100, content_type=tus.BYTES).call(world.anna.http, key)
    assert again.headers["Location"] == first.headers["Location"] and again.headers["Upload-Offset"] == "50"
    upload.patch(data[50:], 50)
    upload.assert_content(data)


def test_the_answer_stays_what_it_was(world):
    key, request = str(uuid.uuid4()), CREATING["share"](world.anna, world.admin)
    first = request.call(world.anna.http, key)
    share = first.json()
    world.anna.http.patch(f"shares/{share['share_id']}", {"max_downloads": 5})
    assert same(first, request.call(world.anna.http, key))
    world.anna.http.delete(f"shares/{share['share_id']}", want=204)
    assert same(first, request.call(world.anna.http, key))
    assert world.anna.http.get("shares").json()["items"] == []


def test_nothing_is_told_again(world):
    socket = world.anna.connect()
    key, request = str(uuid.uuid4()), CREATING["raw file"](world.anna, world.admin)
    file = request.call(world.anna.http, key).json()
    socket.expect_uploaded(file)
    request.call(world.anna.http, key)
    world.server.assert_nothing_else(socket)


def test_the_database_holds_no_secret(start_server):
    server = start_server()
    world, keys = World(server, server.user("anna")), {}
    for name in ("token", "invitation", "password reset", "share"):
        request = CREATING[name](world.anna, world.admin)
        keys[name] = str(uuid.uuid4())
        keys[name + " answer"] = request.call(world.client(request), keys[name]).json()
    folder = server.database_file.parent
    server.stop()
    held = b"".join(path.read_bytes() for path in folder.glob("kingshare.db*"))
    assert b"idempotency_keys" in held
    secrets = [keys["token answer"]["token"], keys["invitation answer"]["code"], keys["password reset answer"]["code"]]
    for secret in [*secrets, *(keys[name] for name in ("token", "invitation", "password reset", "share"))]:
        assert secret.encode() not in held
    assert "token" not in str(sqlite3.connect(server.database_file).execute("SELECT answer FROM idempotency_keys").fetchall())


class TestTheCommandLine:
    """The command line repeats requests after a lost response, and each creates one thing."""

    @pytest.fixture
    def way(self, common_server, anna, shell):
        def prepare(*lose):
            lossy = ResponseDroppingProxy(common_server, *lose)
            return lossy, shell().sign_in(anna, lossy.url)
        return prepare

    def test_a_share(self, anna, way):
        file = anna.upload("a.txt", b"hello")
        lossy, mine = way("POST /api/v1/shares")
        made = mine.json("share", file["id"])
        assert lossy.lost and [share["share_id"] for share in anna.http.get("shares").json()["items"]] == [made["share_id"]]

    def test_a_token(self, anna, way):
        lossy, mine = way("POST /api/v1/tokens")
        made = mine.json("token", "create", "backup")
        assert lossy.lost and [token["token_id"] for token in anna.http.get("tokens").json()["items"]] == [made["token_id"]]

    def test_a_file_that_is_sent(self, anna, way):
        lossy, mine = way("POST /api/v1/uploads", "POST /api/v1/shares")
        (mine.folder / "a.txt").write_text("hello")
        mine.run("send", "a.txt")
        assert len(lossy.lost) == 2
        assert len(anna.http.get("files").json()["items"]) == len(anna.http.get("shares").json()["items"]) == 1
        assert anna.http.get("users/me").json()["used_bytes"] == 5

    def test_a_stream(self, anna, way):
        lossy, mine = way("POST /api/v1/uploads")
        mine.run("send", "-", "--no-link", stdin="hello")
        assert lossy.lost and [file["size"] for file in anna.http.get("files").json()["items"]] == [5]
        assert anna.http.get("users/me").json()["used_bytes"] == 5


class TestEveryPost:
    """Every POST of the API, repeated after a lost response, behaves as docs/retries.md says."""
    CREATE = {"/api/v1/files", "/api/v1/uploads", "/api/v1/shares", "/api/v1/tokens", "/api/v1/invitations",
              "/api/v1/users/{id}/password-reset", "/api/v1/notifications", "/api/v1/auth/refresh"}
    READ_OR_REPEATABLE = {"/api/v1/files/archive", "/api/v1/ws/cleanup", "/s/{share_token}", "/api/v1/uploads/{id}", "/setup",
                          "/api/v1/auth/login", "/api/v1/auth/logout", "/api/v1/auth/logout-all"}
    ONCE = {"/api/v1/auth/register", "/api/v1/auth/password", "/api/v1/auth/reset", "/api/v1/auth/setup"}

    def test_is_of_one_kind(self):
        posts = {path for path, item in openapi().tree["paths"].items() if "post" in item}
        plain = {path.replace("{upload_id}", "{id}").replace("{user_id}", "{id}").replace("{file_id}", "{id}") for path in posts}
        assert plain == self.CREATE | self.READ_OR_REPEATABLE | self.ONCE

    def test_creating_ones_declare_the_header(self):
        for path, item in openapi().tree["paths"].items():
            named = {parameter.get("$ref", "") for parameter in item.get("post", {}).get("parameters", [])}
            assert ("#/components/parameters/IdempotencyKey" in named) == (path in self.CREATE), path

    def test_register(self, common_server):
        guest, account = common_server.guest(), {"username": f"r{uuid.uuid4().hex[:10]}", "password": "a good password"}
        guest.post("auth/register", account, want=201)
        guest.post("auth/register", account, want="409 CONFLICT")
        guest.post("auth/login", account, want=200)

    def test_change_of_the_password(self, common_server, anna):
        change = {"password": anna.password, "new_password": "another password"}
        anna.http.post("auth/password", change, want=204)
        anna.http.post("auth/password", change, want="401 INVALID_CREDENTIALS")
        common_server.guest().post("auth/login", {"username": anna.name, "password": "another password"}, want=200)

    def test_reset_of_the_password(self, common_server, anna):
        code = common_server.admin.http.post(f"users/{anna.id}/password-reset").json()["code"]
        guest, reset = common_server.guest(), {"code": code, "password": "another password"}
        guest.post("auth/reset", reset, want=200)
        guest.post("auth/reset", reset, want="401 INVALID_CREDENTIALS")
        guest.post("auth/login", {"username": anna.name, "password": "another password"}, want=200)

    def test_sign_in_and_out(self, common_server, anna):
        guest, account = common_server.guest(), {"username": anna.name, "password": anna.password}
        first, second = (guest.post("auth/login", account, want=200).json() for _ in range(2))
        guest.post("auth/logout", {"refresh_token": first["refresh_token"]}, want=204)
        guest.post("auth/logout", {"refresh_token": first["refresh_token"]}, want=0)
        guest.post("auth/refresh", {"refresh_token": second["refresh_token"]}, want=200)

    def test_refresh(self, common_server, anna):
        key, request = str(uuid.uuid4()), {"refresh_token": anna.refresh_token}
        guests = [common_server.guest() for _ in range(8)]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda guest: guest.post("auth/refresh", request, headers={KEY: key}, want=200).json(), guests))
        assert all(answer == answers[0] for answer in answers)
        anna.http.clone(bearer=answers[0]["access_token"]).get("users/me", want=200)
        # A caller with the old token but without the key is treated as a thief.
        common_server.guest().post("auth/refresh", request, headers={KEY: str(uuid.uuid4())}, want="401 INVALID_TOKEN")
        common_server.guest().post("auth/refresh", request, headers={KEY: key}, want="401 INVALID_TOKEN")
        anna.http.clone(bearer=answers[0]["access_token"]).get("users/me", want="401 INVALID_TOKEN")

    def test_is_in_the_documents(self):
        text = (PROJECT / "docs/retries.md").read_text()
        for path in self.CREATE | self.READ_OR_REPEATABLE | self.ONCE:
            assert f"`POST {path.removeprefix('/api/v1').replace('{share_token}', '{token}')}`" in text, path

    def test_those_that_only_read_or_end(self, common_server, anna):
        file = anna.upload("a.txt", b"hello")
        for _ in range(2):
            anna.http.post("files/archive", {"ids": [file["id"]]}, want=0)
            common_server.admin.http.post("ws/cleanup", want=200)
        assert len(anna.http.get("files").json()["items"]) == 1
