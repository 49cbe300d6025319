"""Opening an account: the rules for registration, names and passwords."""
import json
import time

import pytest

from support.raw_http import assert_invalid_field
from support.timeouts import eventually
from support.users import parse_timestamp

GOOD = "long enough"


def register(server, username, password=GOOD, want=0, **more):
    return server.guest().post("auth/register", {"username": username, "password": password, **more}, want=want)


def test_registration_signs_in(common_server):
    answer = register(common_server, "Dora.D-1_x", want=201).json()
    me = common_server.guest(bearer=answer["access_token"]).get("users/me", want=200).json()
    assert me == answer["user"]
    assert (me["username"], me["role"], me["used_bytes"]) == ("dora.d-1_x", "user", 0)
    assert answer["expires_in"] == 15 * 60


@pytest.mark.parametrize("name", ["abc", "a" * 32, "0.9", "a.b_c-d"])
def test_valid_names(common_server, name):
    assert register(common_server, name, want=201).json()["user"]["username"] == name


@pytest.mark.parametrize("name", ["", "ab", "a" * 33, "an na", "anna ", "änna", "anna/ben", "anna@home", "anna\n", "anna\0", "Ａnna", 42,
                                  None,
                                  ["anna"], {"name": "anna"}, True])
def test_invalid_names(common_server, name):
    assert_invalid_field(register(common_server, name), "username")


def test_not_under_the_name_of_another_in_whatever_case(common_server, anna):
    for name in (anna.name, anna.name.upper(), anna.name.title()):
        register(common_server, name, want="409 CONFLICT")
    assert common_server.guest().post("auth/login", {"username": anna.name.upper(), "password": anna.password}, want=200)
    register(common_server, "ADMIN", want="409 CONFLICT")


def test_concurrent_registrations_of_one_name(common_server):
    body = json.dumps({"username": "wanted-by-many", "password": GOOD}).encode()
    calls = [common_server.guest().begin_request("POST", "auth/register", len(body), {"Content-Type": "application/json"}) for _ in range(8)]
    for part in (body[:-1], body[-1:]):
        for call in calls:
            call.write(part)
    assert sorted(call.finish(want=0).status for call in calls) == [201] + [409] * 7


@pytest.mark.parametrize("kind, password", [("short", "x" * 8), ("long", "x" * 1024), ("emoji", "🎈🎈"), ("spaces", " both sides ")])
def test_valid_passwords(common_server, kind, password):
    register(common_server, f"password-{kind}", password, want=201)
    common_server.guest().post("auth/login", {"username": f"password-{kind}", "password": password}, want=200)


@pytest.mark.parametrize("password", ["", "x" * 7, "x" * 1025, "🎈" * 257, 12345678, None, ["long enough"]])
def test_invalid_passwords(common_server, password):
    assert_invalid_field(register(common_server, "never-there", password), "password")
    common_server.guest().post("auth/login", {"username": "never-there", "password": GOOD}, want="401 INVALID_CREDENTIALS")


@pytest.mark.parametrize("one, other", [("x" * 1023 + "a", "x" * 1023 + "b"), ("password\0one", "password\0two"),
                                        ("pässword", "pa\u0308ssword")])
def test_every_byte_of_a_password_counts(common_server, one, other):
    name = register(common_server, f"careful-{len(one)}", one, want=201).json()["user"]["username"]
    common_server.guest().post("auth/login", {"username": name, "password": other}, want="401 INVALID_CREDENTIALS")
    common_server.guest().post("auth/login", {"username": name, "password": one}, want=200)


def test_closed_registration(start_server):
    server = start_server(auth__registration=None)
    register(server, "dora", want="403 FORBIDDEN")
    server.guest().post("auth/login", {"username": "dora", "password": GOOD}, want="401 INVALID_CREDENTIALS")
    assert [user["username"] for user in server.admin.http.get("users").json()["items"]] == ["admin"]


def test_by_invitation(start_server):
    server = start_server(auth__registration="invite")
    code = server.admin.http.post("invitations", want=201).json()["code"]
    register(server, "dora", want="403 FORBIDDEN")
    register(server, "dora", invitation=code + "x", want="403 FORBIDDEN")
    register(server, "dora", invitation="", want="403 FORBIDDEN")
    assert_invalid_field(register(server, "dora", invitation=7), "invitation")
    assert_invalid_field(register(server, "no", invitation=code), "username")
    register(server, "admin", invitation=code, want="409 CONFLICT")
    assert register(server, "dora", invitation=code, want=201).json()["user"]["role"] == "user"
    register(server, "emil", invitation=code, want="403 FORBIDDEN")


def test_by_an_invitation_in_time(start_server):
    server = start_server(auth__registration="invite")
    invitation = server.admin.http.post("invitations", {"expires_in": 1}, want=201).json()
    eventually(lambda: time.time() > parse_timestamp(invitation["expires_at"]), "the invitation runs out")
    register(server, "dora", invitation=invitation["code"], want="403 FORBIDDEN")
    later = server.admin.http.post("invitations", {"expires_in": 3600}, want=201).json()
    assert 3500 < parse_timestamp(later["expires_at"]) - time.time() < 3601
    server.restart()
    register(server, "dora", invitation=later["code"], want=201)


def test_an_invitation_is_the_administrators(common_server, anna):
    anna.http.post("invitations", {}, want="403 FORBIDDEN")
    common_server.guest().post("invitations", {}, want="401 AUTHENTICATION_REQUIRED")
    for wrong in (0, -1, 1.5, "1h", True):
        assert_invalid_field(common_server.admin.http.post("invitations", {"expires_in": wrong}, want=0), "expires_in")
