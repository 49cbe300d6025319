"""GET /api/v1/events delivers the WebSocket's event stream as server-sent events; GET /api/v1/events/history returns it as a list."""
import subprocess
import time

import pytest

from support.event_stream import EventSource, fetch_history, journal_messages, read_replay, stored_form
from support.protocol import check_message
from support.timeouts import TIMEOUT


def upload(user, *names):
    return [user.upload(name) for name in names]


def curl(user, *arguments):
    """Returns curl's output after its timeout of one second."""
    command = ["curl", "-sN", "--max-time", "1", "-H", f"Authorization: Bearer {user.token}", *arguments]
    return subprocess.run(command, capture_output=True, text=True).stdout


def test_what_happens_is_told(common_server, anna):
    with EventSource(anna) as events:
        resumed = events.expect("Resumed", replayed=0, complete=True)
        assert resumed.id == resumed.message.data["cursor"]
        file = anna.upload()
        while (told := events.next()).message.type == "UploadProgress":
            assert told.id is None
        assert told.message.type == "FileUploaded" and told.message.data["file_id"] == file["id"]
        assert told.id == told.message.id


def test_a_browser_comes_back_by_last_event_id(common_server, anna):
    with EventSource(anna, since="now") as events:
        events.expect("Resumed")
        anna.upload("a")
        cursor = events.expect("FileUploaded", skipping=("UploadProgress",)).id
        events.abort()
    upload(anna, "b", "c")
    with EventSource(anna, since="start", last_event_id=cursor) as events:  # the header takes precedence over the query
        replayed, resumed = events.read_replay()
        assert [message.data["filename"] for message in replayed] == ["b", "c"] and resumed["complete"]
        anna.upload("d")
        events.expect("FileUploaded", skipping=("UploadProgress",), filename="d")


def test_it_is_the_same_stream_as_the_websocket(common_server, anna, ben):
    share = anna.share(anna.upload("a"), recipients=[ben])
    anna.revoke(share)
    socket = anna.connect(since="start")
    with EventSource(anna, since="start") as events:
        by_socket, by_events = read_replay(socket), events.read_replay()
        assert [message.text for message in by_socket[0]] == [message.text for message in by_events[0]]
        assert by_socket[1] == by_events[1]
        anna.upload("b")
        told = events.expect("FileUploaded", skipping=("UploadProgress",))
        socket.expect("FileUploaded", skipping=("UploadProgress",))
        assert told.message.text == socket.last.text


def test_by_curl(common_server, anna):
    upload(anna, "a", "b")
    url = f"{common_server.url}/api/v1/events"
    whole = curl(anna, f"{url}?since=start")
    first = whole.split("\n\n")[0].splitlines()
    assert [line.split(": ")[0] for line in first] == ["id", "data"] and whole.count("data: ") == 3
    rest = curl(anna, url, "-H", f"Last-Event-ID: {first[0].removeprefix('id: ')}")
    assert rest.split("\n\n")[0] == whole.split("\n\n")[1] and rest.count("data: ") == 2
    assert curl(anna, url).count("data: ") == 1


@pytest.mark.parametrize("since", ["nonsense", ""])
def test_a_cursor_of_nobody(common_server, anna, since):
    with EventSource(anna, since=since) as events:
        events.expect("Resumed", complete=False)


def test_only_with_a_user(common_server, anna):
    for target in "events", "events/history":
        common_server.guest().get(target, want="401 AUTHENTICATION_REQUIRED")
        common_server.guest(bearer="nonsense").get(target, want="401 INVALID_TOKEN")
    with EventSource(anna, client=anna.browser()) as events:
        events.expect("Resumed")


def test_it_ends_with_the_session(common_server, anna):
    again = anna.sign_in_again()
    with EventSource(anna) as events, EventSource(again) as other:
        events.expect("Resumed")
        other.expect("Resumed")
        again.http.post("auth/logout", {"refresh_token": again.refresh_token}, want=204)
        other.expect("Error", code="INVALID_TOKEN")
        assert other.next() is None
        anna.upload()
        events.expect("FileUploaded", skipping=("UploadProgress",))


def test_it_ends_with_the_token(common_server, anna):
    brief = anna.http.clone(bearer=anna.short_lived_token(1))
    with EventSource(anna, client=brief) as events:
        events.expect("Resumed")
        events.expect("Error", code="INVALID_TOKEN")
        assert events.next() is None


