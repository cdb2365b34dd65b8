"""APScheduler as a ticker: no job per mentor, no job store, nothing that a restart could lose."""

from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import Any, Final

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from flows import upkeep
from flows.deps import Deps
from scheduler import ticks

log = structlog.get_logger(__name__)

Tick = Callable[[Deps], Awaitable[int]]

# Seconds between ticks. A late tick is never skipped, and several late ones are one.
EVERY: Final[tuple[tuple[Tick, float], ...]] = (
    (ticks.alert_tick, 0.5),
    (ticks.checkin_tick, 1.0),
    (ticks.upkeep_tick, 1.0),
    (ticks.recovery_tick, 5.0),
    (ticks.daily_tick, 86_400.0),
)
SIGN_OF_LIFE_SECONDS: Final = 10.0


def make_scheduler(deps: Deps) -> AsyncIOScheduler:
    """Return a scheduler with all ticks, not started."""
    scheduler = AsyncIOScheduler(
        timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    for tick, seconds in EVERY:
        scheduler.add_job(_guarded(tick, deps), "interval", seconds=seconds, id=tick.__name__)
    scheduler.add_job(_guarded(_sign_of_life, deps), "interval", seconds=SIGN_OF_LIFE_SECONDS, id="sign_of_life")
    return scheduler


async def _sign_of_life(deps: Deps) -> int:
    await upkeep.sign_of_life(deps, now=deps.clock())
    return 1


def _guarded(tick: Tick, deps: Deps) -> Callable[[], Awaitable[Any]]:
    async def run() -> None:
        try:
            await tick(deps)
        except Exception as error:
            # The database may be away: the next tick tries again.
            log.exception("tick failed", action="tick_failed", tick=tick.__name__, error=type(error).__name__)

    return run
