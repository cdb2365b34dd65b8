"""Who is on call: the shifts that a rota stands for, and the times that nobody covers.

A rota is written in local wall-clock times, and its shifts are instants in UTC: a night is as long as the clocks make
it. A local time that the clocks skip is moved forward by what they skip; one that they repeat is the first of the two.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from core.people import Person

DAY: Final = timedelta(days=1)


class Weeks(StrEnum):
    """In which ISO weeks a shift begins. After a week 53 comes a week 1: two odd ones."""

    EVERY = "every"
    ODD = "odd"
    EVEN = "even"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a rota. People and teams are named as on the roster."""

    person: str
    days: tuple[int, ...]  # of the begin of the shift, 0 = Monday
    start: time
    end: time  # not later than `start`: on the next day
    zone: str  # IANA name
    team: str | None = None  # None: every team
    weeks: Weeks = Weeks.EVERY
    backup: str | None = None  # when the person cannot


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody is on call from `start` to `end`, the end excluded. Both are in UTC."""

    start: datetime
    end: datetime
    team: str | None
    person: str
    backup: str | None


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody is on call from `start` to `end`, the end excluded. Both are in UTC."""

    start: datetime
    end: datetime


def same_name(one: str, other: str) -> bool:
    """Say whether two spellings are of one name: case and extra spaces do not matter."""
    return _key(one) == _key(other)


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def named(everybody: Iterable[Person], name: str) -> Person | None:
    """Return the person of that name."""
    return next((person for person in everybody if same_name(person.name, name)), None)


def shifts(entries: Iterable[Entry], start: datetime, end: datetime) -> list[Shift]:
    """Return the shifts that lie in a time, whole or in part, in the order in which they begin."""
    found = [shift for entry in entries for shift in _of_entry(entry, start, end)]
    return sorted(found, key=lambda shift: (shift.start, shift.end, shift.team or "", shift.person))


def _of_entry(entry: Entry, start: datetime, end: datetime) -> Iterable[Shift]:
    zone = ZoneInfo(entry.zone)
    # A day on each side and one for the night: a shift may begin the day before, and skipped times move on.
    day, last = start.astimezone(zone).date() - 2 * DAY, end.astimezone(zone).date() + DAY
    while day <= last:
        if _begins_on(entry, day):
            begins = _instant(day, entry.start, zone)
            ends = _instant(day if entry.end > entry.start else day + DAY, entry.end, zone)
            # What the clocks skip altogether is no shift.
            if begins < ends and begins < end and start < ends:
                yield Shift(begins, ends, entry.team, entry.person, entry.backup)
        day += DAY


def _begins_on(entry: Entry, day: date) -> bool:
    if day.weekday() not in entry.days:
        return False
    odd = day.isocalendar().week % 2 == 1
    return entry.weeks is Weeks.EVERY or odd == (entry.weeks is Weeks.ODD)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC)


def for_team(found: Iterable[Shift], team: str) -> list[Shift]:
    """Return the shifts that serve a team: its own and those for every team."""
    return [shift for shift in found if shift.team is None or same_name(shift.team, team)]


def running(found: Iterable[Shift], at: datetime, team: str) -> list[Shift]:
    """Return which of these shifts serve a team at an instant."""
    return for_team([shift for shift in found if shift.start <= at < shift.end], team)


def on_call(entries: Iterable[Entry], at: datetime, team: str) -> list[Shift]:
    """Return the shifts of a rota that serve a team at an instant."""
    return running(shifts(entries, at, at + timedelta(microseconds=1)), at, team)


def candidates(shift: Shift, everybody: Sequence[Person]) -> list[Person]:
    """Return who is on call in a shift and then who stands in, as far as they are known."""
    names = [shift.person] if shift.backup is None else [shift.person, shift.backup]
    return [person for name in names if (person := named(everybody, name)) is not None]


def standing_by(found: Iterable[Shift], at: datetime, team: str, everybody: Sequence[Person]) -> list[list[UUID]]:
    """Return for each of these shifts that serves a team at an instant who is on call and then who stands in."""
    return [[person.id for person in candidates(shift, everybody)] for shift in running(found, at, team)]


def gaps(found: Iterable[Shift], start: datetime, end: datetime) -> list[Gap]:
    """Return the times between two instants that no shift covers, in order."""
    result: list[Gap] = []
    covered = start
    for shift in sorted(found, key=lambda shift: shift.start):
        if covered < min(shift.start, end):
            result.append(Gap(covered, min(shift.start, end)))
        covered = max(covered, shift.end)
    if covered < end:
        result.append(Gap(covered, end))
    return result


def merged(found: Sequence[Shift]) -> list[Shift]:
    """Return the shifts with those in one that follow each other without a break, for the same people and team."""
    result: list[Shift] = []
    for shift in found:
        before = next(
            (
                place
                for place, one in enumerate(result)
                if one.end == shift.start and replace(one, start=shift.start, end=shift.end) == shift
            ),
            None,
        )
        if before is None:
            result.append(shift)
        else:
            result[before] = replace(result[before], end=shift.end)
    return result
