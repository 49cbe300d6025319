"""The web page embedded in the binary is served with the right files and headers."""
import gzip
import re
import subprocess

import pytest

from support.command import has_web_page

NAVIGATION = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "Sec-Fetch-Mode": "navigate"}


@pytest.fixture(autouse=True)
def web_page():
    if not has_web_page():
        pytest.skip("the binary has no web page")


@pytest.fixture
def site(common_server):
    return common_server.guest()


def open_page(site, target, **headers):
    return site.get(target, headers={**NAVIGATION, **headers}, want=200, checked=False)


def parts_of(page):
    """Returns the assets that the page loads first: scripts, styles, icons, the font. API calls are excluded."""
    links = re.findall(r'(?:src|href)="([^"]*)"', page.body.decode())
    return [link for link in links if not link.startswith("/api/v1/")]


def script_of(site):
    return next(part for part in parts_of(open_page(site, "/")) if re.match(r"/assets/.*\.js$", part))


@pytest.mark.parametrize("target", ["/", "/files", "/shares", "/admin/users", "/a/page/that/comes/tomorrow?x=1"])
def test_every_address_of_the_application_opens_it(site, target):
    page = open_page(site, target)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.body == open_page(site, "/").body and b'id="app"' in page.body
    assert page.headers["Cache-Control"] == "no-cache"


def test_an_older_browser_and_curl_are_sent_it_too(site):
    assert site.get("/", want=200).body == open_page(site, "/").body
    assert site.get("/files", headers={"Accept": "text/html"}, want=200, checked=False).body == open_page(site, "/").body


@pytest.mark.parametrize("target", ["/api/v1/nothing", "/api/nothing", "/assets/main-00000000.js", "/assets/", "/assets", "/assets/../index.html",
                                    "/assets/%2e%2e/index.html", "/ws/nothing", "/s", "/s/a/b"])
def test_what_is_no_page_is_not_there(site, target):
    site.get(target, headers=NAVIGATION, want="404 NOT_FOUND", checked=False)


def test_a_program_is_told_that_a_page_is_not_there(site):
    for headers in ({}, {"Accept": "application/json"}, {"Accept": "*/*"}, {"Accept": "text/html", "Sec-Fetch-Mode": "cors"},
                    {"Accept": "image/avif,*/*", "Sec-Fetch-Mode": "no-cors"}):
        site.get("/files", headers=headers, want="404 NOT_FOUND", checked=False)
    site.call("POST", "/files", headers=NAVIGATION, want="404 NOT_FOUND", checked=False)


def test_it_is_asked_for_again_and_mostly_not_sent(site):
    page = open_page(site, "/")
    for known in (page.headers["ETag"], f'"other", {page.headers["ETag"]}', f'W/{page.headers["ETag"]}', "*"):
        again = site.get("/", headers={**NAVIGATION, "If-None-Match": known}, want=304, checked=False)
        assert again.body == b"" and again.headers["ETag"] == page.headers["ETag"]
    open_page(site, "/", **{"If-None-Match": '"other"'})


def test_its_parts_are_kept_for_good(site):
    parts = parts_of(open_page(site, "/"))
    assert any(part.endswith(".js") for part in parts)
    for part in parts:
        assert re.match(r"/(?!/)", part), "from here alone"
        answer = site.get(part, want=200, checked=False)
        kind = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "svg": "image/svg+xml", "woff2": "font/woff2",
                "webmanifest": "application/manifest+json", "png": "image/png"}[part.rpartition(".")[2]]
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        forever = answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert forever == (re.match(r"/assets/.*-[\w-]{8,}\.\w+$", part) is not None), "for good, where the name has the content's hash"


def test_it_comes_compressed_as_the_browser_likes(site):
    script = script_of(site)
    plain = site.get(script, want=200)
    packed = site.get(script, headers={"Accept-Encoding": "gzip, deflate"}, want=200)
    assert (plain.headers.get("Content-Encoding"), packed.headers["Content-Encoding"]) == (None, "gzip")
    assert gzip.decompress(packed.body) == plain.body and len(packed.body) < 0.9 * len(plain.body)
    brotli = site.get(script, headers={"Accept-Encoding": "gzip, deflate, br, zstd"}, want=200)
    assert brotli.headers["Content-Encoding"] == "br" and len(brotli.body) < len(packed.body)
    unpacked = subprocess.run(["node", "-e", "process.stdin.pipe(require('zlib').createBrotliDecompress()).pipe(process.stdout)"],
                              input=brotli.body, capture_output=True, check=True)
    assert unpacked.stdout == plain.body
    assert len({answer.headers["ETag"] for answer in (plain, packed, brotli)}) == 3
    assert all("Accept-Encoding" in answer.headers["Vary"] for answer in (plain, packed, brotli))


@pytest.mark.parametrize("header, coding", [("", None), ("identity", None), ("gzip;q=0", None), ("br;q=0, gzip", "gzip"), ("br;q=0.1", "br"),
                                            ("gzip;q=0.000, br ; q=0.00", None), ("xgzip, brr", None), ("*", None), ("gzip;q=1.0", "gzip")])
def test_it_is_not_sent_as_the_browser_cannot_read_it(site, header, coding):
    answer = site.get(script_of(site), headers={"Accept-Encoding": header}, want=200)
    assert answer.headers.get("Content-Encoding") == coding


def test_head_is_the_same_without_the_bytes(site):
    for target in ("/", script_of(site)):
        whole, head = open_page(site, target), site.head(target, headers=NAVIGATION, want=200)
        assert head.body == b""
        for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control"):
            assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize("target", ["/", "/files", "/setup"])
def test_nothing_foreign_runs_in_it(site, target):
    page = open_page(site, target)
    rules = {words[0]: words[1:] for words in (part.split() for part in page.headers["Content-Security-Policy"].split(";"))}
    assert rules["default-src"] == ["'none'"] and rules["script-src"] == ["'self'"] and rules["connect-src"] == ["'self'"]
    assert rules["style-src"] == ["'self'"] and rules["frame-ancestors"] == ["'none'"] and rules["base-uri"] == ["'none'"]
    assert not any("unsafe" in word or "http" in word or "*" in word for words in rules.values() for word in words)
    assert page.headers["Referrer-Policy"] == "no-referrer", "an address may hold a token"
    assert page.headers["X-Content-Type-Options"] == "nosniff" and page.headers["X-Frame-Options"] == "DENY"
    assert not re.search(rb"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", page.body), "nothing inline, which the policy would refuse"


def test_it_asks_nobody_who_i_am(common_server, anna):
    """Pages are public; private data is loaded by API calls only."""
    assert anna.browser().get("/", want=200).body == common_server.guest().get("/", want=200).body
    assert common_server.guest(bearer="nonsense").get("/", want=200)
