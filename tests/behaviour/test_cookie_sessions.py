"""A browser stays signed in by its cookie session, which other sites cannot use."""
import pytest

from support.timeouts import eventually

ELSEWHERE = [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]


def set_cookies(answer):
    return [line for line in answer.headers.get_all("Set-Cookie", []) if line.startswith("ks_session=")]


def sign_in(server, user):
    return server.guest().post("auth/login?session=cookie", {"username": user.name, "password": user.password}, want=200)


def home(server):
    return {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}


def test_by_a_cookie_that_scripts_and_other_sites_cannot_use(common_server, anna):
    answer = sign_in(common_server, anna)
    (cookie,) = set_cookies(answer)
    attributes = [part.strip().lower() for part in cookie.split(";")[1:]]
    assert {"httponly", "samesite=strict", "path=/"} <= set(attributes)
    assert answer.json() == {"user": anna.http.get("users/me").json(), "expires_in": 30 * 24 * 3600}
    assert not any(attribute.startswith("domain") for attribute in attributes)


def test_over_https_alone_where_the_site_is_https(start_server):
    server = start_server(server__public_url="https://share.example")
    (cookie,) = set_cookies(sign_in(server, server.user("anna")))
    assert "; secure" in cookie.lower()


def test_not_with_a_wrong_password(common_server, anna):
    answer = common_server.guest().post("auth/login?session=cookie", {"username": anna.name, "password": "a wrong password"},
                                        want="401 INVALID_CREDENTIALS")
    assert not set_cookies(answer)


def test_any_other_kind_of_session_is_unknown(common_server, anna):
    common_server.guest().post("auth/login?session=ticket", {"username": anna.name, "password": anna.password}, want="400 INVALID_REQUEST")


def test_and_does_what_i_do(common_server, anna):
    browser, socket = anna.browser(), anna.connect()
    assert browser.get("users/me", want=200).json()["id"] == anna.id
    file = browser.call("POST", "files?filename=a.txt", body=b"hello", headers=home(common_server), want=201).json()
    socket.expect_uploaded(file)
    assert browser.get(f"files/{file['id']}/content", want=200).body == b"hello"
    browser.delete(f"files/{file['id']}", headers=home(common_server), want=204)
    socket.expect("FileDeleted", skipping=("DownloadStarted",), file_id=file["id"])


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_other_sites_change_nothing(common_server, anna, headers):
    browser, file = anna.browser(), anna.upload()
    share = anna.share(file)
    socket = anna.connect()
    for method, target, body in (
            ("POST", "files?filename=planted.txt", b"x"), ("POST", "shares", b'{"file_id": "%s"}' % file["id"].encode()),
            ("PATCH", f"files/{file['id']}", b'{"filename": "x"}'), ("PATCH", f"shares/{share['share_id']}", b'{"max_downloads": 1}'),
            ("DELETE", f"shares/{share['share_id']}", None), ("DELETE", f"files/{file['id']}", None),
            ("POST", "auth/logout", None), ("POST", "auth/logout-all", None), ("POST", "tokens", b'{"name": "planted"}')):
        kind = {"Content-Type": "application/json"} if body else {}
        browser.call(method, target, body=body, headers={**headers, **kind}, want="403 FORBIDDEN")
    assert anna.http.get("files").json()["items"] == [file]
    assert anna.http.get("shares").json()["items"] == [share]
    assert anna.http.get("tokens").json()["items"] == []
    browser.get("users/me", want=200)
    common_server.assert_nothing_else(socket)


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_a_token_is_good_from_anywhere(anna, headers):
    anna.http.patch(f"files/{anna.upload()['id']}", {"filename": "new.txt"}, headers=headers, want=200)


def test_other_sites_read_nothing(common_server, anna):
    browser = anna.browser()
    answer = browser.get("files", headers={"Origin": "https://evil.example"}, want=0)
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
    asked = browser.call("OPTIONS", "files", headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "DELETE"},
                         want=0, checked=False)
    assert not [name for name in asked.headers if name.lower().startswith("access-control-")]


def test_until_i_sign_out(common_server, anna):
    browser, other = anna.browser(), anna.browser()
    cookie = browser.cookie()
    (emptied,) = set_cookies(browser.post("auth/logout", headers=home(common_server), want=204))
    assert emptied.split(";")[0] == "ks_session=" or "max-age=0" in emptied.lower()
    common_server.guest().get("users/me", headers={"Cookie": cookie}, want=401)
    other.get("users/me", want=200)
    anna.http.get("users/me", want=200)


def test_across_a_restart(start_server):
    server = start_server()
    browser = server.user("anna").browser()
    server.restart()
    browser.get("users/me", want=200)


def test_until_it_runs_out(start_server):
    server = start_server(auth__refresh_token_ttl="1s")
    browser = server.user("anna").browser()
    eventually(lambda: browser.get("users/me", want=0).status == 401, "the session runs out")


@pytest.mark.parametrize("cookie", ["ks_session=", "ks_session=nonsense", "ks_session={token}", "ks_session={refresh_token}",
                                    "ks_session=" + "x" * 4000])
def test_a_made_up_cookie_is_nobody(common_server, anna, cookie):
    headers = {"Cookie": cookie.format(token=anna.token, refresh_token=anna.refresh_token)}
    common_server.guest().get("files", headers=headers, want=401)


def test_a_bad_token_is_not_saved_by_a_good_cookie(anna):
    anna.browser().get("files", headers={"Authorization": "Bearer nonsense"}, want="401 INVALID_TOKEN")
