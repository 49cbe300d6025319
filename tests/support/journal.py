"""Reads the journal from disk while the server is down, to check events that no connection may see."""
import contextlib
import json
import sqlite3
import uuid


def read_journal(server):
    """Returns all events in order as (type, data, users), with a user listed once per entry in their stream."""
    assert server.process.poll() is not None, "the journal is read while the server is down"
    with contextlib.closing(sqlite3.connect(server.data / "kingshare.db")) as database:
        events = {}
        for event, message, user in database.execute("SELECT event_id, message, user_id FROM journal ORDER BY at, event_id, user_id"):
            message = json.loads(message)
            _, _, users = events.setdefault(event, (message["type"], message["data"], []))
            users.append(str(uuid.UUID(bytes=user)))
    return list(events.values())
