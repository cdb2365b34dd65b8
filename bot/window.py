"""At most 30 new messages in any second, as Telegram counts them.

The budget in the database gives messages of all replicas places at even distances. Between that place and Telegram lies
a machine that may be busy: what was to leave over a tenth of a second leaves at once, and the 31st of a second costs
everybody a pause. So each process also looks back at what it really sent.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Final

LIMIT: Final = 30
SECONDS: Final = 1.0
# After a pause of ours all places are free at once. Used at once, they would be free at once again a second later, and
# so on: a crisis in between would find none for half a second. At this distance they spread over the second.
DISTANCE: Final = 0.028
REMEMBERED: Final = 100  # calls, for the shortest way to Telegram and back
# A call that has not been answered for so long was counted by Telegram long ago, or never will be.
LONGEST_SECONDS: Final = 2.0


@dataclass(slots=True, eq=False)
class _Place:
    """One call: when it began, and when its answer came."""

    began: float
    ended: float | None = None


class Window:
    """Lets in so many calls in any stretch of seconds, the most urgent of those who wait first."""

    def __init__(
        self,
        limit: int = LIMIT,
        seconds: float = SECONDS,
        *,
        distance: float = DISTANCE,
        longest: float = LONGEST_SECONDS,
    ) -> None:
        """Let in `limit` calls in any stretch of `seconds`, with a `distance` in seconds between two of them.

        `longest`: seconds after which a call without an answer is taken to be counted, or lost.
        """
        self._limit, self._seconds, self._distance, self._longest = limit, seconds, distance, longest
        self._next_at = 0.0
        self._taken: list[_Place] = []
        self._waiting: list[tuple[int, int, asyncio.Future[_Place]]] = []
        self._numbers = count()
        self._ways: deque[float] = deque(maxlen=REMEMBERED)
        self._alarm: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def place(self, priority: int) -> AsyncIterator[None]:
        """Wait for a place, and make the call in the block. A smaller number is more urgent; 0 needs no distance."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[_Place] = loop.create_future()
        heapq.heappush(self._waiting, (priority, next(self._numbers), waiter))
        self._let_in()
        place = await waiter
        try:
            yield
        finally:
            place.ended = loop.time()
            self._ways.append(place.ended - place.began)
            self._let_in()

    def _let_in(self) -> None:
        """Let in as many as there are places, and look again when the next place is free."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._taken = [place for place in self._taken if self._free_at(place) > now]
        while self._waiting and now >= (opens_at := self._opens_at(now)):
            *_, waiter = heapq.heappop(self._waiting)
            if not waiter.done():  # it may have been cancelled
                place = _Place(now)
                self._taken.append(place)
                self._next_at = now + self._distance
                waiter.set_result(place)
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if self._waiting:
            self._alarm = loop.call_at(opens_at, self._let_in)

    def _opens_at(self, now: float) -> float:
        """Return when the first of those who wait can go in."""
        free_at = now if len(self._taken) < self._limit else min(map(self._free_at, self._taken))
        urgent = self._waiting[0][0] == 0
        return free_at if urgent else max(free_at, self._next_at)

    def _free_at(self, place: _Place) -> float:
        """Return when a place can be taken again. Telegram counted the call between its begin and its end.

        The shortest way of late is what every call takes: only what comes on top of it is uncertain.
        """
        if place.ended is None:
            return place.began + self._longest + self._seconds
        return place.ended - min(self._ways) + self._seconds
