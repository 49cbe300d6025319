"""A crowd returns: thousands of clients reconnect at once and each receives its missed events, without delaying connected clients.

KINGSHARE_TEST_CROWD=10000 sets their number.
"""
import os
import statistics
import time

from support.raw_websocket import RawWebSocket
from support.reconnect_load import ReconnectingClients

SIZE = int(os.environ.get("KINGSHARE_TEST_CROWD", "1000"))
USERS = 20
MISSED = 20


def test_connected_clients_are_not_delayed(start_server):
    server = start_server(realtime__presence="off", realtime__max_connections_per_ip=20_000, realtime__max_connections_per_user=20_000,
                          realtime__messages_per_second=1_000_000, realtime__message_burst=1_000_000, auth__access_token_ttl="2h")
    users = [server.user(f"user{number}") for number in range(USERS)]
    for number in range(MISSED):
        server.send_notification(f"notice {number}")
    clients = ReconnectingClients(server, [f"/ws?token={users[number % USERS].token}&since=start" for number in range(SIZE)])
    began = time.monotonic()
    clients.connect_all(RawWebSocket(server))
    seconds = time.monotonic() - began
    clients.close()
    per_ping, latencies = clients.resumed_per_ping, clients.pong_latencies
    print(f"{SIZE} clients resumed in {seconds:.1f} s, with {clients.replayed} events; between a Ping and its Pong {max(per_ping)} of them at most, "
          f"{statistics.median(per_ping):g} in the median, in {len(per_ping)} rounds; Pong after {max(latencies) * 1e3:.0f} ms at most, "
          f"{statistics.median(latencies) * 1e3:.1f} ms in the median")
    assert clients.replayed >= SIZE * MISSED
    assert max(per_ping) <= SIZE / 4 and statistics.median(per_ping) <= SIZE / 100
