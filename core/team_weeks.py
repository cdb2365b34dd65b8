"""What a team's weeks came to, in figures in which nobody can be read off."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median
from typing import Final
from uuid import UUID

WEEK: Final = timedelta(days=7)
WEEKS: Final = 12
# A figure of fewer people would tell of one of them.
SMALLEST: Final = 5


class Band(StrEnum):
    """How heavy a team's typical week was. The limits are those of the words that mentors read after a check-in."""

    LIGHT = "light"
    FAIR = "fair"
    HEAVY = "heavy"


# Strain below the limit, 0 to 100, is in the band.
BANDS: Final = ((34.0, Band.LIGHT), (60.0, Band.FAIR))


@dataclass(frozen=True, slots=True)
class Pulse:
    """One pulse that is over and that reached the phone. `strain` is there when it was answered enough."""

    person_id: UUID
    day: date  # local date of the mentor
    answered: bool
    asked: bool = True  # False: the mentor began it without being asked
    strain: float | None = None


@dataclass(frozen=True, slots=True)
class TeamWeek:
    """One ISO week of a team. None where fewer than five people are behind a figure."""

    monday: date
    share: float | None  # of the pulses that were asked, how many were answered, 0 to 1
    band: Band | None  # of the median over people of each one's mean strain


def monday_of(day: date) -> date:
    """Return the first day of the ISO week."""
    return day - timedelta(days=day.weekday())


def band_of(strain: float) -> Band:
    """Return the band of a strain, 0 to 100."""
    return next((band for limit, band in BANDS if strain < limit), Band.HEAVY)


def team_weeks(pulses: Iterable[Pulse], today: date, weeks: int = WEEKS) -> list[TeamWeek]:
    """Return the figures of the whole weeks before the one of `today`, the oldest first.

    The running week is left out: half a week would look like a fall.
    """
    by_week: dict[date, list[Pulse]] = defaultdict(list)
    for pulse in pulses:
        by_week[monday_of(pulse.day)].append(pulse)
    this = monday_of(today)
    return [_figures(this - WEEK * back, by_week[this - WEEK * back]) for back in range(weeks, 0, -1)]


def _figures(monday: date, pulses: Sequence[Pulse]) -> TeamWeek:
    asked = [pulse for pulse in pulses if pulse.asked]
    share = None
    if len({pulse.person_id for pulse in asked}) >= SMALLEST:
        share = sum(pulse.answered for pulse in asked) / len(asked)
    strains: dict[UUID, list[float]] = defaultdict(list)
    for pulse in pulses:
        if pulse.strain is not None:
            strains[pulse.person_id].append(pulse.strain)
    band = None
    if len(strains) >= SMALLEST:
        band = band_of(median(sum(own) / len(own) for own in strains.values()))
    return TeamWeek(monday, share, band)
