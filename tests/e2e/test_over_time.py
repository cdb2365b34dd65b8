"""Days pass: the service runs in the test's process, by the clock of the Telegram that it talks to."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.service import Service
from app.settings import load_settings
from emulator import Clock, Emulator, Phone
from flows import roster, scheduling
from flows.roster import read_roster
from storage import migrate
from tests.conftest import SECRET
from tests.e2e.crowd import Press, presses, prompts
from tests.e2e.people import ANN, SAM, from_bot, presses_button, until
from tests.e2e.programs import program

CHICAGO = ZoneInfo("America/Chicago")


class Days:
    """A service whose days pass quickly."""

    def __init__(self, folder: Path, database: str) -> None:
        self._folder, self._database = folder, database
        self.clock = Clock()
        self.telegram = Emulator(clock=self.clock)
        self._service: Service | None = None
        self._running: asyncio.Task[None] | None = None

    async def begin(self, at: datetime, toml: str) -> Phone:
        """Start at an instant, and let Sam join; the questions come at the program's time."""
        self.clock = Clock(at - datetime.now(UTC))
        self.telegram = Emulator(clock=self.clock)
        await self.telegram.start()
        (self._folder / "program.toml").write_text(toml, encoding="utf-8")
        await self.opens()
        assert self._service is not None
        people = f"name,role,team,timezone\n{SAM},mentor,Northside,America/Chicago\n{ANN},supervisor,Northside,\n"
        lines = read_roster(people, "people.csv", languages=("en", "es"), default_zone="America/Chicago")
        report = await roster.import_roster(self._service.deps, lines, "people.csv", links=True, dry_run=False)
        sam = self.telegram.phone(SAM, start_payload=report.links[0].token)
        await sam.starts()
        for action, argument in (("consent", "2"), ("consent", "3"), ("agree", ""), ("zone", "America/Chicago")):
            await presses_button(sam, action, argument)
        await until(lambda: any(p.action == "time" for p in buttons(sam)), sam, what="choice of a time")
        return sam

    async def opens(self) -> None:
        """Start the service."""
        settings = load_settings(
            telegram_token=self.telegram.token,
            telegram_api_url=self.telegram.url,
            database_url=self._database,
            secret_key=SECRET,
            program=self._folder / "program.toml",
            listen="127.0.0.1:0",
        )
        ready = asyncio.Event()
        self._service = Service(settings, clock=self.clock.now)
        self._running = asyncio.create_task(self._service.run(ready=ready.set))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({waiting, self._running}, return_when=asyncio.FIRST_COMPLETED, timeout=20)
        assert ready.is_set(), "the service did not start"

    async def closes(self) -> None:
        """Stop the service."""
        if self._service is not None and self._running is not None:
            self._service.stop()
            await self._running
        self._service = self._running = None

    async def passes_to(self, instant: datetime) -> None:
        """Move the clock, and let every tick look at it."""
        self.clock.advance_to(instant)
        if self._service is not None:
            await asyncio.sleep(1.3)  # each tick comes once a second

    async def asked(self, phone: Phone, times: int) -> list[datetime]:
        """Wait until so many questions have come in all; return when they came, in local time."""
        await until(lambda: len(asked(self, phone)) >= times, phone, what=f"{times} questions")
        return asked(self, phone)

    async def planned(self) -> datetime | None:
        """Return when anybody is asked next."""
        assert self._service is not None
        return await scheduling.next_instant(self._service.deps)


def buttons(phone: Phone) -> list[Press]:
    """Return all buttons in a chat."""
    return [press for seen in from_bot(phone) for _, press in presses(seen.content.keyboard)]


@pytest.fixture
async def days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Days]:
    monkeypatch.chdir(tmp_path)
    await asyncio.to_thread(migrate.upgrade, "sqlite:///days.db")
    days = Days(tmp_path, "sqlite:///days.db")
    yield days
    await days.closes()
    await days.telegram.stop()
    assert days.telegram.violations == []


