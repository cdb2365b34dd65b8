"""Calendars (iCalendar files) that say who is on call. A file that cannot be read leaves what was read before in force.

The libraries are loaded with the first calendar: most programs have none.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from core.duty import Event

LARGEST: Final = 2_000_000  # bytes
# Expanding what comes back takes a while: it is done for this long at a time.
STRETCH: Final = timedelta(days=90)
MARGIN: Final = timedelta(days=1)


class CalendarUnreadable(Exception):
    """A calendar file cannot be used. The message says why."""


class Calendar:
    """One file, read again when it changes."""

    def __init__(self, path: Path, written: str, zone: str, team: str | None = None) -> None:
        """Take the file, its name as the program has it, the zone of times without one, and the team it serves."""
        self.path, self.written, self.team = path, written, team
        self.problem: str | None = None  # why the file as it is now cannot be read
        self._zone = ZoneInfo(zone)
        self._stamp: tuple[int, int] | None = None
        self._parsed: Any = None
        self._from = self._until = datetime.min.replace(tzinfo=UTC)
        self._events: tuple[Event, ...] = ()

    def events(self, start: datetime, end: datetime) -> list[Event]:
        """Return the events that lie between two instants, whole or in part, in the order in which they begin.

        Raises nothing: `problem` says what is wrong with the file.
        """
        self._refresh()
        if self._parsed is None:
            return []
        if not (self._from <= start and end <= self._until):
            self._from, self._until = start - MARGIN, max(end + MARGIN, start + STRETCH)
            try:
                self._events = tuple(sorted(self._expanded(), key=lambda one: (one.start, one.end, one.summary)))
            except Exception as error:  # the library refuses odd rules in many ways
                self.problem = f"cannot be understood ({type(error).__name__})"
        return [event for event in self._events if event.start < end and start < event.end]

    def _refresh(self) -> None:
        try:
            found = self.path.stat()
            stamp = (found.st_mtime_ns, found.st_size)
            if stamp == self._stamp:
                return
            if found.st_size > LARGEST:
                self.problem = f"is larger than {LARGEST} bytes"
                return
            text = self.path.read_bytes()
        except OSError as error:
            self.problem = f"cannot be read: {error.strerror or error}"
            self._stamp = None
            return
        self._stamp = stamp
        try:
            self._parsed, self.problem = _parsed(text), None
            self._from = self._until = datetime.min.replace(tzinfo=UTC)
        except CalendarUnreadable as error:
            self.problem = str(error)

    def _expanded(self) -> Iterator[Event]:
        from recurring_ical_events import of

        for one in of(self._parsed).between(self._from, self._until):
            if str(one.get("STATUS", "")).upper() == "CANCELLED":
                continue
            start = self._instant(one.decoded("DTSTART"))
            end = self._instant(one.decoded("DTEND")) if "DTEND" in one else start
            if start < end:
                summary = str(one.get("SUMMARY", ""))
                yield Event(start=start, end=end, summary=summary, attendees=_attendees(one), team=self.team)

    def _instant(self, value: date) -> datetime:
        """Return the instant of a time; a day begins at midnight, and what has no zone is in the program's."""
        if not isinstance(value, datetime):
            value = datetime.combine(value, time(0))
        return (value if value.tzinfo else value.replace(tzinfo=self._zone)).astimezone(UTC)


def _parsed(data: bytes) -> Any:
    import icalendar

    try:
        calendar = icalendar.Calendar.from_ical(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise CalendarUnreadable("is not UTF-8 text") from None
    except Exception as error:
        reason = " ".join(str(error).split())[:120]
        raise CalendarUnreadable(f"is not an iCalendar file: {reason}") from None
    if calendar.name != "VCALENDAR" or not calendar.walk("VEVENT"):
        raise CalendarUnreadable("has no events")
    return calendar


def _attendees(event: Any) -> tuple[str, ...]:
    """Return the names of those who were asked to come and have not said no; those who must come go first."""
    found = event.get("ATTENDEE", [])
    coming = [
        one
        for one in (found if isinstance(found, list) else [found])
        if str(one.params.get("PARTSTAT", "")).upper() != "DECLINED"
    ]
    coming.sort(key=lambda one: str(one.params.get("ROLE", "")).upper() == "OPT-PARTICIPANT")
    names = (str(one.params.get("CN", "")).strip() for one in coming)
    return tuple(name for name in names if name)
