"""Invitations: an administrator lets one person in, whatever the server's registration says."""
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
