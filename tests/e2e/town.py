"""Two teams with their staff, alive in one test, and what must be true of them at the end."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from emulator import Emulator
from tests.e2e.crowd import NO_CALL, Mentor, Staff, prompts
from tests.e2e.process import Keepwell

ZONE: Final = "America/Chicago"
SENT, SCHEDULED, OWN = "sent", "scheduled", "own"
NORTH, SOUTH = "Northside", "Southgate"
CALLS: Final = {"this_week": "concern", "today": "urgent", "not_safe": "crisis"}
REPEATED: Final = "This may reach you twice"


def seed() -> int:
    """Return the seed of this run: KEEPWELL_TEST_SEED, or a new one each time."""
    given = os.environ.get("KEEPWELL_TEST_SEED")
    return int(given) if given else random.SystemRandom().randrange(1_000_000)


def minute_after(lead: timedelta) -> datetime:
    """Return the next full minute that is at least so far away."""
    return (datetime.now(UTC) + lead + timedelta(minutes=1)).replace(second=0, microsecond=0)


def local(instant: datetime) -> str:
    """Return the time of day in the town, as a program writes it."""
    return f"{instant.astimezone(ZoneInfo(ZONE)):%H:%M}"


@dataclass(slots=True)
class Town:
    """Mentors by how their check-in comes, four supervisors and a lead."""

    telegram: Emulator
    keepwell: Keepwell
    dice: random.Random
    mentors: dict[str, list[Mentor]] = field(default_factory=lambda: {SENT: [], SCHEDULED: [], OWN: []})
    staff: list[Staff] = field(default_factory=list)
    lead: Staff | None = None
    calls: dict[str, str] = field(default_factory=dict)  # what each mentor will say to the last question
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def everybody(self) -> list[Mentor]:
        """All mentors."""
        return [mentor for group in self.mentors.values() for mentor in group]

    async def settles(self, sizes: dict[str, int], *, never: str) -> None:
        """Import everybody, hand out phones, and let them live. SCHEDULED leave the time to the program."""
        people = [
            {"name": "Ingrid Leadbetter", "role": "lead", "timezone": ZONE},
            *self._staff_rows(NORTH, "Anneliese Northcote", "Bertrand Northrop"),
            *self._staff_rows(SOUTH, "Clementine Southwell", "Desmond Southey"),
        ]
        groups: dict[str, str] = {}
        for group, size in sizes.items():
            team = NORTH if group == SENT else SOUTH
            boss = "Anneliese Northcote" if group == SENT else "Clementine Southwell"
            for number in range(size):
                name = f"{group.title()}{number:02} Marshfield"
                groups[name] = group
                people.append({"name": name, "role": "mentor", "team": team, "timezone": ZONE, "supervisor": boss})
        phones = await self.keepwell.invited(people)
        for place, (name, phone) in enumerate(phones.items()):
            if (group := groups.get(name)) is None:
                person = Staff(self.telegram, phone, acknowledges=place % 2 == 1)
                self.staff.append(person)
                continue
            self.calls[name] = (NO_CALL, "today", NO_CALL, "not_safe", "this_week")[place % 5]
            chance = random.Random(self.dice.random())
            at = "" if group == SCHEDULED else never
            self.mentors[group].append(Mentor(self.telegram, phone, at=at, chance=chance, calls=[self.calls[name]]))
        self._tasks = [asyncio.create_task(person.lives()) for person in (*self.staff, *self.everybody)]
        for person in (*self.staff, *self.mentors[SCHEDULED], *self.mentors[SENT], *self.mentors[OWN]):
            await person.phone.starts()

    @staticmethod
    def _staff_rows(team: str, *names: str) -> list[dict[str, str]]:
        return [{"name": name, "role": "supervisor", "team": team, "timezone": ZONE} for name in names]

    async def until(self, true: Callable[[], bool], within: float, what: str) -> None:
        """Wait for something, or AssertionError that says what did not come."""
        deadline = asyncio.get_running_loop().time() + within
        while not true():
            self.still_living()
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"within {within:g} s: not {what}\n{self.story()}")
            await asyncio.sleep(0.05)

    def still_living(self) -> None:
        """Raise what went wrong with anybody's phone."""
        for task in self._tasks:
            if task.done() and not task.cancelled():
                task.result()

    def story(self) -> str:
        """Tell what happened to one of those who are not through, for a failure's message."""
        late = [mentor for mentor in self.everybody if not mentor.joined.is_set() or not mentor.finished]
        tail = self.keepwell.logs()[-3000:]
        return (
            f"{len(late)} mentors are not through, such as\n"
            + "".join(mentor.phone.transcript() for mentor in late[:1])
            + f"\n{tail}"
        )

    async def rests(self) -> None:
        """Put all phones down."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def all_joined(self, group: str) -> bool:
        """Say whether everybody of a group is set up."""
        return all(mentor.joined.is_set() for mentor in self.mentors[group])

    def all_through(self) -> bool:
        """Say whether everybody has answered a check-in to its end."""
        return all(mentor.finished for mentor in self.everybody)

    def alert_messages(self) -> dict[str, list[str]]:
        """Return the texts of all new messages about each alert, on all staff phones."""
        found: dict[str, list[str]] = {}
        for person in self.staff:
            for alert, texts in person.alerts().items():
                found.setdefault(alert, []).extend(texts)
        return found

    def callers(self) -> list[str]:
        """Return the names of those who asked for a person in a check-in that they answered."""
        return [mentor.phone.name for mentor in self.everybody if set(mentor.answers.values()) & CALLS.keys()]


def assert_answers(town: Town, rows: Sequence[dict[str, Any]]) -> None:
    """Every tap is stored exactly once with its value, and nothing else is."""
    stored = Counter((row["mentor"], row["checkin_id"], row["item"]) for row in rows)
    assert not [key for key, times in stored.items() if times > 1], "an answer stands twice"
    values = {(row["mentor"], row["checkin_id"], row["item"]): row["value"] for row in rows}
    tapped = {
        (mentor.phone.name, checkin, item): value
        for mentor in town.everybody
        for (checkin, item), value in mentor.answers.items()
    }
    lost = {key: value for key, value in tapped.items() if values.get(key) != value}
    assert not lost, f"lost or wrong: {lost}"
    assert values.keys() == tapped.keys()


def assert_prompts(town: Town) -> None:
    """Nobody was asked twice for one thing, except by asking for it again."""
    for group, mentors in town.mentors.items():
        for mentor in mentors:
            for checkin, times in prompts(town.telegram, mentor.phone).items():
                spare = max(mentor.asked - (group == OWN), 0)
                assert times <= 1 + spare, f"{times} prompts for {checkin}\n{mentor.phone.transcript()}"
            assert not mentor.steps_back, f"{mentor.steps_back}\n{mentor.phone.transcript()}"


def assert_alerts(town: Town, rows: Sequence[dict[str, Any]]) -> None:
    """Each call gave one alert of its level, which reached somebody; a second message about it says that it may be."""
    told = Counter((row["mentor"], row["level"]) for row in rows)
    wanted = Counter((name, CALLS[town.calls[name]]) for name in town.callers())
    assert told == wanted, f"alerts {told - wanted} too many, {wanted - told} too few"
    messages = town.alert_messages()
    for row in rows:
        texts = messages.get(row["id"], [])
        assert texts, f"the alert {row['id']} reached nobody"
        assert len([text for text in texts if REPEATED not in text]) <= 1, texts
