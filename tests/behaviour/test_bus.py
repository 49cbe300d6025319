"""A server with bus.url exchanges its events over NATS and delivers its own at once, with and without the NATS servers."""
import pytest

from support.timeouts import eventually


@pytest.fixture
def server(start_server, nats):
    return start_server(bus__url=nats.url(), realtime__presence="off")


def have_connected(server, times):
    """Returns whether all nodes together have connected to NATS that often."""
    return server.log.count("connected to the bus") == times * len(server.nodes)


def assert_events_arrive(server):
    """Every event arrives once and in order: on plain connections, since a cursor, and on those of a watched link."""
    anna, ben = server.user("anna"), server.user("ben")
    plain, since = anna.connect(), anna.connect(since="now")
    since.expect("Resumed")
    file = anna.upload("letter.txt")
    share = anna.share(file, recipients=[ben])
    watching = server.listen(share=share)
    anna.http.delete(f"files/{file['id']}", want=204)
    for connection in (plain, since):
        types = [message.type for message in server.received(connection) if message.type != "UploadProgress"]
        assert types == ["FileUploaded", "FileShared", "FileDeleted"]
    watching.expect("FileDeleted")
    server.assert_nothing_else(watching)


def test_events_arrive_with_the_bus(server):
    eventually(lambda: have_connected(server, 1), "the server is connected to NATS")
    assert_events_arrive(server)


def test_events_arrive_without_the_bus(server, nats):
    eventually(lambda: have_connected(server, 1), "the server is connected to NATS")
    nats.stop()
    eventually(lambda: server.log.count("disconnected from the bus") == len(server.nodes), "the server notices that NATS is away")
    assert_events_arrive(server)
    nats.start()
    eventually(lambda: have_connected(server, 2), "the server reconnects")
    assert_events_arrive(server)


def test_a_session_ends_everywhere_at_once(server):
    anna = server.user("anna")
    connection = anna.connect()
    anna.http.post("auth/logout-all", want=204)
    connection.expect_error("INVALID_TOKEN")
    connection.expect_close(4401)


def test_the_password_is_shown_nowhere(server, nats):
    nats.stop()
    eventually(lambda: "disconnected from the bus" in server.log or "cannot be reached" in server.log, "the server notices that NATS is away")
    items = server.admin.http.get("settings", want=200).json()["items"]
    shown = next(item["value"] for item in items if item["key"] == "bus.url")
    assert shown == f"nats://***@127.0.0.1:{nats.port}"
    assert nats.password not in server.log
