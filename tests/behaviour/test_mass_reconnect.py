"""A crowd returns: thousands of clients reconnect at once and each receives its missed events, without delaying connected clients.

KINGSHARE_TEST_CROWD=10000 sets their number.
"""
import os
import statistics
import time

from support.conversation import Conversation
from support.crowd import Crowd

SIZE = int(os.environ.get("KINGSHARE_TEST_CROWD", "1000"))
USERS = 20
MISSED = 20


def test_those_who_are_connected_do_not_notice(start_server):
    server = start_server(realtime__presence="off", realtime__max_connections_per_ip=20_000, realtime__max_connections_per_user=20_000,
                          realtime__messages_per_second=1_000_000, realtime__message_burst=1_000_000, auth__access_token_ttl="2h")
    users = [server.user(f"user{number}") for number in range(USERS)]
    for number in range(MISSED):
        server.announce(f"notice {number}")
    crowd = Crowd(server, [f"/ws?token={users[number % USERS].token}&since=start" for number in range(SIZE)])
    began = time.monotonic()
    crowd.come(Conversation(server))
    seconds = time.monotonic() - began
    crowd.cut()
    print(f"{SIZE} were there after {seconds:.1f} s, with {crowd.replayed} events; between a Ping and its Pong {max(crowd.between)} of them at "
          f"most, {statistics.median(crowd.between):g} usually, in {len(crowd.between)} rounds; {max(crowd.seconds) * 1e3:.0f} ms at most, "
          f"{statistics.median(crowd.seconds) * 1e3:.1f} ms usually")
    assert crowd.replayed >= SIZE * MISSED
    assert max(crowd.between) <= SIZE / 4 and statistics.median(crowd.between) <= SIZE / 100
