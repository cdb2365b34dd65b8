"""`python -m benchmarks morning`: four time zones are asked at their nine o'clock, and answer meanwhile."""

import argparse
import asyncio
import contextlib
import random
import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from benchmarks.figures import circumstances
from benchmarks.installation import Installation, installed
from benchmarks.lags import watched
from benchmarks.moved import move
from benchmarks.people import Prepared, prepared
from benchmarks.reckoning import LIMIT, Hour, Morning, report
from benchmarks.soak.replica import LOOK_EVERY
from benchmarks.thumbs import LAST, Mentor, delays, wrong_answers
from core.people import Role
from emulator.journal import Journal
from emulator.state import Event
from flows.roster import Line

ZONES: Final = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
NINE: Final = time(9)
TEAM_SIZE: Final = 100
JOINED_BEFORE: Final = timedelta(hours=12)
SET_BEFORE: Final = timedelta(seconds=1)  # the clock is put so long before nine o'clock
QUIET_SECONDS: Final = 3.0


def main(arguments: Sequence[str]) -> int:
    """Run, and print the table. Exit code 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks morning", description=__doc__)
    parser.add_argument("--mentors", type=int, default=30_000, help="in all four time zones together")
    parser.add_argument("--share-answering", type=float, default=0.2, help="how many begin to answer soon, 0 to 1")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    if options.mentors < len(ZONES) or not 0 < options.share_answering <= 1:
        parser.error("--mentors is at least 4, and --share-answering above 0 and at most 1")
    print(f"# A morning of {options.mentors:,} mentors on {options.database}\n")
    print(circumstances(shlex.join(["python", "-m", "benchmarks", "morning", *arguments])), flush=True)
    monday = next_monday()
    joined_at = datetime.combine(monday, NINE, ZoneInfo(ZONES[0])).astimezone(UTC) - JOINED_BEFORE
    with prepared(options.database, mentors(options.mentors), at=joined_at) as people:
        morning = asyncio.run(lived(people, monday, options.share_answering, random.Random(options.seed)))
    print(report(morning))
    return 1 if morning.missed else 0


def next_monday() -> date:
    """Return a day that has not begun anywhere: the emulator's clock moves forward only."""
    soon = datetime.now(UTC).date() + timedelta(days=2)
    return soon + timedelta(days=-soon.weekday() % 7)


def mentors(count: int, zones: Sequence[str] = ZONES) -> list[Line]:
    """Return so many mentors, spread evenly over the time zones, in teams of one zone each."""
    lines = []
    for number in range(count):
        place, zone = number // len(zones), zones[number % len(zones)]
        lines.append(Line(0, f"{zone} mentor {place}", Role.MENTOR, f"{zone} {place // TEAM_SIZE}", "en", zone, ""))
    return lines


async def lived(
    people: Prepared,
    monday: date,
    share: float,
    dice: random.Random,
    zones: Sequence[str] = ZONES,
    quiet: float = QUIET_SECONDS,
) -> Morning:
    """Live through the morning. RuntimeError when an answer is lost or doubled, or a tap gets no edit."""
    async with installed(people, flood_limits=True) as home:
        home.ahead = home.folder / "ahead"
        nines = [datetime.combine(monday, NINE, ZoneInfo(zone)).astimezone(UTC) for zone in zones]
        put_clock(home, nines[0] - JOINED_BEFORE / 2)
        crowds = [[Mentor(home.telegram, p, dice) for n, p in home.phones.items() if n.startswith(z)] for z in zones]
        await home.starts()
        morning = Morning()
        for zone, nine, crowd in zip(zones, nines, crowds, strict=True):
            morning.hours.append(await _Zone(home, zone, nine, crowd, quiet).lived(share, dice))
        morning.highest = home.memory().highest
        morning.worked = home.processor_seconds()
        everybody = [mentor for crowd in crowds for mentor in crowd]
        if wrong := wrong_answers(everybody, await home.export("answers")):
            raise RuntimeError(f"{len(wrong)} answers are not as they were tapped")
        morning.answers = sum(len(mentor.answers) for mentor in everybody)
    return morning


def put_clock(home: Installation, to: datetime) -> None:
    """Put the clock that Telegram and the service share forward."""
    home.telegram.clock.advance_to(to)
    if home.ahead is not None:
        move(home.ahead, home.telegram.clock.offset)


