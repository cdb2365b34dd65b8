"""Server-sent events: every change on every phone, as it happens."""

import asyncio
import contextlib
import json
from typing import Any

from aiohttp import web

from emulator.state import Event
from emulator.view import page_message
from emulator.world import World

# A comment now and then keeps idle connections open and finds those that are gone.
HEARTBEAT = 15.0  # seconds
# A reader that is so far behind has gone to sleep; the page fetches everything when it comes back.
LONGEST_QUEUE = 10_000

_Queue = asyncio.Queue[str | None]


class EventStream:
    """All listening pages."""

    def __init__(self, world: World) -> None:
        self._readers: set[_Queue] = set()
        world.listen(self._send)

    def _send(self, event: Event) -> None:
        if not self._readers:
            return
        line = f"data: {json.dumps(describe(event))}\n\n"
        for reader in tuple(self._readers):
            if reader.qsize() >= LONGEST_QUEUE:
                self._close(reader)
            else:
                reader.put_nowait(line)

    def _close(self, reader: _Queue) -> None:
        self._readers.discard(reader)
        reader.put_nowait(None)

    def stop(self) -> None:
        """End all streams."""
        for reader in tuple(self._readers):
            self._close(reader)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Stream events to one page until either side goes."""
        reader: _Queue = asyncio.Queue()
        self._readers.add(reader)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        try:
            with contextlib.suppress(ConnectionError):
                await response.prepare(request)
                await response.write(b": listening\n\n")
                await _pump(reader, response)
        finally:
            self._readers.discard(reader)
        return response


async def _pump(reader: _Queue, response: web.StreamResponse) -> None:
    while True:
        try:
            line = await asyncio.wait_for(reader.get(), HEARTBEAT)
        except TimeoutError:
            line = ": still here\n\n"
        if line is None:
            return
        await response.write(line.encode())


def describe(event: Event) -> dict[str, Any]:
    """Return an event as the page reads it."""
    shown: dict[str, Any] = {"type": event.type, "phone": event.phone}
    if event.message is not None and event.type == "delete":
        shown["message_id"] = event.message.id
    elif event.message is not None:
        shown["message"] = page_message(event.message, event.phone or 0)
    if event.answer is not None:
        shown |= {"text": event.answer.text, "alert": event.answer.alert}
    if event.action is not None:
        shown["action"] = event.action
    return shown
