"""A link has a limit: max_downloads, which downloads count, and which are given back."""
import pytest

from support.timeouts import eventually

LARGE = bytes(range(256)) * (64 << 10)
SMALL = LARGE[:200 << 10]
PASSERS_BY = [f"Browser/{number}" for number in range(3)]


def content(share):
    return f"public/shares/{share['share_token']}/content"


def look(anna, share):
    answer = anna.http.get(f"shares/{share['share_id']}", want=200).json()
    return answer["state"], answer["download_count"]


def begin(client, share, **headers):
    """Begins a download that stalls until the test reads the body."""
    download = client.stream_response("GET", content(share), headers=headers, receive_buffer=4096)
    assert download.status in (200, 206)
    return download


@pytest.fixture
def large(anna):
    return anna.upload("film.mp4", LARGE)


@pytest.fixture
def guest(common_server):
    return common_server.guest()


def test_so_often_and_no_more(common_server, anna, guest):
    share = anna.share(anna.upload("a", b"data"), max_downloads=3)
    for count in (1, 2, 3):
        assert guest.get(content(share), want=200).body == b"data"
        assert look(anna, share) == ("used_up" if count == 3 else "active", count)
    for target in (content(share), f"public/shares/{share['share_token']}"):
        guest.get(target, want="410 GONE")
    guest.head(content(share), want=410)
    guest.get(f"/s/{share['share_token']}", want=410)
    assert look(anna, share) == ("used_up", 3)


def test_an_empty_file_counts_too(anna, guest):
    share = anna.share(anna.upload("empty", b""), max_downloads=1)
    guest.get(content(share), want=200)
    guest.get(content(share), want="410 GONE")


def test_looking_counts_nothing(anna, guest):
    share = anna.share(anna.upload(), max_downloads=1)
    guest.get(f"public/shares/{share['share_token']}", want=200)
    guest.get(f"/s/{share['share_token']}", want=200)
    for _ in range(3):
        guest.head(content(share), want=200)
        guest.head(content(share), headers={"Range": "bytes=0-"}, want=0)
    guest.get(content(share), headers={"Range": "bytes=5000-"}, want=416)
    assert look(anna, share) == ("active", 0)


def test_the_owner_counts_nothing(common_server, anna, ben):
    share = anna.share(anna.upload(), max_downloads=1, recipients=[ben])
    for caller in (anna.http, anna.browser()):
        for _ in range(2):
            caller.get(content(share), want=200)
    assert look(anna, share) == ("active", 0)
    ben.http.get(content(share), want=200)
    assert look(anna, share) == ("used_up", 1)


def test_one_under_way_is_counted(common_server, anna, large, guest):
    share = anna.share(large, max_downloads=1)
    download = begin(guest, share)
    assert look(anna, share) == ("used_up", 1)
    answer = common_server.guest(agent="Other/1").get(content(share), want="503 UNAVAILABLE")
    assert int(answer.headers["Retry-After"]) > 0
    assert download.read() == LARGE
    assert look(anna, share) == ("used_up", 1)


def test_one_that_breaks_off_is_given_back(common_server, anna, large, guest):
    share, socket = anna.share(large, max_downloads=1), anna.connect()
    for _ in range(3):
        download = begin(guest, share)
        assert len(download.read(100_000)) == 100_000
        download.abort()
        eventually(lambda: look(anna, share) == ("active", 0), "the count is given back")
    assert guest.get(content(share), want=200).body == LARGE
    guest.get(content(share), want="410 GONE")
    socket.expect("ShareExpired", skipping=("ShareAccessed", "DownloadStarted"), share_id=share["share_id"])
    common_server.assert_nothing_else(socket)


def test_one_whose_client_is_gone_before_it_has_read_is_given_back(common_server, anna, guest):
    """The file fits into the kernel's buffers, so that a completed write does not prove delivery. A proxy would read it instead."""
    share, socket = anna.share(anna.upload("small", SMALL), max_downloads=1), anna.connect()
    download = begin(common_server.nodes[0].guest(), share)
    download.abort()
    eventually(lambda: look(anna, share) == ("active", 0), "the count is given back")
    for kind in ("ShareAccessed", "DownloadStarted"):
        socket.expect(kind)
    common_server.assert_nothing_else(socket)


@pytest.mark.parametrize("leave", ["politely", "by a reset"])
def test_one_that_is_read_whole_counts_however_its_client_leaves(common_server, anna, guest, leave):
    share, socket = anna.share(anna.upload("small", SMALL), max_downloads=1), anna.connect()
    download = begin(guest, share)
    assert download.read() == SMALL
    download.close() if leave == "politely" else download.abort()
    socket.expect("ShareExpired", skipping=("ShareAccessed", "DownloadStarted"), share_id=share["share_id"])
    assert look(anna, share) == ("used_up", 1)
    common_server.assert_nothing_else(socket)


