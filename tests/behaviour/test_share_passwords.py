"""A link has a password: every endpoint requires it, a browser gives it once, and guessing is limited."""
import pytest

from support.timeouts import eventually

PASSWORD = "öpen, sesame!"


def public(share):
    return f"public/shares/{share['share_token']}"


def content(share):
    return public(share) + "/content"


def given(password):
    return {"X-Share-Password": password.encode()}


@pytest.fixture
def share(anna):
    return anna.share(anna.upload("secret.txt", b"the secret"), password=PASSWORD, max_downloads=5)


@pytest.fixture
def guest(common_server):
    return common_server.guest()


def submit(client, share, password):
    return client.call("POST", f"/s/{share['share_token']}", body=("password=" + password).encode(), want=0,
                       headers={"Content-Type": "application/x-www-form-urlencoded"})


def test_without_it_there_is_nothing(common_server, anna, share, guest):
    socket = anna.connect()
    for headers in ({}, given("wrong"), given(""), given(PASSWORD + " x"), given(PASSWORD.upper())):
        for target in (public(share), content(share)):
            refused = guest.get(target, headers=headers, want="401 INVALID_CREDENTIALS")
            assert b"secret" not in refused.body
        guest.head(content(share), headers=headers, want=401)
    page = guest.get(f"/s/{share['share_token']}", want=200)
    assert b"secret" not in page.body
    assert anna.http.get(f"shares/{share['share_id']}").json()["download_count"] == 0
    common_server.assert_nothing_else(socket)


def test_with_it_there_is_all(anna, share, guest):
    found = guest.get(public(share), headers=given(PASSWORD), want=200).json()
    assert (found["filename"], found["has_password"]) == ("secret.txt", True)
    assert guest.get(content(share), headers=given(PASSWORD), want=200).body == b"the secret"
    assert guest.head(content(share), headers=given(PASSWORD), want=200).headers["Content-Length"] == "10"
    assert anna.http.get(f"shares/{share['share_id']}").json()["download_count"] == 1


@pytest.mark.parametrize("password, encoded", [
    ("öffne dich", "UTF-8''%C3%B6ffne%20dich"), (" €uro ", "utf-8''%20%E2%82%ACuro%20"), ("a\nb", "UTF-8''a%0ab"),
    ("UTF-8''x", "UTF-8''UTF-8''x"), ("UTF-8''%", "UTF-8''%"), ("50%", "50%"), ("UTF-8''", "UTF-8''UTF-8''")])
def test_any_password_goes_through_a_header(anna, guest, password, encoded):
    share = anna.share(anna.upload("secret.txt", b"the secret"), password=password)
    headers = {"X-Share-Password": encoded}
    assert guest.get(public(share), headers=headers, want=200).json()["has_password"]
    assert guest.get(content(share), headers=headers, want=200).body == b"the secret"


def test_nobody_is_asked_for_it_when_it_has_ended(anna, share, guest):
    anna.http.patch(f"shares/{share['share_id']}", {"expires_in": 1}, want=200)
    eventually(lambda: guest.get(public(share), want=0).status == 410, "it has ended")
    for headers in ({}, given("wrong"), given(PASSWORD)):
        for target in (public(share), content(share)):
            guest.get(target, headers=headers, want="410 GONE")
    page = guest.get(f"/s/{share['share_token']}", want=0)
    assert page.status == 410 and b'type="password"' not in page.body


def test_a_recipient_who_is_signed_in_needs_none(common_server, ben, carla, anna):
    share = anna.share(anna.upload(), password=PASSWORD, recipients=[ben])
    for caller in (ben.http, ben.browser()):
        caller.get(content(share), want=200)
        assert caller.get(public(share), want=200).json()["has_password"] is True
        assert b'type="password"' not in caller.get(f"/s/{share['share_token']}", want=200).body
    assert ben.http.get("shares/received").json()["items"][0]["has_password"] is True
    for other in (carla.http, common_server.guest()):
        other.get(content(share), want="401 INVALID_CREDENTIALS")


def test_a_planted_cookie_opens_nothing(common_server, anna, share):
    """Session fixation: an attacker plants a visit cookie in the victim's browser and waits for the password to be entered."""
    thief, victim = common_server.browser(), common_server.browser()
    thief.get(f"/s/{share['share_token']}", want=200)
    victim.cookies.update(thief.cookies)
    submit(victim, share, "%C3%B6pen%2C+sesame%21").expect(303)
    victim.get(content(share), want=200)
    assert victim.cookies != thief.cookies
    thief.get(content(share), want="401 INVALID_CREDENTIALS")
    chosen = common_server.browser()
    chosen.cookies["ks_visit"] = "chosen-by-the-client"
    chosen.get(public(share), headers=given(PASSWORD), want=200)
    assert chosen.cookies["ks_visit"] != "chosen-by-the-client"
    planted = common_server.browser()
    planted.cookies["ks_visit"] = "chosen-by-the-client"
    planted.get(content(share), want="401 INVALID_CREDENTIALS")


