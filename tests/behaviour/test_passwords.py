"""Passwords: changed by their users, reset by a link from an administrator, and required again for sensitive operations."""
from support import jwt
from support.raw_http import assert_invalid_field
from support.server import ADMIN_PASSWORD

NEW = "another password"


def change(client, old, new=NEW, want=204):
    return client.post("auth/password", {"password": old, "new_password": new}, want=want)


def login(server, user, password, want=200):
    return server.guest().post("auth/login", {"username": user.name, "password": password}, want=want)


def reset_of(server, user):
    return server.admin.http.post(f"users/{user.id}/password-reset", want=201).json()


def reset(client, code, password=NEW, want=200, target="auth/reset"):
    return client.post(target, {"code": code, "password": password}, want=want)


def test_i_change_mine_and_my_other_sessions_end(common_server, anna):
    other, browser = anna.sign_in_again(), anna.browser()
    token = anna.http.post("tokens", {"name": "backup"}, want=201).json()["token"]
    mine, others = anna.connect(), other.connect()
    change(anna.http, anna.password)
    others.expect_error("INVALID_TOKEN")
    others.expect_close(4401)
    anna.http.get("files", want=200)
    other.http.get("files", want="401 INVALID_TOKEN")
    browser.get("files", want=401)
    common_server.guest(bearer=token).get("files", want="401 INVALID_TOKEN")
    common_server.guest().post("auth/refresh", {"refresh_token": other.refresh_token}, want=401)
    common_server.guest().post("auth/refresh", {"refresh_token": anna.refresh_token}, want=200)
    login(common_server, anna, anna.password, want="401 INVALID_CREDENTIALS")
    login(common_server, anna, NEW)
    common_server.assert_nothing_else(mine)


def test_a_browser_changes_it_too(common_server, anna):
    browser = anna.browser()
    browser.post("auth/password", {"password": anna.password, "new_password": NEW}, want=403, headers={"Origin": "https://evil.example"})
    browser.post("auth/password", {"password": anna.password, "new_password": NEW}, want=204, headers={"Origin": common_server.url})
    browser.get("files", want=200)
    anna.http.get("files", want="401 INVALID_TOKEN")


def test_tokens_of_other_programs_end_too(common_server, anna):
    foreign = common_server.guest(bearer=jwt.token(anna.id, 600))
    foreign.get("files", want=200)
    change(anna.http, anna.password)
    foreign.get("files", want="401 INVALID_TOKEN")


def test_not_without_the_old_one(common_server, anna):
    change(anna.http, "a wrong password", want="401 INVALID_CREDENTIALS")
    assert_invalid_field(change(anna.http, anna.password, "short", want=0), "new_password")
    assert_invalid_field(change(anna.http, anna.password, "x" * 1025, want=0), "new_password")
    assert_invalid_field(anna.http.post("auth/password", {"password": anna.password}, want=0), "new_password")
    common_server.guest().post("auth/password", {"password": anna.password, "new_password": NEW}, want="401 AUTHENTICATION_REQUIRED")
    login(common_server, anna, anna.password)


def test_guesses_are_limited(start_server):
    server = start_server(auth__login_attempts_per_minute="3")
    anna = server.user("anna")
    for _ in range(3):
        change(anna.http, "a wrong password", want="401 INVALID_CREDENTIALS")
    change(anna.http, anna.password, want="429 RATE_LIMITED")


def test_a_forgotten_one_is_reset_by_a_link(common_server, anna):
    made = reset_of(common_server, anna)
    assert made["url"].endswith("/reset#code=" + made["code"])
    socket = anna.connect()
    answer = reset(common_server.guest(), made["code"]).json()
    assert answer["user"]["id"] == anna.id
    common_server.guest(bearer=answer["access_token"]).get("files", want=200)
    socket.expect_error("INVALID_TOKEN")
    socket.expect_close(4401)
    anna.http.get("files", want="401 INVALID_TOKEN")
    login(common_server, anna, anna.password, want="401 INVALID_CREDENTIALS")
    login(common_server, anna, NEW)
    reset(common_server.guest(), made["code"], want="401 INVALID_CREDENTIALS")


def test_a_reset_may_begin_a_cookie_session(common_server, anna):
    browser = common_server.browser()
    answer = reset(browser, reset_of(common_server, anna)["code"], target="auth/reset?session=cookie").json()
    assert set(answer) == {"user", "expires_in"}
    browser.get("files", want=200)


def test_a_code_ends(common_server, anna, ben):
    older, newer = reset_of(common_server, anna)["code"], reset_of(common_server, anna)["code"]
    reset(common_server.guest(), older, want="401 INVALID_CREDENTIALS")
    assert_invalid_field(reset(common_server.guest(), newer, "short", want=0), "password")
    change(anna.http, anna.password)
    reset(common_server.guest(), newer, want="401 INVALID_CREDENTIALS")
    code = reset_of(common_server, ben)["code"]
    for disabled in (True, False):
        common_server.admin.http.patch(f"users/{ben.id}", {"disabled": disabled}, want=200)
        reset(common_server.guest(), code, want="401 INVALID_CREDENTIALS")


def test_resets_are_the_administrators(common_server, anna, ben):
    anna.http.post(f"users/{ben.id}/password-reset", want="403 FORBIDDEN")
    common_server.guest().post(f"users/{ben.id}/password-reset", want="401 AUTHENTICATION_REQUIRED")
    common_server.admin.http.post("users/00000000-0000-7000-8000-000000000000/password-reset", want="404 NOT_FOUND")
    common_server.admin.http.patch(f"users/{ben.id}", {"disabled": True}, want=200)
    common_server.admin.http.post(f"users/{ben.id}/password-reset", want="409 CONFLICT")
    assert login(common_server, common_server.admin, ADMIN_PASSWORD).status == 200


def test_a_personal_token_makes_no_other(common_server, anna):
    token = anna.http.post("tokens", {"name": "backup"}, want=201).json()["token"]
    program = common_server.guest(bearer=token)
    for more in ({}, {"password": anna.password}):
        program.post("tokens", {"name": "another", **more}, want="403 FORBIDDEN")


def test_without_a_recent_sign_in_a_personal_token_needs_the_password(common_server, anna):
    foreign = common_server.guest(bearer=jwt.token(anna.id, 600))
    foreign.post("tokens", {"name": "backup"}, want="403 FORBIDDEN")
    foreign.post("tokens", {"name": "backup", "password": "a wrong password"}, want="401 INVALID_CREDENTIALS")
    foreign.post("tokens", {"name": "backup", "password": anna.password}, want=201)
