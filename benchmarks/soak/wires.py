"""What lies between the parts: the wire to the database, which can be cut, and the load balancer."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from typing import Final

import aiohttp

LOOK_EVERY: Final = 0.5
PATIENCE: Final = 5.0  # seconds for an answer to /readyz, as load balancers are set
CHUNK: Final = 65_536


class Wire:
    """Passes bytes on to a port, unless it is cut (connections end) or halted (nothing moves, nobody is told)."""

    def __init__(self, target: Callable[[], int | None]) -> None:
        """`target` returns the port to connect to now; None refuses."""
        self._target = target
        self._server: asyncio.Server | None = None
        self._open: dict[asyncio.Task[None], int] = {}
        self._moves = asyncio.Event()
        self._moves.set()
        self.is_cut = False
        self.port = 0

    async def opens(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def closes(self) -> None:
        """Listen no more, and drop everything."""
        self.drop()
        if self._server is not None:
            self._server.close()

    def cut(self) -> None:
        """End all connections and take none."""
        self.is_cut = True
        self.drop()

    def halt(self) -> None:
        """Let nothing through, and tell nobody."""
        self._moves.clear()

    def mend(self) -> None:
        """Let everything through again."""
        self.is_cut = False
        self._moves.set()

    def drop(self, port: int | None = None) -> None:
        """End all connections, or those to one port."""
        for task, to in list(self._open.items()):
            if port in (None, to):
                task.cancel()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = None if self.is_cut else self._target()
        task = asyncio.current_task()
        if port is None or task is None:
            writer.close()
            return
        self._open[task] = port
        far: asyncio.StreamWriter | None = None
        try:
            near, far = await asyncio.open_connection("127.0.0.1", port)
            ways = [asyncio.ensure_future(self._pass(reader, far)), asyncio.ensure_future(self._pass(near, writer))]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            pass  # a dropped connection is what this is for
        finally:
            self._open.pop(task, None)
            for end in (writer, far):
                if end is not None:
                    with contextlib.suppress(OSError, RuntimeError):
                        end.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._moves.wait()
                writer.write(data)
                await writer.drain()


class Balancer:
    """Hands connections to replicas in turn, and leaves out those that do not answer /readyz well."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = list(ports)
        self._well: list[int] = []
        self._turn = 0
        self.wire = Wire(self._next)
        self.looks = 0
        self.alone_seconds = 0.0  # with one replica only
        self.nobody_seconds = 0.0

    @property
    def all_well(self) -> bool:
        """Whether every replica answered well when it was asked last."""
        return len(self._well) == len(self._ports)

    def _next(self) -> int | None:
        if not self._well:
            return None
        self._turn += 1
        return self._well[self._turn % len(self._well)]

    async def watches(self) -> None:
        """Ask every replica whether it is ready again and again, until cancelled."""
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        before = time.monotonic()
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                found = await asyncio.gather(*(self._is_well(session, port) for port in self._ports))
                self._well = [port for port, well in zip(self._ports, found, strict=True) if well]
                self.looks += 1
                for port, well in zip(self._ports, found, strict=True):
                    if not well:
                        self.wire.drop(port)
                now = time.monotonic()
                self.alone_seconds += (now - before) * (len(self._well) == 1)
                self.nobody_seconds += (now - before) * (not self._well)
                before = now
                await asyncio.sleep(LOOK_EVERY)

    @staticmethod
    async def _is_well(session: aiohttp.ClientSession, port: int) -> bool:
        try:
            async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False
