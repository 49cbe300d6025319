"""A slow reader is disconnected: it delays nobody, and costs no more memory than `realtime.max_queued_bytes`."""
import pathlib
import re
import time

import pytest

from support.command import is_instrumented
from support.timeouts import TIMEOUT

MAX_QUEUED = 32 * 1024


@pytest.fixture
def server(start_server):
    return start_server(realtime__max_queued_bytes=MAX_QUEUED, realtime__presence="off", realtime__progress_interval="1ms")


def stall(server, user):
    """Returns a connection of this user that does not read and has the smallest possible receive buffer."""
    return server.connect(token=user.token, reading=False, receive_buffer=2048)


def connections(server):
    return server.admin.http.get("ws/stats", want=200).json()["total_connections"]


def unsent(server, socket):
    """Returns the number of bytes in the kernel's send queue for this connection."""
    line = rf":{server.port:04X} 0100007F:{socket.port:04X} \w\w (\w+):"
    return int(re.search(line, pathlib.Path("/proc/net/tcp").read_text())[1], 16)


def fill_the_kernel(server, stalled, quick):
    """Fills the kernel's buffers, so that further messages queue in the server. Returns the number of notifications sent."""
    notices, before, held = 0, -1, 0
    while held > before:
        for _ in range(4):
            server.send_notification("x" * 4000)
            quick.expect("SystemNotification")
        notices, before, held = notices + 4, held, unsent(server, stalled)
    return notices


def test_too_slow_is_closed_and_the_others_miss_nothing(server):
    anna = server.user("anna")
    quick, stalled = anna.connect(), stall(server, anna)
    sent, deadline = [], time.monotonic() + 2 * TIMEOUT
    while connections(server) == 2:
        assert time.monotonic() < deadline, f"a connection that never reads is still there after {len(sent)} notices"
        for _ in range(32):
            sent.append(f"{len(sent)} " + "x" * 4000)
            server.send_notification(sent[-1])
    heard = [message.data["message"] for message in server.received(quick)]
    assert heard == sent
    stalled.start_reading()
    stalled.expect_authenticated()
    before, end = stalled.read_until_closed()
    assert [message.data["message"] for message in before] == sent[:len(before)] and len(before) < len(sent)
    assert end.code in (1013, None), "or cut, where a close frame can't be delivered"


def test_progress_is_merged_before_that(server):
    anna = server.user("anna")
    quick, stalled = anna.connect(), stall(server, anna)
    notices = fill_the_kernel(server, stalled, quick)
    films, heard = [], []
    while sum(len(message.text) for message in heard) < 2 * MAX_QUEUED:
        films.append(anna.upload("film.mp4", bytes(64 << 20)))
        heard += server.received(quick)
    assert connections(server) == 2
    stalled.start_reading()
    stalled.expect_authenticated()
    for _ in range(notices):
        stalled.expect("SystemNotification")
    late = server.received(stalled)
    assert len(late) < len(heard)
    assert [message.data["file_id"] for message in late if message.type == "FileUploaded"] == [film["id"] for film in films]
    for film in films:
        *seen, last = [message.data["bytes_uploaded"] for message in late if message.type == "UploadProgress"
                       and message.data["file_id"] == film["id"]]
        assert seen == sorted(seen) and last == film["size"]


def test_so_is_a_stream_of_events(server):
    """The server disconnects it at once, although the kernel still holds unsent bytes."""
    anna = server.user("anna")
    quick, stalled = anna.connect(), anna.http.clone().stream_response("GET", "events", receive_buffer=2048)
    sent, deadline = 0, time.monotonic() + TIMEOUT
    while connections(server) == 2:
        assert time.monotonic() < deadline, f"a stream that nobody reads is still there after {sent} notices"
        server.send_notification(f"{sent} " + "x" * 4000)
        sent += 1
    assert len(server.received(quick)) == sent
    stalled.abort()


def test_many_of_them_cost_the_others_nothing(server):
    anna, ben = server.user("anna"), server.user("ben")
    stalled = [stall(server, (anna, ben)[number % 2]) for number in range(20)]
    others = [ben.connect(), server.listen(), anna.connect(since="now")]
    others[-1].expect("Resumed")
    before = server.rss()
    for number in range(200):
        server.send_notification(f"{number} " + "x" * 4000)
    for one in others:
        for number in range(200):
            assert one.expect("SystemNotification")["message"].startswith(f"{number} ")
        one.ping()
    assert is_instrumented() or server.rss() - before < len(stalled) * MAX_QUEUED + (4 << 20)
