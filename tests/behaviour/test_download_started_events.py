"""DownloadStarted is delivered to the owner and the downloader, once per download."""
import pytest

CONTENT = b"0123456789" * 100


@pytest.fixture
def file(anna):
    return anna.upload("numbers.txt", CONTENT)


@pytest.fixture
def share(anna, ben, file):
    return anna.share(file, recipients=[ben])


def content(share):
    return f"public/shares/{share['share_token']}/content"


def assert_downloads(socket, file, count=1):
    for _ in range(count):
        assert socket.expect("DownloadStarted", skipping=("ShareAccessed",)) == {"file_id": file["id"], "filename": file["filename"]}


def assert_no_more_downloads(server, *sockets):
    for socket in sockets:
        assert "DownloadStarted" not in [message.type for message in server.received(socket)]


def test_a_stranger_downloads(common_server, anna, ben, carla, file, share):
    mine = [anna.connect(), anna.connect()]
    others = [ben.connect(), carla.connect(), common_server.admin.connect(), common_server.listen(), common_server.listen(share=share)]
    assert common_server.guest().get(content(share), want=200).body == CONTENT
    for socket in mine:
        assert_downloads(socket, file)
    assert_no_more_downloads(common_server, *mine)
    common_server.assert_nothing_else(*others)


def test_a_recipient_downloads(common_server, anna, ben, carla, file, share):
    mine, his, others = [anna.connect()], [ben.connect(), ben.connect()], [carla.connect(), common_server.listen(share=share)]
    ben.http.get(content(share), want=200)
    for socket in mine + his:
        assert_downloads(socket, file)
    assert_no_more_downloads(common_server, *mine)
    common_server.assert_nothing_else(*his, *others)


def test_somebody_with_an_account_downloads(common_server, anna, carla, file, share):
    mine, hers = anna.connect(), carla.connect()
    carla.browser().get(content(share), want=200)
    for socket in (mine, hers):
        assert_downloads(socket, file)
    assert_no_more_downloads(common_server, mine)
    common_server.assert_nothing_else(hers)


def test_i_download_myself(common_server, anna, ben, file, share):
    mine, others = [anna.connect(), anna.connect()], [ben.connect(), common_server.listen(share=share)]
    anna.download(file, want=200)
    anna.http.get(content(share), want=200)
    for socket in mine:
        assert_downloads(socket, file, 2)
    common_server.assert_nothing_else(*mine, *others)


def test_once_per_download(common_server, anna, file, share):
    mine = anna.connect()
    guest = common_server.guest()
    for _ in range(3):
        guest.get(content(share), want=200)
    assert_downloads(mine, file, 3)
    assert_no_more_downloads(common_server, mine)


@pytest.mark.parametrize("asked", ["bytes=0-", "bytes=0-9"])
def test_a_range_from_the_beginning_counts(common_server, anna, file, share, asked):
    mine = anna.connect()
    common_server.guest().get(content(share), headers={"Range": asked}, want=206)
    anna.download(file, headers={"Range": asked}, want=206)
    assert_downloads(mine, file, 2)
    assert_no_more_downloads(common_server, mine)


@pytest.mark.parametrize("asked", ["bytes=1-", "bytes=500-509", "bytes=-5"])
def test_a_range_from_elsewhere_does_not_count(common_server, anna, file, share, asked):
    mine = anna.connect()
    common_server.guest().get(content(share), headers={"Range": asked}, want=206)
    anna.download(file, headers={"Range": asked}, want=206)
    assert_no_more_downloads(common_server, mine)


def test_head_does_not_count(common_server, anna, file, share):
    mine = anna.connect()
    common_server.guest().head(content(share), want=200)
    anna.http.head(f"files/{file['id']}/content", want=200)
    common_server.assert_nothing_else(mine)


def test_metadata_does_not_count(common_server, anna, file, share):
    mine = anna.connect()
    common_server.guest().get(f"public/shares/{share['share_token']}", want=200)
    common_server.guest().get(f"/s/{share['share_token']}", want=200)
    anna.http.get(f"files/{file['id']}", want=200)
    assert_no_more_downloads(common_server, mine)


def test_a_refused_request_does_not_count(common_server, anna, ben, file):
    locked = anna.share(file, password="open sesame")
    sockets = [anna.connect(), ben.connect()]
    ben.http.get(content(locked), want="401 INVALID_CREDENTIALS")
    ben.download(file, want="404 NOT_FOUND")
    common_server.guest().get(f"files/{file['id']}/content", want="401 AUTHENTICATION_REQUIRED")
    common_server.assert_nothing_else(*sockets)
