"""CORS: pages of the origins in http.cors_origins may call the API with a token; other pages may not, and none may use cookies."""
import pytest

from support import tus
from support.command import startup_error

APP, OTHER = "https://app.example.org", "http://localhost:5173"
EXPOSED = {"Location", "Tus-Resumable", "Upload-Offset", "Upload-Length", "Upload-Expires", "Upload-Metadata", "ETag", "Content-Range",
           "Content-Disposition", "Retry-After"}
TUS = {"Authorization", "Content-Type", "Tus-Resumable", "Upload-Length", "Upload-Metadata", "Upload-Offset", "Upload-Concat",
       "Upload-Defer-Length", "Upload-Checksum", "X-HTTP-Method-Override", "X-Requested-With", "Idempotency-Key", "X-Share-Password", "Range"}


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    from support.server import Server
    server = Server(tmp_path_factory.mktemp("server"), {"http.cors_origins": f"HTTPS://App.Example.org:443, {OTHER}", "realtime.presence": "off"})
    yield server
    server.stop()


@pytest.fixture
def mia(listed):
    return listed.user("mia")


def words(text):
    return {word.strip() for word in (text or "").split(",")}


def ask(client, method, target, origin, want=0, **more):
    headers = {"Origin": origin, **more.pop("headers", {})}
    return client.clone().call(method, target, headers=headers, want=want, checked=False, **more)


def assert_lets(answer, origin):
    assert answer.headers.get_all("Access-Control-Allow-Origin") == [origin], answer
    assert "Origin" in words(", ".join(answer.headers.get_all("Vary")))
    assert "Access-Control-Allow-Credentials" not in answer.headers


def assert_does_not(answer):
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")], answer.headers.items()


@pytest.mark.parametrize("origin", [APP, OTHER])
@pytest.mark.parametrize("method, target", [("GET", "files"), ("POST", "shares"), ("PATCH", "uploads/x"), ("DELETE", "files/x"), ("HEAD", "uploads/x"),
                                            ("POST", "uploads/"), ("GET", "events"), ("GET", "/api/openapi.yaml"), ("GET", "nothing")])
def test_a_listed_page_may_ask(listed, origin, method, target):
    answer = ask(listed.guest(), "OPTIONS", target, origin, want=204, headers={
        "Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization,tus-resumable"})
    assert_lets(answer, origin)
    assert method in words(answer.headers["Access-Control-Allow-Methods"])
    assert TUS <= words(answer.headers["Access-Control-Allow-Headers"])
    assert int(answer.headers["Access-Control-Max-Age"]) > 0


@pytest.mark.parametrize("origin", ["https://evil.example", "https://app.example.org.evil.example", "http://app.example.org",
                                    "https://app.example.org:8443", "null", "https://APP.example.org", "*", APP + "/"])
def test_others_may_not(listed, mia, origin):
    for target in ("files", "uploads"):
        assert_does_not(ask(listed.guest(), "OPTIONS", target, origin, headers={"Access-Control-Request-Method": "POST"}))
    answer = ask(mia.http, "GET", "files", origin, want=200)
    assert_does_not(answer)
    assert "Origin" in words(", ".join(answer.headers.get_all("Vary")))


def test_every_answer_says_so(listed, mia):
    file = mia.upload("a.txt", b"hello")
    share = mia.share(file)
    for client, method, target, want in [(mia.http, "GET", "files", 200), (mia.http, "GET", f"files/{file['id']}/content", 200),
                                         (mia.http, "GET", f"files/archive?ids={file['id']}", 200), (mia.http, "HEAD", "events", 200),
                                         (listed.guest(), "GET", "files", 401), (mia.http, "GET", "nothing", 404), (mia.http, "PUT", "files", 405),
                                         (listed.guest(), "GET", f"public/shares/{share['share_token']}", 200),
                                         (listed.guest(), "GET", f"public/shares/{share['share_token']}/content", 200)]:
        answer = ask(client, method, target, APP, want=want)
        assert_lets(answer, APP)
        assert EXPOSED <= words(answer.headers["Access-Control-Expose-Headers"])
    stream = mia.http.clone().stream_response("GET", "/api/v1/events?since=now", headers={"Origin": APP})
    assert_lets(stream, APP)
    stream.close()


def test_an_upload_by_tus(listed, mia):
    made = ask(mia.http, "POST", "uploads", APP, want=201, headers=tus.request_headers({"upload_length": 5}))
    assert_lets(made, APP)
    upload = tus.Upload(mia.http, made.headers["Location"])
    sent = ask(mia.http, "PATCH", upload.target, APP, want=204, body=b"hello", headers=tus.request_headers({"upload_offset": 0, "content_type": tus.BYTES}))
    assert_lets(sent, APP)
    upload.assert_content(b"hello")


def test_a_cookie_is_worth_nothing(listed, mia):
    browser = mia.browser()
    ask(browser, "POST", "tokens", APP, want="403 FORBIDDEN", json={"name": "stolen"}, headers={"Cookie": browser.cookie()})
    # The browser withholds this response from the page, because Access-Control-Allow-Credentials is never sent.
    assert_lets(ask(browser, "GET", "files", APP, headers={"Cookie": browser.cookie()}), APP)


def test_pages_and_probes_are_not_the_api(listed):
    for target in ("/", "/healthz"):
        assert_does_not(ask(listed.guest(), "GET", target, APP))


def test_nobody_may_where_nobody_is_listed(common_server, anna):
    assert_does_not(ask(anna.http, "OPTIONS", "files", APP, headers={"Access-Control-Request-Method": "POST"}))
    assert_does_not(ask(anna.http, "GET", "files", APP, want=200))


@pytest.mark.parametrize("value", ["*", "null", "app.example.org", "https://app.example.org/", "https://app.example.org/x", "ftp://app.example.org",
                                   "https://*.example.org", "https://a, b", "https://a:99999"])
def test_a_bad_value_is_refused(tmp_path, value):
    line = startup_error("--set", f"http.cors_origins={value}", folder=tmp_path)
    assert "http.cors_origins" in line and value in line and "https://app.example.org" in line
