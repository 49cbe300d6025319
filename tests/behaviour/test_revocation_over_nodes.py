"""A session that ends at one node ends at all, within a second and without the bus too."""
import pytest

from support.event_stream import EventSource
from support.timeouts import eventually


@pytest.fixture
def nodes(start_nodes, tmp_path):
    return start_nodes(2, realtime__presence="off", blobs__url=f"file:{tmp_path / 'blobs'}")


@pytest.fixture
def nodes_without_bus(nodes, nats):
    nats.stop()
    eventually(lambda: all("disconnected from the bus" in node.log or "cannot be reached" in node.log for node in nodes),
               "the nodes notice that NATS is away")
    return nodes


def test_requests_are_refused_at_once(nodes):
    one, two = nodes
    anna = one.user("anna")
    there = anna.at(two)
    file = anna.upload()
    for _ in range(3):
        assert there.download(file).status == 200
    anna.http.post("auth/logout-all", want=204)
    there.download(file, want="401 INVALID_TOKEN")


def test_changes_are_seen_at_once(nodes):
    one, two = nodes
    anna = one.user("anna")
    file = anna.upload("old.txt")
    there = anna.at(two)
    assert 'filename="old.txt"' in there.download(file).headers["content-disposition"]
    anna.http.patch(f"files/{file['id']}", {"filename": "new.txt"}, want=200)
    assert 'filename="new.txt"' in there.download(file).headers["content-disposition"]
    anna.delete(file)
    there.download(file, want=404)


def test_connections_are_closed(nodes):
    one, two = nodes
    anna = one.user("anna")
    connection = anna.at(two).connect()
    anna.http.post("auth/logout-all", want=204)
    connection.expect_error("INVALID_TOKEN")
    connection.expect_close(4401)


def test_connections_are_closed_without_the_bus(nodes_without_bus):
    one, two = nodes_without_bus
    anna = one.user("anna")
    there = anna.at(two)
    connection = there.connect()
    with EventSource(there) as stream:
        anna.http.post("auth/logout-all", want=204)
        connection.expect_error("INVALID_TOKEN")
        connection.expect_close(4401)
        stream.expect("Error", skipping=("Resumed",), code="INVALID_TOKEN")


def test_a_new_session_stays(nodes_without_bus):
    """The revocation is found later than the user has signed in again."""
    one, two = nodes_without_bus
    anna = one.user("anna")
    old = anna.at(two).connect()
    anna.http.post("auth/logout-all", want=204)
    new = anna.at(two).sign_in_again().connect()
    old.expect_error("INVALID_TOKEN")
    old.expect_close(4401)
    two.assert_nothing_else(new)


def test_one_session_ends_alone(nodes_without_bus):
    one, two = nodes_without_bus
    anna = one.user("anna")
    other = anna.sign_in_again()
    ending, staying = anna.at(two).connect(), other.at(two).connect()
    one.guest().post("auth/logout", {"refresh_token": anna.refresh_token}, want=204)
    ending.expect_error("INVALID_TOKEN")
    ending.expect_close(4401)
    two.assert_nothing_else(staying)
