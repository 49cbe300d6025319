"""A file cannot harm a browser: the headers of untrusted content keep it from running as a page."""
import pytest

PAGE = b"<!doctype html><script>alert(document.domain)</script>"
KINDS = ["text/html", "text/html; charset=utf-8", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/javascript",
         "application/pdf",
         "text/plain", "application/octet-stream"]


@pytest.fixture
def doors(common_server, anna):
    def of(kind):
        file = anna.http.call("POST", "files?filename=page.html", body=PAGE, headers={"Content-Type": kind}, want=201).json()
        share = anna.share(file)
        return [(anna.http, f"files/{file['id']}/content"), (common_server.guest(), f"public/shares/{share['share_token']}/content")]
    return of


def policy(answer):
    value = answer.headers["Content-Security-Policy"]
    return {words[0]: set(words[1:]) for words in (part.split() for part in value.split(";")) if words}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_in_it_runs(doors, kind):
    for client, target in doors(kind):
        for how in ("", "?inline=0", "?inline=1"):
            for headers in ({}, {"Range": "bytes=0-9"}):
                answer = client.get(target + how, headers=headers)
                assert not policy(answer)["sandbox"] & {"allow-scripts", "allow-same-origin", "allow-top-navigation", "allow-forms",
                                                        "allow-popups"}
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.headers["Content-Disposition"].split(";")[0] == ("inline" if how == "?inline=1" else "attachment")
                assert answer.headers["Accept-Ranges"] == "bytes"


def test_it_is_kept_from_shared_caches(doors):
    for client, target in doors("text/plain"):
        control = client.get(target).headers.get("Cache-Control", "")
        assert "public" not in control and any(word in control for word in ("private", "no-store", "no-cache"))


@pytest.mark.parametrize("how", ["?inline=2", "?inline=yes"])
def test_inline_is_yes_or_no(doors, how):
    for client, target in doors("text/plain"):
        answer = client.get(target + how, want=0)
        assert answer.status == 400 or answer.headers["Content-Disposition"].startswith("attachment")


def test_a_type_cannot_smuggle_a_header(anna):
    for kind in ("text/plain\tx", "text/" + "x" * 3000):
        file = anna.http.call("POST", "files?filename=a", body=b"x", headers={"Content-Type": kind}, want=0)
        assert file.status in (201, 400)
        if file.status == 201:
            answer = anna.download(file.json(), want=200)
            assert "\n" not in answer.headers["Content-Type"] and answer.headers["Content-Type"] == file.json()["content_type"]
    head = b'Content-Disposition: form-data; name="file"; filename="a"\r\nContent-Type: text/plain\nX-Evil: yes\r\n'
    body = b"--b\r\n" + head + b"\r\nx\r\n--b--\r\n"
    file = anna.http.call("POST", "files", body=body, headers={"Content-Type": "multipart/form-data; boundary=b"}, want=0)
    if file.status == 201:
        assert "X-Evil" not in anna.download(file.json(), want=200).headers
