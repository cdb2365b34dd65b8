"""When a check-in is sent: local wall-clock times, kept local across every change of the clocks.

Zones are IANA names. Instants that come in are aware, and those that go out are in UTC. A local time that the clocks
skip is moved forward by what they skip (02:30 becomes 03:30); one that they repeat counts once, the first time.
This is what `fold=0` means (PEP 495).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from core.questionnaire import Cadence

DAY: Final = timedelta(days=1)
FIRST_MONDAY: Final = date(2024, 1, 1).toordinal()  # `every_weeks` counts from this week
SATURDAY: Final = 5
# These depend on the machine or mean "not set yet": neither says where a person lives.
NOT_PLACES: Final = frozenset({"Factory", "localtime"})
# A mentor's own time inside their quiet hours is their choice; a message hours after it, in the same night, is not.
CHOICE_HOLDS: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One sending of a check-in. `local_date` and `slot` ("HH:MM") are as asked, `at` is when that is, in UTC."""

    local_date: date
    slot: str
    at: datetime


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The local hours without messages, `end` excluded; over midnight when `end` is earlier. Equal = none."""

    start: time
    end: time


class Action(StrEnum):
    """What becomes of an occurrence."""

    SEND = "send"
    SKIP_AWAY = "skip_away"
    SKIP_LATE = "skip_late"  # expired, or a later one of the same cadence is due
    DEFER = "defer"  # look again at `until`


@dataclass(frozen=True, slots=True)
class Decision:
    """An action; `until` is the instant to look again, for `DEFER` alone."""

    action: Action
    until: datetime | None = None


@cache
def _names() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones() - NOT_PLACES}


def validate_zone(name: str) -> str:
    """Return the IANA zone in its exact spelling, whatever the case and spaces, or raise ValueError."""
    try:
        return _names()[name.strip().replace(" ", "_").casefold()]
    except KeyError:
        raise ValueError(f"unknown time zone {name!r}; write an IANA name such as America/Chicago") from None


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(validate_zone(name))


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone: naive times are refused")
    return instant.astimezone(zone)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of a local time, by the offset before a change of the clocks."""
    return datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC)


def local_now(instant: datetime, zone: str) -> datetime:
    """Return an instant on the clocks of a zone."""
    return _local(instant, _zone(zone))


def local_instant(day: date, at: time, zone: str) -> datetime:
    """Return the UTC instant of a local time; one that the clocks skip is moved forward by what they skip."""
    return _instant(day, at, _zone(zone))


def _is_regular(cadence: Cadence, ordinal: int) -> bool:
    weeks, weekday = divmod(ordinal - FIRST_MONDAY, 7)
    return weekday in cadence.days and weeks % cadence.every_weeks == 0


def _is_free(cadence: Cadence, ordinal: int) -> bool:
    """Say whether a day is a day off, or of a weekend on which nothing is sent otherwise."""
    weekday = (ordinal - FIRST_MONDAY) % 7
    return date.fromordinal(ordinal) in cadence.off or (weekday >= SATURDAY and weekday not in cadence.days)


def _is_asked(cadence: Cadence, ordinal: int) -> bool:
    """Say whether something is sent on a day: never on a day off.

    What comes on several days of a week is left out then; what comes more rarely moves to the next working day.
    """
    if not cadence.off:
        return _is_regular(cadence, ordinal)
    if date.fromordinal(ordinal) in cadence.off:
        return False
    if _is_regular(cadence, ordinal):
        return True
    if cadence.is_often or _is_free(cadence, ordinal):
        return False
    before = ordinal - 1
    while before > 0 and _is_free(cadence, before):
        if _is_regular(cadence, before):
            return True
        before -= 1
    return False


def _occurrences(cadence: Cadence, zone: ZoneInfo, ordinals: Iterable[int]) -> Iterator[Occurrence]:
    for ordinal in ordinals:
        if not _is_asked(cadence, ordinal):
            continue
        day = date.fromordinal(ordinal)
        slot = cadence.time_on(day.weekday())
        at = _instant(day, slot, zone)
        moved = at.astimezone(zone).replace(tzinfo=None) - datetime.combine(day, slot)
        # Islands that crossed the date line have days that never were: their slot would fall on the next day's own.
        if moved < DAY:
            yield Occurrence(day, f"{slot:%H:%M}", at)


def next_occurrence(cadence: Cadence, zone: str, after: datetime) -> Occurrence | None:
    """Return the first occurrence strictly after the instant; None if the cadence has no days."""
    if not cadence.days:
        return None
    where = _zone(zone)
    # From the day before: a skipped 23:45 happens past midnight.
    ordinals = range(_local(after, where).toordinal() - 1, date.max.toordinal())
    return next((found for found in _occurrences(cadence, where, ordinals) if found.at > after), None)


