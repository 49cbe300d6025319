"""The first administrator of an empty database comes from the environment, or from a single-use set-up link."""
import re

import pytest

from support.raw_http import assert_invalid_field
from support.server import ADMIN_PASSWORD
from support.timeouts import eventually

LINK = re.compile(r"(http://\S+/setup)[#?]code=([A-Za-z0-9_.~%-]+)")


def login(server, password):
    return server.guest().post("auth/login", {"username": "admin", "password": password}, want=0).status


def set_up(server, code, username="chief", password="long enough", want=0):
    return server.guest().post("auth/setup", {"code": code, "username": username, "password": password}, want=want)


@pytest.fixture
def empty(start_server):
    return start_server(environment={"KINGSHARE_AUTH__ADMIN_PASSWORD": None}, auth__registration=None)


def code_of(server, since=0):
    return eventually(lambda: LINK.search(server.log, since), "the setup link is printed")[2]


def test_of_the_environment(start_server):
    server = start_server()
    assert server.admin.role == "admin"
    assert not LINK.search(server.log)
    set_up(server, "whatever", want="404 NOT_FOUND")
    server.environment["KINGSHARE_AUTH__ADMIN_PASSWORD"] = "another password, too late"
    server.restart()
    assert (login(server, ADMIN_PASSWORD), login(server, "another password, too late")) == (200, 401)


def test_by_the_link_once(empty):
    code = code_of(empty)
    assert len(code) >= 22, "nobody guesses it"
    answer = set_up(empty, code, "Chief", want=201).json()
    assert (answer["user"]["username"], answer["user"]["role"]) == ("chief", "admin")
    empty.guest(bearer=answer["access_token"]).get("users", want=200)
    set_up(empty, code, "second", want="404 NOT_FOUND")
    empty.restart()
    set_up(empty, code, "second", want="404 NOT_FOUND")
    assert len(LINK.findall(empty.log)) == len(empty.nodes), "no second link"


def test_a_wrong_code_changes_nothing(empty):
    code = code_of(empty)
    for wrong in ("nonsense", code[:-1], code + "x", code.swapcase()):
        set_up(empty, wrong, want="404 NOT_FOUND")
    assert_invalid_field(set_up(empty, 7), "code")
    assert_invalid_field(set_up(empty, code, username="no"), "username")
    assert_invalid_field(set_up(empty, code, password="short"), "password")
    empty.guest().post("auth/register", {"username": "dora", "password": "long enough"}, want="403 FORBIDDEN")
    set_up(empty, code, want=201)


def test_the_page_behind_the_link(empty):
    link = eventually(lambda: LINK.search(empty.log), "the setup link is printed")[0]
    target = link[link.index("/setup"):].partition("#")[0]
    page = empty.browser().get(target, want=200, checked=False)
    assert page.headers.get_content_type() == "text/html" and b"<form" in page.body


def test_the_link_of_a_later_start(empty):
    first = code_of(empty)
    seen = len(empty.log)
    empty.restart()
    second = code_of(empty, seen)
    set_up(empty, second, want=201)
    set_up(empty, first, "second", want="404 NOT_FOUND")


def test_the_link_names_the_public_address(start_server):
    server = start_server(environment={"KINGSHARE_AUTH__ADMIN_PASSWORD": None}, server__public_url="https://share.example")
    assert LINK.search(server.log) is None and "https://share.example/setup" in server.log
