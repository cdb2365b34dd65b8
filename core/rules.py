"""The table of rules: which code holds at a check-in, at which level, and what makes it raise an alert."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from core.levels import Level
from core.parameters import RuleParameters, ScoringParameters
from core.scores import Answer, reaches

RISK_NOTE: Final = "risk_note"
TALK: Final = "talk"

# What a note may speak of that is somebody's risk. The mentor's own relapse, a boundary and a request for help are
# answered in the chat, with a question or an offer: they are not a crisis by themselves.
RISK_KINDS: Final = frozenset({"self_risk", "other_risk", "client_risk"})
IMMEDIATE: Final = "immediate"


@dataclass(frozen=True, slots=True)
class Runs:
    """How many answered check-ins in a row, up to the latest of their kind, reached a limit."""

    strain_high: int = 0
    weekly_rise: int = 0
    weekly_high: int = 0
    load_often: int = 0
    hours_long: int = 0
    no_supervision: int = 0


NO_RUNS: Final = Runs()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One check-in as the rules see it. Runs are those that it completes: zero for the other kind's."""

    answers: Mapping[str, Answer]
    signals: frozenset[str]
    parameters: ScoringParameters
    strain: float | None = None
    weekly: float | None = None
    load: float | None = None
    recent: float | None = None  # None: no score yet, or too old to count
    change: Level = Level.STEADY  # the open change-alert; steady: none
    runs: Runs = NO_RUNS

    @property
    def numbers(self) -> RuleParameters:
        """The absolute limits."""
        return self.parameters.rules

    @property
    def kinds(self) -> frozenset[str]:
        """The boundary kinds that were named."""
        return frozenset(str(self.answers.get("boundary_kind", "")).split())

    def says(self, item: str, value: str) -> bool:
        """Whether that item was answered so."""
        return self.answers.get(item) == value


@dataclass(frozen=True, slots=True)
class Rule:
    """A code of the table. A rule on scores raises an alert on a rise; every other one each time that it holds."""

    code: str
    level: Level
    scores: bool
    holds: Callable[[Moment], bool]


def _rises_long(moment: Moment) -> bool:
    return moment.runs.weekly_rise >= moment.numbers.rise_long_times


def _changed_strongly(moment: Moment) -> bool:
    return moment.change >= Level.CONCERN


def _weekly_is_high(moment: Moment) -> bool:
    return moment.runs.weekly_high >= moment.numbers.weekly_high_times


def _load_is_high(moment: Moment) -> bool:
    return reaches(moment.load, moment.numbers.load_high) or moment.runs.load_often >= moment.numbers.load_often_times


def _high_and_rising(moment: Moment) -> bool:
    return reaches(moment.recent, moment.parameters.recent.high) and (
        _changed_strongly(moment) or _rises_long(moment) or _weekly_is_high(moment) or _load_is_high(moment)
    )


def _immediate_boundary(moment: Moment) -> bool:
    return "boundary_kind" in moment.answers and not moment.kinds.isdisjoint(moment.parameters.boundaries.immediate)


def _same_day_boundary(moment: Moment) -> bool:
    if "boundary_kind" not in moment.answers or moment.kinds.isdisjoint(moment.parameters.boundaries.same_day):
        return False
    return not _immediate_boundary(moment)  # with an immediate kind in the same answer only that one is told


def _score(code: str, level: Level, holds: Callable[[Moment], bool]) -> Rule:
    return Rule(code, level, scores=True, holds=holds)


def _event(code: str, level: Level, holds: Callable[[Moment], bool]) -> Rule:
    return Rule(code, level, scores=False, holds=holds)


# The order is that of the reasons. Rules are independent: a high load holds `load` and `load_high`.
RULES: Final[tuple[Rule, ...]] = (
    _score("change", Level.WATCH, lambda m: m.change is Level.WATCH),
    _score("weekly_rise", Level.WATCH, lambda m: m.runs.weekly_rise >= m.numbers.rise_times),
    _score("load", Level.WATCH, lambda m: reaches(m.load, m.numbers.load)),
    _event("boundary_unsure", Level.WATCH, lambda m: m.says("boundary", "unsure")),
    _score("change_strong", Level.CONCERN, _changed_strongly),
    _score("weekly_rise_long", Level.CONCERN, _rises_long),
    _score("weekly_high", Level.CONCERN, _weekly_is_high),
    _score("load_high", Level.CONCERN, _load_is_high),
    _event("boundary_open", Level.CONCERN, lambda m: m.says("boundary", "open")),
    _event("asks_this_week", Level.CONCERN, lambda m: m.says("reach_out", "this_week")),
    _score("high_and_rising", Level.URGENT, _high_and_rising),
    _score("strain_high", Level.URGENT, lambda m: m.runs.strain_high >= m.numbers.strain_high_times),
    _score("weekly_very_high", Level.URGENT, lambda m: reaches(m.weekly, m.numbers.weekly_very_high)),
    _score("load_very_high", Level.URGENT, lambda m: reaches(m.load, m.numbers.load_very_high)),
    _score("hours_long", Level.URGENT, lambda m: m.runs.hours_long >= m.numbers.hours_long_times),
    _event("boundary_same_day", Level.URGENT, _same_day_boundary),
    _event("asks_today", Level.URGENT, lambda m: m.says("reach_out", "today") or m.says("boundary_when", "today")),
    _event("not_safe", Level.CRISIS, lambda m: m.says("reach_out", "not_safe")),
    _event("boundary_immediate", Level.CRISIS, _immediate_boundary),
    _event("asks_now", Level.CRISIS, lambda m: m.says("boundary_when", "now")),
    _event(RISK_NOTE, Level.CRISIS, lambda m: RISK_NOTE in m.signals),
    _event(TALK, Level.CRISIS, lambda m: TALK in m.signals),
)

BY_CODE: Final[Mapping[str, Rule]] = MappingProxyType({rule.code: rule for rule in RULES})


def stands(code: str) -> bool:
    """Whether a reason stays in an alert when the answer to it is changed: a call for help is not taken back by a tap.

    That is every rule on an event that wants somebody today or now, and every code that no answer gave rise to.
    """
    rule = BY_CODE.get(code)
    return rule is None or (not rule.scores and rule.level >= Level.URGENT)


def corrected(alert: Sequence[str], now: Sequence[str]) -> tuple[tuple[str, ...], Level]:
    """Return the reasons and the level of an alert after its answers were corrected; steady: nothing is left of it.

    `alert`: its reasons so far; `now`: those that the corrected answers give.
    """
    reasons = tuple(dict.fromkeys([*(code for code in alert if stands(code)), *now]))
    return reasons, level_of([BY_CODE[code] for code in reasons if code in BY_CODE])


def is_risk(kind: str, urgency: str) -> bool:
    """Whether a flag that was read in a note is an immediate risk: a crisis when it is confirmed or left unanswered."""
    return kind in RISK_KINDS and urgency == IMMEDIATE


def holding(moment: Moment) -> tuple[Rule, ...]:
    """Return the rules that hold, in the order of the table."""
    return tuple([rule for rule in RULES if rule.holds(moment)])


def level_of(rules: Sequence[Rule]) -> Level:
    """Return the highest level of these rules; steady when there are none."""
    return max([rule.level for rule in rules], default=Level.STEADY)