def due_occurrence(cadence: Cadence, zone: str, scheduled_at: datetime, now: datetime) -> Occurrence | None:
    """Return the latest occurrence from `scheduled_at` to `now`, both included: after an outage, one and not all."""
    where = _zone(zone)
    # A day on each side: a skipped time happens a date later, and where a day is lived twice dates run ahead.
    first, last = _local(scheduled_at, where).toordinal() - 1, _local(now, where).toordinal() + 1
    backwards = _occurrences(cadence, where, range(last, first - 1, -1))
    found = next((found for found in backwards if found.at <= now), None)
    return found if found and found.at >= scheduled_at else None


def _quiet_until(instant: datetime, zone: ZoneInfo, quiet: QuietHours) -> datetime | None:
    """Return the end of the quiet hours around the instant, or None outside them.

    Each night is one stretch between two instants. Comparing wall-clock times instead would open a gap in the night
    whose hour is repeated.
    """
    if quiet.start == quiet.end:
        return None
    today = _local(instant, zone).toordinal()
    for ordinal in range(today - 2, today + 2):
        day = date.fromordinal(ordinal)
        end = _instant(day if quiet.start < quiet.end else day + DAY, quiet.end, zone)
        if _instant(day, quiet.start, zone) <= instant < end:
            return end
    return None


def is_quiet(instant: datetime, zone: str, quiet: QuietHours) -> bool:
    """Say whether the instant lies in the quiet hours of that zone."""
    return _quiet_until(instant, _zone(zone), quiet) is not None


def end_of_quiet(instant: datetime, zone: str, quiet: QuietHours) -> datetime:
    """Return the first instant from this one on that is not quiet: itself, when it is not."""
    where = _zone(zone)
    # Two nights meet where the waking time between them lies in an hour that the clocks skip.
    while until := _quiet_until(instant, where, quiet):
        instant = until
    return instant.astimezone(UTC)


def snoozed_until(now: datetime, wanted: datetime, expires_at: datetime, zone: str, quiet: QuietHours) -> datetime:
    """Return when to ask again: at the wanted time, moved out of the quiet hours, and always before the end.

    Where that would be too late, it is half of what is left until the end or until it is quiet.
    """
    for instant in (wanted, end_of_quiet(wanted, zone, quiet)):
        if instant < expires_at and not is_quiet(instant, zone, quiet):
            return instant
    ends = expires_at
    if not is_quiet(now, zone, quiet) and quiet.start != quiet.end:
        begins = (_instant(local_now(now, zone).date() + DAY * n, quiet.start, _zone(zone)) for n in (0, 1))
        ends = min([expires_at, *(start for start in begins if start > now)])
    return now + max((ends - now) / 2, timedelta(seconds=1))


def this_evening(now: datetime, at: time, expires_at: datetime, zone: str, quiet: QuietHours) -> datetime | None:
    """Return the evening of this local day, None if it has come, is quiet, or is after the end."""
    evening = _instant(local_now(now, zone).date(), at, _zone(zone))
    return evening if now < evening < expires_at and not is_quiet(evening, zone, quiet) else None


def decide(
    occurrence: Occurrence,
    now: datetime,
    *,
    zone: str,
    quiet: QuietHours,
    away: bool,
    expires_after: timedelta,
    next_at: datetime | None,
    chosen_by_mentor: bool,
) -> Decision:
    """Say what becomes of an occurrence now. `next_at` is the next one of the same cadence, None if there is none.

    It expires `expires_after` its own time, however late it is sent. A time that the mentor chose inside the quiet
    hours wins over them, for an hour: what an outage delayed beyond that waits for the morning.
    """
    if now < occurrence.at:
        return Decision(Action.DEFER, occurrence.at)
    if away:
        return Decision(Action.SKIP_AWAY)
    deadline = min(occurrence.at + expires_after, next_at or datetime.max.replace(tzinfo=UTC))
    chosen = chosen_by_mentor and now < occurrence.at + CHOICE_HOLDS and is_quiet(occurrence.at, zone, quiet)
    send_at = now if chosen else end_of_quiet(now, zone, quiet)
    if send_at >= deadline:
        return Decision(Action.SKIP_LATE)
    return Decision(Action.DEFER, send_at) if send_at > now else Decision(Action.SEND)


def reminder_at(
    sent_at: datetime, remind_after: timedelta | None, expires_at: datetime, zone: str, quiet: QuietHours
) -> datetime | None:
    """Return when the one reminder is due, outside the quiet hours; None if that is not before the check-in expires."""
    if remind_after is None:
        return None
    due = end_of_quiet(sent_at + remind_after, zone, quiet)
    return due if due < expires_at else None
