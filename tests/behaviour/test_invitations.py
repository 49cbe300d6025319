"""Invitations: an administrator admits one person, regardless of auth.registration."""
import pytest

GOOD = "long enough"


def register(server, username, want, **more):
    return server.guest().post("auth/register", {"username": username, "password": GOOD, **more}, want=want)


@pytest.mark.parametrize("registration", [None, "closed", "invite", "open"])
def test_one_is_good_once_with_each_kind_of_registration(start_server, registration):
    server = start_server(auth__registration=registration)
    code = server.admin.http.post("invitations", want=201).json()["code"]
    assert register(server, "dora", 201, invitation=code).json()["user"]["role"] == "user"
    if registration != "open":
        register(server, "emil", "403 FORBIDDEN", invitation=code)
        register(server, "emil", "403 FORBIDDEN")


def test_a_wrong_one_opens_nothing_where_registration_is_closed(start_server):
    server = start_server(auth__registration=None)
    for wrong in ("", "no-such-code", "x" * 24):
        register(server, "dora", "403 FORBIDDEN", invitation=wrong)
    register(server, "dora", "403 FORBIDDEN")


def test_they_are_listed_without_their_codes_and_taken_back(start_server):
    server = start_server(auth__registration=None)
    admin = server.admin.http
    made = [admin.post("invitations", want=201).json() for _ in range(3)]
    first = admin.get("invitations?limit=2", want=200).json()
    rest = admin.get(f"invitations?limit=2&cursor={first['next_cursor']}", want=200).json()
    assert first["items"] + rest["items"] == [{"id": one["id"], "expires_at": one["expires_at"]} for one in made]
    admin.delete(f"invitations/{made[0]['id']}", want=204)
    admin.delete(f"invitations/{made[0]['id']}", want="404 NOT_FOUND")
    register(server, "dora", "403 FORBIDDEN", invitation=made[0]["code"])
    register(server, "dora", 201, invitation=made[1]["code"])
    assert [one["id"] for one in admin.get("invitations", want=200).json()["items"]] == [made[2]["id"]]


def test_only_administrators_see_them_and_take_them_back(common_server, anna):
    made = common_server.admin.http.post("invitations", want=201).json()
    anna.http.get("invitations", want="403 FORBIDDEN")
    anna.http.delete(f"invitations/{made['id']}", want="403 FORBIDDEN")
    common_server.guest().get("invitations", want="401 AUTHENTICATION_REQUIRED")
