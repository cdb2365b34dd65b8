"""Who is on call in the end: the events of a calendar, shifts that changed hands, and days on which somebody cannot."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from core import rota
from core.people import Person, Role
from core.rota import Shift


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event of a calendar, from `start` to `end`, the end excluded. Both are in UTC."""

    start: datetime
    end: datetime
    summary: str
    attendees: tuple[str, ...] = ()  # names, those who must come first
    team: str | None = None  # None: every team


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A shift, or a part of one, that went from one person to another. Both instants are in UTC."""

    start: datetime
    end: datetime
    team: str | None
    giver: str
    taker: str


def shift_of(event: Event, everybody: Sequence[Person]) -> Shift:
    """Return the shift that an event stands for: the first who is named is on call, the second stands in.

    Attendees count before the summary. Whoever nobody knows stays in the shift as written: the shift is a gap then.
    """
    known = [one.name for name in event.attendees if (one := rota.named(everybody, name)) is not None]
    names = list(dict.fromkeys(known)) or names_in(event.summary, [person.name for person in everybody])
    written = event.attendees[0] if event.attendees else event.summary
    person = names[0] if names else " ".join(written.split())
    return Shift(event.start, event.end, event.team, person, names[1] if len(names) > 1 else None)


def names_in(text: str, names: Iterable[str]) -> list[str]:
    """Return which of these names a text has as whole words, in the order of the text. A longer name goes first."""
    left = " ".join(text.split()).casefold()
    found: list[tuple[int, str]] = []
    for name in sorted(names, key=len, reverse=True):
        words = re.escape(" ".join(name.split()).casefold())
        match = re.search(rf"(?<!\w){words}(?!\w)", left)
        if match:
            found.append((match.start(), name))
            left = left[: match.start()] + "\0" * len(match.group()) + left[match.end() :]
    return [name for _, name in sorted(found)]


def swapped(found: Iterable[Shift], swaps: Iterable[Swap]) -> list[Shift]:
    """Return the shifts after these swaps, in the order in which they were made: whoever took one may give it on.

    A swap of a shift that the rota has no more changes nothing. Whoever takes a shift in which they stood in has nobody
    to stand in for them.
    """
    shifts = list(found)
    for swap in swaps:
        shifts = [part for shift in shifts for part in _after(shift, swap)]
    return sorted(shifts, key=lambda shift: (shift.start, shift.end, shift.team or "", shift.person))


def _after(shift: Shift, swap: Swap) -> list[Shift]:
    start, end = max(shift.start, swap.start), min(shift.end, swap.end)
    same_team = rota.same_name(shift.team or "", swap.team or "")
    if start >= end or not same_team or not rota.same_name(shift.person, swap.giver):
        return [shift]
    backup = shift.backup if shift.backup is None or not rota.same_name(shift.backup, swap.taker) else None
    parts = [
        replace(shift, end=start),
        replace(shift, start=start, end=end, person=swap.taker, backup=backup),
        replace(shift, start=end),
    ]
    return [part for part in parts if part.start < part.end]


def serves(person: Person, at: datetime) -> bool:
    """Say whether somebody can be called at an instant."""
    return person.role is not Role.MENTOR and person.can_receive and not person.is_away(at)


def filled(shift: Shift, everybody: Sequence[Person], now: datetime) -> list[Shift]:
    """Return the parts of a shift in which somebody can be called, each with whoever that is; nothing where nobody is.

    What is left of the shift counts from `now` on; somebody may be away in a part of it.
    """
    able = rota.candidates(shift, everybody)
    edges = {shift.start, shift.end} | ({now} if shift.start < now < shift.end else set())
    for person in able:
        edges |= {edge for edge in person.away_edges() if shift.start < edge < shift.end}
    parts: list[Shift] = []
    for start, end in pairwise(sorted(edges)):
        # Who was called before now is past; the part that runs now is shown from its beginning.
        at = max(start, now) if end > now else None
        who = next((person for person in able if at is not None and serves(person, at)), None)
        if who is not None:
            parts.append(Shift(start, end, shift.team, who.name, None))
    if parts and shift.start < now and parts[0].start == now:
        parts[0] = replace(parts[0], start=shift.start)
    return parts


def missing(shifts: Iterable[Shift], team: str, start: datetime, end: datetime) -> timedelta:
    """Return for how long nobody serves a team between two instants."""
    free = rota.gaps(rota.for_team(shifts, team), start, end)
    return sum((gap.end - gap.start for gap in free), timedelta(0))