@dataclass(slots=True)
class _Zone:
    """The hour of one time zone."""

    home: Installation
    zone: str
    nine: datetime
    crowd: Sequence[Mentor]
    quiet: float  # seconds without a new message after which the hour is over

    @property
    def seconds(self) -> float:
        """How long the questions take at the limit."""
        return len(self.crowd) / LIMIT

    async def lived(self, share: float, dice: random.Random) -> Hour:
        """Wait for nine o'clock and until everybody is asked, whoever began is through, and nothing leaves any more."""
        telegram = self.home.telegram
        put_clock(self.home, self.nine - SET_BEFORE)
        await asyncio.sleep(2 * LOOK_EVERY)  # the service looks at the clock
        telegram.services.journal = Journal(keep=20 * len(self.crowd) + 50_000)
        telegram.limits.reset()
        answering = {
            mentor: asyncio.create_task(self._answers(mentor, random.Random(dice.random())))
            for mentor in self.crowd
            if dice.random() < share
        }
        async with watched(self.home.address) as lags:
            await self._everybody_asked()
            for mentor in [mentor for mentor in answering if not mentor.taps]:
                answering.pop(mentor).cancel()
            async with asyncio.timeout(60 * LAST):
                await asyncio.gather(*answering.values())
        await telegram.all_taken(30)
        await self._quiet()
        return self._hour(lags)

    async def _everybody_asked(self) -> None:
        missing, nobody = {mentor.phone.id for mentor in self.crowd}, asyncio.Event()

        def arrives(event: Event) -> None:
            if event.type == "message" and event.message is not None and event.message.from_bot:
                missing.discard(event.phone or 0)
                if not missing:
                    nobody.set()

        forget = self.home.telegram.world.listen(arrives)
        with contextlib.suppress(TimeoutError):  # who was forgotten stands in the table
            async with asyncio.timeout(4 * self.seconds + 60):
                await nobody.wait()
        forget()

    async def _answers(self, mentor: Mentor, dice: random.Random) -> None:
        """Answer, some time after the question came, with time to read before each tap."""
        while mentor.question is None:
            await mentor.looks()
        await asyncio.sleep(dice.expovariate(1 / min(30.0, self.seconds / 8)))
        for place in range(LAST + 1):
            while mentor.question is None or mentor.question.place != place:
                await mentor.looks()
            await asyncio.sleep(dice.expovariate(1 / min(8.0, self.seconds / 30)))
            await mentor.taps_answer()
        await mentor.looks()

    async def _quiet(self) -> None:
        """Wait until nothing leaves any more: a message under way would be old after a step of the clock."""
        statistics, before = self.home.telegram.limits.statistics, -1
        while before != statistics.sent:
            before = statistics.sent
            await asyncio.sleep(self.quiet)

    def _hour(self, lags: dict[str, float]) -> Hour:
        journal, limits = self.home.telegram.journal, self.home.telegram.limits.statistics
        taken = [(call.parameters["chat_id"], call.at) for call in journal.of("sendMessage") if call.ok]
        mine = {mentor.phone.id for mentor in self.crowd}
        times = Counter(chat for chat, _ in taken)
        last = max(at for chat, at in taken if chat in mine)
        taps, edits = [tap for mentor in self.crowd for tap in mentor.taps], journal.of("editMessageText")
        meanwhile = [tap for tap in taps if tap.at <= last]
        if missing := delays(taps, edits)[1]:
            raise RuntimeError(f"{missing} of {len(taps)} taps were not followed by an edit")
        return Hour(
            self.zone,
            mentors=len(mine),
            asked=[(at - self.nine).total_seconds() for chat, at in taken if chat in mine],
            doubled=sum(times[chat] > 1 for chat in mine),
            forgotten=sum(times[chat] == 0 for chat in mine),
            sent=sum(at <= last for _, at in taken),
            others=sum(at <= last for chat, at in taken if chat not in mine),
            busiest=limits.busiest_second,
            refused=limits.refused,
            answered=sum(len(mentor.answers) == LAST + 1 for mentor in self.crowd),
            taps=len(meanwhile),
            replies=delays(meanwhile, edits)[0],
            lags=lags,
        )
