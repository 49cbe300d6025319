"""File contents in an S3 service."""
import urllib.error
import urllib.request
import uuid

import pytest
from support import s3_server, tus
from support.command import kingshare, startup_error
from support.data_folder import assert_no_orphans
from support.flaky_proxy import FlakyProxy

PART = 8 << 20


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    if not s3_server.is_installed():
        pytest.skip(f"needs the packages {s3_server.PACKAGES}")
    one = s3_server.S3Server(tmp_path_factory.mktemp("s3") / "service")
    yield one
    one.stop()


class Address:
    """The service as FlakyProxy takes it."""

    def __init__(self, url):
        host, port = url.removeprefix("http://").split(":")
        self.address = host, int(port)


@pytest.fixture
def start_on_s3(start_server, service, request):
    """Returns a function that starts a server with its contents in S3, by default without a proxy in between."""
    def start(url=service.url, **settings):
        return start_server(blobs__url=f"s3://bucket/{request.node.name}?endpoint={url}", blobs__access_key=s3_server.ACCESS_KEY,
                            blobs__secret_key=s3_server.SECRET_KEY, **settings)
    return start


def content(size):
    return bytes(range(251)) * (size // 251) + bytes(size % 251)


def test_files_are_objects(start_on_s3):
    server = start_on_s3()
    anna = server.user("anna")
    letter, film = anna.upload(), anna.upload("film.bin", content(2 * PART + 5))
    assert_no_orphans(server, files=2)
    assert sorted(server.s3_keys()) == sorted([letter["id"], film["id"]])
    assert anna.download(film).body == content(2 * PART + 5)
    part = anna.http.get(f"files/{film['id']}/content", headers={"Range": f"bytes={PART - 1}-{PART + 1}"}, want=206)
    assert part.body == content(2 * PART + 5)[PART - 1:PART + 2]
    assert anna.http.call("HEAD", f"files/{film['id']}/content").headers["Content-Length"] == str(2 * PART + 5)
    anna.delete(letter)
    anna.delete(film)
    assert server.s3_keys() == []


def test_an_upload_goes_on_after_a_crash(start_on_s3):
    server = start_on_s3()
    anna = server.user("anna")
    data = content(3 * PART)
    upload = tus.create(anna.http, len(data), upload_metadata=tus.metadata(filename="film.bin"))
    upload.patch(data[:PART + 7], 0)
    upload.patch(data[PART + 7:PART + 8], PART + 7)
    server.kill()
    server.start()
    assert upload.offset() == PART + 8
    upload.send(data, PART + 8, piece=PART)
    upload.assert_content(data)
    assert_no_orphans(server, files=1)


def test_an_upload_that_is_given_up_leaves_nothing(start_on_s3):
    server = start_on_s3()
    anna = server.user("anna")
    upload = tus.create(anna.http, 3 * PART)
    upload.patch(content(PART + 7), 0)
    assert len(server.s3_keys()) == 3
    upload.delete()
    assert server.s3_keys() == []


def test_broken_connections_are_replaced(start_on_s3, service):
    proxy = FlakyProxy(Address(service.url), cuts=3)
    server = start_on_s3(proxy.url)
    anna = server.user("anna")
    film = anna.upload("film.bin", content(2 * PART))
    assert anna.download(film).body == content(2 * PART)
    assert proxy.cuts_made == 3
    proxy.close()


def test_without_the_service_requests_are_told_to_come_back(start_on_s3, service):
    proxy = FlakyProxy(Address(service.url))
    server = start_on_s3(proxy.url)
    anna = server.user("anna")
    letter = anna.upload()
    proxy.close()
    refused = [anna.http.call("POST", "files?filename=x", body=b"x", want="503 UNAVAILABLE"), anna.download(letter, want="503 UNAVAILABLE")]
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in refused)
    assert anna.http.get("users/me", want=200).json()["used_bytes"] == letter["size"]
    for secret in (proxy.url.removeprefix("http://"), s3_server.ACCESS_KEY, "AWS4", "Signature"):
        assert secret not in server.log


