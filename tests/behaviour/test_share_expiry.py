"""A link has an end: it expires in time, and the owner may extend it."""
import time

import pytest

from support.journal import read_journal
from support.timeouts import SLOWNESS, eventually
from support.users import parse_timestamp, timestamp_in


def public(share):
    return f"public/shares/{share['share_token']}"


def state(user, share):
    return user.http.get(f"shares/{share['share_id']}", want=200).json()["state"]


@pytest.fixture
def guest(common_server):
    return common_server.guest()


def test_within_a_second(anna, guest):
    share = anna.share(anna.upload(), expires_in=round(1 * SLOWNESS))
    guest.get(public(share), want=200)
    eventually(lambda: guest.get(public(share), want=0).status == 410, "it is gone")
    late = time.time() - parse_timestamp(share["expires_at"])
    assert 0 <= late < SLOWNESS
    assert state(anna, share) == "expired"
    for target in (public(share), public(share) + "/content"):
        guest.get(target, want="410 GONE")
    guest.head(public(share) + "/content", want=410)
    guest.get(f"/s/{share['share_token']}", want=410)


def test_not_a_moment_too_soon(anna, guest):
    share = anna.share(anna.upload(), expires_at=timestamp_in(SLOWNESS))
    statuses = []
    while not statuses or statuses[-1][1] == 200:
        asked = time.time()
        statuses.append((asked, guest.get(public(share), want=0).status, time.time()))
    asked, last, answered = statuses[-1]
    assert last == 410 and answered >= parse_timestamp(share["expires_at"])


def test_a_download_that_began_in_time_is_finished(common_server, anna):
    data = bytes(range(256)) * (64 << 10)
    share = anna.share(anna.upload("film.mp4", data), expires_in=round(1 * SLOWNESS))
    download = common_server.guest().stream_response("GET", public(share) + "/content", receive_buffer=4096)
    assert download.status == 200
    eventually(lambda: state(anna, share) == "expired", "it expires")
    assert download.read() == data


def test_a_later_end_brings_it_back(common_server, anna, ben, guest):
    share = anna.share(anna.upload(), recipients=[ben], expires_in=3600)
    assert anna.change_share(share, expires_at=timestamp_in(-1))["state"] == "expired"
    guest.get(public(share), want="410 GONE")
    for alive in (timestamp_in(3600), None):
        socket = ben.connect()
        assert anna.change_share(share, expires_at=alive)["state"] == "active"
        common_server.assert_nothing_else(socket)
        guest.get(public(share) + "/content", want=200)
        assert [found["share_id"] for found in ben.http.get("shares/received").json()["items"]] == [share["share_id"]]
        assert anna.change_share(share, expires_at=timestamp_in(-1))["state"] == "expired"
        socket.expect("ShareExpired", share_id=share["share_id"])
        common_server.assert_nothing_else(socket)


def test_what_is_used_up_and_past_is_over_for_both_reasons(anna, guest):
    share = anna.share(anna.upload(), max_downloads=1, expires_in=3600)
    guest.get(public(share) + "/content", want=200)
    anna.change_share(share, expires_at=timestamp_in(-1))
    assert anna.change_share(share, max_downloads=9)["state"] == "expired"
    guest.get(public(share), want="410 GONE")
    assert anna.change_share(share, expires_at=None)["state"] == "active"


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_also_while_the_server_is_down(start_server, end):
    server = start_server(realtime__presence="off")
    anna, ben = server.user("anna"), server.user("ben")
    file = anna.upload()
    due = anna.share(file, recipients=[ben], expires_in=1)
    getattr(server, end)()
    eventually(lambda: time.time() > parse_timestamp(due["expires_at"]), "its time passes")
    server.start()
    server.guest().get(public(due), want="410 GONE")
    assert state(anna, due) == "expired"
    assert ben.http.get("shares/received").json()["items"] == []
    server.kill()
    server.start()
    socket = anna.connect()
    later = anna.share(file, expires_at=timestamp_in(SLOWNESS))
    socket.expect("ShareExpired", skipping=("FileShared",), share_id=later["share_id"])
    server.assert_nothing_else(socket)


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_its_end_while_the_server_was_down_is_told_once_for_good(start_server, end):
    server = start_server(realtime__presence="off")
    anna, ben, carla = (server.user(name) for name in ("anna", "ben", "carla"))
    file = anna.upload()
    due = anna.share(file, recipients=[ben], expires_at=timestamp_in(SLOWNESS))
    carla.share(carla.upload())

    def told():
        return [sorted(users) for kind, data, users in read_journal(server)
                if kind == "ShareExpired" and data == {"share_id": due["share_id"], "file_id": file["id"]}]
    getattr(server, end)()
    assert told() == []
    eventually(lambda: time.time() > parse_timestamp(due["expires_at"]), "its time passes")
    for _ in range(2):
        server.start()
        socket = anna.connect()
        later = anna.share(file, expires_at=timestamp_in(SLOWNESS))
        ended = None
        while ended != later["share_id"]:  # at its first start the server may also report the other share's end while anna is connected
            ended = socket.expect("ShareExpired", skipping=("FileShared",))["share_id"]
        getattr(server, end)()
        assert told() == [sorted([anna.id, ben.id])]
