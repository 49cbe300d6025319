"""Signing in again in the same browser replaces the session: the old cookie becomes invalid."""


def sign_in(client, user, **more):
    return client.post("auth/login?session=cookie", {"username": user.name, "password": user.password}, want=200, **more)


def is_good(server, cookie):
    return server.guest().get("users/me", headers={"Cookie": f"ks_session={cookie}"}, want=0).status == 200


def test_the_old_cookie_ends(common_server, anna):
    browser = anna.browser()
    old = browser.cookies["ks_session"]
    other = anna.browser()
    sign_in(browser, anna)
    assert browser.cookies["ks_session"] != old
    assert not is_good(common_server, old)
    assert is_good(common_server, browser.cookies["ks_session"])
    assert is_good(common_server, other.cookies["ks_session"]), "another browser stays signed in"
    anna.http.get("users/me", want=200)


def test_also_when_somebody_else_signs_in_there(common_server, anna, ben):
    browser = anna.browser()
    old = browser.cookies["ks_session"]
    sign_in(browser, ben)
    assert not is_good(common_server, old)
    assert browser.get("users/me", want=200).json()["id"] == ben.id


def test_a_failed_attempt_ends_nothing(common_server, anna):
    browser = anna.browser()
    browser.post("auth/login?session=cookie", {"username": anna.name, "password": "a wrong password"}, want=401)
    assert is_good(common_server, browser.cookies["ks_session"])


def test_a_cookie_that_is_none_is_in_nobodys_way(common_server, anna):
    sign_in(common_server.guest(), anna, headers={"Cookie": "ks_session=nonsense"})
