"""Revocation is immediate everywhere: after the call that ends a session, or changes a user or file, no core uses stale cached data."""
import pytest

from support import jwt

CORES = 3
CONTENT = b"Dear reader\n"


@pytest.fixture
def server(start_server):
    return start_server(server__threads=CORES, http__requests_per_second="1000000", http__request_burst="1000000")


@pytest.fixture
def anna(server):
    return server.user("anna")


class Everywhere:
    """One caller on connections to every core, each with the caller freshly cached."""

    def __init__(self, caller, target, want=200):
        self.callers = [caller.clone() for _ in range(2 * CORES)]
        self.target = target
        for _ in range(2):
            self.all(want)

    def all(self, want):
        return [caller.get(self.target, want=want) for caller in self.callers]


def logout(server, anna):
    anna.http.post("auth/logout", {"refresh_token": anna.refresh_token}, want=204)


def logout_all(server, anna):
    anna.sign_in_again().http.post("auth/logout-all", want=204)


def reuse(server, anna):
    guest = server.guest()
    guest.post("auth/refresh", {"refresh_token": anna.refresh_token}, want=200)
    guest.post("auth/refresh", {"refresh_token": anna.refresh_token}, want=401)


def disable(server, anna):
    server.admin.http.patch(f"users/{anna.id}", {"disabled": True}, want=200)


def delete(server, anna):
    server.admin.http.delete(f"users/{anna.id}", want=204)


@pytest.mark.parametrize("end", [logout, logout_all, reuse, disable, delete])
@pytest.mark.parametrize("asked", ["content", "me"])
def test_the_session_ends(server, anna, end, asked):
    file = anna.upload("letter.txt", CONTENT)
    everywhere = Everywhere(anna.http, f"files/{file['id']}/content" if asked == "content" else "users/me")
    end(server, anna)
    everywhere.all("401 INVALID_TOKEN")


@pytest.mark.parametrize("end", [logout_all, disable, delete])
def test_with_a_token_of_another_program(server, anna, end):
    everywhere = Everywhere(server.guest(bearer=jwt.token(anna.id)), "users/me")
    end(server, anna)
    everywhere.all("401 INVALID_TOKEN")


def test_the_browser_signs_out(server, anna):
    browser = anna.browser()
    program = server.guest()
    callers = [program.clone() for _ in range(2 * CORES)]
    cookie = {"Cookie": browser.cookie()}
    for want in (200, 200):
        for caller in callers:
            caller.get("users/me", headers=cookie, want=want)
    browser.post("auth/logout", headers={"Origin": server.url}, want=204)
    for caller in callers:
        caller.get("users/me", headers=cookie, want="401 INVALID_TOKEN")


def test_a_token_of_ones_own_is_removed(server, anna):
    made = anna.http.post("tokens", {"name": "backup"}, want=201).json()
    everywhere = Everywhere(server.guest(bearer=made["token"]), "users/me")
    anna.http.delete(f"tokens/{made['token_id']}", want=204)
    everywhere.all("401 INVALID_TOKEN")


def test_an_administrator_is_one_no_more(server, anna):
    server.admin.http.patch(f"users/{anna.id}", {"role": "admin"}, want=200)
    everywhere = Everywhere(anna.http, "users")
    server.admin.http.patch(f"users/{anna.id}", {"role": "user"}, want=200)
    everywhere.all("403 FORBIDDEN")
    server.admin.http.patch(f"users/{anna.id}", {"role": "admin"}, want=200)
    everywhere.all(200)


def test_a_token_runs_out_while_it_is_known(server, anna):
    everywhere = Everywhere(server.guest(bearer=anna.short_lived_token(1)), "users/me")
    tired = anna.connect(token=anna.short_lived_token(1))
    tired.expect_error("INVALID_TOKEN")
    everywhere.all("401 INVALID_TOKEN")


def test_a_file_is_deleted(server, anna):
    file = anna.upload("letter.txt", CONTENT)
    everywhere = Everywhere(anna.http, f"files/{file['id']}/content")
    anna.delete(file)
    everywhere.all("404 NOT_FOUND")


def test_a_file_is_renamed(server, anna):
    file = anna.upload("letter.txt", CONTENT)
    everywhere = Everywhere(anna.http, f"files/{file['id']}/content")
    anna.http.patch(f"files/{file['id']}", {"filename": "sealed.txt"}, want=200)
    for answer in everywhere.all(200):
        assert 'filename="sealed.txt"' in answer.headers["Content-Disposition"]


def test_what_is_known_of_a_file_is_its_owners(server, anna):
    file = anna.upload("letter.txt", CONTENT)
    everywhere = Everywhere(anna.http, f"files/{file['id']}/content")
    Everywhere(server.user("ben").http, f"files/{file['id']}/content", want="404 NOT_FOUND")
    assert {answer.body for answer in everywhere.all(200)} == {CONTENT}
