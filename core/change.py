"""A mentor against their own usual: the baseline, the moving average, and the change-alert that it opens and closes.

Instants are whole microseconds since 1970-01-01 UTC, so that "within 216 hours" is exact.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from math import sqrt
from typing import Final

from core.levels import Level
from core.parameters import BaselineParameters, ChangeParameters, ScoringParameters, WeeklyParameters
from core.scores import exceeds, reaches

MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Compared:
    """One scored pulse beside the usual that it was compared with."""

    z: float
    limit: float
    usual: float  # strain points, as it was before this pulse
    spread: float  # standard deviation, strain points


class Ending(Enum):
    """Why a change-alert closed."""

    CALM = "calm"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class ChangeAlert:
    """The latch: it keeps its highest level until it closes."""

    level: Level = Level.STEADY  # steady (closed), watch or concern
    opened_at: int = 0
    calm: int = 0  # calm scored pulses in a row


CLOSED: Final = ChangeAlert()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What earlier check-ins leave behind for judging the next one."""

    learning: tuple[float, ...] = ()  # the first scored pulses, until there is a usual
    learnt: bool = False  # there is a usual
    usual: float = 0.0  # m
    variance: float = 0.0  # v
    pulses: int = 0  # t: scored pulses since the baseline
    z: float = 0.0
    limit: float = 0.0  # that z was last compared with
    alert: ChangeAlert = CLOSED
    recent: float | None = None  # r
    scored_at: int | None = None  # the latest scored pulse
    weekly_learning: tuple[float, ...] = ()
    weekly_learnt: bool = False
    weekly_usual: float = 0.0  # m_W
    weekly_high_at: int | None = None  # the latest weekly that can turn a change-alert into a concern

    @property
    def level(self) -> Level:
        """The level of the open change-alert; steady: none is open."""
        return self.alert.level

    def recent_at(self, at: int, parameters: ScoringParameters) -> float | None:
        """Return the recent level as it counts at `at`: None before the first score and when the latest is too old."""
        if self.scored_at is None or at - self.scored_at > parameters.recent.expires_after // MICROSECOND:
            return None
        return self.recent


def after_pulse(
    change: Change, strain: float, at: int, parameters: ScoringParameters
) -> tuple[Change, Compared | None]:
    """Take a scored pulse; return what it leaves behind, and the comparison unless the usual is still being learnt."""
    share = parameters.recent.smoothing
    recent = strain if change.recent is None else share * strain + (1 - share) * change.recent
    if not change.learnt:
        return _learn(change, strain, at, recent, parameters.baseline), None
    compared = _compare(change, strain, parameters)
    alert = _opened(change, compared, at, parameters)
    alert, ended = _closed(alert, compared, at, parameters.change)
    usual, variance = change.usual, change.variance
    if ended is Ending.TIME:
        usual += parameters.change.new_usual * (recent - usual)
    if alert.level is Level.STEADY:
        usual, variance = _adapted(usual, variance, strain, parameters)
    after = replace(
        change,
        usual=usual,
        variance=variance,
        pulses=change.pulses + 1,
        z=compared.z if ended is None else 0.0,
        limit=compared.limit,
        alert=alert,
        recent=recent,
        scored_at=at,
    )
    return after, compared


def after_weekly(change: Change, weekly: float, at: int, parameters: ScoringParameters) -> tuple[Change, float | None]:
    """Take a scored weekly; return what it leaves behind, and its z unless the usual is still being learnt."""
    if not change.weekly_learnt:
        return _learn_weekly(change, weekly, parameters.weekly), None
    distance = weekly - change.weekly_usual
    z = distance / parameters.weekly.sd
    if reaches(z, parameters.change.weekly_z):
        change = replace(change, weekly_high_at=at)
        if exceeds(change.z, change.limit) and _is_joined(change.scored_at, at, parameters.change):
            change = replace(change, alert=replace(change.alert, level=Level.CONCERN))
    if change.level is Level.STEADY:
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


def _learn(change: Change, strain: float, at: int, recent: float, baseline: BaselineParameters) -> Change:
    scores = (*change.learning, strain)
    if len(scores) < baseline.pulses:
        return replace(change, learning=scores, recent=recent, scored_at=at)
    mean = sum(scores) / len(scores)
    squares = sum((score - mean) ** 2 for score in scores)
    usual = (sum(scores) + baseline.prior_weight * baseline.prior_mean) / (len(scores) + baseline.prior_weight)
    prior_squares = baseline.prior_sd_weight * baseline.prior_sd**2
    variance = (squares + prior_squares) / (len(scores) - 1 + baseline.prior_sd_weight)
    return replace(change, learning=(), learnt=True, usual=usual, variance=variance, recent=recent, scored_at=at)


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


def _opened(change: Change, compared: Compared, at: int, parameters: ScoringParameters) -> ChangeAlert:
    """Return the change-alert after a pulse above the limit has opened or raised it."""
    numbers, alert = parameters.change, change.alert
    if not exceeds(compared.z, compared.limit):
        return alert
    strong = exceeds(compared.z, numbers.strong * compared.limit) or _is_joined(change.weekly_high_at, at, numbers)
    level = Level.CONCERN if strong else Level.WATCH
    return ChangeAlert(level, at) if alert.level is Level.STEADY else replace(alert, level=max(alert.level, level))


def _is_joined(other: int | None, at: int, numbers: ChangeParameters) -> bool:
    """Whether the other of the two, a pulse above its limit and a high weekly, lies close enough to this one."""
    return other is not None and at - other <= numbers.weekly_within // MICROSECOND


def _closed(
    alert: ChangeAlert, compared: Compared, at: int, numbers: ChangeParameters
) -> tuple[ChangeAlert, Ending | None]:
    """Close an open change-alert when its pulses have been calm, or else when its time is over."""
    if alert.level is Level.STEADY:
        return alert, None
    calm = 0 if reaches(compared.z, numbers.calm * compared.limit) else alert.calm + 1
    if calm >= numbers.calm_pulses:
        return CLOSED, Ending.CALM
    if at - alert.opened_at >= numbers.lasts // MICROSECOND:
        return CLOSED, Ending.TIME
    return ChangeAlert(alert.level, alert.opened_at, calm), None


def _adapted(usual: float, variance: float, strain: float, parameters: ScoringParameters) -> tuple[float, float]:
    """Let the usual and its variance follow a pulse slowly; a single one pulls no more than the clip allows."""
    reach = parameters.change.clip * spread(variance, parameters.baseline)
    distance = min(max(strain - usual, -reach), reach)
    share = parameters.baseline.adaptation
    return usual + share * distance, variance + share * (distance * distance - variance)