def test_the_check_compares_the_bucket(start_on_s3, service):
    server = start_on_s3()
    anna = server.user("anna")
    letter, film = anna.upload(), anna.upload("film.bin", b"film")
    server.stop()

    def check(*options):
        settings = [f"--set={key}={value}" for key, value in server.settings.items() if key.startswith("blobs.")]
        return kingshare("check", "--data-dir", server.data, *settings, *options, folder=server.folder)
    assert check("--deep").returncode == 0
    bucket = s3_server.S3Client(service.url)
    place = server.settings["blobs.url"].removeprefix("s3:/").partition("?")[0]
    bucket.call("DELETE", f"{place}/{film['id']}")
    bucket.call("PUT", f"{place}/{uuid.uuid4()}")
    found = check("--repair")
    assert found.returncode == 1 and "film.bin" in found.stdout
    assert server.s3_keys() == [letter["id"]]


@pytest.mark.parametrize("settings, said", [
    ({}, "blobs.access_key"), ({"access_key": "x"}, "blobs.secret_key_file"),
    ({"access_key": "x", "secret_key_file": "/nowhere"}, "blobs.secret_key_file"),
    ({"access_key": "x", "secret_key": "y", "secret_key_file": "/nowhere"}, "only one")])
def test_keys_are_required(tmp_path, settings, said):
    options = [f"--set=blobs.{key}={value}" for key, value in settings.items()]
    line = startup_error("--set=blobs.url=s3://bucket?endpoint=http://127.0.0.1:1", *options, folder=tmp_path)
    assert said in line


def saved_by_browser(user, file, query="", **headers):
    """Returns the response to a navigation, as a click on a link with `download` causes it."""
    return user.http.get(f"files/{file['id']}/content{query}", headers={"Sec-Fetch-Mode": "navigate", **headers}, want=0)


def test_a_browser_saves_a_file_from_the_service(start_on_s3, service):
    server = start_on_s3(blobs__redirect="true")
    anna = server.user("anna")
    watching = anna.connect()
    file = anna.upload("über & über.html", b"<script>alert(1)</script>")
    watching.expect_uploaded(file)
    answer = saved_by_browser(anna, file)
    assert (answer.status, answer.headers["cache-control"]) == (307, "no-store")
    url = answer.headers["location"]
    assert url.startswith(f"{service.url}/bucket/") and s3_server.SECRET_KEY not in url
    with urllib.request.urlopen(url) as saved:
        assert saved.read() == b"<script>alert(1)</script>"
        assert saved.headers["Content-Disposition"] == "attachment; filename=\"__ber & __ber.html\"; filename*=UTF-8''%C3%BCber%20&%20%C3%BCber.html"
        assert saved.headers["Content-Type"] == "application/octet-stream"
    watching.expect("DownloadStarted", filename="über & über.html")
    server.assert_nothing_else(watching)
    other = anna.upload("other.txt")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(url.replace(file["id"], other["id"]))
    assert refused.value.code == 403
    assert url.partition("?")[2] not in server.log


def test_all_but_saving_passes_through_the_server(start_on_s3):
    server = start_on_s3(blobs__redirect="true")
    anna, ben = server.user("anna"), server.user("ben")
    file = anna.upload()
    assert anna.download(file).status == 200
    assert anna.http.get(f"files/{file['id']}/content", headers={"Sec-Fetch-Mode": "cors"}).status == 200
    assert saved_by_browser(anna, file, "?inline=1").status == 200
    assert saved_by_browser(anna, file, Range="bytes=1-").status == 206
    assert saved_by_browser(anna, file, **{"If-None-Match": "*"}).status == 304
    assert saved_by_browser(ben, file).status == 404
    share = anna.share(file)
    assert server.guest().get(f"public/shares/{share['share_token']}/content", headers={"Sec-Fetch-Mode": "navigate"}).status == 200


def test_without_the_setting_nothing_is_redirected(start_on_s3):
    anna = start_on_s3().user("anna")
    assert saved_by_browser(anna, anna.upload()).status == 200


def test_only_a_service_can_be_redirected_to(tmp_path):
    assert "blobs.redirect" in startup_error("--set", "blobs.redirect=true", folder=tmp_path)
