"""Working hours: when they are, and how long something takes that only counts in them.

They are written in local wall-clock times and lie between two instants of UTC, the end excluded. A local time that the
clocks skip is moved forward by what they skip; one that they repeat is the first of the two.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

DAY: Final = timedelta(days=1)
# However few the hours are, nothing is put off for longer.
LONGEST: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingHours:
    """The days and hours in which somebody is expected to work. `start` is before `end`, on the same day."""

    days: tuple[int, ...]  # 0 = Monday
    start: time
    end: time
    zone: str | None = None  # IANA name; None: of whoever is told first

    def __post_init__(self) -> None:
        if not self.days or self.start >= self.end:
            raise ValueError("working hours need a day, and an end that is later than their start")

    def as_json(self) -> dict[str, Any]:
        """Return plain values for storage; `from_json` is its inverse."""
        return {
            "days": list(self.days),
            "from": self.start.isoformat("minutes"),
            "until": self.end.isoformat("minutes"),
            "zone": self.zone,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "WorkingHours":
        """Return the hours that `as_json` wrote."""
        return cls(
            days=tuple(data["days"]),
            start=time.fromisoformat(data["from"]),
            end=time.fromisoformat(data["until"]),
            zone=data["zone"],
        )

    def include(self, at: datetime) -> bool:
        """Say whether an instant lies in working hours."""
        start, end = next(self._from(at), (at, at))
        return start <= at < end

    def next_open(self, at: datetime) -> datetime:
        """Return the instant itself, or when the next working hours begin."""
        start, _ = next(self._from(at), (at + LONGEST, at))
        return max(start, at)

    def after(self, at: datetime, wait: timedelta) -> datetime:
        """Return when so much working time has passed since an instant. It lies in working hours."""
        left = wait
        for start, end in self._from(at):
            begins = max(start, at)
            if left < end - begins:
                return begins + left
            left -= end - begins
        return at + LONGEST

    def _from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the spans that end after an instant, in order, for as long as anything is put off."""
        zone = ZoneInfo(self.zone or "UTC")
        day = at.astimezone(zone).date() - DAY
        for _ in range(LONGEST // DAY + 2):
            if day.weekday() in self.days:
                start, end = _instant(day, self.start, zone), _instant(day, self.end, zone)
                if start < end and end > at:
                    yield start, end
            day += DAY


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
