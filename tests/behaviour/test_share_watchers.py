"""/ws?share= lets anybody with the link watch its events."""
import pytest

PASSWORD = "open sesame"
LARGE = bytes(16 << 20)


def assert_nothing_to_watch(server, share_token, **options):
    socket = server.connect(share=share_token, **options)
    socket.expect_error("INVALID_MESSAGE")
    socket.expect_close(4404)


@pytest.fixture
def locked(anna):
    return anna.share(anna.upload("secret.txt"), password=PASSWORD)


def test_i_see_it_end(common_server, anna):
    share = anna.share(anna.upload())
    socket = common_server.listen(share=share)
    anna.revoke(share)
    assert socket.expect("ShareExpired") == {"share_id": share["share_id"], "file_id": share["file_id"]}
    common_server.assert_nothing_else(socket)


def test_i_see_its_file_go(common_server, anna):
    file = anna.upload()
    socket = common_server.listen(share=anna.share(file))
    anna.delete(file)
    assert socket.expect("FileDeleted") == {"file_id": file["id"], "filename": file["filename"]}
    common_server.assert_nothing_else(socket)


def test_i_see_nothing_of_the_owners_other_business(common_server, anna, ben):
    file = anna.upload()
    socket = common_server.listen(share=anna.share(file))
    other = anna.share(file, recipients=[ben])
    common_server.guest().get(f"public/shares/{other['share_token']}/content", want=200)
    anna.revoke(other)
    anna.delete(anna.upload("other.txt"))
    common_server.assert_nothing_else(socket)


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 500, "../../etc/passwd", "%00"])
def test_there_is_no_such_share(common_server, token):
    assert_nothing_to_watch(common_server, token)


def test_it_has_ended_before(common_server, anna):
    file, owner = anna.upload(), anna.connect()
    expired, used_up, revoked = anna.share(file, expires_in=1), anna.share(file, max_downloads=1), anna.share(file)
    common_server.guest().get(f"public/shares/{used_up['share_token']}/content", want=200)
    anna.revoke(revoked)
    for _ in range(3):
        owner.expect("ShareExpired", skipping=("FileShared", "ShareAccessed", "DownloadStarted"))
    for share in (expired, used_up, revoked):
        assert_nothing_to_watch(common_server, share["share_token"])
    last = anna.share(file)
    anna.delete(file)
    assert_nothing_to_watch(common_server, last["share_token"])


def test_it_has_not_ended_while_its_last_download_is_under_way(common_server, anna):
    share = anna.share(anna.upload("film.mp4", LARGE), max_downloads=1)
    download = common_server.guest().stream_response("GET", f"public/shares/{share['share_token']}/content", receive_buffer=4096)
    download.read(1000)
    watcher = common_server.listen(share=share)
    common_server.assert_nothing_else(watcher)
    download.read()
    watcher.expect("ShareExpired", share_id=share["share_id"])
    assert_nothing_to_watch(common_server, share["share_token"])


def test_a_user_who_watches_hears_both(common_server, anna, ben):
    share = anna.share(anna.upload())
    socket = ben.connect(share=share["share_token"])
    socket.expect_uploaded(ben.upload())
    anna.revoke(share)
    socket.expect("ShareExpired", share_id=share["share_id"])
    common_server.assert_nothing_else(socket)


def test_the_owner_who_watches_hears_it_once(common_server, anna):
    share = anna.share(anna.upload())
    socket = anna.connect(share=share["share_token"])
    anna.revoke(share)
    socket.expect("ShareExpired")
    common_server.assert_nothing_else(socket)


def test_a_watcher_may_say_later_who_it_is(common_server, anna, ben):
    share = anna.share(anna.upload())
    socket = common_server.listen(share=share)
    assert socket.authenticate(ben.token)
    socket.expect_uploaded(ben.upload())
    anna.revoke(share)
    socket.expect("ShareExpired", share_id=share["share_id"])


@pytest.mark.parametrize("headers", [{}, {"X-Share-Password": "close sesame"}], ids=["none", "wrong"])
def test_without_the_password_i_see_its_end_alone(common_server, anna, locked, headers):
    file = anna.upload("second.txt")
    second = anna.share(file, password=PASSWORD)
    first_watcher, second_watcher = (common_server.listen(share=share, headers=headers) for share in (locked, second))
    anna.revoke(locked)
    anna.delete(file)
    first_watcher.expect("ShareExpired", share_id=locked["share_id"])
    common_server.assert_nothing_else(first_watcher, second_watcher)


def test_with_the_password_i_see_all(common_server, anna, locked):
    socket = common_server.listen(share=locked, headers={"X-Share-Password": PASSWORD})
    anna.http.delete(f"files/{locked['file_id']}", want=204)
    socket.expect("FileDeleted", filename="secret.txt")
    common_server.assert_nothing_else(socket)


def test_a_visit_that_gave_the_password_is_remembered(common_server, anna, locked):
    browser = common_server.browser()
    browser.get(f"public/shares/{locked['share_token']}", headers={"X-Share-Password": PASSWORD}, want=200)
    elsewhere = anna.share(anna.upload(), password=PASSWORD)
    known = common_server.listen(share=locked, cookie=browser.cookie())
    unknown = common_server.listen(share=elsewhere, cookie=browser.cookie())
    for share in (locked, elsewhere):
        anna.http.delete(f"files/{share['file_id']}", want=204)
    known.expect("FileDeleted", filename="secret.txt")
    common_server.assert_nothing_else(known, unknown)
