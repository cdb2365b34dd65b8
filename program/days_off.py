"""The days off that a program names: holidays of a country or region, single dates, and iCalendar files.

The libraries are loaded with the first holiday that is asked for: most programs have none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from core.days_off import DaysOff
from program.calendar import Calendar

BEFORE: Final = timedelta(days=40)  # a monthly check-in may be moved over the turn of a year
AHEAD: Final = timedelta(days=400)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DaysOffSource:
    """Where the days off of a team come from."""

    team: str | None = None  # None: every team
    country: str | None = None  # ISO 3166, such as "US"
    region: str | None = None  # as the holidays library names it, such as "WI"
    dates: tuple[date, ...] = ()
    calendar: Calendar | None = None
    zone: str = "UTC"


class HolidaysUnknown(ValueError):
    """The holidays library does not know this country or region. The message says so."""


@lru_cache(maxsize=200)
def holidays_of(country: str, region: str | None, year: int) -> frozenset[date]:
    """Return the public holidays of a country or region in a year; raises HolidaysUnknown."""
    from holidays import country_holidays

    try:
        return frozenset(country_holidays(country, subdiv=region, years=year, observed=True))
    except NotImplementedError:
        where = f"region {region!r} of {country}" if region else f"country {country!r}"
        raise HolidaysUnknown(f"holidays of {where} are not known; write them as dates") from None


def days_off(sources: Sequence[DaysOffSource], now: datetime) -> tuple[DaysOff, ...]:
    """Return the days off from some weeks before an instant to more than a year after it."""
    return tuple(DaysOff(source.team, frozenset(_dates(source, now))) for source in sources)


def _dates(source: DaysOffSource, now: datetime) -> Iterator[date]:
    yield from source.dates
    if source.country:
        for year in {(now - BEFORE).year, now.year, (now + AHEAD).year}:
            yield from holidays_of(source.country, source.region, year)
    if source.calendar is not None:
        where = ZoneInfo(source.zone)
        for event in source.calendar.events(now.astimezone(UTC) - BEFORE, now.astimezone(UTC) + AHEAD):
            day, last = event.start.astimezone(where).date(), (event.end.astimezone(where) - DAY / 86_400).date()
            while day <= last:
                yield day
                day += DAY
