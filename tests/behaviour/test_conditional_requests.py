"""Conditional requests for content (RFC 9110 §13): by date if no entity tag is given."""
from email.utils import format_datetime, parsedate_to_datetime
from datetime import timedelta

import pytest

DATA = bytes(range(256)) * 10


@pytest.fixture
def content(common_server, anna):
    """Returns (client, target, Last-Modified) for the owner's content and for the content behind a link."""
    file = anna.upload("a.bin", DATA)
    share = anna.share(file)
    ways = [(anna.http, f"files/{file['id']}/content"), (common_server.guest(), f"public/shares/{share['share_token']}/content")]
    return [(client, target, client.head(target, want=200).headers["Last-Modified"]) for client, target in ways]


def moved(date, seconds):
    return format_datetime(parsedate_to_datetime(date) + timedelta(seconds=seconds), usegmt=True)


def obsolete(date):
    when = parsedate_to_datetime(date)
    return [when.strftime("%A, %d-%b-%y %H:%M:%S GMT"), when.strftime("%a %b ") + f"{when.day:2}" + when.strftime(" %H:%M:%S %Y")]


def test_the_date_is_the_file_s(anna):
    file = anna.upload()
    created = file["created_at"][:19]
    said = parsedate_to_datetime(anna.http.get(f"files/{file['id']}/content").headers["Last-Modified"])
    assert said.strftime("%Y-%m-%dT%H:%M:%S") == created


def test_what_is_there_already_is_not_sent_again(content):
    for client, target, date in content:
        for method in ("GET", "HEAD"):
            for since in (date, moved(date, 1), moved(date, 10**8), *obsolete(date)):
                answer = client.call(method, target, headers={"If-Modified-Since": since}, want=304)
                assert answer.body == b"" and answer.headers["ETag"] and answer.headers["Last-Modified"] == date
        for since in (moved(date, -1), "yesterday", "0", "2026-01-01T00:00:00Z", f"{date}, {date}"):
            assert client.get(target, headers={"If-Modified-Since": since}, want=200).body == DATA


def test_the_tag_takes_precedence(content):
    for client, target, date in content:
        tag = client.head(target).headers["ETag"]
        assert client.get(target, headers={"If-Modified-Since": date, "If-None-Match": '"other"'}, want=200).body == DATA
        client.get(target, headers={"If-Modified-Since": moved(date, -9), "If-None-Match": tag}, want=304)
        client.get(target, headers={"If-Unmodified-Since": moved(date, -9), "If-Match": tag}, want=200)


def test_a_range_goes_on_only_in_the_same_file(content):
    for client, target, date in content:
        for same in (date, *obsolete(date)):
            part = client.get(target, headers={"Range": "bytes=5-9", "If-Range": same}, want=206)
            assert part.body == DATA[5:10] and part.headers["Last-Modified"] == date
        for other in (moved(date, -1), moved(date, 1), "nonsense", 'W/"x"'):
            assert client.get(target, headers={"Range": "bytes=5-9", "If-Range": other}, want=200).body == DATA


def test_a_newer_file_is_not_taken_for_an_older_one(content):
    for client, target, date in content:
        client.get(target, headers={"If-Unmodified-Since": moved(date, -1)}, want="412 PRECONDITION_FAILED")
        for since in (date, moved(date, 5), "nonsense"):
            client.get(target, headers={"If-Unmodified-Since": since}, want=200)


def test_nothing_is_counted_or_told_of_what_was_not_sent(common_server, anna):
    file = anna.upload()
    share = anna.share(file, max_downloads=1)
    target = f"public/shares/{share['share_token']}/content"
    guest = common_server.guest()
    date = guest.head(target).headers["Last-Modified"]
    mine = anna.connect()
    guest.get(target, headers={"If-Modified-Since": date, "User-Agent": "curl/8"}, want=304)
    guest.get(target, headers={"If-Unmodified-Since": moved(date, -1)}, want=412)
    kinds = {message["type"] for message in common_server.received(mine)}
    assert not kinds & {"DownloadStarted", "DownloadEnded", "ShareExpired"}, kinds
    assert anna.http.get(f"shares/{share['share_id']}").json()["download_count"] == 0