def test_the_cookie_of_one_share_is_none_at_another(common_server, anna, share):
    """Holds even if both passwords are equal. A browser keeps one entry for each share that it has opened."""
    other = anna.share(anna.upload("other.txt"), password=PASSWORD)
    browser = common_server.browser()
    browser.get(public(share), headers=given(PASSWORD), want=200)
    browser.get(public(other), want="401 INVALID_CREDENTIALS")
    browser.get(public(other), headers=given(PASSWORD), want=200)
    for one in (share, other):
        browser.get(content(one), want=200)


def test_once_is_enough_for_a_browser(common_server, anna, share):
    browser = common_server.browser()
    browser.get(public(share), want=401)
    browser.get(public(share), headers=given(PASSWORD), want=200)
    assert browser.get(public(share), want=200).json()["filename"] == "secret.txt"
    assert browser.get(content(share), want=200).body == b"the secret"
    other = anna.share(anna.upload(), password="another one")
    browser.get(public(other), want="401 INVALID_CREDENTIALS")
    common_server.browser().get(content(share), want="401 INVALID_CREDENTIALS")


def test_by_the_form_of_the_page(common_server, anna, share):
    browser, socket = common_server.browser(), anna.connect()
    assert b'type="password"' in browser.get(f"/s/{share['share_token']}", want=200).body
    again = submit(browser, share, "wrong").expect(401)
    assert b'type="password"' in again.body and b"secret" not in again.body
    browser.get(content(share), want=401)
    common_server.assert_nothing_else(socket)
    done = submit(browser, share, "%C3%B6pen%2C+sesame%21").expect(303)
    assert done.headers["Location"].endswith(f"/s/{share['share_token']}")
    page = browser.get(f"/s/{share['share_token']}", want=200)
    assert b"secret.txt" in page.body and b'type="password"' not in page.body
    assert browser.get(content(share), want=200).body == b"the secret"
    socket.expect("ShareAccessed", share_id=share["share_id"])
    socket.expect("DownloadStarted")
    common_server.assert_nothing_else(socket)


def test_a_new_one_and_none(anna, share, guest):
    anna.change_share(share, password="a new one")
    guest.get(public(share), headers=given(PASSWORD), want=401)
    guest.get(public(share), headers=given("a new one"), want=200)
    anna.change_share(share, password=None)
    assert guest.get(public(share), want=200).json()["has_password"] is False


def test_an_unknown_link_does_not_ask(guest):
    for target in ("public/shares/AAAAAAAAAAAAAAAAAAAAAAAA", "public/shares/AAAAAAAAAAAAAAAAAAAAAAAA/content"):
        guest.get(target, headers=given("guess"), want="404 NOT_FOUND")


class TestGuessing:
    @pytest.fixture
    def server(self, start_server):
        return start_server(shares__password_attempts_per_minute=3)

    @pytest.fixture
    def anna(self, server):
        return server.user("anna")

    @pytest.mark.parametrize("door", ["metadata", "content", "page"])
    def test_has_an_end(self, server, anna, share, door):
        guest = server.guest()

        def guess():
            if door == "page":
                return submit(guest, share, "guess")
            return guest.get(content(share) if door == "content" else public(share), headers=given("guess"), want=0)

        assert [guess().status for _ in range(3)] == [401] * 3
        refused = guess().expect(429)
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        for target in (public(share), content(share)):
            guest.get(target, headers=given(PASSWORD), want="429 RATE_LIMITED")

    def test_hinders_nobody_else(self, server, anna, share):
        guest = server.guest()
        for _ in range(4):
            guest.get(public(share), headers=given("guess"), want=0)
        other = anna.share(anna.upload(), password=PASSWORD)
        guest.get(public(other), headers=given(PASSWORD), want=200)
        server.guest(source="127.0.0.2").get(public(share), headers=given(PASSWORD), want=200)

    def test_is_not_what_others_do(self, server, share):
        guest = server.guest()
        for _ in range(6):
            guest.get(public(share), want=401)
        for _ in range(6):
            guest.get(public(share), headers=given(PASSWORD), want=200)

    def test_many_at_once_are_counted_too(self, server, share):
        calls = [server.guest().stream_response("GET", public(share), headers=given("guess")) for _ in range(20)]
        assert sorted(call.status for call in calls) == [401] * 3 + [429] * 17
