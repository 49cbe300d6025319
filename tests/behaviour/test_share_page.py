"""The page behind a link (/s/{share_token}) works without script, and runs no script but our own."""
import re
from html.parser import HTMLParser

import pytest

from support.users import timestamp_in

EVIL = '<script>alert(1)</script>"\'&<img src=x onerror=alert(1)>.txt'.replace("/", "")

OUR_SCRIPT = re.compile(r"/(assets/)?[\w-]+\.js")


@pytest.fixture
def share(anna):
    return anna.share(anna.upload("Übung & more.txt", b"hello"))


class Tags(HTMLParser):
    """Parses a page into its tags with attributes, and its text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(page.body.decode())

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


def page_of(share):
    return f"/s/{share['share_token']}"


def links(page):
    return [link.replace("&amp;", "&") for link in re.findall(r'(?:href|action)="([^"]*)"', page.body.decode())]


def test_a_name_and_a_way_to_get_it(common_server, share):
    browser = common_server.browser()
    page = browser.get(page_of(share), want=200)
    assert page.headers["Content-Type"].lower().replace(" ", "") == "text/html;charset=utf-8"
    assert "Übung &amp; more.txt" in page.body.decode()
    (link,) = [link for link in links(page) if link.partition("?")[0].endswith(f"/api/v1/public/shares/{share['share_token']}/content")]
    got = browser.get(link[link.index("/api"):], want=200)
    assert got.body == b"hello" and got.headers["Content-Disposition"].startswith("attachment")


def test_nothing_on_it_runs_or_comes_from_elsewhere(anna, common_server):
    for name in ("plain.txt", EVIL):
        share = anna.share(anna.upload(name))
        page = common_server.browser().get(page_of(share), want=200)
        seen = Tags(page)
        assert not {"iframe", "object", "embed", "img"} & {tag for tag, _ in seen.tags}
        for tag, attributes in seen.tags:
            assert tag != "script" or OUR_SCRIPT.fullmatch(attributes["src"]), "a file of ours, nothing inline"
            assert not [key for key in attributes if key.startswith("on") or key == "style"], (tag, attributes)
            for key in {"src", "href", "action"} & set(attributes):
                assert re.match(r"/(?!/)|#|\?|[a-z]+/", attributes[key]), (tag, attributes)
        assert name in seen.text
        rules = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in rules and "script-src 'self';" in rules and "unsafe" not in rules


def test_it_does_not_give_the_link_away(common_server, share):
    page = common_server.browser().get(page_of(share), want=200)
    assert page.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert page.headers["X-Content-Type-Options"] == "nosniff"


def test_one_visit_from_the_page_to_the_last_byte(common_server, anna, share):
    public = f"public/shares/{share['share_token']}"
    socket = anna.connect()
    for visitor in (common_server.browser(), common_server.guest(agent="a browser without cookies")):
        for target in (page_of(share), public, f"{public}/content", page_of(share), public):
            visitor.get(target, want=200)
        socket.expect("ShareAccessed", share_id=share["share_id"])
        socket.expect("DownloadStarted")
        common_server.assert_nothing_else(socket)


def test_head_is_only_a_question(common_server, anna, share):
    socket, browser = anna.connect(), common_server.browser()
    answer = browser.head(page_of(share), want=200)
    assert answer.body == b""
    browser.head("/s/AAAAAAAAAAAAAAAAAAAAAAAA", want=404)
    common_server.assert_nothing_else(socket)


@pytest.mark.parametrize("token", ["AAAAAAAAAAAAAAAAAAAAAAAA", "x", "..", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "A" * 3000, "'%20or%201=1",
                                   "%3Cscript%3E", "%C3%9C"])
def test_an_unknown_link_is_told_kindly(common_server, token):
    page = common_server.browser().get(f"/s/{token}", want=404, checked=False)
    if page.headers.get_content_type() == "text/html":
        assert all(OUR_SCRIPT.fullmatch(attributes["src"]) for tag, attributes in Tags(page).tags if tag == "script")
    else:
        assert page.json()["code"] == "NOT_FOUND"


@pytest.mark.parametrize("end", ["expired", "used up"])
def test_an_ended_link_is_told_kindly(common_server, anna, share, end):
    if end == "expired":
        anna.change_share(share, expires_at=timestamp_in(-1))
    else:
        anna.change_share(share, max_downloads=1)
        common_server.guest().get(f"public/shares/{share['share_token']}/content", want=200)
    page = common_server.browser().get(page_of(share), want=410)
    assert page.headers.get_content_type() == "text/html"
    assert "/content" not in page.body.decode()
    common_server.browser().head(page_of(share), want=410)


def test_the_form_wants_a_form(common_server, anna):
    share = anna.share(anna.upload(), password="sesame")
    browser = common_server.browser()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (b"", b"pass=sesame", b"password=", b"%zz=%"):
        assert browser.call("POST", page_of(share), body=body, headers=form, want=0).status in (400, 401)
    browser.call("POST", page_of(share), body=b"password=" + b"x" * 1_000_000, headers=form, want=413)
    browser.call("POST", "/s/AAAAAAAAAAAAAAAAAAAAAAAA", body=b"password=sesame", headers=form, want=404)
    browser.get(f"public/shares/{share['share_token']}/content", want=401)
