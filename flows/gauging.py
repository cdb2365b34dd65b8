"""How things stand in the database, for /metrics: asked at most every few seconds, however often somebody looks."""

from datetime import datetime, timedelta
from typing import Final

from core.alerts import AlertState
from core.levels import Level
from core.messages import Priority
from flows.deps import Deps
from flows.health import STEP_LATE
from storage import gauges
from storage.database import DATABASE_AWAY

KEPT: Final = timedelta(seconds=10)
TOLD_ABOUT: Final = (Level.CONCERN, Level.URGENT, Level.CRISIS)


class Gauging:
    """Puts the shared gauges into the meter of this process."""

    def __init__(self, deps: Deps) -> None:
        """Nothing is asked yet."""
        self._deps = deps
        self._asked: datetime | None = None

    async def look(self) -> None:
        """Bring the gauges up to date, unless they are young. A database that is away is said, not raised."""
        now = self._deps.clock()
        if self._asked is not None and timedelta() <= now - self._asked < KEPT:
            return
        meter = self._deps.meter
        try:
            async with self._deps.db.reading() as session:
                found = await gauges.read(session, now, now - STEP_LATE)
        except DATABASE_AWAY:
            meter.put("keepwell_database_up", 0)
            return
        self._asked = now
        meter.put("keepwell_database_up", 1)
        for priority in Priority:
            oldest = found.oldest.get(priority, now)
            meter.put("keepwell_queue_messages", found.waiting.get(priority, 0), priority.name.lower())
            meter.put("keepwell_queue_age_seconds", (now - oldest).total_seconds(), priority.name.lower())
        for state in AlertState:
            for level in TOLD_ABOUT:
                if state is not AlertState.RESOLVED:
                    meter.put("keepwell_alerts", found.alerts.get((state, level), 0), state.value, level.code)
        meter.put("keepwell_alerts_overdue", found.overdue)
        meter.put("keepwell_buried_updates", found.buried)
        if found.last_tick is not None:
            meter.put("keepwell_last_tick_age_seconds", (now - found.last_tick).total_seconds())
