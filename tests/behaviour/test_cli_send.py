"""`kingshare send` uploads a file, prints a link, and resumes after an interruption without sending a byte twice."""
import os
import random
import stat

import pytest

from support.metering_proxy import MeteringProxy

CONTENT = random.Random(5).randbytes(40 << 20)
HEADS = 20_000  # bytes of request heads


@pytest.fixture
def mine(anna, shell):
    return shell().sign_in(anna)


@pytest.fixture
def metering_proxy(common_server):
    proxies = []

    def open_one(server=common_server, **options):
        proxies.append(MeteringProxy(server, **options))
        return proxies[-1]
    yield open_one
    for one in proxies:
        one.close()


def write(shell, name="holiday.mov", content=CONTENT):
    path = shell.folder / name
    path.write_bytes(content)
    return path


def files(user):
    return user.http.get("files").json()["items"]


def content_of(user, file):
    return user.download(file).body


def test_a_file_becomes_a_link(anna, mine):
    write(mine, "letter.txt", b"Dear reader")
    socket = anna.connect()
    ended = mine.run("send", "letter.txt", "--expires", "1d", "--max", "2")
    link = ended.stdout.strip()
    share = anna.http.get("shares").json()["items"][0]
    assert link == share["url"] and share["max_downloads"] == 2 and share["expires_at"]
    assert "letter.txt: 11 bytes sent" in ended.stderr
    file = files(anna)[0]
    assert (file["filename"], content_of(anna, file)) == ("letter.txt", b"Dear reader")
    socket.expect("UploadProgress", progress=1)
    socket.expect("FileUploaded", filename="letter.txt")
    socket.expect("FileShared", share_id=share["share_id"])


def test_several_files_and_one_that_is_empty(anna, mine):
    for name, content in (("one", b"1"), ("two", b""), ("three", b"3" * 100_000)):
        write(mine, name, content)
    sent = mine.json("send", "one", "two", "three")["items"]
    assert [(item["filename"], item["size"]) for item in sent] == [("one", 1), ("two", 0), ("three", 100_000)]
    assert all(item["share"]["url"] for item in sent) and len(files(anna)) == 3


def test_upload_only(anna, mine):
    write(mine, "letter.txt", b"x")
    assert mine.run("send", "letter.txt", "--no-link").stdout == ""
    assert len(files(anna)) == 1 and not anna.http.get("shares").json()["items"]


@pytest.mark.parametrize("size", [0, 11, (8 << 20) - 1, 8 << 20, (16 << 20) + 5])
def test_standard_input(anna, mine, size):
    mine.run("send", "-", "--name", "backup.tar", stdin=CONTENT[:size])
    file = files(anna)[0]
    assert (file["filename"], file["size"]) == ("backup.tar", size) and content_of(anna, file) == CONTENT[:size]


def test_what_cannot_be_sent_is_said_before_anything_is(anna, mine):
    write(mine, "letter.txt", b"x")
    (mine.folder / "photos").mkdir()
    os.mkfifo(mine.folder / "pipe")
    for name, status, hint in (("photos", 2, "tar c photos"), ("nothing", 4, "nothing"), ("pipe", 2, "kingshare send -")):
        assert hint in mine.run("send", "letter.txt", name, status=status).stderr
    assert not files(anna)


def test_too_much_for_my_quota(start_server, shell):
    server = start_server(uploads__quota_bytes="1MiB")
    anna = server.user("anna")
    mine = shell().sign_in(anna)
    write(mine, "large", bytes(2 << 20))
    assert "quota exceeded" in mine.run("send", "large", status=7).stderr


def test_a_link_that_cannot_be_made_leaves_the_file_there(anna, mine, metering_proxy):
    write(mine)
    proxy = metering_proxy()
    mine.sign_in(anna, proxy.url)
    assert "the file is on the server" in mine.run("send", "holiday.mov", "--to", "nobody.at.all", status=1).stderr
    before = proxy.sent
    assert "/s/" in mine.run("send", "holiday.mov").stdout
    assert proxy.sent - before < HEADS and len(files(anna)) == 1


