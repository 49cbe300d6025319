"""Sign-in by password, refresh with rotation, and sign-out, through the API."""
import threading

import pytest

from support.command import is_instrumented
from support.raw_http import assert_invalid_field, assert_problem
from support.server import ADMIN_PASSWORD


def login(server, username, password, **options):
    return server.guest().post("auth/login", {"username": username, "password": password}, want=0, **options)


def refresh(server, token, want=0):
    return server.guest().post("auth/refresh", {"refresh_token": token}, want=want)


def is_signed_in(server, token):
    answer = server.guest(bearer=token).get("users/me", want=0)
    return answer.status == 200 or answer.expect("401 INVALID_TOKEN") is None


def test_with_my_password(common_server, anna):
    answer = login(common_server, anna.name.upper(), anna.password).expect(200)
    assert answer.json()["user"] == anna.http.get("users/me").json()
    assert not answer.headers.get("Set-Cookie")
    assert is_signed_in(common_server, answer.json()["access_token"])
    assert is_signed_in(common_server, anna.token), "another sign-in ends nothing"


def test_memory_of_password_hashing_is_released(start_server):
    server = start_server()
    before = server.rss()
    for _ in range(3):
        login(server, "admin", ADMIN_PASSWORD).expect(200)
    assert is_instrumented() or server.rss() - before < 10 << 20


def test_nobody_learns_who_exists(common_server, anna):
    common_server.admin.http.patch(f"users/{anna.id}", {"disabled": True}, want=200)
    common_server.user("other")
    answers = [login(common_server, *who).expect("401 INVALID_CREDENTIALS") for who in (
        ("other", "a wrong password"), ("nobody-at-all", "a wrong password"), (anna.name, "a wrong password"), (anna.name, anna.password),
        ("no such name!", "a wrong password"), ("other", ""), ("", ""), ("other", "x" * 5000))]
    assert len({answer.body for answer in answers}) == 1


@pytest.mark.parametrize("body, field", [({"username": "anna"}, "password"), ({"password": "x" * 8}, "username"),
                                         ({"username": 7, "password": "x" * 8}, "username"),
                                         ({"username": "anna", "password": None}, "password")])
def test_with_all_that_is_needed(common_server, body, field):
    assert_invalid_field(common_server.guest().post("auth/login", body, want=0), field)


def test_a_refresh_token_is_good_once(common_server, anna):
    first = refresh(common_server, anna.refresh_token, want=200).json()
    assert first["refresh_token"] != anna.refresh_token and first["access_token"] != anna.token
    assert is_signed_in(common_server, first["access_token"])
    second = refresh(common_server, first["refresh_token"], want=200).json()
    assert is_signed_in(common_server, second["access_token"])


def test_used_twice_it_ends_its_session_alone(common_server, anna):
    phone = anna.sign_in_again()
    pair = refresh(common_server, anna.refresh_token, want=200).json()
    refresh(common_server, anna.refresh_token, want="401 INVALID_TOKEN")
    for token in (anna.token, pair["access_token"]):
        assert not is_signed_in(common_server, token)
    for token in (anna.refresh_token, pair["refresh_token"]):
        refresh(common_server, token, want="401 INVALID_TOKEN")
    assert is_signed_in(common_server, phone.token)
    refresh(common_server, phone.refresh_token, want=200)


def test_used_by_many_at_once_it_serves_one(common_server, anna):
    answers = []
    callers = [threading.Thread(target=lambda: answers.append(refresh(common_server, anna.refresh_token))) for _ in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert sorted(answer.status for answer in answers) == [200] + [401] * 7
    winner = next(answer for answer in answers if answer.status == 200).json()
    assert not is_signed_in(common_server, winner["access_token"])


def test_not_a_refresh_token(common_server, anna):
    share = anna.share(anna.upload())
    for wrong in ("nonsense", anna.token, share["share_token"], anna.refresh_token[:-1], anna.refresh_token + "x", "x" * 5000):
        refresh(common_server, wrong, want="401 INVALID_TOKEN")
    for wrong in (None, 7, {}):
        assert_invalid_field(refresh(common_server, wrong), "refresh_token")
    assert is_signed_in(common_server, anna.token)


def test_a_refresh_token_runs_out(start_server):
    server = start_server(auth__refresh_token_ttl="1ms")
    anna = server.user("anna")
    server.user("ben")  # takes longer than the clocks of nodes differ
    refresh(server, anna.refresh_token, want="401 INVALID_TOKEN")


def test_an_access_token_lasts_as_long_as_it_says(start_server):
    server = start_server(auth__access_token_ttl="90s")
    answer = login(server, "admin", server.admin.password).json()
    assert answer["expires_in"] == 90
    assert refresh(server, answer["refresh_token"]).json()["expires_in"] == 90


def test_one_that_lasts_no_second_says_so(start_server):
    server = start_server(auth__access_token_ttl="900ms")
    answer = login(server, "admin", ADMIN_PASSWORD).json()
    assert answer["expires_in"] == 0
    assert refresh(server, answer["refresh_token"]).json()["expires_in"] == 0


def test_a_session_outlives_a_restart(start_server):
    server = start_server(auth__jwt_secret=None)
    anna = server.user("anna")
    server.restart()
    assert is_signed_in(server, anna.token)
    pair = refresh(server, anna.refresh_token, want=200).json()
    server.restart()
    refresh(server, anna.refresh_token, want="401 INVALID_TOKEN")
    assert not is_signed_in(server, pair["access_token"])


def test_out_of_one_session(common_server, anna):
    phone = anna.sign_in_again()
    assert common_server.guest().post("auth/logout", {"refresh_token": anna.refresh_token}, want=204).body == b""
    assert not is_signed_in(common_server, anna.token)
    refresh(common_server, anna.refresh_token, want="401 INVALID_TOKEN")
    assert is_signed_in(common_server, phone.token)


def test_out_of_all_of_mine(common_server, anna, ben):
    phone, browser = anna.sign_in_again(), anna.browser()
    common_server.guest().post("auth/logout-all", want="401 AUTHENTICATION_REQUIRED")
    phone.http.post("auth/logout-all", want=204)
    for session in (anna, phone):
        assert not is_signed_in(common_server, session.token)
        refresh(common_server, session.refresh_token, want="401 INVALID_TOKEN")
    browser.get("users/me", want=401)
    assert is_signed_in(common_server, ben.token)
    assert is_signed_in(common_server, anna.sign_in_again().token)


def test_a_body_must_be_json(common_server):
    guest = common_server.guest()
    for body in (b"", b"{", b"[]", b'"text"', b'{"username": "anna", "password": "x}', b"[" * 100,
                 b'{"username": "\xff\xfe", "password": "12345678"}',
                 b'{"username": "anna", "password": "12345678"} and more', b'{"a":' * 5000 + b"1" + b"}" * 5000):
        assert_problem(guest.call("POST", "auth/login", body=body, headers={"Content-Type": "application/json"}, want=0), 400,
                       "INVALID_REQUEST")


def test_too_many_tries(start_server):
    server = start_server(auth__login_attempts_per_minute=3)
    assert [login(server, "admin", "a wrong password").status for _ in range(3)] == [401] * 3
    refused = login(server, "admin", "a wrong password").expect("429 RATE_LIMITED")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    login(server, "admin", ADMIN_PASSWORD).expect("429 RATE_LIMITED")
    server.guest(source="127.0.0.2").post("auth/register", {"username": "dora", "password": "long enough"}, want=201)
    server.guest(source="127.0.0.2").post("auth/login", {"username": "dora", "password": "long enough"}, want=200)
