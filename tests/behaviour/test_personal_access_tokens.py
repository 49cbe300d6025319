"""A program has a token of its own: personal access tokens, valid until they expire or are revoked."""
import time

import pytest

from support.raw_http import assert_invalid_field
from support.timeouts import eventually
from support.users import parse_timestamp


def make(user, name="backup", **more):
    return user.http.post("tokens", {"name": name, **more}, want=201).json()


def program(server, made):
    return server.guest(bearer=made["token"])


def test_it_does_what_i_do(common_server, anna):
    made = make(anna)
    assert made["expires_at"] is None and len(made["token"]) >= 22
    socket = anna.connect()
    uploaded = program(common_server, made).call("POST", "files?filename=a.txt", body=b"x", want=201).json()
    socket.expect_uploaded(uploaded)
    assert program(common_server, made).get("users/me", want=200).json()["id"] == anna.id
    common_server.assert_nothing_else(socket)


def test_it_is_shown_once(anna):
    made = make(anna, "phone")
    listed = anna.http.get("tokens", want=200)
    assert listed.json()["items"] == [{name: made[name] for name in ("token_id", "name", "created_at", "expires_at")}]
    assert made["token"].encode() not in listed.body


def test_until_i_take_it_back(common_server, anna):
    made, other = make(anna, "one"), make(anna, "two")
    anna.http.delete(f"tokens/{made['token_id']}", want=204)
    program(common_server, made).get("files", want="401 INVALID_TOKEN")
    program(common_server, other).get("files", want=200)
    anna.http.get("files", want=200)
    anna.http.delete(f"tokens/{made['token_id']}", want="404 NOT_FOUND")
    assert [token["name"] for token in anna.http.get("tokens").json()["items"]] == ["two"]


def test_until_it_ends(common_server, anna):
    made = make(anna, expires_in=1)
    eventually(lambda: time.time() > parse_timestamp(made["expires_at"]), "the token ends")
    program(common_server, made).get("files", want="401 INVALID_TOKEN")


def test_across_a_restart(start_server):
    server = start_server()
    made = make(server.user("anna"))
    server.restart()
    program(server, made).get("files", want=200)


def test_nobody_elses(common_server, anna, ben):
    made = make(anna)
    ben.http.delete(f"tokens/{made['token_id']}", want="404 NOT_FOUND")
    assert ben.http.get("tokens").json()["items"] == []
    program(common_server, made).get("files", want=200)


def test_not_once_i_am_shut_out(common_server, anna):
    made = make(anna)
    common_server.admin.http.patch(f"users/{anna.id}", {"disabled": True}, want=200)
    program(common_server, made).get("files", want="401 INVALID_TOKEN")


def test_it_is_no_refresh_token_and_no_cookie(common_server, anna):
    made = make(anna)
    common_server.guest().post("auth/refresh", {"refresh_token": made["token"]}, want="401 INVALID_TOKEN")
    common_server.guest().get("files", headers={"Cookie": f"ks_session={made['token']}"}, want=401)
    program(common_server, {"token": made["token"] + "x"}).get("files", want="401 INVALID_TOKEN")


def test_it_is_listed_page_by_page(anna):
    names = [make(anna, f"program {number}")["name"] for number in range(3)]
    first = anna.http.get("tokens?limit=2", want=200).json()
    rest = anna.http.get(f"tokens?limit=2&cursor={first['next_cursor']}", want=200).json()
    assert rest["next_cursor"] is None
    assert sorted(token["name"] for token in first["items"] + rest["items"]) == names


@pytest.mark.parametrize("body, field", [({}, "name"), ({"name": ""}, "name"), ({"name": 7}, "name"),
                                         ({"name": "x", "expires_in": 0}, "expires_in"),
                                         ({"name": "x", "expires_in": -5}, "expires_in"),
                                         ({"name": "x", "expires_in": "1d"}, "expires_in")])
def test_it_needs_a_name_and_a_future(anna, body, field):
    assert_invalid_field(anna.http.post("tokens", body, want=0), field)
