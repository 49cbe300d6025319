"""The journal as it lies on disk: for what no connection may show, read while the server is down."""
import contextlib
import json
import sqlite3
import uuid


def journal(server):
    """All events in their order, each (type, data, users in whose streams it stands), a user once for each place in the stream."""
    assert server.process.poll() is not None, "the journal is read while the server is down"
    with contextlib.closing(sqlite3.connect(server.data / "kingshare.db")) as database:
        events = {}
        for event, message, user in database.execute("SELECT event_id, message, user_id FROM journal ORDER BY at, event_id, user_id"):
            message = json.loads(message)
            _, _, users = events.setdefault(event, (message["type"], message["data"], []))
            users.append(str(uuid.UUID(bytes=user)))
    return list(events.values())
