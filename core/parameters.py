"""Every threshold and weight of the scoring, with its default, its unit and its meaning.

A program file may set any of them. `rules_version` names a set of them, and is stored with each assessment.
"""

from dataclasses import dataclass, field, fields, is_dataclass
from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from json import dumps
from typing import Any

# Raised when a formula or a rule itself changes, as opposed to one of its numbers.
FORMULA_VERSION = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleParameters:
    """A strain score: 25 times the mean of its items, which are answered 0 to 4, so 0 to 100."""

    items: tuple[str, ...]  # item ids
    reversed: tuple[str, ...]  # those of them where 4 is the best answer; they count as 4 - x
    at_least: int  # answered items; with fewer there is no score

    def __post_init__(self) -> None:
        if not 1 <= self.at_least <= len(self.items):
            raise ValueError("at_least is between 1 and the number of items")
        if len(set(self.items)) != len(self.items) or not set(self.reversed) <= set(self.items):
            raise ValueError("the items of a score differ, and its reversed items are among them")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadTerm:
    """One count's part in the load: `weight` x clip((count / unit - free) / span, 0, 1)."""

    item: str
    weight: float  # share of the load, 0 to 1; expert judgment, unvalidated
    unit: str = ""  # "cap", "contract", or "" for 1
    free: float = 0.0  # counts up to here add nothing, in units
    span: float  # from `free` to where the part is full, in units

    def __post_init__(self) -> None:
        if self.unit not in ("", "cap", "contract") or self.span <= 0 or self.weight < 0 or self.free < 0:
            raise ValueError(
                "a part of the load has a unit (cap, contract or none), a weight and a free share of at least 0, "
                "and a span above 0"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineParameters:
    """A mentor's own usual: learnt from the first scored pulses, pulled towards a prior, then slowly adapted."""

    pulses: int = 9  # scored pulses that make a baseline
    prior_mean: float = 36.0  # strain points; a placeholder that a program re-estimates from its own data
    prior_weight: float = 2.0  # pulses that the prior mean is worth
    prior_sd: float = 13.0  # strain points; a placeholder as well
    prior_sd_weight: float = 8.0  # degrees of freedom that the prior spread is worth
    sd_floor: float = 8.0  # strain points; the spread is never taken to be smaller
    adaptation: float = 0.02  # share of the distance that the usual moves at each scored pulse

    def __post_init__(self) -> None:
        if self.pulses < 2 or min(self.prior_weight, self.prior_sd_weight) < 0 or self.sd_floor <= 0:
            raise ValueError("a baseline needs two pulses or more, weights of at least 0 and sd_floor above 0")
        if not 0 <= self.adaptation < 1:
            raise ValueError("adaptation is at least 0 and below 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeParameters:
    """The moving average of standardized strain, its limit, and the change-alert that it opens and closes."""

    smoothing: float = 0.2  # weight of the newest pulse
    clip: float = 3.0  # standard deviations; a single pulse counts for no more
    floor: float = -1.0  # good weeks are remembered down to here
    limit: float = 2.7  # width of the limit, in standard deviations of the moving average
    strong: float = 1.2  # times the limit: concern at once
    weekly_z: float = 1.5  # a weekly this high turns a change-alert into a concern ...
    weekly_within: timedelta = timedelta(hours=216)  # ... when it lies this close to the pulse above its limit
    calm: float = 0.5  # times the limit: below it a pulse is calm
    calm_pulses: int = 3  # calm scored pulses in a row that close a change-alert
    lasts: timedelta = timedelta(days=42)  # the first scored pulse this long after the opening closes it
    new_usual: float = 0.5  # on a closing by time, the share of the recent level in the new usual

    def __post_init__(self) -> None:
        if not 0 < self.smoothing <= 1 or not 0 <= self.new_usual <= 1:
            raise ValueError("smoothing is above 0 and at most 1, new_usual between 0 and 1")
        if min(self.clip, self.limit, self.strong, self.calm) <= 0 or self.calm_pulses < 1:
            raise ValueError("clip, limit, strong and calm are above 0, and calm_pulses is at least 1")
        if min(self.lasts, self.weekly_within) <= timedelta(0):
            raise ValueError("the durations of a change-alert are longer than zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentParameters:
    """The recent level of strain, as an absolute number."""

    smoothing: float = 0.3  # weight of the newest pulse
    expires_after: timedelta = timedelta(days=14)  # ignored when the latest scored pulse is older
    high: float = 65.0  # strain points; at this level a concern is urgent

    def __post_init__(self) -> None:
        if not 0 < self.smoothing <= 1 or self.expires_after <= timedelta(0):
            raise ValueError("smoothing is above 0 and at most 1, expires_after longer than zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyParameters:
    """The usual weekly strain of a mentor, and how far a week is from it."""

    weeklies: int = 3  # scored weeklies that make the usual
    prior_mean: float = 36.0  # strain points
    prior_weight: float = 1.0  # weeklies that the prior mean is worth
    sd: float = 11.0  # strain points to one z
    adaptation: float = 0.08  # share of the distance that the usual moves at each scored weekly

    def __post_init__(self) -> None:
        if self.weeklies < 1 or self.prior_weight < 0 or self.sd <= 0 or not 0 <= self.adaptation < 1:
            raise ValueError(
                "a weekly usual needs one weekly or more, prior_weight of at least 0, sd above 0, "
                "and adaptation of at least 0 and below 1"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleParameters:
    """The absolute limits. A limit that is reached counts as crossed; scores are 0 to 100."""

    rise_z: float = 2.0  # weekly z
    rise_times: int = 2
    rise_long_times: int = 3
    weekly_high: float = 60.0
    weekly_high_times: int = 2
    weekly_very_high: float = 75.0
    load: float = 40.0
    load_high: float = 60.0
    load_often: float = 50.0
    load_often_times: int = 2
    load_very_high: float = 70.0
    strain_high: float = 75.0
    strain_high_times: int = 3
    hours_long: float = 55.0  # hours in a week, whatever the contract
    hours_long_times: int = 2
    run_gap: timedelta = timedelta(days=21)  # "twice" and "three times": each within this of the one before
    memory: timedelta = timedelta(days=42)  # a score raises an alert above the highest level of this long
    resolved_answers: int = 3  # answers in a row below a resolved alert's level that clear this memory
    no_supervision: int = 3  # answered weeklies in a row without supervision that go to the lead

    def __post_init__(self) -> None:
        times = (self.rise_times, self.rise_long_times, self.weekly_high_times, self.load_often_times)
        if min(*times, self.strain_high_times, self.hours_long_times, self.resolved_answers, self.no_supervision) < 1:
            raise ValueError("a number of times is at least 1")
        if min(self.run_gap, self.memory) <= timedelta(0):
            raise ValueError("run_gap and memory are longer than zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceParameters:
    """Consecutive missed pulses at which somebody says hello. Silence is never a score."""

    nudge: int = 3  # a private nudge
    pause: int = 6  # "pause?"
    hello: int = 9  # a neutral hello from the supervisor
    hello_when_changed: int = 6  # the same while a change-alert is open

    def __post_init__(self) -> None:
        if not 1 <= self.nudge <= self.pause <= self.hello or not 1 <= self.hello_when_changed <= self.hello:
            raise ValueError("nudge, pause and hello rise from at least 1; hello_when_changed is at most hello")


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryParameters:
    """The kinds of boundary challenges by urgency. Levels are a judgment; a program edits them."""

    next_supervision: tuple[str, ...] = (
        "after_hours",
        "small_gift",
        "social_media",
        "transport",
        "disclosure_regret",
        "doing_for",
        "role_conflict",
    )
    same_day: tuple[str, ...] = (
        "money",
        "valuable_gift",
        "dual_relationship",
        "transport_unapproved",
        "after_hours_many",
        "pressure",
        "confidentiality_slip",
        "own_recovery",
        "harassment",
    )
    immediate: tuple[str, ...] = (
        "sexual_contact",
        "threat",
        "suspected_abuse",
        "imminent_harm",
        "overdose",
        "confidentiality_breach",
        "unsafe_on_duty",
    )

    def __post_init__(self) -> None:
        kinds = (*self.next_supervision, *self.same_day, *self.immediate)
        if len(set(kinds)) != len(kinds):
            raise ValueError("a boundary kind has one urgency")


PULSE_SCALE = ScaleParameters(
    items=("fuel", "spill", "stories", "switch_off"), reversed=("fuel", "switch_off"), at_least=3
)
WEEKLY_SCALE = ScaleParameters(
    items=("reserve", "autopilot", "came_back", "role_pull", "backup", "steady_habits"),
    reversed=("backup", "steady_habits"),
    at_least=5,
)
LOAD_TERMS = (
    LoadTerm(item="people", weight=0.25, unit="cap", free=0.6, span=0.6),
    LoadTerm(item="hours", weight=0.20, unit="contract", free=0.9, span=0.4),
    LoadTerm(item="off_hours", weight=0.20, span=6.0),
    LoadTerm(item="no_break", weight=0.10, span=4.0),
    LoadTerm(item="crises", weight=0.15, span=3.0),
    LoadTerm(item="notes_waiting", weight=0.10, span=6.0),
)


@dataclass(frozen=True, slots=True)
class Workload:
    """What one mentor's load is measured against; a program has defaults, a mentor may differ."""

    cap: float = 12.0  # people supported at one time
    contract: float = 20.0  # agreed hours a week

    def __post_init__(self) -> None:
        if not (0 < self.cap < float("inf") and 0 < self.contract < float("inf")):
            raise ValueError("cap and contract are above 0")


@dataclass(frozen=True, kw_only=True)
class ScoringParameters:
    """All numbers of the scoring. The defaults are those of the shipped program."""

    pulse: ScaleParameters = PULSE_SCALE
    weekly_scale: ScaleParameters = WEEKLY_SCALE
    load: tuple[LoadTerm, ...] = LOAD_TERMS
    baseline: BaselineParameters = field(default_factory=BaselineParameters)
    change: ChangeParameters = field(default_factory=ChangeParameters)
    recent: RecentParameters = field(default_factory=RecentParameters)
    weekly: WeeklyParameters = field(default_factory=WeeklyParameters)
    rules: RuleParameters = field(default_factory=RuleParameters)
    silence: SilenceParameters = field(default_factory=SilenceParameters)
    boundaries: BoundaryParameters = field(default_factory=BoundaryParameters)
    workload: Workload = field(default_factory=Workload)  # for mentors without numbers of their own

    @cached_property
    def rules_version(self) -> str:
        """Name this set of rules and numbers: equal sets, equal names, such as `1-3f9a0c27d1b4`."""
        canonical = dumps(self.as_json(), sort_keys=True, separators=(",", ":"))
        return f"{FORMULA_VERSION}-{sha256(canonical.encode()).hexdigest()[:12]}"

    def as_json(self) -> dict[str, Any]:
        """Return plain values; durations are hours."""
        plain: dict[str, Any] = _plain(self)
        return plain


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value / timedelta(hours=1) if isinstance(value, timedelta) else value


DEFAULT_PARAMETERS = ScoringParameters()
