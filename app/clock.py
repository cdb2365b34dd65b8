"""One clock for all replicas: the database's.

Leases, the send budget and everything that is due are instants that one process writes and another one reads. A machine
whose clock is minutes wrong would take messages from those who are sending them, and spend the budget of others.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

log = structlog.get_logger(__name__)

EVERY_SECONDS: Final = 5.0
# An answer that took longer says too little about the instant at which it was given.
LONGEST_WAY_SECONDS: Final = 2.0
# By so much a machine may be wrong before it is worth a line in the log.
WRONG_SECONDS: Final = 2.0

Ask = Callable[[], Awaitable[datetime]]


class SharedClock:
    """Counts on from what the database said last, by seconds that no setting of this machine's clock changes."""

    def __init__(self, machine: Callable[[], datetime], *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Go by the machine's clock until the database has been asked."""
        self._machine = machine
        self._monotonic = monotonic
        self._said: tuple[datetime, float] | None = None
        self._was_wrong = False

    def __call__(self) -> datetime:
        """Return the instant now, aware and in UTC."""
        if self._said is None:
            return self._machine()
        at, when = self._said
        return at + timedelta(seconds=self._monotonic() - when)

    async def sets(self, ask: Ask) -> None:
        """Ask the database, and go by what it says. Raises what the database raises."""
        before = self._monotonic()
        said = await ask()
        after = self._monotonic()
        if self._said is None or after - before < LONGEST_WAY_SECONDS:
            self._said = said, (before + after) / 2
            self._compare()

    async def keeps(self, ask: Ask, *, every: float = EVERY_SECONDS) -> None:
        """Ask again and again, until cancelled. While the database is away it counts on."""
        while True:
            await asyncio.sleep(every)
            try:
                await self.sets(ask)
            except Exception as error:
                log.debug("clock not asked", action="clock_not_asked", error=type(error).__name__)

    def _compare(self) -> None:
        off = (self._machine() - self()).total_seconds()
        wrong = abs(off) > WRONG_SECONDS
        if wrong and not self._was_wrong:
            log.warning("this machine's clock is not the database's", action="clock_wrong", seconds=round(off, 1))
        self._was_wrong = wrong
