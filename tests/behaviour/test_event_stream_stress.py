"""A storm loses nothing: while clients come and go and the server is killed, each user's stream, concatenated across reconnects by cursor,
equals the journal row for row.

KINGSHARE_TEST_STORM=600 runs it for ten minutes, with 100 clients and a kill -9 every 30 seconds. KINGSHARE_TEST_SEED repeats a run.
"""
import http.client
import os
import random
import threading
import time

import pytest

from support.event_stream import journal_messages, stored_form
from support.timeouts import SLOWNESS
from support.websocket import Closed, WebSocket

SECONDS = float(os.environ.get("KINGSHARE_TEST_STORM", 8 * SLOWNESS))
SEED = int(os.environ.get("KINGSHARE_TEST_SEED", random.randrange(1 << 30)))
LONG = SECONDS >= 60
CLIENTS, USERS, RATE = (100, 20, 200) if LONG else (24, 6, 200)
# Exceptions that a client may see if the server is killed during a call.
GONE = (OSError, http.client.HTTPException, AssertionError)


class Storm:
    def __init__(self, server, seed):
        self.server, self.random = server, random.Random(seed)
        self.admin = server.admin
        self.users = [server.user(f"user{number}") for number in range(USERS)]
        self.files = {user.id: user.upload("a") for user in self.users}
        self.over = threading.Event()
        self.caused, self.faults = 0, []

    def cause(self, seed):
        """One of four event sources: mostly downloads, which notify their owner, and occasionally a notification to all."""
        dice, began, done = random.Random(seed), time.monotonic(), 0
        calls = {user.id: user.http.clone() for user in self.users}
        notices = self.admin.http.clone()
        while not self.over.is_set():
            user = dice.choice(self.users)
            try:
                if dice.random() < 0.02:
                    notices.post("notifications", {"message": f"notice {seed} {done}", "level": "Info"}, checked=False)
                else:
                    calls[user.id].get(f"files/{self.files[user.id]['id']}/content", checked=False)
            except GONE:
                for one in [notices, *calls.values()]:
                    one.close()
            done += 1
            self.over.wait(max(0, began + done * 4 / RATE - time.monotonic()))
        self.caused += done

    def run(self, *bodies):
        def guarded(body):
            try:
                body()
            except Exception as fault:
                self.faults.append(fault)
                raise
        threads = [threading.Thread(target=guarded, args=(body,)) for body in bodies]
        for thread in threads:
            thread.start()
        return threads


class Client:
    """A client of one user: reads for a while, is cut or stalls, and reconnects with its last cursor until the storm is over."""

    def __init__(self, storm, user, seed):
        self.storm, self.user, self.dice = storm, user, random.Random(seed)
        self.cursor, self.heard, self.visits, self.stalls = "start", [], 0, 0

    def __call__(self):
        while not self.storm.over.is_set():
            stalls = self.dice.random() < 0.3
            try:
                socket = self.connect(**({"reading": False, "receive_buffer": 2048} if stalls else {}))
            except GONE:
                self.storm.over.wait(0.02)
                continue
            self.visits, self.stalls = self.visits + 1, self.stalls + stalls
            self.storm.over.wait(self.dice.random())
            if stalls:
                socket.start_reading()
                self.storm.over.wait(self.dice.random() / 10)
            self.take(socket.drain())
            socket.abort()

    def connect(self, **options):
        return WebSocket(self.storm.server.address, query={"token": self.user.token, "since": self.cursor}, **options)

    def take(self, messages):
        for message in messages:
            if isinstance(message, Closed):
                return
            if message.type == "Resumed":
                assert message.data["complete"], f"not complete after {self.cursor}"
            if message.id:
                self.heard.append(message)
                self.cursor = message.id

    def catch_up(self):
        socket, messages = self.connect(), []
        while not messages or messages[-1].type != "Resumed":
            messages.append(socket.next())
        self.take(messages)
        socket.abort()


@pytest.mark.slow
@pytest.mark.parametrize("killed", [False, True], ids=["it lives", "it is killed"])
def test_the_stream_joined_by_cursors_is_the_journal(start_server, killed):
    server = start_server(realtime__presence="off", realtime__max_queued_bytes="64KiB", realtime__max_connections_per_ip=1000,
                          realtime__journal_events_per_user=1_000_000, auth__access_token_ttl="2h")
    storm = Storm(server, SEED)
    clients = [Client(storm, storm.users[number % USERS], SEED + number) for number in range(CLIENTS)]
    print(f"KINGSHARE_TEST_SEED={SEED}")
    threads = storm.run(*clients, *(lambda seed=seed: storm.cause(seed) for seed in range(4)))
    deadline = time.monotonic() + SECONDS
    while killed and not storm.over.wait(30 if LONG else SECONDS / 4) and time.monotonic() < deadline:
        server.kill()
        server.start()
    storm.over.wait(max(0, deadline - time.monotonic()))
    storm.over.set()
    for thread in threads:
        thread.join()
    assert not storm.faults, storm.faults
    for client in clients:
        client.catch_up()
    in_journal = {user.id: journal_messages(server, user) for user in storm.users}
    for client in clients:
        heard = [stored_form(message) for message in client.heard]
        assert heard == in_journal[client.user.id]
        assert len({message.id for message in client.heard}) == len(heard)
    events, visits, stalls = (sum(numbers) for numbers in (map(len, in_journal.values()), (client.visits for client in clients),
                                                           (client.stalls for client in clients)))
    print(f"{storm.caused} calls, {events} events, {visits} visits of {CLIENTS} clients, {stalls} of them stalled")
    assert events > SECONDS and visits > 2 * CLIENTS
