"""What could watch over a mentor: the scoring of this program, parts of it switched off, and what else people build.

Each one tells the same way: nothing that it has told within the memory of the scoring is told again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import fmean, stdev
from typing import Final, Protocol

from app.simulation.world import Life
from core.assessment import replay
from core.levels import Level
from core.parameters import ScoringParameters

BASELINE: Final = 9  # pulses that the naive ones learn a usual from
LEAST_SPREAD: Final = 8.0


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alert that was raised."""

    at: datetime
    level: Level


class Detector(Protocol):
    """Anything that raises alerts about a life."""

    @property
    def name(self) -> str:
        """Its name in the table."""

    def alarms(self, life: Life) -> Sequence[Alarm]:
        """Return the alerts that it raises, in order."""


@dataclass(frozen=True, slots=True)
class Scoring:
    """The scoring itself, as in earnest."""

    name: str
    parameters: ScoringParameters

    def alarms(self, life: Life) -> Sequence[Alarm]:
        """Return the alerts that the scoring raises."""
        return [Alarm(row.at, row.alert) for row in replay(life.checkins, self.parameters) if row.alert is not None]


@dataclass(frozen=True, slots=True)
class Threshold:
    """Strain at a fixed limit twice in a row, whoever the mentor is."""

    limit: float
    parameters: ScoringParameters
    name: str = "fixed threshold"

    def alarms(self, life: Life) -> Sequence[Alarm]:
        """Return the alerts at the second pulse in a row that reaches the limit."""
        return list(_told(self._holding(life), self.parameters.rules.memory))

    def _holding(self, life: Life) -> Iterator[datetime]:
        before = False
        for at, score in life.pulses:
            if before and score >= self.limit:
                yield at
            before = score >= self.limit


@dataclass(frozen=True, slots=True)
class MovingAverage:
    """A plain EWMA against the mean and spread of the first nine pulses: no prior, no clip, no latch, no weekly."""

    limit: float  # standard deviations of the moving average
    parameters: ScoringParameters
    name: str = "plain EWMA"

    def alarms(self, life: Life) -> Sequence[Alarm]:
        """Return the alerts above the limit."""
        return list(_told(self._holding(life), self.parameters.rules.memory))

    def _holding(self, life: Life) -> Iterator[datetime]:
        share, z = self.parameters.change.smoothing, 0.0
        limit = self.limit * (share / (2 - share)) ** 0.5
        for at, distance in _standardized(life):
            z = share * distance + (1 - share) * z
            if z > limit:
                yield at


@dataclass(frozen=True, slots=True)
class Cusum:
    """A one-sided CUSUM with the usual allowance of half a standard deviation, started anew after each alarm."""

    limit: float  # standard deviations
    parameters: ScoringParameters
    name: str = "CUSUM"
    allowance: float = 0.5

    def alarms(self, life: Life) -> Sequence[Alarm]:
        """Return the alerts above the limit."""
        return list(_told(self._holding(life), self.parameters.rules.memory))

    def _holding(self, life: Life) -> Iterator[datetime]:
        total = 0.0
        for at, distance in _standardized(life):
            total = max(0.0, total + distance - self.allowance)
            if total > self.limit:
                yield at
                total = 0.0


def without_parts(parameters: ScoringParameters) -> Sequence[Scoring]:
    """Return the scoring with one part after the other switched off."""
    change, baseline, weekly = parameters.change, parameters.baseline, parameters.weekly
    never = 1e9
    return (
        Scoring("no weekly fusion", replace(parameters, change=replace(change, weekly_z=never))),
        Scoring("no latch", replace(parameters, change=replace(change, calm=1.0, calm_pulses=1))),
        Scoring(
            "no adaptation",
            replace(parameters, baseline=replace(baseline, adaptation=0.0), weekly=replace(weekly, adaptation=0.0)),
        ),
    )


def candidates(parameters: ScoringParameters) -> Sequence[Detector]:
    """Return the other detectors over the range of limits that they are tuned in, mildest limit last."""
    return (
        *(Threshold(float(limit), parameters) for limit in range(40, 96)),
        *(MovingAverage(1.5 + 0.2 * step, parameters) for step in range(40)),
        *(Cusum(2.0 + step, parameters) for step in range(40)),
    )


def _standardized(life: Life) -> Iterator[tuple[datetime, float]]:
    """Yield each pulse after the first nine, in their standard deviations above their mean."""
    if len(life.pulses) <= BASELINE:
        return
    first = [score for _, score in life.pulses[:BASELINE]]
    usual, spread = fmean(first), max(stdev(first), LEAST_SPREAD)
    for at, score in life.pulses[BASELINE:]:
        yield at, (score - usual) / spread


def _told(holding: Iterator[datetime], memory: timedelta) -> Iterator[Alarm]:
    """Raise an alert where the condition holds and has not held for the length of the memory."""
    last: datetime | None = None
    for at in holding:
        if last is None or at - last > memory:
            yield Alarm(at, Level.CONCERN)
        last = at