def test_it_ends_at_once_when_the_server_stops(start_server):
    server = start_server(server__shutdown_grace="60s")
    anna = server.user("anna")
    with EventSource(anna) as events:
        events.expect("Resumed")
        began = time.monotonic()
        server.terminate()
        assert events.next() is None
        server.wait_for_end()
        assert time.monotonic() - began < TIMEOUT


def test_it_counts_as_a_connection(start_server):
    server = start_server(realtime__max_connections_per_user=2, realtime__presence="everyone", realtime__offline_grace="0s")
    anna, ben = server.user("anna"), server.user("ben")
    watching = ben.connect()
    with EventSource(anna) as first, EventSource(anna) as second:
        watching.expect("UserOnline", user_id=anna.id)
        first.expect("Resumed"), second.expect("Resumed")
        anna.http.clone().get("events", want="503 CONNECTION_LIMIT")
        second.abort()
    watching.expect("UserOffline", user_id=anna.id)  # although nothing was written to the closed connections
    with EventSource(anna) as events:
        events.expect("Resumed")


@pytest.mark.slow
def test_it_is_kept_alive(common_server, anna):
    with EventSource(anna) as events:
        events.expect("Resumed")
        began = time.monotonic()
        assert events.line(timeout=15 + TIMEOUT) == ":"
        assert time.monotonic() - began > 14


def test_a_reader_too_slow_is_cut_and_loses_nothing(start_server):
    server = start_server(realtime__max_queued_bytes="32KiB", realtime__presence="off")
    anna = server.user("anna")
    with EventSource(anna, since="start", receive_buffer=2048) as stalled:
        cursor = stalled.expect("Resumed").id
        sent = []
        # The kernel buffers a few MiB at most. These events exceed its buffers and the server's queue together.
        for number in range(3000):
            sent.append(f"{number} " + "x" * 4000)
            server.send_notification(sent[-1])
        heard = []
        with pytest.raises(ConnectionError):
            while told := stalled.next():
                heard.append(told.message.data["message"])
                cursor = told.id
    assert heard == sent[:len(heard)] and len(heard) < len(sent)
    with EventSource(anna, last_event_id=cursor) as events:
        replayed, resumed = events.read_replay()
    assert heard + [message.data["message"] for message in replayed] == sent and resumed["complete"]


@pytest.mark.parametrize("limit", [1, 3, 200])
def test_history_is_what_a_stream_replays(common_server, anna, limit):
    for file in upload(anna, *"abcdefg"):
        anna.revoke(anna.share(file))
    items = fetch_history(anna, limit)
    for item in items:
        check_message(item)
    with EventSource(anna, since="start") as events:
        replayed, _ = events.read_replay()
    assert len(items) >= 21
    assert items == [{**stored_form(message), "id": message.id, "time": message.time} for message in replayed]
    assert [{"type": item["type"], "data": item["data"]} for item in items] == journal_messages(common_server, anna)
    assert fetch_history(anna, limit, since=items[9]["id"]) == items[10:]


def test_history_of_nothing(common_server, anna, ben):
    empty = {"items": [], "next_cursor": None, "complete": True}
    assert anna.http.get("events/history", want=200).json() == empty
    upload(anna, "a")
    assert anna.http.get("events/history?since=now", want=200).json() == empty
    last = fetch_history(anna)[-1]["id"]
    assert anna.http.get(f"events/history?since={last}", want=200).json() == empty
    for since in "nonsense", last:
        assert ben.http.get(f"events/history?since={since}", want=200).json() == {**empty, "complete": False}
    for limit in "0", "201", "many":
        anna.http.get(f"events/history?limit={limit}", want="400 INVALID_REQUEST")


def test_history_that_went_by(start_server):
    server = start_server(realtime__journal_events_per_user=2, realtime__presence="off")
    anna = server.user("anna")
    upload(anna, "a")
    first = fetch_history(anna)[-1]["id"]
    upload(anna, "b", "c", "d")
    assert [item["data"]["filename"] for item in fetch_history(anna)] == ["c", "d"]
    assert anna.http.get(f"events/history?since={first}", want=200).json() == {"items": [], "next_cursor": None, "complete": False}
