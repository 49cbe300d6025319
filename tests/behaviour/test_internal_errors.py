"""Internal errors: reported briefly, without internals, and survived by the server."""
import pytest

from support.event_stream import EventSource, read_replay


class BrokenDatabase:
    """A context in which the given tables of the server's database, or all of them, are renamed."""

    def __init__(self, server, *tables):
        self.database = server.database
        self.tables = tables or [name for (name,) in self.database.execute(self.database.tables)]

    def rename(self, of, to):
        for name in self.tables:
            self.database.execute(f'ALTER TABLE "{of}{name}" RENAME TO "{to}{name}"')

    def __enter__(self):
        self.rename("", "broken_")

    def __exit__(self, *_):
        self.rename("broken_", "")


@pytest.fixture
def server(start_server):
    return start_server(realtime__presence="off")


def assert_without_internals(text):
    assert not [word for word in ("sql", "table", "users", "src/", ".cpp", "0x") if word in text.lower()], text


def test_websocket_message(server):
    anna = server.user("anna")
    socket = server.listen()
    with BrokenDatabase(server):
        socket.send("Authenticate", token=anna.token)
        assert_without_internals(socket.expect_error("INTERNAL_ERROR"))
        socket.ping()
    assert socket.authenticate(anna.token)
    socket.expect_uploaded(anna.upload())


@pytest.mark.parametrize("asked", ["token", "share"])
def test_websocket_handshake(server, asked):
    anna = server.user("anna")
    share = anna.share(anna.upload())
    credential = {"token": anna.token, "share": share["share_token"]}
    with BrokenDatabase(server):
        socket = server.connect(**{asked: credential[asked]})
        assert_without_internals(socket.expect_error("INTERNAL_ERROR"))
        socket.expect_close(1011)
    server.connect(**{asked: credential[asked]}).control_ping()


def test_event_replay(server):
    anna = server.user("anna")
    file = anna.upload()
    with BrokenDatabase(server, "journal"):
        socket = anna.connect(since="start")
        assert_without_internals(socket.expect_error("INTERNAL_ERROR"))
        socket.expect_close(1011)
        with EventSource(anna, since="start") as events:
            assert_without_internals(events.expect("Error", code="INTERNAL_ERROR").message.data["message"])
            assert events.next() is None
    missed, _ = read_replay(anna.connect(since="start"))
    assert [message.data["file_id"] for message in missed] == [file["id"]]


def test_http_request(server):
    anna = server.user("anna")
    with BrokenDatabase(server):
        answer = anna.http.get("files", want="500 INTERNAL_ERROR")
        assert_without_internals(answer.body.decode())
    anna.http.get("files", want=200)
