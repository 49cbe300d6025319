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
        for event, kind, message, user in database.execute(
                "SELECT e.id, e.type, e.message, s.user_id FROM events e LEFT JOIN stream_events s ON s.event_id = e.id "
                "ORDER BY e.at, e.id, s.user_id"):
            _, _, users = events.setdefault(event, (kind, json.loads(message)["data"], []))
            users += [str(uuid.UUID(bytes=user))] if user else []
    return list(events.values())
