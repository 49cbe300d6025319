"""A server with limits high enough for the suite, and a message in which every byte is signed."""
import json

import pytest

from support import jwt
from support.raw_websocket import RawWebSocket
from support.server import Server

LIMIT = 1 << 20


@pytest.fixture(scope="session", params=["auto", "off"], ids=["batched", "plain calls"])
def peer(request, tmp_path_factory):
    """`peer(offer)` returns a new RawWebSocket. `peer.signed(size)` returns an Authenticate message of `size` bytes that fails if any byte
    is altered.
    """
    server = Server(tmp_path_factory.mktemp("conformance"), {
        "realtime.io_uring": request.param, "realtime.presence": "off", "realtime.max_message_bytes": LIMIT,
        "realtime.messages_per_second": 1_000_000, "realtime.message_burst": 1_000_000, "realtime.max_queued_bytes": "64MiB",
        "realtime.max_connections_per_ip": 10_000})
    anna = server.user("anna")

    def meet(offer=None):
        return RawWebSocket(server, offer)

    def signed(size):
        token = jwt.token(anna.id, padding="x" * min(2400, max(0, (size - 300) * 3 // 4)))
        return json.dumps({"type": "Authenticate", "data": {"token": token}}).encode().ljust(size)

    meet.server, meet.signed = server, signed
    yield meet
    server.close()
