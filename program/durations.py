"""Durations and times of day as a program file writes them: "12h", "15m", "1h30m", "09:00"."""

import re
from datetime import time, timedelta
from typing import Final

LONGEST: Final = timedelta(days=3660)
DURATION: Final = re.compile(
    r"(?:(?P<weeks>\d{1,5})w)?(?:(?P<days>\d{1,5})d)?(?:(?P<hours>\d{1,6})h)?(?:(?P<minutes>\d{1,7})m)?"
    r"(?:(?P<seconds>\d{1,9}(?:\.\d{1,3})?)s)?",
    re.ASCII,
)
TIME: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
UNITS: Final = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "m"))  # milliseconds


def parse_duration(value: object) -> timedelta:
    """Return the duration that the text names: weeks, days, hours, minutes, seconds in that order.

    It is longer than zero and at most 3660 days; fractions of a second go down to the millisecond. Raises ValueError.
    """
    match = DURATION.fullmatch(value) if isinstance(value, str) else None
    parts = {unit: float(number) for unit, number in match.groupdict().items() if number} if match else {}
    if not parts:
        raise ValueError('must be a duration such as "12h", "15m", "7d" or "1h30m"')
    duration = timedelta(**parts)
    if not timedelta(0) < duration <= LONGEST:
        raise ValueError("must be longer than zero and at most 3660d")
    return duration


def write_duration(duration: timedelta) -> str:
    """Return the text that `parse_duration` reads as this duration, in days, hours, minutes and seconds."""
    rest = round(duration / timedelta(milliseconds=1))
    text = ""
    for size, unit in UNITS:
        count, rest = divmod(rest, size)
        text += f"{count}{unit}" if count else ""
    return text if text and not rest else f"{text}{rest / 1000:g}s"


def parse_time(value: object) -> time:
    """Return the time of day that the text "HH:MM" names, or raise ValueError."""
    if not isinstance(value, str) or not TIME.fullmatch(value):
        raise ValueError('must be a time of day such as "09:00"')
    return time.fromisoformat(value)


def write_time(value: time) -> str:
    """Return the time of day as "HH:MM"."""
    return f"{value:%H:%M}"
