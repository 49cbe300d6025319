"""A user's event stream: over server-sent events, and as stored in the journal."""
import json
import uuid

from .http import reset_connection
from .raw_http import RawHttpConnection
from .timeouts import TIMEOUT
from .websocket import Message


class ServerSentEvent:
    """One server-sent event: `id` is None if the event has none; `message` is the complete Message."""

    def __init__(self, fields):
        assert set(fields) <= {"id", "data"}, f"a field that nobody promised: {fields}"
        self.id, self.message = fields.get("id"), Message(fields["data"])


class EventSource:
    """Reads GET /api/v1/events like an EventSource, chunk by chunk, to tell a proper end of the body from a cut. A context manager."""

    def __init__(self, user, since=None, last_event_id=None, client=None, receive_buffer=None):
        client = client or user.http
        headers = {"Accept": "text/event-stream", **client.headers()}
        if last_event_id is not None:
            headers["Last-Event-ID"] = last_event_id
        self.retry, self._rest = None, b""
        self._connection = RawHttpConnection(user.server, receive_buffer=receive_buffer)
        self._connection.request("GET", "/api/v1/events" + ("" if since is None else f"?since={since}"), **headers)
        status, kind = self._connection.read_head()
        assert (status, kind["Content-Type"], kind["Transfer-Encoding"]) == (200, "text/event-stream", "chunked")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._connection.close()

    def abort(self):
        reset_connection(self._connection.socket)

    def next(self, timeout=TIMEOUT):
        """Returns the next ServerSentEvent, or None at the proper end of the stream. Raises ConnectionError if it is cut."""
        fields = {}
        while (line := self.line(timeout)) is not None:
            if not line and fields.keys() == {"retry"}:
                assert self.retry is None and self.line(timeout) is None, "the time to come again at is the last word"
                self.retry = int(fields["retry"])
                return None
            if not line and fields:
                return ServerSentEvent(fields)
            if line and not line.startswith(":"):  # a comment is a heartbeat
                name, _, value = line.partition(": ")
                assert name not in fields, f"{name} twice in one event"
                fields[name] = value
        assert not fields, f"the stream ends within an event: {fields}"
        return None

    def line(self, timeout=TIMEOUT):
        self._connection.socket.settimeout(timeout)
        while b"\n" not in self._rest:
            piece = self._connection.read_chunk()
            if not piece:
                return None
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode()

    def expect(self, kind, skipping=(), **data):
        """Returns the next event that is not skipped; it must be of this type and contain these values."""
        while (told := self.next()) and told.message.type in skipping:
            pass
        assert told and told.message.type == kind, f"expected {kind}, but next was {told and told.message}"
        assert {key: told.message.data.get(key) for key in data} == data, told.message
        return told

    def read_replay(self):
        """Returns the replayed messages and the data of Resumed."""
        replayed = []
        while (told := self.next()).message.type != "Resumed":
            replayed.append(told.message)
        return replayed, told.message.data


def read_replay(socket):
    """Returns the messages replayed to a WebSocket with ?since=, and the data of Resumed."""
    replayed = []
    while (message := socket.next()).type != "Resumed":
        replayed.append(message)
    return replayed, message.data


def fetch_history(user, limit=200, since="start"):
    """Returns the user's complete history from GET events/history, following all pages."""
    items = []
    while since:
        answer = user.http.get(f"events/history?since={since}&limit={limit}", want=200).json()
        assert answer["complete"] and len(answer["items"]) <= limit
        items, since = items + answer["items"], answer["next_cursor"]
    return items


def journal_messages(server, user):
    """Returns the messages of the user's stream from the journal, in order."""
    database = server.database
    found = database.execute(f"SELECT message FROM journal WHERE {database.hex('user_id')} = '{uuid.UUID(user.id).hex}' ORDER BY seq")
    return [json.loads(message) for (message,) in found]


def stored_form(message):
    """Returns a message as the journal stores it, without the fields that a connection adds."""
    return {"type": message.type, "data": message.data}
