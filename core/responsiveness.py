"""How soon the support side answers: from an alert to somebody who takes it, to a talk, to an outcome."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """When what happened to one alert; None: not yet. Every instant is aware and in UTC."""

    opened_at: datetime
    acknowledge_within: timedelta  # the first step's time
    acknowledged_at: datetime | None = None
    reached_at: datetime | None = None
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsiveness:
    """Medians over the alerts that have come so far; None where none has. What still waits is in no median."""

    alerts: int
    in_time: int  # taken within the time of the first step
    to_acknowledge: timedelta | None
    to_talk: timedelta | None
    to_resolve: timedelta | None

    @property
    def all_in_time(self) -> bool:
        """Say whether there were alerts, and every one was taken in time."""
        return 0 < self.alerts == self.in_time


def responsiveness(alerts: Sequence[Answered]) -> Responsiveness:
    """Return how soon these alerts were answered."""
    return Responsiveness(
        alerts=len(alerts),
        in_time=sum(
            alert.acknowledged_at is not None and alert.acknowledged_at - alert.opened_at <= alert.acknowledge_within
            for alert in alerts
        ),
        to_acknowledge=_median((alert.opened_at, alert.acknowledged_at) for alert in alerts),
        to_talk=_median((alert.opened_at, alert.reached_at) for alert in alerts),
        to_resolve=_median((alert.opened_at, alert.resolved_at) for alert in alerts),
    )


def _median(spans: Iterable[tuple[datetime, datetime | None]]) -> timedelta | None:
    lengths = [(end - start).total_seconds() for start, end in spans if end is not None]
    return timedelta(seconds=median(lengths)) if lengths else None
