"""A network between clients and server that breaks and stalls, at random or on request."""
import asyncio
import random
import socket
import struct
import threading

from .timeouts import TIMEOUT

PIECE = 16384
RESET = struct.pack("ii", 1, 0)


class Broken(Exception):
    """Ends this connection."""


class FlakyProxy:
    """A TCP proxy that resets `cuts` connections: each after up to `reach` request bytes, one in four already during its first response.

    The first connection that has sent `stall_after` bytes stalls: it stays open, but forwards nothing further from the client.
    """

    def __init__(self, server, seed=0, cuts=0, reach=100_000, stall_after=None):
        self.cuts_made, self.stalled = 0, threading.Event()
        self._server, self._chance = server, random.Random(seed)
        self._cuts, self._reach, self._stall_after = cuts, reach, stall_after
        self._loop = asyncio.new_event_loop()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:{}".format(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),), daemon=True)
        self._thread.start()

    def close(self):
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(TIMEOUT)

    async def _run(self):
        self._end = asyncio.Event()
        connections = set()

        async def take(*streams):
            connections.add(asyncio.current_task())
            await self._join(*streams)
        async with await asyncio.start_server(take, sock=self._listener):
            await self._end.wait()
            for connection in connections:
                connection.cancel()
            await asyncio.gather(*connections, return_exceptions=True)

    async def _join(self, from_client, to_client):
        from_server, to_server = await asyncio.open_connection(*self._server.address)
        request_limit = self._chance.randrange(self._reach)
        answer_limit = self._chance.randrange(300) if self._chance.randrange(4) == 0 else None
        ways = [asyncio.create_task(self._pass_on(from_client, to_server, request_limit, may_stall=True)),
                asyncio.create_task(self._pass_on(from_server, to_client, answer_limit))]
        try:
            await asyncio.gather(*ways)
        except (Broken, OSError, asyncio.CancelledError):
            for stream in (to_client, to_server):
                stream.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        for task in ways:
            task.cancel()
        for stream in (to_client, to_server):
            stream.transport.abort()

    async def _pass_on(self, source, sink, limit, may_stall=False):
        passed = 0
        while data := await source.read(PIECE):
            if limit is not None and passed + len(data) > limit and self.cuts_made < self._cuts:
                self.cuts_made += 1
                sink.write(data[:max(0, limit - passed)])
                raise Broken
            sink.write(data)
            await sink.drain()
            passed += len(data)
            if may_stall and self._stall_after and passed >= self._stall_after:
                self._stall_after = None
                self.stalled.set()
                await asyncio.Event().wait()
        sink.write_eof()
