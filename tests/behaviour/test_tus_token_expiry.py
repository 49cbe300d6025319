"""An upload outlives its token: an access token that expired since the upload began remains valid for that upload, and for nothing else."""
import time

import pytest

from support import jwt, tus
from support.timeouts import duration, eventually


@pytest.fixture
def server(start_server):
    return start_server(auth__access_token_ttl=duration(1), realtime__presence="off")


@pytest.fixture
def anna(server):
    return server.user("anna")


def wait_for_the_end_of(client):
    eventually(lambda: client.get("users/me", want=0).status == 401, "the access token ends")


def lasting(user):
    """Returns a client of the same user with a long-lived token signed by another program."""
    return user.server.guest(bearer=jwt.token(user.id))


def assert_turned_away(upload):
    assert upload.head(want=0).status == 401
    for answer in (upload.patch(b"world", 5, want=0), upload.delete(want=0)):
        assert answer.status == 401 and answer.json()["code"] in ("INVALID_TOKEN", "AUTHENTICATION_REQUIRED"), answer


def test_an_expired_token_resumes_the_upload(anna):
    upload, given_up = tus.create(anna.http, 10), tus.create(anna.http, 10)
    upload.patch(b"hello", 0)
    wait_for_the_end_of(anna.http)
    assert upload.offset() == 5
    upload.patch(b"wor", 5)
    upload.patch(b"ld", 8)
    assert upload.offset() == 10
    upload.assert_content(b"helloworld", lasting(anna))
    given_up.delete()
    given_up.as_client(lasting(anna)).assert_gone()


def test_after_a_restart(server, anna):
    upload = tus.create(anna.http, 10).send(b"hello")
    wait_for_the_end_of(anna.http)
    server.restart()
    upload.patch(b"world", 5)
    upload.assert_content(b"helloworld", lasting(anna))


def test_with_newer_tokens_in_the_session(server, anna):
    upload = tus.create(anna.http, 10).send(b"hello")
    wait_for_the_end_of(anna.http)
    server.guest().post("auth/refresh", {"refresh_token": anna.refresh_token}, want=200)
    upload.patch(b"world", 5)
    upload.assert_content(b"helloworld", lasting(anna))


def test_valid_for_nothing_else(server, anna):
    ben = server.user("ben")
    upload, his, file = tus.create(anna.http, 10), tus.create(ben.http, 10), anna.upload()
    wait_for_the_end_of(anna.http)
    upload.send(b"hello")
    for method, target in (("GET", "files"), ("GET", f"files/{file['id']}"), ("GET", f"files/{file['id']}/content"),
                           ("DELETE", f"files/{file['id']}"), ("GET", "users/me"), ("GET", "shares")):
        anna.http.call(method, target, want="401 INVALID_TOKEN")
    tus.request(anna.http, "POST", want="401 INVALID_TOKEN", upload_length=5)
    tus.request(anna.http, "POST", want=400, upload_concat=f"final;{upload.target}")  # only partial uploads can be concatenated
    assert his.as_client(anna.http).head(want=0).status in (401, 404)
    assert his.as_client(anna.http).patch(b"hello", 0, want=0).status in (401, 404)
    assert his.as_client(anna.http).delete(want=0).status in (401, 404)
    assert his.as_client(lasting(ben)).offset() == 0
    upload.patch(b"world", 5)
    anna.http.get(f"files/{upload.id}", want="401 INVALID_TOKEN")
    anna.http.delete(f"files/{upload.id}", want="401 INVALID_TOKEN")


def test_not_valid_for_the_finished_file(anna):
    upload = tus.create(anna.http, 10).send(b"hello")
    wait_for_the_end_of(anna.http)
    upload.patch(b"world", 5)
    assert upload.offset() == 10
    assert 400 <= upload.delete(want=0).status < 500
    upload.assert_content(b"helloworld", lasting(anna))


def test_not_for_an_upload_that_began_after_its_end(server, anna):
    wait_for_the_end_of(anna.http)
    pair = server.guest().post("auth/refresh", {"refresh_token": anna.refresh_token}, want=200).json()
    later = tus.create(server.guest(bearer=pair["access_token"]), 10).send(b"hello")
    assert_turned_away(later.as_client(anna.http))
    assert later.as_client(lasting(anna)).offset() == 5


def log_out(user):
    user.server.guest().post("auth/logout", {"refresh_token": user.refresh_token}, want=204)


def log_out_everywhere(user):
    lasting(user).post("auth/logout-all", want=204)


def use_a_refresh_token_twice(user):
    user.server.guest().post("auth/refresh", {"refresh_token": user.refresh_token}, want=200)
    user.server.guest().post("auth/refresh", {"refresh_token": user.refresh_token}, want="401 INVALID_TOKEN")


def be_disabled(user):
    administrator = user.server.guest(bearer=jwt.token(user.server.admin.id))
    administrator.patch(f"users/{user.id}", {"disabled": True}, want=200)


@pytest.mark.parametrize("end", [log_out, log_out_everywhere, use_a_refresh_token_twice, be_disabled])
def test_not_when_the_session_has_ended(server, anna, end):
    upload = tus.create(anna.http, 10).send(b"hello")
    wait_for_the_end_of(anna.http)
    assert upload.offset() == 5
    end(anna)
    assert_turned_away(upload)


def test_another_session_may_end(server, anna):
    other = anna.sign_in_again()
    upload = tus.create(anna.http, 10).send(b"hello")
    log_out(other)
    wait_for_the_end_of(anna.http)
    upload.patch(b"world", 5)


def test_forged_tokens_are_refused(server, anna):
    upload = tus.create(anna.http, 10).send(b"hello")
    claims = jwt.claims_of(anna.token)
    wait_for_the_end_of(anna.http)
    for token in (jwt.sign(claims, secret="another secret, quite as long as the right one"), anna.token[:-4],
                  jwt.sign({**claims, "exp": claims["exp"] - 3600}), jwt.sign({**claims, "nbf": int(time.time()) + 3600}), "nonsense"):
        assert_turned_away(upload.as_client(server.guest(bearer=token)))
    assert upload.offset() == 5
