"""ShareExpired is delivered to the owner, the recipients and the watchers, exactly once and in time."""
import calendar
import time

import pytest

from support.timeouts import SLOWNESS, eventually
from support.users import timestamp_in

LARGE = bytes(16 << 20)


def ended(share):
    return {"share_id": share["share_id"], "file_id": share["file_id"]}


def assert_in_time(socket, share):
    """Checks that the last message came within a second after the share's expiry."""
    assert 0 <= socket.last.at - expiry(share) <= 1 * SLOWNESS


def content(share):
    return f"public/shares/{share['share_token']}/content"


def expiry(share):
    whole, _, fraction = share["expires_at"].rstrip("Z").partition(".")
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + float(f"0.{fraction or 0}")


class Audience:
    """Connections that must receive the event, and others that must not."""

    def __init__(self, server, share, owner, recipient, stranger):
        self.server = server
        self.told = [owner.connect(), owner.connect(), recipient.connect(), server.listen(share=share)]
        self.others = [stranger.connect(), server.admin.connect(), server.listen(),
                       server.listen(share=stranger.share(stranger.upload()))]
        self.server.received(self.others[0])

    def assert_told(self, share, skipping=()):
        for socket in self.told:
            assert socket.expect("ShareExpired", skipping=skipping) == ended(share)
        self.server.assert_nothing_else(*self.told, *self.others)


@pytest.fixture
def audience_of(common_server, anna, ben, carla):
    return lambda share: Audience(common_server, share, anna, ben, carla)


def test_at_the_expiry(anna, ben, audience_of):
    share = anna.share(anna.upload(), recipients=[ben], expires_in=round(2 * SLOWNESS))
    audience = audience_of(share)
    audience.assert_told(share)
    for socket in audience.told:
        assert_in_time(socket, share)


def test_each_at_its_own_time_and_once(common_server, anna):
    file = anna.upload()
    shares = [anna.share(file, expires_at=timestamp_in(delay * SLOWNESS)) for delay in (1.5, 1, 2)]
    socket = anna.connect()
    for share in sorted(shares, key=expiry):
        assert socket.expect("ShareExpired") == ended(share)
        assert_in_time(socket, share)
    common_server.assert_nothing_else(socket)
    for share in shares:
        assert anna.http.get(f"shares/{share['share_id']}", want=200).json()["state"] == "expired"
        common_server.guest().get(f"public/shares/{share['share_token']}", want="410 GONE")


def test_when_revoked(anna, ben, audience_of):
    share = anna.share(anna.upload(), recipients=[ben])
    audience = audience_of(share)
    anna.revoke(share)
    audience.assert_told(share)


def test_when_the_last_download_ends(common_server, anna, ben, audience_of):
    share = anna.share(anna.upload(), recipients=[ben], max_downloads=2)
    audience = audience_of(share)
    guest = common_server.guest()
    guest.get(content(share), want=200)
    for socket in audience.told[:2]:
        assert {socket.next().type, socket.next().type} == {"ShareAccessed", "DownloadStarted"}
    common_server.assert_nothing_else(*audience.told, *audience.others)
    guest.get(content(share), want=200)
    for socket in audience.told[:2]:
        socket.expect("DownloadStarted")
    audience.assert_told(share)
    guest.get(content(share), want="410 GONE")


def test_not_before_the_last_download_ends(common_server, anna):
    share = anna.share(anna.upload("film.mp4", LARGE), max_downloads=1)
    watcher = common_server.listen(share=share)
    download = common_server.guest().stream_response("GET", content(share), receive_buffer=4096)
    download.read(1000)
    common_server.assert_nothing_else(watcher)
    assert len(download.read()) == len(LARGE) - 1000
    assert watcher.expect("ShareExpired") == ended(share)
    common_server.assert_nothing_else(watcher)