def asked(days: Days, phone: Phone) -> list[datetime]:
    """Return the local times at which new questions came."""
    messages = days.telegram.world.chats[phone.id].messages.values()
    return [
        message.date.astimezone(CHICAGO)
        for message in messages
        if message.from_bot and any(p.action == "a" for _, p in presses(message.versions[0].keyboard))
    ]


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant of the year 2027 in Chicago."""
    return datetime(2027, month, day, hour, minute, tzinfo=CHICAGO).astimezone(UTC)


async def test_after_an_outage_of_three_days_one_question_comes_and_not_three(days: Days) -> None:
    sam = await days.begin(at(5, 3, 8), program(at="09:00", times=("09:00",)))
    await days.passes_to(at(5, 3, 9, 0))
    await days.asked(sam, 1)
    await days.closes()
    await days.passes_to(at(5, 6, 10))
    await days.opens()
    await days.asked(sam, 2)
    await days.passes_to(at(5, 6, 10, 5))
    assert [instant.day for instant in asked(days, sam)] == [3, 6]
    assert set(prompts(days.telegram, sam).values()) == {1}
    await days.passes_to(at(5, 7, 9))
    assert [instant.day for instant in await days.asked(sam, 3)] == [3, 6, 7]


async def test_an_outage_that_ends_after_the_check_in_would_have_expired_asks_nothing_late(days: Days) -> None:
    sam = await days.begin(at(5, 3, 8), program(at="09:00", times=("09:00",), expires_after="2h"))
    await days.closes()
    await days.passes_to(at(5, 5, 12))
    await days.opens()
    await days.passes_to(at(5, 5, 12, 5))
    assert asked(days, sam) == []
    assert await days.planned() == at(5, 6, 9)


async def test_quiet_hours_hold_a_question_back_until_they_end(days: Days) -> None:
    late = program(at="23:00", times=("12:00",)).replace(
        'from = "00:00", until = "00:00"', 'from = "21:00", until = "08:00"'
    )
    sam = await days.begin(at(5, 3, 20), late)
    await days.passes_to(at(5, 3, 23, 1))
    await days.passes_to(at(5, 4, 7, 59))
    assert asked(days, sam) == []
    await days.passes_to(at(5, 4, 8, 1))
    assert [(instant.day, instant.hour) for instant in await days.asked(sam, 1)] == [(4, 8)]


@pytest.mark.parametrize(("month", "day"), [(3, 13), (11, 6)])
async def test_the_local_time_stays_over_both_changes_of_the_clocks(days: Days, month: int, day: int) -> None:
    sam = await days.begin(at(month, day, 8), program(at="09:00", times=("09:00",)))
    for passed in range(3):
        await days.passes_to(at(month, day + passed, 8, 59))
        assert len(asked(days, sam)) == passed
        await days.passes_to(at(month, day + passed, 9))
        came = await days.asked(sam, passed + 1)
    assert [(instant.day, instant.hour) for instant in came] == [(day, 9), (day + 1, 9), (day + 2, 9)]
    assert came[0].utcoffset() != came[2].utcoffset()


async def test_nobody_is_asked_while_they_are_away_and_nothing_is_made_up_for(days: Days) -> None:
    sam = await days.begin(at(5, 3, 8), program(at="09:00", times=("09:00",)))
    await sam.says("/away")
    await presses_button(sam, "away", "3d")
    await until(lambda: any(p.action == "back" for p in buttons(sam)), sam, what="being away")
    for day in (3, 4, 5):
        await days.passes_to(at(5, day, 9, 1))
    assert asked(days, sam) == []
    # Three days are over at midnight.
    await days.passes_to(at(5, 6, 9))
    assert [(instant.day, instant.hour) for instant in await days.asked(sam, 1)] == [(6, 9)]
    assert await days.planned() == at(5, 6, 9) + timedelta(days=1)
