"""An error of ours: said in few words, without internals, and survived."""
import sqlite3

import pytest


class BrokenDatabase:
    """While it lasts, none of the server's tables has its name."""

    def __init__(self, server):
        self.database = sqlite3.connect(server.data / "kingshare.db", timeout=30, isolation_level=None)

    def rename(self, of, to):
        tables = self.database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'").fetchall()
        self.database.execute("BEGIN IMMEDIATE")
        for (name,) in tables:
            self.database.execute(f'ALTER TABLE "{name}" RENAME TO "{to}{name.removeprefix(of)}"')
        self.database.execute("COMMIT")

    def __enter__(self):
        self.rename("", "broken_")

    def __exit__(self, *_):
        self.rename("broken_", "")
        self.database.close()


@pytest.fixture
def server(start_server):
    return start_server(realtime__presence="off")


def assert_without_internals(text):
    assert not [word for word in ("sql", "table", "users", "src/", ".cpp", "0x") if word in text.lower()], text


def test_on_the_socket(server):
    anna = server.user("anna")
    socket = server.listen()
    with BrokenDatabase(server):
        socket.send("Authenticate", token=anna.token)
        assert_without_internals(socket.expect_error("INTERNAL_ERROR"))
        socket.ping()
    assert socket.authenticate(anna.token)
    socket.expect_uploaded(anna.upload())


def test_in_a_call(server):
    anna = server.user("anna")
    with BrokenDatabase(server):
        answer = anna.http.get("files", want="500 INTERNAL_ERROR")
        assert_without_internals(answer.body.decode())
    anna.http.get("files", want=200)
