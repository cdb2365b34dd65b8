"""What this process has counted since it started. Numbers only: no metric holds a word, a name or an id of anybody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Final


class Type(Enum):
    """How a metric behaves."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """What a metric means. `shared`: read from the database, and the same on every replica."""

    type: Type
    meaning: str
    labels: tuple[str, ...] = ()
    shared: bool = False


METRICS: Final[Mapping[str, Metric]] = MappingProxyType(
    {
        "keepwell_updates_total": Metric(
            Type.COUNTER, "Updates of Telegram's, by what came of them: handled, failed, buried.", ("result",)
        ),
        "keepwell_update_seconds": Metric(
            Type.HISTOGRAM, "Seconds from taking an update in hand to its commit, of those that were handled."
        ),
        "keepwell_messages_total": Metric(
            Type.COUNTER,
            "Attempts to send a message, by kind and by what came of it: sent, not_sent, unsure, slow_down, refused, "
            "unreachable, gone.",
            ("kind", "result"),
        ),
        "keepwell_ticks_total": Metric(
            Type.COUNTER, "Ticks, by name and by whether they came to their end: done, failed.", ("tick", "result")
        ),
        "keepwell_tick_lag_seconds": Metric(
            Type.GAUGE, "How much later than meant the last tick began after the one before.", ("tick",)
        ),
        "keepwell_tick_seconds": Metric(Type.HISTOGRAM, "Seconds that a tick took."),
        "keepwell_queue_messages": Metric(
            Type.GAUGE, "Messages that wait and could leave now, by priority.", ("priority",), shared=True
        ),
        "keepwell_queue_age_seconds": Metric(
            Type.GAUGE, "Age of the message that has been waiting longest, by priority.", ("priority",), shared=True
        ),
        "keepwell_alerts": Metric(
            Type.GAUGE, "Alerts that are not resolved, by state and level.", ("state", "level"), shared=True
        ),
        "keepwell_alerts_overdue": Metric(
            Type.GAUGE, "Alerts whose next step is more than a minute late. Must be 0.", shared=True
        ),
        "keepwell_buried_updates": Metric(
            Type.GAUGE, "Updates that could not be handled and are kept. Should be 0.", shared=True
        ),
        "keepwell_last_tick_age_seconds": Metric(
            Type.GAUGE, "Seconds since any replica last said that it ticks.", shared=True
        ),
        "keepwell_database_up": Metric(Type.GAUGE, "1 when the database answered this look, else 0."),
    }
)
# Seconds. A tap should be answered within 0.05, and a person waits for no longer than 1.
BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(slots=True)
class Distribution:
    """How often a value was at most as large as each bucket, and the sum of all values."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    total: float = 0.0

    def add(self, value: float) -> None:
        """Count a value."""
        self.total += value
        place = next((number for number, limit in enumerate(BUCKETS) if value <= limit), len(BUCKETS))
        self.buckets[place] += 1


@dataclass(slots=True)
class Meter:
    """Plain numbers in memory: nothing is loaded or computed for them until somebody asks."""

    numbers: dict[tuple[str, tuple[str, ...]], float] = field(default_factory=dict)
    distributions: dict[str, Distribution] = field(default_factory=dict)

    def tally(self, name: str, *labels: str) -> None:
        """Count one more."""
        key = (name, labels)
        self.numbers[key] = self.numbers.get(key, 0) + 1

    def put(self, name: str, value: float, *labels: str) -> None:
        """Say how it is now."""
        self.numbers[name, labels] = value

    def observe(self, name: str, value: float) -> None:
        """Add a value to a distribution."""
        self.distributions.setdefault(name, Distribution()).add(value)
