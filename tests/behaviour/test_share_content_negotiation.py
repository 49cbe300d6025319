"""/s/{share_token} for programs: a client that does not accept HTML gets the file, as from /public/shares/{share_token}/content."""
import shutil
import subprocess

import pytest

DATA = b"%PDF-1.7 not really\n" * 100
CURL = {"Accept": "*/*", "User-Agent": "curl/8.5.0"}
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def file(anna):
    return anna.upload("Über uns.pdf", DATA)


def address(share):
    return f"/s/{share['share_token']}"


def is_page(answer):
    return answer.headers["Content-Type"].startswith("text/html") and b"Download" in answer.body


@pytest.mark.parametrize("headers", [CURL, {"Accept": "*/*", "User-Agent": "Wget/1.21.4"}, {"Accept": "*/*"}, {"Accept": "application/octet-stream"},
                                     {"Accept": "application/pdf, */*;q=0.1"}, {"Accept": "text/html;q=0, */*", "User-Agent": "curl/8.5.0"},
                                     {"Accept": "application/json", "User-Agent": "HTTPie/3.2.1"}])
def test_a_program_gets_the_file(common_server, anna, file, headers):
    share = anna.share(file)
    answer = common_server.guest().get(address(share), headers=headers, want=200)
    assert answer.body == DATA and answer.headers["ETag"]
    assert answer.headers["Content-Disposition"].startswith("attachment; ") and "filename*=UTF-8''%C3%9Cber%20uns.pdf" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("headers", [
    {"Accept": HTML, "User-Agent": FIREFOX}, {"Accept": "text/html"}, {"Accept": "TEXT/HTML"}, {"Accept": "application/xhtml+xml"}, {"Accept": "text/*"},
    {}, {"User-Agent": "curl/8.5.0"}, {"Accept": "", "User-Agent": "x"},
    {"Accept": "*/*", "User-Agent": FIREFOX},
    {"Accept": "*/*", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, {"Accept": "*/*", "Sec-Fetch-Dest": "script"},
    {"Accept": "*/*", "Sec-Purpose": "prefetch"},
    {"Accept": "*/*", "User-Agent": "WhatsApp/2.23.20.0"}, {"Accept": "*/*", "User-Agent": "TelegramBot (like TwitterBot)"},
    {"Accept": "*/*", "User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
    {"Accept": "*/*", "User-Agent": "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"},
    {"Accept": "*/*", "User-Agent": "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)"},
    {"Accept": "*/*", "User-Agent": "Signal-Android/6.0"}])
def test_browsers_and_previews_get_the_page(common_server, anna, file, headers):
    share = anna.share(file, max_downloads=1)
    assert is_page(common_server.guest(agent="").get(address(share), headers=headers, want=200))
    assert anna.http.get(f"shares/{share['share_id']}").json()["download_count"] == 0


def test_parts_and_conditions_work(common_server, anna, file):
    guest, share = common_server.guest(), anna.share(file)
    part = guest.get(address(share), headers={**CURL, "Range": "bytes=5-9"}, want=206)
    assert part.body == DATA[5:10]
    guest.get(address(share), headers={**CURL, "If-None-Match": part.headers["ETag"]}, want=304)
    guest.get(address(share), headers={**CURL, "If-Modified-Since": part.headers["Last-Modified"]}, want=304)
    head = guest.head(address(share), headers=CURL, want=200)
    assert int(head.headers["Content-Length"]) == len(DATA) and "attachment" in head.headers["Content-Disposition"]
    assert guest.get(f"{address(share)}?inline=1", headers=CURL).headers["Content-Disposition"].startswith("inline")


def test_it_counts_as_a_download(common_server, anna, file):
    share = anna.share(file, max_downloads=1)
    mine = anna.connect()
    guest = common_server.guest()
    guest.head(address(share), headers=CURL, want=200)
    assert guest.get(address(share), headers=CURL, want=200).body == DATA
    mine.expect("ShareAccessed", share_id=share["share_id"])
    mine.expect("DownloadStarted", file_id=file["id"])
    gone = common_server.guest(agent="Wget/1.21").get(address(share), headers={"Accept": "*/*"}, want="410 GONE")
    assert gone.headers["Content-Type"] == "application/problem+json"
    assert anna.http.get(f"shares/{share['share_id']}").json()["state"] == "used_up"


def test_a_password_is_asked_for_in_words(common_server, anna, file):
    share = anna.share(file, password="sésame")
    guest = common_server.guest()
    asked = guest.get(address(share), headers=CURL, want="401 INVALID_CREDENTIALS")
    assert "X-Share-Password" in asked.json()["detail"] and asked.headers["Content-Type"] == "application/problem+json"
    guest.head(address(share), headers=CURL, want=401)
    guest.get(address(share), headers={**CURL, "X-Share-Password": "wrong"}, want="401 INVALID_CREDENTIALS")
    assert guest.get(address(share), headers={**CURL, "X-Share-Password": "UTF-8''s%C3%A9same"}, want=200).body == DATA


def test_wrong_passwords_have_a_limit_here_too(start_server):
    server = start_server(shares__password_attempts_per_minute=3)
    share = server.admin.share(server.admin.upload(), password="sesame")
    got = [server.guest().get(address(share), headers={**CURL, "X-Share-Password": f"wrong{n}"}, want=0).status for n in range(8)]
    assert got[0] == 401 and got[-1] == 429


def test_what_is_not_there_is_said_as_a_problem(common_server, anna, file):
    guest = common_server.guest()
    guest.get("/s/AAAAAAAAAAAAAAAAAAAAAAAA", headers=CURL, want="404 NOT_FOUND")
    share = anna.share(file)
    anna.revoke(share)
    guest.get(address(share), headers=CURL, want="404 NOT_FOUND")


def test_too_many_requests_are_said_as_a_problem(start_server):
    server = start_server(http__requests_per_second=1, http__request_burst=5)
    guest = server.guest()
    got = [guest.get("/s/AAAAAAAAAAAAAAAAAAAAAAAA", headers=CURL, want=0) for _ in range(12)]
    refused = [answer for answer in got if answer.status == 429]
    assert refused and refused[0].json()["code"] == "RATE_LIMITED"


@pytest.mark.parametrize("command, name", [(["curl", "-sfOJ"], None), (["wget", "-q", "--content-disposition"], None),
                                           (["wget", "-q", "-O", "x.pdf"], "x.pdf")])
def test_the_usual_programs(common_server, anna, tmp_path, command, name):
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    share = anna.share(anna.upload("report.pdf", DATA))
    subprocess.run([*command, share["url"]], cwd=tmp_path, check=True, timeout=60)
    assert (tmp_path / (name or "report.pdf")).read_bytes() == DATA
