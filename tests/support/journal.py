"""Reads the journal from the database while the server is down, to check events that no connection may see."""
import json
import uuid


def read_journal(server):
    """Returns all events in order as (type, data, users), with a user listed once per entry in their stream."""
    assert not server.is_running(), "the journal is read while the server is down"
    database, events = server.database, {}
    rows = database.execute(f"SELECT {database.hex('event_id')}, message, {database.hex('user_id')} FROM journal "
                            "ORDER BY at, event_id, user_id")
    for event, message, user in rows:
        message = json.loads(message)
        _, _, users = events.setdefault(event, (message["type"], message["data"], []))
        users.append(str(uuid.UUID(user)))
    return list(events.values())