def test_not_when_the_last_download_breaks_off(common_server, anna):
    share = anna.share(anna.upload("film.mp4", LARGE), max_downloads=1)
    watcher = common_server.listen(share=share)
    download = common_server.guest().stream_response("GET", content(share), receive_buffer=4096)
    download.read(1000)
    download.abort()

    def again():
        answer = common_server.guest().get(content(share), want=0)
        return answer if answer.status == 200 else None
    assert len(eventually(again, "the count is given back").body) == len(LARGE)
    assert watcher.expect("ShareExpired") == ended(share)
    common_server.assert_nothing_else(watcher)


def test_when_i_lower_its_limit_to_what_was_used(common_server, anna, ben, audience_of):
    share = anna.share(anna.upload(), recipients=[ben], max_downloads=3)
    common_server.guest().get(content(share), want=200)
    audience = audience_of(share)
    anna.change_share(share, max_downloads=2)
    common_server.assert_nothing_else(*audience.told)
    assert anna.change_share(share, max_downloads=1)["state"] == "used_up"
    audience.assert_told(share)


def test_when_the_expiry_moves_forward(anna, ben, audience_of):
    share = anna.share(anna.upload(), recipients=[ben], expires_in=3600)
    audience = audience_of(share)
    sooner = anna.change_share(share, expires_at=timestamp_in(1))
    audience.assert_told(share)
    for socket in audience.told:
        assert_in_time(socket, sooner)


def test_at_once_for_an_expiry_in_the_past(anna, ben, audience_of):
    share = anna.share(anna.upload(), recipients=[ben], expires_in=3600)
    audience = audience_of(share)
    assert anna.change_share(share, expires_at=timestamp_in(-1))["state"] == "expired"
    audience.assert_told(share)


def test_not_when_the_expiry_is_postponed(common_server, anna):
    file = anna.upload()
    share = anna.share(file, expires_in=round(1 * SLOWNESS))
    socket = anna.connect()
    anna.change_share(share, expires_at=timestamp_in(3600))
    later = anna.share(file, expires_in=round(2 * SLOWNESS))
    socket.expect("FileShared")
    assert socket.expect("ShareExpired") == ended(later)
    common_server.assert_nothing_else(socket)


def test_once_even_if_revoked_afterwards(common_server, anna):
    share = anna.share(anna.upload(), max_downloads=1)
    socket = anna.connect()
    common_server.guest().get(content(share), want=200)
    socket.expect("ShareExpired", skipping=("ShareAccessed", "DownloadStarted"))
    anna.revoke(share)
    common_server.assert_nothing_else(socket)


def test_not_when_its_file_is_deleted(common_server, anna, ben):
    file = anna.upload()
    share = anna.share(file, recipients=[ben], expires_in=round(1 * SLOWNESS))
    sockets = [anna.connect(), ben.connect(), common_server.listen(share=share)]
    anna.delete(file)
    for socket in sockets:
        socket.expect("FileDeleted")
    later = anna.share(anna.upload(), expires_in=round(2 * SLOWNESS))
    sockets[0].expect("ShareExpired", skipping=("UploadProgress", "FileUploaded", "FileShared"), share_id=later["share_id"])
    common_server.assert_nothing_else(*sockets)


def test_across_a_restart(start_server):
    server = start_server(realtime__presence="off")
    anna, ben = server.user("anna"), server.user("ben")
    file = anna.upload()
    socket = anna.connect()
    past = anna.share(file, recipients=[ben], expires_in=1)
    assert socket.expect("ShareExpired", skipping=("FileShared",)) == ended(past)
    while_down = anna.share(file, recipients=[ben], expires_in=1)
    server.disconnect_all()
    server.stop()
    eventually(lambda: time.time() > expiry(while_down), "the share's time passes")
    server.start()
    eventually(lambda: anna.http.get(f"shares/{while_down['share_id']}").json()["state"] == "expired", "it has expired")
    ahead = anna.share(file, recipients=[ben], expires_in=round(2 * SLOWNESS))
    server.restart()
    sockets = [anna.connect(), ben.connect(), server.listen(share=ahead)]
    for socket in sockets:
        assert socket.expect("ShareExpired") == ended(ahead)
    server.assert_nothing_else(*sockets)
    assert past["share_id"] not in [share["share_id"] for share in ben.http.get("shares/received").json()["items"]]
