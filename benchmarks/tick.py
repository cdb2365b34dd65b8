"""What a tick costs with a thousand, thirty thousand and a million mentors, the same number of them due.

Beside it: one APScheduler job for each mentor in its SQLAlchemy job store, which is what people build instead.
"""

import argparse
import asyncio
import gc
import logging
import pickle
import secrets
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa
import structlog
from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from app.wiring import nobody_waits
from benchmarks.figures import circumstances
from benchmarks.people import SECRET, ZONE
from core.consent import CONSENT_VERSION
from flows.deps import Deps
from program.load import load_program
from scheduler import ticks
from storage import migrate
from storage.database import Database
from storage.tables_checkins import ScheduleRow
from storage.tables_people import PersonRow
from storage.vault import Vault

SIZES: Final = (1_000, 30_000, 1_000_000)
DUE: Final = 50
TICKS: Final = 7
NOW: Final = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # Monday, nine o'clock in Chicago
CHUNK: Final = 20_000


async def keepwell(size: int, folder: Path) -> tuple[float, float]:
    """Return the milliseconds of a tick with nothing due, and of one that opens so many check-ins."""
    path = folder / f"{size}.db"
    migrate.upgrade(f"sqlite:///{path}")
    vault = Vault([SECRET])
    _fill(f"sqlite:///{path}", vault, size)
    clock = {"now": NOW}
    deps = Deps(
        db=Database(f"sqlite:///{path}", vault),
        program=load_program(None),
        clock=lambda: clock["now"],
        wake=nobody_waits,
        instance="benchmark",
    )
    idle, busy = [], []
    try:
        for number in range(TICKS):
            clock["now"] = NOW + timedelta(minutes=number, seconds=-1)
            idle.append(await _timed(deps, 0))
            clock["now"] = NOW + timedelta(minutes=number)
            busy.append(await _timed(deps, DUE))
    finally:
        await deps.db.close()
    path.unlink()
    return statistics.median(idle), statistics.median(busy)


async def _timed(deps: Deps, expected: int) -> float:
    gc.collect()
    began = time.perf_counter()
    found = await ticks.checkin_tick(deps)
    took = (time.perf_counter() - began) * 1000
    if found != expected:
        raise RuntimeError(f"{found} check-ins were due, not {expected}")
    return took


def _fill(address: str, vault: Vault, size: int) -> None:
    """Write mentors with a schedule each: some due at each of the ticks, all others in the days to come."""
    engine = sa.create_engine(address)
    sealed = vault.seal("7100000001")
    with engine.begin() as connection:
        for begin in range(0, size, CHUNK):
            people, schedules = [], []
            for number in range(begin, min(begin + CHUNK, size)):
                id_ = uuid4()
                people.append(_person(id_, sealed))
                row = {"id": uuid4(), "person_id": id_, "checkin": "pulse", "at_local": None, "next_at": _due(number)}
                schedules.append(row)
            connection.execute(sa.insert(PersonRow), people)
            connection.execute(sa.insert(ScheduleRow), schedules)
    with engine.begin() as connection:
        connection.execute(sa.text("ANALYZE"))
    engine.dispose()


def _person(id_: Any, sealed: str) -> dict[str, Any]:
    return {
        "id": id_,
        "name_sealed": sealed,
        "name_index": secrets.token_hex(16),
        "role": "mentor",
        "language": "en",
        "timezone": ZONE,
        "telegram_sealed": sealed,
        "telegram_index": secrets.token_hex(16),
        "joined_at": NOW,
        "consented_at": NOW,
        "consent_version": CONSENT_VERSION,
        "created_at": NOW,
        "version": 1,
    }


def nothing() -> None:
    """Stands for asking a mentor."""


def apscheduler(size: int, folder: Path) -> tuple[float, float]:
    """Return the same for one job per mentor, at nine o'clock on three days a week.

    Only what the scheduler does for each due job is timed: find it, work out its next run, store it.
    """
    path = folder / f"jobs{size}.db"
    store = SQLAlchemyJobStore(url=f"sqlite:///{path}")
    scheduler = BackgroundScheduler(timezone=UTC)
    store.start(scheduler, "default")
    trigger = CronTrigger(day_of_week="mon,wed,fri", hour=9, timezone=ZONE)
    options = {"func": nothing, "args": (), "kwargs": {}, "name": "pulse", "executor": "default", "max_instances": 1}
    job = Job(scheduler, id="0", trigger=trigger, misfire_grace_time=None, coalesce=True, next_run_time=NOW, **options)
    template = job.__getstate__()
    with store.engine.begin() as connection:
        for begin in range(0, size, CHUNK):
            rows = [_job_row(template, number) for number in range(begin, min(begin + CHUNK, size))]
            connection.execute(store.jobs_t.insert(), rows)
    idle, busy = [], []
    for number in range(TICKS):
        now = NOW + timedelta(minutes=number)
        gc.collect()
        began = time.perf_counter()
        early = store.get_due_jobs(now - timedelta(seconds=1))
        found = time.perf_counter()
        due = store.get_due_jobs(now)
        for one in due:
            one._modify(next_run_time=one.trigger.get_next_fire_time(now, now + timedelta(seconds=1)))
            store.update_job(one)
        idle.append((found - began) * 1000)
        busy.append((time.perf_counter() - found) * 1000)
        if early or len(due) != DUE:
            raise RuntimeError(f"{len(early)} and {len(due)} jobs were due, not 0 and {DUE}")
    store.shutdown()
    path.unlink()
    return statistics.median(idle), statistics.median(busy)


def _job_row(template: dict[str, Any], number: int) -> dict[str, Any]:
    at = _due(number)
    state = template | {"id": str(number), "next_run_time": at}
    return {"id": str(number), "next_run_time": at.timestamp(), "job_state": pickle.dumps(state, 4)}


def _due(number: int) -> datetime:
    """Return when a mentor is asked next: so many at each of the ticks, all others later."""
    tick = number // DUE
    return NOW + (timedelta(minutes=tick) if tick < TICKS else timedelta(hours=1, seconds=number % 200_000))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tick", description=__doc__)
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="leave out more mentors than this")
    options = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))  # no lines between the rows
    print(f"# A tick\n\n{circumstances('python -m benchmarks.tick')}")
    print(f"| mentors | nothing due, ms | {DUE} due, ms | a job each: nothing due, ms | {DUE} due, ms |")
    print("|---|---|---|---|---|")
    with TemporaryDirectory(prefix="keepwell-tick-") as place:
        for size in (size for size in SIZES if size <= options.largest):
            ours, theirs = asyncio.run(keepwell(size, Path(place))), apscheduler(size, Path(place))
            print(f"| {size:,} | " + " | ".join(f"{value:,.2f}" for value in (*ours, *theirs)) + " |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
