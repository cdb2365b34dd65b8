"""Updates by long poll: the getUpdates of the Bot API."""

import asyncio
from typing import Any

from emulator.errors import Refused, conflict
from emulator.updates import Queued, UpdateQueue

LONGEST_WAIT = 50  # seconds, whatever the bot asks for


class LongPoll:
    """One poller at a time: a second one throws the first one out, as at Telegram."""

    def __init__(self, queue: UpdateQueue) -> None:
        self._queue = queue
        self._poller: asyncio.Future[Refused | None] | None = None
        self.copies = 1  # how often each update is delivered
        queue.on_add.append(self._wake)

    def _wake(self, _: Queued) -> None:
        self._finish(None)

    def _finish(self, outcome: Refused | None) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(outcome)

    def throw_out(self, by: str) -> None:
        """End the waiting poll with a conflict."""
        what = "other getUpdates request; make sure that only one bot instance is running"
        self._finish(conflict(f"terminated by {what if by == 'getUpdates' else f'{by} request'}"))

    def stop(self) -> None:
        """Let the waiting poll go home with nothing: the emulator closes."""
        self._finish(None)

    async def poll(
        self, *, offset: int | None, limit: int, timeout: float, allowed_updates: list[str] | None
    ) -> list[dict[str, Any]]:
        """Confirm what lies before `offset`, wait up to `timeout` seconds, return what waits; or raise Refused."""
        self.throw_out("getUpdates")
        self._queue.ask_for(allowed_updates)
        if offset:
            self._queue.confirm_before(offset)
        if not len(self._queue) and timeout > 0:
            await self._wait(min(timeout, LONGEST_WAIT))
        batch = [queued.body for queued in self._queue.first(limit)]
        return batch * self.copies

    async def _wait(self, seconds: float) -> None:
        poller = self._poller = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                outcome = await poller
        except TimeoutError:
            return
        finally:
            if self._poller is poller:
                self._poller = None
        if outcome is not None:
            raise outcome
