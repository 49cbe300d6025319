"""A server built without its web page (./dev build no-web) has plain pages in its place, and all the rest."""
import re

import pytest

from support.command import has_web_page

NAVIGATION = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate"}


@pytest.fixture(autouse=True)
def no_web_page():
    if has_web_page():
        pytest.skip("the binary has its web page")


def open_page(client, target, want=200):
    page = client.get(target, headers=NAVIGATION, want=want, checked=False)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8" and "script-src" in page.headers["Content-Security-Policy"]
    assert b"<script" not in page.body and b"<link" not in page.body
    return page.body.decode()


@pytest.mark.parametrize("target", ["/", "/files", "/admin/users"])
def test_a_note_in_place_of_the_application(common_server, anna, target):
    assert "without its web page" in open_page(common_server.guest(), target)


def test_the_first_administrator_without_a_script(start_server):
    server = start_server()
    page = open_page(server.guest(), "/setup")
    assert re.search(r'<form method="post"', page) and 'name="code"' in page


def test_a_link_opens_and_is_seen(common_server, anna):
    share = anna.share(anna.upload("letter.txt", b"Dear reader"))
    mine = anna.connect()
    page = open_page(common_server.browser(), f"/s/{share['share_token']}")
    [content] = re.findall(r'href="([^"]*/content)"', page)
    mine.expect("ShareAccessed", share_id=share["share_id"])
    assert "letter.txt" in page and common_server.browser().get(content, want=200).body == b"Dear reader"
    mine.expect("DownloadStarted", filename="letter.txt")


def test_a_protected_link_asks_for_its_password(common_server, anna):
    share = anna.share(anna.upload("letter.txt", b"Dear reader"), password="swordfish")
    assert 'type="password"' in open_page(common_server.browser(), f"/s/{share['share_token']}")


def test_a_link_that_does_not_exist(common_server):
    assert "Check that the link is complete" in open_page(common_server.guest(), "/s/Vn3mVuGqkQ0Ju1nYdHq9pA", want=404)
