"""APScheduler as a ticker: no job per mentor, no job store, nothing that a restart could lose."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from flows import delivery
from flows.deps import Deps
from scheduler import ticks

log = structlog.get_logger(__name__)

Tick = Callable[[Deps], Awaitable[int]]

# Seconds between ticks. A late tick is never skipped, and several late ones are one.
EVERY: Final[tuple[tuple[Tick, float], ...]] = (
    (ticks.alert_tick, 0.5),
    (ticks.note_tick, 1.0),
    (ticks.visit_tick, 1.0),
    (ticks.follow_up_tick, 2.0),
    (ticks.checkin_tick, 1.0),
    (ticks.upkeep_tick, 1.0),
    (ticks.recovery_tick, 5.0),
    (ticks.audit_tick, 30.0),
    (ticks.digest_tick, 60.0),
    (ticks.rota_tick, 3_600.0),
    (ticks.daily_tick, 86_400.0),
    (ticks.sign_of_life, 10.0),
)
# A tick that comes less often than this comes for the first time this long after the start.
SOON: Final = timedelta(minutes=1)
LOOK_EVERY_SECONDS: Final = 1.0
STEP_SECONDS: Final = 0.5  # less than this is the usual keeping of a clock


class Ticker:
    """Ticks until stopped. A stop lets the ticks in hand come to their end: their work is half done otherwise."""

    def __init__(self, deps: Deps) -> None:
        """Prepare all ticks."""
        self._deps = deps
        self._running: set[asyncio.Task[Any]] = set()
        self._began: dict[str, float] = {}
        self._away = False  # the database did not answer the last tick
        self.last_tick: float | None = None  # seconds of the monotonic clock
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        soon = datetime.now(UTC) + SOON
        for tick, seconds in EVERY:
            # A service that is started anew each day must still forget what is old.
            first = {"next_run_time": soon} if seconds > SOON.total_seconds() else {}
            self._scheduler.add_job(
                self._guarded(tick, seconds), "interval", seconds=seconds, id=tick.__name__, **first
            )

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()
        self._watching = asyncio.create_task(self._watch_clock(), name="clock")

    async def _watch_clock(self) -> None:
        """Tick on when this machine's clock is set back: the scheduler would wait until it is as late as before."""
        loop = asyncio.get_running_loop()
        ahead = time.time() - loop.time()
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            before, ahead = ahead, time.time() - loop.time()
            if ahead < before - STEP_SECONDS:
                log.warning("the clock was set back", action="clock_set_back", seconds=round(before - ahead, 1))
                self.catch_up()

    def catch_up(self) -> None:
        """See that no tick is further away than the time between two of them."""
        for job in self._scheduler.get_jobs():
            latest = datetime.now(UTC) + job.trigger.interval
            if job.next_run_time is not None and job.next_run_time > latest:
                job.modify(next_run_time=latest)

    async def stop(self) -> None:
        """Tick no more, and wait for the ticks in hand."""
        if not self._scheduler.running:
            return
        self._watching.cancel()
        self._scheduler.pause()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._scheduler.shutdown(wait=False)

    def _guarded(self, tick: Tick, seconds: float) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            self._note_lag(tick.__name__, seconds)
            task = asyncio.create_task(self._one(tick), name=tick.__name__)
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            # Shielded: the scheduler cancels its own futures when it is shut down.
            await asyncio.shield(task)

        return run

    def _note_lag(self, name: str, seconds: float) -> None:
        now, before = time.monotonic(), self._began.get(name)
        self.last_tick = self._began[name] = now
        if before is not None:
            self._deps.meter.put("keepwell_tick_lag_seconds", max(0.0, now - before - seconds), name)

    async def _one(self, tick: Tick) -> None:
        began, meter = time.monotonic(), self._deps.meter
        try:
            await tick(self._deps)
        except Exception as error:
            meter.tally("keepwell_ticks_total", tick.__name__, "failed")
            if delivery.is_away(error):
                self._note_away(type(error).__name__)
            else:
                log.exception("tick failed", action="tick_failed", tick=tick.__name__, error=type(error).__name__)
        else:
            meter.tally("keepwell_ticks_total", tick.__name__, "done")
            meter.observe("keepwell_tick_seconds", time.monotonic() - began)
            self._note_away(None)

    def _note_away(self, error: str | None) -> None:
        """Say that the database does not answer, or does again: once each, for several ticks a second meet it."""
        was_away, self._away = self._away, error is not None
        if error is not None and not was_away:
            log.error("the database does not answer; ticks try again", action="database_away", error=error)
        elif error is None and was_away:
            log.info("the database answers again", action="database_back")
