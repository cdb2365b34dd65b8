"""May this replica be sent work? Asked by load balancers and by whoever replaces replicas one after the other."""

import time
from collections.abc import Callable
from typing import Final

from storage import revision
from storage.database import Database

TICK_WITHIN_SECONDS: Final = 20.0


class Readiness:
    """Not before everything has started, not while it cannot work, and not once it stops."""

    def __init__(self, db: Database, last_tick: Callable[[], float | None]) -> None:
        """`last_tick`: when this process last ticked, in seconds of the monotonic clock."""
        self._db = db
        self._last_tick = last_tick
        self._needed = revision.needed()
        self.started = False
        self.stopping = False

    async def lacks(self, refused: bool) -> list[str]:
        """Return what keeps this replica from work. `refused`: Telegram does not take the token."""
        if self.stopping:
            return ["stopping"]
        if not self.started:
            return ["starting: Telegram and the database are not both reached yet"]
        if not await self._db.answers():
            return ["the database does not answer"]
        found = []
        current = await self._db.revision()
        if current is None or current < self._needed:
            found.append(f"the database is at version {current or 'empty'}, not {self._needed}: run `keepwell migrate`")
        if refused:
            found.append("Telegram refuses the token")
        last = self._last_tick()
        if last is None or time.monotonic() - last > TICK_WITHIN_SECONDS:
            found.append("this process does not tick")
        return found