def test_i_see_how_far_it_is(mine):
    write(mine)
    terminal = mine.start_on_terminal("send", "holiday.mov")
    terminal.expect(r"holiday\.mov +\d+ % \[[#-]+\] [\d.]+ (MiB|bytes) of 40\.0 MiB")
    shown = terminal.wait()
    assert "/s/" in shown and "\033[K" in shown
    assert "%" not in mine.run("send", "holiday.mov").stderr


def test_killed_and_run_again_it_sends_each_byte_once(anna, mine, metering_proxy):
    write(mine)
    proxy = metering_proxy(hold_requests_at=15 << 20)
    mine.sign_in(anna, proxy.url)
    command = mine.start("send", "holiday.mov")
    proxy.wait_until_holding()
    command.kill()
    proxy.release()
    proxy.wait_until_idle()
    before = proxy.sent
    ended = mine.run("send", "holiday.mov")
    assert "earlier" in ended.stderr
    assert len(CONTENT) <= proxy.sent <= len(CONTENT) + HEADS and proxy.sent - before < len(CONTENT) - (10 << 20)
    file, = files(anna)
    assert content_of(anna, file) == CONTENT
    # The resume file is deleted: sending the same file again creates another one.
    mine.run("send", "holiday.mov")
    assert len(files(anna)) == 2
    assert not list((mine.state / "uploads").iterdir())


def test_a_file_that_changed_is_sent_anew(anna, mine, metering_proxy):
    path = write(mine)
    proxy = metering_proxy(hold_requests_at=15 << 20)
    mine.sign_in(anna, proxy.url)
    command = mine.start("send", "holiday.mov")
    proxy.wait_until_holding()
    command.kill()
    proxy.release()
    other = bytes(reversed(CONTENT[:1 << 20]))
    path.write_bytes(other)
    mine.run("send", "holiday.mov")
    file, = files(anna)
    assert content_of(anna, file) == other


def test_the_server_is_killed_meanwhile(start_server, shell, metering_proxy):
    server = start_server()
    anna = server.user("anna")
    proxy = metering_proxy(server, hold_requests_at=15 << 20)
    mine = shell().sign_in(anna, proxy.url)
    write(mine)
    command = mine.start("send", "holiday.mov")
    proxy.wait_until_holding()
    server.kill()
    proxy.release()
    server.start()
    command.wait()
    file, = files(anna)
    assert content_of(anna, file) == CONTENT


def test_standard_input_outlives_the_server(start_server, shell, metering_proxy):
    server = start_server()
    anna = server.user("anna")
    proxy = metering_proxy(server, hold_requests_at=15 << 20)
    mine = shell().sign_in(anna, proxy.url)
    path = write(mine)
    with open(path, "rb") as stream:
        command = mine.start("send", "-", stdin=stream)
        proxy.wait_until_holding()
        server.kill()
        proxy.release()
        server.start()
        command.wait()
    file, = files(anna)
    assert content_of(anna, file) == CONTENT


def test_twice_at_once(anna, mine, metering_proxy):
    write(mine)
    proxy = metering_proxy(hold_requests_at=15 << 20)
    mine.sign_in(anna, proxy.url)
    first = mine.start("send", "holiday.mov")
    proxy.wait_until_holding()
    assert "another kingshare" in mine.run("send", "holiday.mov", status=1).stderr
    proxy.release()
    first.wait()
    assert len(files(anna)) == 1


def test_what_is_remembered_is_mine_alone(anna, mine, metering_proxy):
    write(mine)
    proxy = metering_proxy(hold_requests_at=15 << 20)
    mine.sign_in(anna, proxy.url)
    command = mine.start("send", "holiday.mov")
    proxy.wait_until_holding()
    notes = list((mine.state / "uploads").iterdir())
    command.kill()
    assert notes and all(stat.S_IMODE(note.stat().st_mode) == 0o600 for note in notes)


def test_my_sign_in_ends_meanwhile(anna, mine, metering_proxy):
    write(mine)
    proxy = metering_proxy(hold_requests_at=15 << 20)
    mine.sign_in(anna, proxy.url)
    command = mine.start("send", "holiday.mov")
    proxy.wait_until_holding()
    anna.http.post("auth/logout-all", want=204)
    proxy.release()
    command.expect("sign in again|sign in with")
    command.wait(3)
