#!/usr/bin/env python3
"""Prints each event of your account as a line of JSON. Resumes after a lost connection or a restart, without losing an event.

KINGSHARE_SERVER is the server's URL, KINGSHARE_TOKEN a personal access token. With --cursor FILE the position in the event stream is kept
across runs; an event is printed again only if the process is killed between printing and saving.
"""
import argparse
import json
import os
import pathlib
import random
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

SERVER = os.environ.get("KINGSHARE_SERVER", "http://localhost:8080").rstrip("/")
TOKEN = os.environ.get("KINGSHARE_TOKEN", "")
SILENCE = 45  # seconds; the server sends a heartbeat every 15


def open_stream(cursor):
    """Opens the event stream after the cursor."""
    request = urllib.request.Request(f"{SERVER}/api/v1/events?{urllib.parse.urlencode({'since': cursor})}")
    request.add_unredirected_header("Authorization", f"Bearer {TOKEN}")
    return urllib.request.urlopen(request, timeout=SILENCE)


def messages(stream):
    """Yields (id, message) for each complete server-sent event; id is empty for progress and presence."""
    event_id, data = "", []
    for line in stream:
        name, _, value = line.decode().rstrip("\r\n").partition(":")
        value = value.removeprefix(" ")
        if name == "id":
            event_id = value
        elif name == "data":
            data.append(value)
        elif not name and not value:  # an empty line ends the event; comments begin with a colon
            if data:
                yield event_id, json.loads("\n".join(data))
            event_id, data = "", []


def follow(cursor, save):
    """Prints events until the connection ends. Calls save(cursor) after each one. Raises PermissionError if the token is not valid."""
    try:
        stream = open_stream(cursor)
    except urllib.error.HTTPError as error:
        if error.code == 401:
            raise PermissionError("the server does not accept KINGSHARE_TOKEN") from None
        raise
    with stream:
        for event_id, message in messages(stream):
            if message["type"] == "Error":
                refused = message["data"]["code"] == "INVALID_TOKEN"
                raise (PermissionError if refused else OSError)(message["data"]["message"])
            if message["type"] == "Resumed":
                event_id = event_id or message["data"]["cursor"]
                if not message["data"]["complete"]:
                    print("some events since the last run are no longer kept", file=sys.stderr)
            else:
                print(json.dumps(message, ensure_ascii=False), flush=True)
            if event_id:
                save(event_id)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cursor", type=pathlib.Path, metavar="FILE", help="keep the position here across runs")
    parser.add_argument("--since", default="now", help="where to begin otherwise: now (default) or start, all events kept")
    options = parser.parse_args()
    cursor = options.cursor.read_text() if options.cursor and options.cursor.exists() else options.since
    failures = 0

    def save(position):
        nonlocal cursor, failures
        cursor, failures = position, 0
        if options.cursor:
            new = options.cursor.with_name(options.cursor.name + ".new")
            new.write_text(position)
            new.replace(options.cursor)  # atomic: a crash leaves the old position or the new one

    while True:
        delay = random.uniform(0, min(30, 2 ** min(failures, 5)))
        failures += 1
        try:
            follow(cursor, save)
            reason = "the server closed the stream"
        except PermissionError as error:
            sys.exit(f"watch.py: {error}")
        except urllib.error.HTTPError as error:
            delay = max(delay, float(error.headers.get("Retry-After") or 0))
            reason = f"HTTP status {error.code}"
        except (OSError, ValueError) as error:
            reason = str(error)
        print(f"{reason}; next attempt in {delay:.1f} s", file=sys.stderr)
        time.sleep(delay)


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(130)
