"""Times for a talk: which a supervisor can propose, and what an agreed one means for the alert."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from core.alerts import Alert, AlertState
from core.levels import Level
from core.timetable import QuietHours

HOURS: Final = (time(9), time(11), time(14), time(17))  # local to the mentor
NOTICE: Final = timedelta(minutes=45)  # nothing sooner can be answered in time
URGENT_WITHIN: Final = timedelta(hours=24)  # what is urgent does not wait for Thursday
DAYS: Final = 3  # working days for what is less
MOST: Final = 3  # times in one proposal
SHOWN: Final = 9
# After the talk there is this long to say what came of it, before it is asked.
AFTERWARDS: Final = timedelta(hours=2)
SATURDAY: Final = 5


class MeetingState(StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"  # the supervisor still picks times
    ASKED = "asked"
    AGREED = "agreed"
    OTHER = "other"  # none of the times suits
    LEFT = "left"  # the mentor would rather leave it: nothing more is asked about that alert


def slots(now: datetime, zone: str, level: Level, quiet: QuietHours) -> list[datetime]:
    """Return the instants that can be proposed to somebody in that zone, in UTC and in order: by day, out of the quiet
    hours. Within a day for what is urgent; on three working days for a concern. None for a crisis: nobody makes an
    appointment then."""
    if level >= Level.CRISIS:
        return []
    where = ZoneInfo(zone)
    day, found, days = now.astimezone(where).date(), [], 0
    while days < DAYS:
        here = []
        if level is Level.URGENT or day.weekday() < SATURDAY:
            hours = [datetime.combine(day, hour, where).astimezone(UTC) for hour in HOURS if not _is_quiet(quiet, hour)]
            here = [at for at in hours if at > now + NOTICE]
        days += bool(here) or level is Level.URGENT
        found += here
        day += timedelta(days=1)
    if level is Level.URGENT:
        found = [at for at in found if at <= now + URGENT_WITHIN]
    return found[:SHOWN]


def _is_quiet(quiet: QuietHours, at: time) -> bool:
    if quiet.start <= quiet.end:
        return quiet.start <= at < quiet.end
    return at >= quiet.start or at < quiet.end


def toggled(chosen: tuple[datetime, ...], at: datetime) -> tuple[datetime, ...]:
    """Return the times of a draft after a tap on one of them. A fourth takes the place of the oldest choice."""
    if at in chosen:
        return tuple(one for one in chosen if one != at)
    return (*chosen, at)[-MOST:]


def agreed(alert: Alert, by: UUID, at: datetime) -> Alert:
    """Let an alert wait for a talk that was agreed on, if whoever proposed it still has it."""
    if alert.state is not AlertState.ACKNOWLEDGED or alert.acknowledged_by != by or alert.next_step_at is None:
        return alert
    return replace(alert, next_step_at=max(alert.next_step_at, at + AFTERWARDS))


def left_alone(alert: Alert) -> Alert:
    """Ask the mentor nothing more about an alert. It stays with whoever has it."""
    return replace(alert, follow_up="left", follow_up_at=None)
