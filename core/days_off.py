"""Days on which a team does not work. Values in, values out: who computes holidays and reads calendars is elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DaysOff:
    """The days off of one team, or of every team (`team` None)."""

    team: str | None
    dates: frozenset[date]


def of_team(entries: Iterable[DaysOff], team: str) -> frozenset[date]:
    """Return all days off of a team; case and outer spaces of its name do not matter."""
    name = team.strip().casefold()
    mine = (entry.dates for entry in entries if entry.team is None or entry.team.strip().casefold() == name)
    return frozenset().union(*mine)
