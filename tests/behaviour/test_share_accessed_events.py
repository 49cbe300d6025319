"""ShareAccessed is delivered to the owner, once per visit."""
import uuid

import pytest

PREVIEW_BOTS = [
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Twitterbot/1.0",
    "WhatsApp/2.23.20.0",
    "TelegramBot (like TwitterBot)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
]


def places(share):
    """Returns the targets that begin a visit: the page, the metadata, the content."""
    public = f"public/shares/{share['share_token']}"
    return [f"/s/{share['share_token']}", public, f"{public}/content"]


def accessed(share):
    return {name: share[name] for name in ("share_id", "file_id", "filename")}


def assert_visits(socket, share, count):
    for _ in range(count):
        assert socket.expect("ShareAccessed", skipping=("DownloadStarted",)) == accessed(share)


def let_pass(server, share, minutes):
    """Backdates the start of this share's visits."""
    database, share_id = server.database, uuid.UUID(share["share_id"]).hex
    database.execute(f"UPDATE visitors SET visit_started = visit_started - {minutes * 60_000} WHERE {database.hex('share_id')} = '{share_id}'")


def nothing_but_downloads(server, socket):
    assert {message.type for message in server.received(socket)} <= {"DownloadStarted"}


@pytest.fixture
def share(anna, ben):
    return anna.share(anna.upload(), recipients=[ben])


@pytest.fixture
def owner(anna, share):
    return anna.connect()


def test_only_the_owner_receives_it(common_server, anna, ben, carla, share):
    mine = [anna.connect(), anna.connect()]
    others = [ben.connect(), carla.connect(), common_server.admin.connect(), common_server.listen(), common_server.listen(share=share)]
    common_server.guest().get(f"public/shares/{share['share_token']}", want=200)
    for socket in mine:
        assert_visits(socket, share, 1)
    common_server.assert_nothing_else(*mine, *others)


@pytest.mark.parametrize("place", range(3), ids=["page", "metadata", "content"])
def test_wherever_a_visit_begins(common_server, owner, share, place):
    guest = common_server.guest()
    for _ in range(2):
        guest.get(places(share)[place], want=200)
    assert_visits(owner, share, 1)
    nothing_but_downloads(common_server, owner)


def test_a_browser_is_one_visitor_by_its_cookie(common_server, owner, share):
    browser = common_server.browser()
    for place in places(share):
        browser.get(place, want=200)
        browser.agent += " updated"
    assert "ks_visit" in browser.cookies
    assert_visits(owner, share, 1)
    nothing_but_downloads(common_server, owner)


def test_the_cookie_is_kept_from_scripts(common_server, share):
    for place in places(share)[:2]:
        line = common_server.guest().get(place, want=200).headers["Set-Cookie"]
        assert line.startswith("ks_visit=") and "httponly" in line.lower()


@pytest.mark.parametrize("place", range(3), ids=["page", "metadata", "content"])
def test_who_comes_back_after_half_an_hour_visits_anew(common_server, owner, share, place):
    guest = common_server.guest()
    guest.get(places(share)[place], want=200)
    assert_visits(owner, share, 1)
    let_pass(common_server, share, minutes=29)
    guest.get(places(share)[place], want=200)
    nothing_but_downloads(common_server, owner)
    let_pass(common_server, share, minutes=1)
    for _ in range(2):
        guest.get(places(share)[place], want=200)
    assert_visits(owner, share, 1)
    nothing_but_downloads(common_server, owner)


def test_others_are_other_visitors(common_server, owner, share):
    for agent, source in (("one", "127.0.0.1"), ("another", "127.0.0.1"), ("one", "127.0.0.2")):
        common_server.guest(agent=agent, source=source).get(places(share)[1], want=200)
    assert_visits(owner, share, 3)
    common_server.assert_nothing_else(owner)


def test_each_share_has_its_own_visits(common_server, anna, owner, share):
    second = anna.share(anna.upload("second.txt"))
    common_server.received(owner)
    browser = common_server.browser()
    for one in (share, second):
        browser.get(places(one)[0], want=200)
        assert_visits(owner, one, 1)
    common_server.assert_nothing_else(owner)


def test_a_recipient_is_a_visitor_too(common_server, ben, owner, share):
    recipient = ben.connect()
    ben.http.get(places(share)[1], want=200)
    assert_visits(owner, share, 1)
    common_server.assert_nothing_else(owner, recipient)


def test_the_owner_is_no_visitor(common_server, anna, owner, share):
    for me in (anna.http, anna.browser()):
        for place in places(share):
            me.get(place, want=200)
    nothing_but_downloads(common_server, owner)


def test_head_is_no_visit(common_server, owner, share):
    for place in (places(share)[0], places(share)[2]):
        common_server.guest().head(place, want=200)
    common_server.assert_nothing_else(owner)


@pytest.mark.parametrize("bot", PREVIEW_BOTS, ids=lambda bot: bot.split("/")[0].split()[0])
def test_a_link_preview_is_no_visit(common_server, owner, share, bot):
    page = common_server.guest(agent=bot).get(places(share)[0], want=200)
    assert share["filename"].encode() in page.body
    common_server.assert_nothing_else(owner)


def test_a_wrong_password_is_no_visit(common_server, anna):
    share = anna.share(anna.upload(), password="open sesame")
    owner = anna.connect()
    guest = common_server.guest()
    for headers in ({}, {"X-Share-Password": "close sesame"}):
        guest.get(places(share)[1], headers=headers, want="401 INVALID_CREDENTIALS")
        guest.get(places(share)[2], headers=headers, want="401 INVALID_CREDENTIALS")
    common_server.assert_nothing_else(owner)
    guest.get(places(share)[1], headers={"X-Share-Password": "open sesame"}, want=200)
    assert_visits(owner, share, 1)
    common_server.assert_nothing_else(owner)


def test_an_ended_share_has_no_visits(common_server, anna, owner, share):
    limited = anna.change_share(share, max_downloads=1)
    common_server.guest(agent="the last one").get(places(limited)[2], want=200)
    owner.expect("ShareExpired", skipping=("ShareAccessed", "DownloadStarted"))
    common_server.guest(agent="too late").get(places(limited)[1], want="410 GONE")
    common_server.assert_nothing_else(owner)
