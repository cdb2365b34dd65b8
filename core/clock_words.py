"""Times of day as people type them: "15:30", "3:30 pm", "3.30pm", "15h30", "45 min", "1 h", "hasta las 9"."""

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final

from core.timetable import local_instant, local_now

LEAD: Final = r"\s*(?:at|until|till|by|back by|a las|a la|hasta las|hasta la)?\s*"
CLOCK: Final = re.compile(
    LEAD + r"(\d{1,2})(?:\s*[:.h]\s*(\d{2})|\s*h)?\s*(a\.?\s?m\.?|p\.?\s?m\.?)?\s*\.?\s*", re.IGNORECASE | re.ASCII
)
LENGTH: Final = re.compile(
    r"\s*(?:in|en)?\s*(\d{1,3})\s*(m|min|mins|minutes?|minutos?|h|hr|hrs|hours?|horas?)\.?\s*", re.IGNORECASE | re.ASCII
)
HALF_DAY: Final = 12


def read_clock(text: str) -> Sequence[time]:
    """Return the times of day that a text may mean: two for "3:30", which is said of morning and afternoon; else one.

    Nothing for a text that is no time of day.
    """
    found = CLOCK.fullmatch(text)
    if found is None:
        return ()
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").casefold()[:1]
    if minute > 59 or hour > 24 or (half and not 1 <= hour <= HALF_DAY):
        return ()
    if half:
        return (time(hour % HALF_DAY + (HALF_DAY if half == "p" else 0), minute),)
    if 1 <= hour <= HALF_DAY:
        return (time(hour % HALF_DAY, minute), time(hour % HALF_DAY + HALF_DAY, minute))
    return (time(hour % 24, minute),)


def read_length(text: str) -> timedelta | None:
    """Return a stretch of time such as "45 min" or "2 h"; None for a text that is none."""
    found = LENGTH.fullmatch(text)
    if found is None:
        return None
    number, is_hours = int(found[1]), found[2].casefold()[0] == "h"
    if is_hours and number > HALF_DAY:  # "15 h" is said of the clock
        return None
    return timedelta(hours=number) if is_hours else timedelta(minutes=number)


def read_soon(text: str, now: datetime, zone: str) -> datetime | None:
    """Return the next instant that a text may mean, in UTC; None for a text that is no time."""
    if (length := read_length(text)) is not None:
        return now + length if length > timedelta() else None
    today = local_now(now, zone).date()
    instants = [local_instant(day, at, zone) for at in read_clock(text) for day in (today, today + timedelta(days=1))]
    return min((instant for instant in instants if instant > now), default=None)
