"""A mentor against their own usual: the baseline, the moving average, and the change-alert that it opens and closes.

Instants are whole microseconds since 1970-01-01 UTC, so that "within 216 hours" is exact.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from math import sqrt

from core.levels import Level
from core.parameters import BaselineParameters, ScoringParameters, WeeklyParameters
from core.scores import exceeds, reaches, rounded

MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Compared:
    """One scored pulse beside the usual that it was compared with."""

    z: float
    limit: float
    usual: float  # strain points, as it was before this pulse
    spread: float  # standard deviation, strain points


@dataclass(frozen=True, slots=True)
class Change:
    """What earlier check-ins leave behind for judging the next one."""

    learning: tuple[float, ...] = ()  # the first scored pulses, until there is a usual
    learnt: bool = False  # there is a usual
    usual: float = 0.0  # m
    variance: float = 0.0  # v
    pulses: int = 0  # t: scored pulses since the baseline
    z: float = 0.0
    limit: float = 0.0  # that z was last compared with
    alert: Level = Level.STEADY  # the change-alert: steady (closed), watch or concern
    opened_at: int = 0
    calm: int = 0  # calm scored pulses in a row
    recent: float | None = None  # r
    scored_at: int | None = None  # the latest scored pulse
    weekly_learning: tuple[float, ...] = ()
    weekly_learnt: bool = False
    weekly_usual: float = 0.0  # m_W
    weekly_high_at: int | None = None  # the latest weekly that can turn a change-alert into a concern

    def recent_at(self, at: int, parameters: ScoringParameters) -> float | None:
        """Return the recent level as it counts at `at`: None before the first score and when the latest is too old."""
        if self.scored_at is None or at - self.scored_at > parameters.recent.expires_after // MICROSECOND:
            return None
        return self.recent


def after_pulse(
    change: Change, strain: float, at: int, parameters: ScoringParameters
) -> tuple[Change, Compared | None]:
    """Take a scored pulse; return what it leaves behind, and the comparison unless the usual is still being learnt."""
    recent = _recent(change.recent, strain, parameters.recent.smoothing)
    change = replace(change, recent=recent, scored_at=at)
    if not change.learnt:
        return _learn(change, strain, parameters.baseline), None
    compared = _compare(change, strain, parameters)
    change = replace(change, z=compared.z, limit=compared.limit, pulses=change.pulses + 1)
    change = _close(_open(change, at, parameters), at, recent, parameters)
    if change.alert is Level.STEADY:
        change = _adapt(change, strain, parameters)
    return change, compared


def after_weekly(change: Change, weekly: float, at: int, parameters: ScoringParameters) -> tuple[Change, float | None]:
    """Take a scored weekly; return what it leaves behind, and its z unless the usual is still being learnt."""
    if not change.weekly_learnt:
        return _learn_weekly(change, weekly, parameters.weekly), None
    distance = weekly - change.weekly_usual
    z = distance / parameters.weekly.sd
    if reaches(z, parameters.change.weekly_z):
        change = replace(change, weekly_high_at=at)
        if change.scored_at is not None and exceeds(change.z, change.limit) and _joined(change, parameters):
            change = replace(change, alert=Level.CONCERN)
    if change.alert is Level.STEADY:
        change = replace(change, weekly_usual=change.weekly_usual + parameters.weekly.adaptation * distance)
    return change, z


def spread(variance: float, parameters: BaselineParameters) -> float:
    """Return the standard deviation that strain is measured in, never below its floor."""
    return max(sqrt(variance), parameters.sd_floor)


def limit_after(pulses: int, parameters: ScoringParameters) -> float:
    """Return the limit of z at the `pulses`-th scored pulse since the baseline: it widens towards a constant."""
    smoothing = parameters.change.smoothing
    narrowed = 1 - (1 - smoothing) ** (2 * pulses)
    return parameters.change.limit * sqrt(smoothing / (2 - smoothing) * narrowed)


def _recent(before: float | None, strain: float, smoothing: float) -> float:
    return strain if before is None else smoothing * strain + (1 - smoothing) * before


def _learn(change: Change, strain: float, baseline: BaselineParameters) -> Change:
    scores = (*change.learning, strain)
    if len(scores) < baseline.pulses:
        return replace(change, learning=scores)
    mean = sum(scores) / len(scores)
    squares = sum((score - mean) ** 2 for score in scores)
    usual = (sum(scores) + baseline.prior_weight * baseline.prior_mean) / (len(scores) + baseline.prior_weight)
    prior_squares = baseline.prior_sd_weight * baseline.prior_sd**2
    variance = (squares + prior_squares) / (len(scores) - 1 + baseline.prior_sd_weight)
    return replace(change, learning=(), learnt=True, usual=usual, variance=variance)


def _learn_weekly(change: Change, weekly: float, parameters: WeeklyParameters) -> Change:
    scores = (*change.weekly_learning, weekly)
    if len(scores) < parameters.weeklies:
        return replace(change, weekly_learning=scores)
    weight = parameters.prior_weight
    usual = (sum(scores) + weight * parameters.prior_mean) / (len(scores) + weight)
    return replace(change, weekly_learning=(), weekly_learnt=True, weekly_usual=usual)


def _compare(change: Change, strain: float, parameters: ScoringParameters) -> Compared:
    numbers, sigma = parameters.change, spread(change.variance, parameters.baseline)
    distance = min(max((strain - change.usual) / sigma, -numbers.clip), numbers.clip)
    z = max(numbers.smoothing * distance + (1 - numbers.smoothing) * change.z, numbers.floor)
    return Compared(z, limit_after(change.pulses + 1, parameters), change.usual, sigma)


def _open(change: Change, at: int, parameters: ScoringParameters) -> Change:
    """Open the change-alert, or raise it; it keeps its highest level."""
    if not exceeds(change.z, change.limit):
        return change
    strong = exceeds(change.z, parameters.change.strong * change.limit) or _joined(change, parameters)
    level = Level.CONCERN if strong else Level.WATCH
    if change.alert is Level.STEADY:
        return replace(change, alert=level, opened_at=at, calm=0)
    return replace(change, alert=max(change.alert, level))


def _joined(change: Change, parameters: ScoringParameters) -> bool:
    """Whether the latest scored pulse and a high weekly lie close enough to each other."""
    if change.weekly_high_at is None or change.scored_at is None:
        return False
    return abs(change.scored_at - change.weekly_high_at) <= parameters.change.weekly_within // MICROSECOND


def _close(change: Change, at: int, recent: float, parameters: ScoringParameters) -> Change:
    """Close an open change-alert when its pulses have been calm, or else when its time is over."""
    if change.alert is Level.STEADY:
        return change
    numbers = parameters.change
    is_calm = rounded(change.z) < rounded(numbers.calm * change.limit)
    calm = change.calm + 1 if is_calm else 0
    closed = replace(change, alert=Level.STEADY, z=0.0, calm=0)
    if calm >= numbers.calm_pulses:
        return closed
    if at - change.opened_at >= numbers.lasts // MICROSECOND:
        return replace(closed, usual=(1 - numbers.new_usual) * change.usual + numbers.new_usual * recent)
    return replace(change, calm=calm)


def _adapt(change: Change, strain: float, parameters: ScoringParameters) -> Change:
    reach = parameters.change.clip * spread(change.variance, parameters.baseline)
    distance = min(max(strain - change.usual, -reach), reach)
    share = parameters.baseline.adaptation
    return replace(
        change,
        usual=change.usual + share * distance,
        variance=change.variance + share * (distance * distance - change.variance),
    )
