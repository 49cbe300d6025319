"""Download counting: all ranges of one visitor are one download, and a busy link has not ended."""
import subprocess
import time

import pytest

from support.timeouts import eventually

DATA = bytes(range(256)) * (16 << 10)
LARGE = DATA * 4
LIMITS = [1, 3, None]

# Commands of programs that fetch a file in parallel ranges.
PROGRAMS = {
    "aria2": ["aria2c", "-q", "-x8", "-s8", "-k1M", "--allow-overwrite=true", "--file-allocation=none", "-d", "{folder}", "-o", "got"],
    "axel": ["axel", "-q", "-n4", "-o", "{folder}/got"],
    "wget2": ["wget2", "-q", "--chunk-size=1M", "--max-threads=4", "-O", "{folder}/got"],
    "curl": ["curl", "-sf", "--parallel", "--parallel-max", "4"],
}


def content(share):
    return f"public/shares/{share['share_token']}/content"


def look(anna, share):
    answer = anna.http.get(f"shares/{share['share_id']}", want=200).json()
    return answer["state"], answer["download_count"]


def counted(limit, count=1):
    return "used_up" if limit == count else "active", count


def share_of(anna, limit, data=DATA, name="film.mp4"):
    return anna.share(anna.upload(name, data), **({"max_downloads": limit} if limit else {}))


def fetch(program, url, folder):
    """Returns the file as fetched by the program."""
    command = [part.format(folder=folder) for part in PROGRAMS[program]]
    if program == "curl":
        quarter = len(DATA) // 4
        parts = [f"{folder}/part{number}" for number in range(4)]
        for number, part in enumerate(parts):
            command += ["-r", f"{number * quarter}-{(number + 1) * quarter - 1}", "-o", part, url] + (["--next"] if number < 3 else [])
        # --parallel is global, whereas each transfer needs its own -f.
        command = [word for words in (["--next", "-sf"] if word == "--next" else [word] for word in command) for word in words]
        subprocess.run(command, check=True, timeout=60)
        return b"".join(open(part, "rb").read() for part in parts)
    subprocess.run([*command, url], check=True, timeout=60)
    return open(f"{folder}/got", "rb").read()


@pytest.fixture
def guest(common_server):
    return common_server.guest()


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_that_fetches_in_pieces_is_one_download(common_server, anna, tmp_path, program, limit):
    share = share_of(anna, limit)
    url = f"{common_server.url}/api/v1/{content(share)}"
    assert fetch(program, url, tmp_path) == DATA
    eventually(lambda: look(anna, share) == counted(limit), "one download is counted")


@pytest.mark.parametrize("limit", LIMITS)
def test_a_probe_and_the_whole_range_are_one_download(anna, guest, limit):
    """Safari requests bytes 0-1 before the whole range."""
    share = share_of(anna, limit)
    assert guest.get(content(share), headers={"Range": "bytes=0-1"}, want=206).body == DATA[:2]
    assert guest.get(content(share), headers={"Range": "bytes=0-"}, want=206).body == DATA
    eventually(lambda: look(anna, share) == counted(limit), "one download is counted")


