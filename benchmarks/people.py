"""A database with people who have joined already. This is preparation: it is not measured."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zoneinfo import ZoneInfo

from app.wiring import nobody_waits, utc_now
from core.consent import CONSENT_VERSION
from core.people import Role
from flows import roster, scheduling
from flows.deps import Deps
from flows.roster import Line
from flows.turn import Turn, working
from program.load import load_program
from storage import facts, people
from storage.database import Database
from storage.vault import Vault
from tests.databases import template_database
from tests.postgres import database_address

SECRET: Final = "a secret of nothing but benchmarks"
ZONE: Final = "America/Chicago"
FIRST_TELEGRAM_ID: Final = 7_100_000_001
# Nothing falls due by itself while something is measured.
NEXT_PULSE_IN: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody who has joined."""

    name: str
    telegram_id: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A database to make copies of, and who is in it."""

    backend: str
    template: str
    people: tuple[Joined, ...]


def mentors(team: str, count: int, *, with_supervisors: bool = False) -> list[Line]:
    """Return a team of so many mentors. `with_supervisors` gives each mentor a supervisor of their own."""
    lines = []
    for number in range(count):
        boss = f"{team} supervisor {number}" if with_supervisors else ""
        if boss:
            lines.append(Line(0, boss, Role.SUPERVISOR, "", "en", ZONE, ""))
        lines.append(Line(0, f"{team} mentor {number}", Role.MENTOR, team, "en", ZONE, boss))
    return lines


@contextmanager
def prepared(backend: str, lines: Sequence[Line], *, at: datetime | None = None) -> Iterator[Prepared]:
    """Yield a database in which all these people have joined and agreed. `at` is as in `join`."""
    with TemporaryDirectory(prefix="keepwell-people-") as place, template_database(backend, Path(place)) as template:
        address = f"sqlite:///{template}" if backend == "sqlite" else database_address(template)
        joined = asyncio.run(join(address, lines, at=at))
        yield Prepared(backend, template, joined)


async def join(
    address: str, lines: Sequence[Line], program: Path | None = None, *, at: datetime | None = None
) -> tuple[Joined, ...]:
    """Let everybody join and agree, in a database that is migrated and empty.

    They join now, and nothing falls due soon; or they join `at` an instant, and are asked when the program says.
    """
    database = Database(address, Vault([SECRET]))
    clock = utc_now if at is None else lambda: at
    deps = Deps(db=database, program=load_program(program), clock=clock, wake=nobody_waits, instance="benchmark")
    later = None if at is not None else _later()
    try:
        await roster.import_roster(deps, lines, "benchmark", links=False, dry_run=False)
        async with working(deps) as turn:
            # Otherwise the service would plan everybody anew when it starts.
            await facts.put(turn.session, facts.PROGRAM_VERSION, deps.program.version, turn.now)
            everybody = await people.everyone(turn.session)
            return tuple([await _joins(turn, p.name, FIRST_TELEGRAM_ID + n, later) for n, p in enumerate(everybody)])
    finally:
        await database.close()


def _later() -> time:
    return (datetime.now(UTC) + NEXT_PULSE_IN).astimezone(ZoneInfo(ZONE)).time().replace(second=0, microsecond=0)


async def _joins(turn: Turn, name: str, telegram_id: int, pulse_at: time | None) -> Joined:
    person = await people.by_name(turn.session, name)
    if person is None:
        raise LookupError(name)
    await people.bind(turn.session, person.id, telegram_id, turn.now)
    if person.role is Role.MENTOR:
        values = {"consented_at": turn.now, "consent_version": CONSENT_VERSION}
        await people.change(turn.session, person.id, **values)
        await scheduling.plan(turn, await people.get(turn.session, person.id), pulse_at=pulse_at)
    return Joined(name, telegram_id)
