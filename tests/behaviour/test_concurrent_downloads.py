"""Two hundred visitors at once, for a share limited to three downloads."""
import pytest

from support.raw_http import RawHttpConnection
from support.timeouts import eventually

VISITORS, LIMIT = 200, 3


def storm(server, owner, file):
    """Requests one share from all visitors at once: exactly three succeed."""
    share = owner.share(file, max_downloads=LIMIT)
    socket, watcher = owner.connect(), server.listen(share=share)
    connections = [RawHttpConnection(server) for _ in range(VISITORS)]
    for number, connection in enumerate(connections):
        connection.request("GET", f"/api/v1/public/shares/{share['share_token']}/content", user_agent=f"Visitor/{number % 20}")
    answers = [connection.read_response() for connection in connections]
    for connection in connections:
        connection.close()
    statuses = [answer.status for answer in answers]
    assert statuses.count(200) == LIMIT and set(statuses) <= {200, 410, 503}
    assert {answer.body for answer in answers if answer.status == 200} == {b"precious"}
    watcher.expect("ShareExpired", share_id=share["share_id"])
    told = [message.type for message in server.received(socket)]
    assert told.count("DownloadStarted") == LIMIT and told.count("ShareExpired") == 1
    assert set(told) <= {"DownloadStarted", "ShareAccessed", "ShareExpired"}
    server.assert_nothing_else(watcher)
    now = owner.http.get(f"shares/{share['share_id']}", want=200).json()
    assert (now["state"], now["download_count"]) == ("used_up", LIMIT)
    for one in (socket, watcher):
        one.close()


@pytest.mark.parametrize("times", [20, pytest.param(100, marks=pytest.mark.slow)])
def test_three_get_it_every_time(start_server, times):
    server = start_server(server__threads=4, realtime__presence="off")
    anna = server.user("anna")
    file = anna.upload("a", b"precious")
    for _ in range(times):
        storm(server, anna, file)


def test_some_of_them_give_up(start_server):
    """Each aborted download frees one slot, and never more."""
    server = start_server(server__threads=4, realtime__presence="off")
    anna = server.user("anna")
    share = anna.share(anna.upload("film.mp4", bytes(8 << 20)), max_downloads=LIMIT)
    target, got = f"public/shares/{share['share_token']}/content", 0

    def visit():
        nonlocal got
        downloads = [server.guest().stream_response("GET", target, receive_buffer=4096) for _ in range(30)]
        lucky = [download for download in downloads if download.status == 200]
        assert len(lucky) <= LIMIT - got
        if lucky:
            assert len(lucky.pop().read()) == 8 << 20
            got += 1
        for download in downloads:
            download.abort()
        return got == LIMIT

    eventually(visit, "three have it")
    assert anna.http.get(f"shares/{share['share_id']}").json()["download_count"] == LIMIT
    eventually(lambda: server.guest().get(target, want=0).status == 410, "it has ended")
