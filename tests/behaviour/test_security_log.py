"""The security log: one line per event that matters after an attack, without secrets."""
import re


def lines(server, *words):
    return [line for line in server.log.splitlines() if all(word in line for word in words)]


def test_failed_sign_ins_are_warnings_with_name_and_address(start_server):
    server = start_server()
    anna = server.user("anna")
    for _ in range(15):
        server.guest().post("auth/login", {"username": "anna", "password": "a wrong password"}, want=401)
    found = lines(server, "level=warning", "event=sign-in", "outcome=failure", "user=anna", "address=127.0.0.1")
    assert len(found) == 15
    anna.sign_in_again()
    assert lines(server, "level=info", "event=sign-in", "outcome=success", "user=anna")
    server.guest().post("auth/login", {"username": "my password, typed into the wrong field", "password": "whatever it is"}, want=401)
    assert "wrong field" not in server.log and "a wrong password" not in server.log


def test_changes_of_accounts_are_lines(start_server):
    server = start_server()
    anna, ben = server.user("anna"), server.user("ben")
    admin = server.admin.http
    admin.patch(f"users/{anna.id}", {"role": "admin"}, want=200)
    admin.patch(f"users/{anna.id}", {"role": "user"}, want=200)
    admin.patch(f"users/{ben.id}", {"disabled": True}, want=200)
    admin.delete(f"users/{ben.id}", want=204)
    made = anna.http.post("tokens", {"name": "backup"}, want=201).json()
    anna.http.delete(f"tokens/{made['token_id']}", want=204)
    invitation = admin.post("invitations", want=201).json()
    server.guest().post("auth/refresh", {"refresh_token": anna.refresh_token}, want=200)
    server.guest().post("auth/refresh", {"refresh_token": anna.refresh_token}, want=401)
    reset = admin.post(f"users/{anna.id}/password-reset", want=201).json()
    for words in (("registration", "user=anna"), ("user role changed", "user=anna", "role=admin", "by=admin"), ("user role changed", "role=user"),
                  ("account disabled", "user=ben"), ("account deleted", ben.id), ("personal token created", made["token_id"]),
                  ("personal token deleted", made["token_id"]), ("invitation created", invitation["id"]),
                  ("refresh token reused", "user=anna"), ("password reset created", anna.id)):
        assert len(lines(server, *words)) == 1, words
    for secret in (made["token"], invitation["code"], reset["code"], anna.refresh_token, anna.token):
        assert secret not in server.log


def test_a_limit_that_is_reached_is_one_line_a_minute(start_server):
    server = start_server(auth__login_attempts_per_minute="2")
    for _ in range(6):
        server.guest().post("auth/login", {"username": "admin", "password": "a wrong password"}, want=0)
    assert len(lines(server, "rate limit exceeded", "limit=sign-in")) == 1


def test_wrong_passwords_of_a_link_are_lines(start_server):
    server = start_server()
    anna = server.user("anna")
    share = anna.share(anna.upload(), password="the password of a share")
    server.guest().get(f"public/shares/{share['share_token']}", headers={"X-Share-Password": "not that one"}, want=401)
    assert len(lines(server, "level=warning", "wrong share password")) == 1
    assert not re.search(re.escape(share["share_token"]), server.log)