@pytest.mark.parametrize("limit", LIMITS)
def test_a_player_that_seeks_is_one_download(common_server, anna, guest, limit):
    share = share_of(anna, limit, LARGE)
    playing = guest.stream_response("GET", content(share), headers={"Range": "bytes=0-"}, receive_buffer=4096)
    seeking = common_server.guest().stream_response("GET", content(share), headers={"Range": f"bytes={len(LARGE) // 2}-"}, receive_buffer=4096)
    assert (playing.status, seeking.status) == (206, 206)
    assert look(anna, share) == counted(limit)
    assert seeking.read() == LARGE[len(LARGE) // 2:]
    assert playing.read() == LARGE
    eventually(lambda: look(anna, share) == counted(limit), "one download is counted")
    assert guest.get(content(share), headers={"Range": "bytes=-100"}, want=206).body == LARGE[-100:]
    assert look(anna, share) == counted(limit)


def test_a_busy_link_is_unavailable_and_not_gone(common_server, anna, guest):
    """While the last download is in progress, content, page and metadata answer 503 with Retry-After."""
    share, socket = share_of(anna, 1, LARGE), anna.connect()
    holder = guest.stream_response("GET", content(share), headers={"User-Agent": "Holder/1"}, receive_buffer=4096)
    assert holder.status == 200
    other = common_server.guest(agent="Other/1")
    for target in (content(share), f"public/shares/{share['share_token']}"):
        assert int(other.get(target, want="503 UNAVAILABLE").headers["Retry-After"]) > 0
    other.head(content(share), want=503)
    page = other.get(f"/s/{share['share_token']}", want=503)
    assert b"Temporarily unavailable" in page.body and page.headers["Retry-After"] == page.headers["Refresh"]
    assert common_server.guest(agent="Holder/1").get(f"/s/{share['share_token']}", want=200), "who downloads it may look at its page"
    holder.abort()
    eventually(lambda: other.get(content(share), want=0).status == 200, "it is there again")
    socket.expect("ShareExpired", skipping=("ShareAccessed", "DownloadStarted"), share_id=share["share_id"])
    other.get(content(share), want="410 GONE")


def test_breaking_off_before_the_last_byte_gets_nobody_the_file_for_free(common_server, anna):
    """Bytes sent to a visitor add up over the whole visit."""
    share = share_of(anna, 1)
    cheat, honest = common_server.guest(agent="Cheat/1"), common_server.guest(agent="Honest/1")
    cheat.get(content(share), headers={"Range": f"bytes=0-{len(DATA) - 2}"}, want=206)
    eventually(lambda: look(anna, share) == ("active", 0), "it is not the whole file")
    assert honest.get(content(share), want=200).body == DATA
    eventually(lambda: look(anna, share) == ("used_up", 1), "one download is counted")
    eventually(lambda: cheat.get(content(share), headers={"Range": "bytes=-1"}, want=0).status == 410, "it has ended")


def test_two_ranges_at_once_get_nobody_the_file_for_free(common_server, anna):
    share = share_of(anna, 2)
    guest = common_server.guest(agent="Two/1")
    half = len(DATA) // 2
    first = guest.stream_response("GET", content(share), headers={"Range": f"bytes=0-{half - 1}"}, receive_buffer=4096)
    assert guest.get(content(share), headers={"Range": f"bytes={half}-"}, want=206).body == DATA[half:]
    assert first.read() == DATA[:half]
    eventually(lambda: look(anna, share) == ("active", 1), "one download is counted")


def test_what_was_sent_is_remembered_across_a_restart(start_server):
    server = start_server()
    anna = server.user("anna")
    share = share_of(anna, 2)
    server.guest().get(content(share), headers={"Range": f"bytes=0-{len(DATA) - 2}"}, want=206)
    eventually(lambda: look(anna, share) == ("active", 0), "it is not the whole file")
    server.restart()
    server.guest().get(content(share), headers={"Range": "bytes=-1"}, want=206)
    eventually(lambda: look(anna, share) == ("active", 1), "all of it was sent")


def test_the_owner_sees_it_from_beginning_to_end(common_server, anna, ben):
    """Only connections with ?since= receive the new events; others see the same events as before."""
    share = anna.share(anna.upload("film.mp4", LARGE), max_downloads=3, recipients=[ben])
    mine, his, old = anna.connect(since="now"), ben.connect(since="now"), anna.connect()
    for one in (mine, his):
        one.expect("Resumed")
    guest = common_server.guest(agent="Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0")
    download = guest.stream_response("GET", content(share), receive_buffer=4096)
    seen = mine.expect("ShareAccessed", share_id=share["share_id"])
    assert (seen["visitor"], seen["client"], "user" in seen) == (1, "Firefox on Android", False)
    started = mine.expect("DownloadStarted", file_id=share["file_id"], share_id=share["share_id"], visitor=1, client="Firefox on Android")
    mine.expect("ShareChanged", share_id=share["share_id"], file_id=share["file_id"])
    his.expect("ShareChanged", share_id=share["share_id"], file_id=share["file_id"])
    download.read(4 << 20)
    progress = mine.expect("DownloadProgress", share_id=share["share_id"], download_id=started["download_id"], total_bytes=len(LARGE))
    assert 0 < progress["bytes_sent"] <= len(LARGE) and progress["visitor"] == 1
    download.abort()
    ended = mine.expect("DownloadEnded", skipping=("DownloadProgress",), download_id=started["download_id"], complete=False, visitor=1)
    assert 0 < ended["bytes_sent"] < len(LARGE)
    mine.expect("ShareChanged", share_id=share["share_id"])
    his.expect("ShareChanged", share_id=share["share_id"])
    ben.http.get(content(share), want=200)
    mine.expect("ShareAccessed", visitor=2, user=ben.name)
    again = mine.expect("DownloadStarted", visitor=2, user=ben.name)
    his.expect("DownloadStarted", download_id=again["download_id"])
    mine.expect("DownloadEnded", skipping=("DownloadProgress", "ShareChanged"), download_id=again["download_id"], complete=True,
                bytes_sent=len(LARGE))
    common_server.assert_nothing_else(mine)
    assert [message.type for message in common_server.received(his)] in ([], ["ShareChanged"])
    messages = common_server.received(old)
    assert [message.type for message in messages] == ["ShareAccessed", "DownloadStarted"] * 2
    assert {frozenset(message.data) for message in messages} == {frozenset(["share_id", "file_id", "filename"]),
                                                                 frozenset(["file_id", "filename"])}
    assert anna.http.get(f"shares/{share['share_id']}").json()["visit_count"] == 2


def test_the_history_tells_how_it_ended(common_server, anna, guest):
    share = share_of(anna, None)
    guest.get(content(share), want=200)

    def ended():
        items = anna.http.get("events/history?since=start&limit=200").json()["items"]
        return [item["data"] for item in items if item["type"] == "DownloadEnded"]

    eventually(lambda: len(ended()) == 1, "the end is in the history")
    assert ended()[0]["complete"] is True and ended()[0]["bytes_sent"] == len(DATA)


def test_a_crash_ends_what_was_under_way(start_server):
    server = start_server()
    anna = server.user("anna")
    share = anna.share(anna.upload("film.mp4", LARGE), max_downloads=1)
    download = server.guest().stream_response("GET", content(share), receive_buffer=4096)
    server.kill()
    download.abort()
    server.start()
    items = anna.http.get("events/history?since=start&limit=200").json()["items"]
    assert [item["data"]["complete"] for item in items if item["type"] == "DownloadEnded"] == [False]


def test_a_change_of_limits_is_told(common_server, anna, ben):
    share = anna.share(anna.upload(), recipients=[ben])
    mine, his, old, watching = anna.connect(since="now"), ben.connect(since="now"), anna.connect(), common_server.listen(share=share)
    for one in (mine, his):
        one.expect("Resumed")
    anna.change_share(share, max_downloads=5)
    for one in (mine, his):
        one.expect("ShareChanged", share_id=share["share_id"], file_id=share["file_id"])
    common_server.assert_nothing_else(mine, his, old, watching)


@pytest.mark.slow
def test_who_holds_the_last_download_and_hardly_reads_is_cut(common_server, anna, guest):
    """The slow download is cut only while it causes others to be refused, and only after a minute."""
    share = share_of(anna, 1, LARGE * 2)
    holder = guest.stream_response("GET", content(share), headers={"User-Agent": "Holder/1"}, receive_buffer=4096)
    other, began, read = common_server.guest(agent="Other/1"), time.monotonic(), 0

    def taken():
        nonlocal read
        if read < 4096 * (time.monotonic() - began):  # bytes per second
            holder.read(1024)
            read += 1024
        return other.get(content(share), want=0).status == 200

    eventually(taken, "the place is free", timeout=100)
