"""The clock of the simulated year: what is due is taken, what is sent arrives, people act, and the next thing comes."""

import heapq
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from core.alerts import AlertState
from core.messages import Outgoing
from flows import delivery
from flows.delivery import Result, Settled
from flows.deps import Deps
from scheduler import ticks
from storage import outbox
from storage.outbox import Budget
from storage.tables_alerts import AlertRow

START: Final = datetime(2025, 1, 6, tzinfo=UTC)  # a Monday
HOUR: Final = timedelta(hours=1)
LATE: Final = timedelta(minutes=1)  # a step that is due is taken within this
AT_ONCE: Final = 200
MOST_STEPS: Final = 50  # of alerts at one instant: what still stands after them is counted as standing still
SLOT: Final = timedelta(minutes=5)  # people act at the end of such a slot: fewer moments, and waits are not flattered
# The pace that Telegram allows is measured elsewhere (`broadcast`, `crisis`); here a message arrives when it is due.
NO_PACE: Final = Budget(timedelta(microseconds=1), timedelta(seconds=-1), timedelta(seconds=1))

Act = Callable[[], Awaitable[None]]


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        """Begin at the start of the year."""
        self.now = START

    def __call__(self) -> datetime:
        """Return the instant."""
        return self.now


@dataclass(slots=True)
class Watched:
    """An alert as it was when it was last looked at."""

    level: int
    open_since: datetime | None  # None: a person has it


@dataclass(slots=True)
class Clockwork:
    """Moves the clock from one thing to the next. `arrived` is told of every message that reaches a phone."""

    deps: Deps
    clock: Clock
    arrived: Callable[[Outgoing, int], None]
    moments: list[tuple[datetime, int, Act]] = field(default_factory=list)
    watched: dict[UUID, Watched] = field(default_factory=dict)
    waits: list[tuple[int, timedelta]] = field(default_factory=list)  # level, and how long nobody had the alert
    without_step: int = 0  # alerts that were found open without a next step in time
    hours: int = 0
    next_step: datetime | None = None
    _order: "count[int]" = field(default_factory=count)
    _messages: "count[int]" = field(default_factory=lambda: count(1_000))

    def at(self, when: datetime, act: Act) -> None:
        """Let somebody do something at that time."""
        slots = -((START - when) // SLOT)  # rounded up
        heapq.heappush(self.moments, (max(START + slots * SLOT, self.clock.now), next(self._order), act))

    async def hour(self) -> None:
        """Let one hour pass, and look whether anything stands still."""
        end = self.clock.now + HOUR
        await self._tick()
        while (moment := self._next(end)) is not None:
            self.clock.now = max(moment, self.clock.now)
            while self.moments and self.moments[0][0] <= self.clock.now:
                await heapq.heappop(self.moments)[2]()
            await self._steps()
        self.clock.now = end
        await self._steps()
        self.hours += 1
        late = [at for at in await self._look() if at is None or at < end - LATE]
        self.without_step += len(late)

    def _next(self, end: datetime) -> datetime | None:
        times = [self.moments[0][0]] if self.moments else []
        if self.next_step is not None:
            times.append(self.next_step)
        return min((time for time in times if time < end), default=None)

    async def _tick(self) -> None:
        for tick in (ticks.checkin_tick, ticks.upkeep_tick, ticks.follow_up_tick, ticks.note_tick):
            while await tick(self.deps) >= ticks.BATCH:
                pass
        await ticks.digest_tick(self.deps)
        if self.clock.now.hour == 0:
            await ticks.rota_tick(self.deps)
            await ticks.daily_tick(self.deps)
        await self._steps()

    async def _steps(self) -> None:
        """Take the steps of alerts that are due, and let everything arrive."""
        upcoming = await self._look()
        for _ in range(MOST_STEPS):
            if not any(at is not None and at <= self.clock.now for at in upcoming):
                break
            await ticks.alert_tick(self.deps)
            upcoming = await self._look()
        await self._deliver()
        self.next_step = min((at for at in upcoming if at is not None and at > self.clock.now), default=None)

    async def _deliver(self) -> None:
        while await delivery.anything_due(self.deps):
            async with self.deps.db.transaction() as session:
                claimed = await outbox.claim(
                    session,
                    owner="year",
                    now=self.clock.now,
                    lease=delivery.LEASE,
                    limit=AT_ONCE,
                    budget=NO_PACE,
                )
            if not claimed:
                return
            sent = [(one, one.edit or next(self._messages)) for one in claimed]
            settled = [Settled(outgoing=one, result=Result.SENT, message_id=number) for one, number in sent]
            await delivery.settle(self.deps, settled)
            for one, number in sent:
                self.arrived(one, number)

    async def _look(self) -> list[datetime | None]:
        """Note which alerts nobody has, and return when the next step of each that is not resolved is due."""
        row = AlertRow
        columns: tuple[Any, ...] = (row.id, row.level, row.state, row.opened_at, row.next_step_at)
        async with self.deps.db.reading() as session:
            rows = list(await session.execute(select(*columns).where(AlertRow.state != AlertState.RESOLVED.value)))
        seen = set()
        for id_, level, state, opened_at, _ in rows:
            seen.add(id_)
            was = self.watched.get(id_)
            if was is None:
                was = self.watched[id_] = Watched(level, opened_at)
            if state == AlertState.OPEN.value:
                was.open_since = was.open_since or self.clock.now
            else:
                self._taken(was)
        for id_, was in self.watched.items():
            if id_ not in seen:
                self._taken(was)
        return [found[-1] for found in rows]

    def _taken(self, was: Watched) -> None:
        if was.open_since is not None:
            self.waits.append((was.level, self.clock.now - was.open_since))
            was.open_since = None

    def still_waiting(self) -> list[tuple[int, timedelta]]:
        """Return the alerts that nobody has at this moment, each with its level and how long."""
        return [(w.level, self.clock.now - w.open_since) for w in self.watched.values() if w.open_since is not None]
