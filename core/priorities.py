"""Who needs somebody: the order of a supervisor's list. All that orders it stands here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from core.levels import Level

FAR: Final = datetime.max.replace(tzinfo=UTC)
# Working days in which a supervisor reaches out about a concern; Saturdays and Sundays are none.
CONCERN_DAYS: Final = 3
SATURDAY: Final = 5


class Need(StrEnum):
    """Why somebody stands where they stand on the list."""

    CRISIS = "crisis"
    URGENT = "urgent"
    CONCERN = "concern"
    UNREACHABLE = "unreachable"  # Telegram refuses our messages
    SILENT = "silent"  # so long that a hello from the supervisor is due; the mentor was told so
    AWAY = "away"
    STEADY = "steady"  # nothing to do; a private nudge is nobody's business but the mentor's


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One mentor as a supervisor may see them. Every instant is aware and in UTC."""

    person_id: UUID
    name: str
    level: Level | None = None  # of the most serious alert that is not resolved
    opened_at: datetime | None = None  # of that alert
    due_at: datetime | None = None  # by when somebody reaches out
    taken: bool = False  # somebody has acknowledged it
    reasons: tuple[str, ...] = ()  # rule codes of all alerts that are not resolved
    unreachable_since: datetime | None = None
    silent: bool = False
    away: bool = False
    away_until: datetime | None = None

    def is_overdue(self, now: datetime) -> bool:
        """Say whether the day for reaching out has passed."""
        return self.due_at is not None and self.due_at <= now


@dataclass(frozen=True, slots=True)
class Rule:
    """A place on the list, and who stands there."""

    need: Need
    holds: Callable[[Standing], bool]


# The first line that holds decides: an open alert goes before everything else, whatever else is true.
RULES: Final[tuple[Rule, ...]] = (
    Rule(Need.CRISIS, lambda s: s.level is Level.CRISIS),
    Rule(Need.URGENT, lambda s: s.level is Level.URGENT),
    Rule(Need.CONCERN, lambda s: s.level is Level.CONCERN),
    Rule(Need.UNREACHABLE, lambda s: s.unreachable_since is not None),
    # Whoever is away is not silent: nothing is asked of them.
    Rule(Need.SILENT, lambda s: s.silent and not s.away),
    Rule(Need.AWAY, lambda s: s.away),
    Rule(Need.STEADY, lambda _: True),
)
PLACES: Final = {rule.need: place for place, rule in enumerate(RULES)}


def need_of(standing: Standing) -> Need:
    """Return why somebody stands where they stand."""
    return next(rule.need for rule in RULES if rule.holds(standing))


def ordered(standings: Iterable[Standing]) -> list[tuple[Need, Standing]]:
    """Return everybody in the order in which they need somebody.

    Within a need: what nobody has taken, what is due first, who has been out of reach for longest, then by name.
    """
    return sorted(((need_of(standing), standing) for standing in standings), key=_place)


def _place(entry: tuple[Need, Standing]) -> tuple[int, bool, datetime, datetime, str]:
    need, standing = entry
    return (
        PLACES[need],
        standing.taken,
        standing.due_at or FAR,
        standing.unreachable_since or standing.away_until or FAR,
        standing.name.casefold(),
    )


def due_at(level: Level, opened_at: datetime, zone: str) -> datetime:
    """Return by when somebody reaches out about an alert, in UTC: at once about a crisis, by the end of the local day
    about what is urgent, and by the end of the third working day after it was opened about a concern."""
    if level >= Level.CRISIS:
        return opened_at
    where = ZoneInfo(zone)
    day, left = opened_at.astimezone(where).date(), 0 if level is Level.URGENT else CONCERN_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return datetime.combine(day + timedelta(days=1), time(0), where).astimezone(UTC)


# How much room an entry takes on a page of PAGE_ROOM: a page is read on a phone, over a weak connection.
PAGE_ROOM: Final = 16
ROOM: Final = {need: 5 if need in (Need.CRISIS, Need.URGENT, Need.CONCERN) else 3 for need in Need} | {Need.STEADY: 2}


def pages(entries: Sequence[tuple[Need, Standing]]) -> list[list[tuple[Need, Standing]]]:
    """Return the list in pages, in its order; one empty page when there is nobody."""
    made: list[list[tuple[Need, Standing]]] = [[]]
    left = PAGE_ROOM
    for entry in entries:
        room = ROOM[entry[0]]
        if room > left:
            made.append([])
            left = PAGE_ROOM
        made[-1].append(entry)
        left -= room
    return made