@pytest.mark.parametrize("known_by", ["cookie", "address and browser"])
def test_ranges_that_add_up_to_the_file_are_one_download(common_server, anna, large, known_by):
    share = anna.share(large, max_downloads=2)
    visitor = common_server.browser() if known_by == "cookie" else common_server.guest(agent="Visitor/1.0")
    visitor.get(f"public/shares/{share['share_token']}", want=200)
    assert visitor.get(content(share), headers={"Range": "bytes=0-99"}, want=206).body == LARGE[:100]
    eventually(lambda: look(anna, share) == ("active", 0), "a hundred bytes are not the file")
    assert visitor.get(content(share), headers={"Range": "bytes=100-"}, want=206).body == LARGE[100:]
    eventually(lambda: look(anna, share) == ("active", 1), "all of it was sent")
    for start in (100, 5000, len(LARGE) - 1):
        assert visitor.get(content(share), headers={"Range": f"bytes={start}-"}, want=206).body == LARGE[start:]
    assert visitor.get(content(share), headers={"Range": "bytes=-7"}, want=206).body == LARGE[-7:]
    assert visitor.get(content(share), headers={"Range": "bytes=0-"}, want=206).body == LARGE
    assert look(anna, share) == ("active", 1)
    visitor.get(content(share), want=200)
    eventually(lambda: look(anna, share) == ("used_up", 2), "a request without a range is a download of its own")


def test_nobody_else_takes_part_in_a_download(common_server, anna, large):
    share = anna.share(large, max_downloads=1)
    download = begin(common_server.guest(), share, Range="bytes=0-")
    for agent in PASSERS_BY:
        common_server.guest(agent=agent).get(content(share), headers={"Range": "bytes=1-"}, want="503 UNAVAILABLE")
    assert download.read() == LARGE
    for agent in PASSERS_BY:
        other = common_server.guest(agent=agent)
        eventually(lambda: other.get(content(share), headers={"Range": "bytes=1-"}, want=0).status == 410, "it counts")


def test_the_limit_is_not_dodged_by_leaving_the_first_byte_out(common_server, anna):
    share = anna.share(anna.upload("secret", b"0123456789"), max_downloads=1)
    for agent in PASSERS_BY:
        common_server.guest(agent=agent).get(content(share), headers={"Range": "bytes=1-"}, want=206)
        eventually(lambda: look(anna, share) == ("active", 0), "it is not the whole file")
    first, *others = [common_server.guest(agent=agent) for agent in PASSERS_BY]
    first.get(content(share), headers={"Range": "bytes=0-0"}, want=206)
    for other in others:
        eventually(lambda: other.get(content(share), headers={"Range": "bytes=0-0"}, want=0).status == 410, "it has ended")


def test_going_on_after_breaking_off(common_server, anna, large):
    share = anna.share(large, max_downloads=1)
    visitor = common_server.guest(agent="Downloader/2.0")
    download = begin(visitor, share)
    first = download.read(100_000)
    download.abort()
    eventually(lambda: look(anna, share) == ("active", 0), "the count is given back")
    rest = visitor.get(content(share), headers={"Range": f"bytes={len(first)}-"}, want=206).body
    assert first + rest == LARGE
    assert look(anna, share)[1] <= 1


def test_who_has_it_from_the_cache_counts_nothing(anna, guest):
    share = anna.share(anna.upload(), max_downloads=2)
    tag = guest.get(content(share), want=200).headers["ETag"]
    guest.get(content(share), headers={"If-None-Match": tag}, want=304)
    assert look(anna, share) == ("active", 1)


def test_more_room_brings_it_back(common_server, anna, ben, guest):
    share = anna.share(anna.upload(), max_downloads=1, recipients=[ben])
    guest.get(content(share), want=200)
    guest.get(content(share), want="410 GONE")
    assert anna.change_share(share, max_downloads=2)["state"] == "active"
    assert [found["share_id"] for found in ben.http.get("shares/received").json()["items"]] == [share["share_id"]]
    socket = ben.connect()
    guest.get(content(share), want=200)
    socket.expect("ShareExpired", share_id=share["share_id"])
    assert look(anna, share) == ("used_up", 2)
    assert anna.change_share(share, max_downloads=None)["state"] == "active"
    guest.get(content(share), want=200)
    common_server.assert_nothing_else(socket)


def test_less_room_than_is_used_ends_it(common_server, anna, guest):
    share = anna.share(anna.upload(), max_downloads=5)
    for _ in range(3):
        guest.get(content(share), want=200)
    assert anna.change_share(share, max_downloads=2)["state"] == "used_up"
    guest.get(content(share), want="410 GONE")


def test_across_a_restart(start_server):
    server = start_server()
    anna = server.user("anna")
    share = anna.share(anna.upload(), max_downloads=2)
    server.guest().get(content(share), want=200)
    server.restart()
    assert look(anna, share) == ("active", 1)
    server.guest().get(content(share), want=200)
    server.restart()
    server.guest().get(content(share), want="410 GONE")


def test_a_crash_gives_back_what_was_under_way(start_server):
    server = start_server()
    anna = server.user("anna")
    share = anna.share(anna.upload("film.mp4", LARGE), max_downloads=1)
    download = begin(server.guest(), share)
    server.kill()
    download.abort()
    server.start()
    assert look(anna, share) == ("active", 0)
    assert server.guest().get(content(share), want=200).body == LARGE
