"""What a mentor lets a supervisor see: a step for each group of items, and what follows for reasons and answers.

The scoring knows nothing of this. Whoever is told of a score is decided after it, and requests, danger and boundary
problems that cannot wait are told whatever was chosen: `GROUP_OF_REASON` does not name them.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from core.levels import Level
from core.memory import Memory
from core.parameters import RuleParameters
from core.rules import BY_CODE, level_of


class Group(StrEnum):
    """Items that are shown or hidden together."""

    PULSE = "pulse"  # the scales of the pulse
    WORKLOAD = "workload"  # the counts of the weekly check-in, and whether there was supervision
    WEEKLY = "weekly"  # the scales of the weekly check-in
    BOUNDARIES = "boundaries"


class Step(StrEnum):
    """How much of a group a supervisor sees."""

    PRIVATE = "private"  # nothing: its scores tell nobody
    LEVEL = "level"  # how soon to reach out, and why, in words without figures
    ANSWERS = "answers"  # the latest answers too


DEFAULT_STEP: Final = Step.LEVEL

# A reason that is not here is told whatever was chosen: a request, danger, or a boundary problem that cannot wait.
GROUP_OF_REASON: Final[Mapping[str, Group]] = MappingProxyType(
    {
        "change": Group.PULSE,
        "change_strong": Group.PULSE,
        "strain_high": Group.PULSE,
        "high_and_rising": Group.PULSE,
        "load": Group.WORKLOAD,
        "load_high": Group.WORKLOAD,
        "load_very_high": Group.WORKLOAD,
        "hours_long": Group.WORKLOAD,
        "weekly_rise": Group.WEEKLY,
        "weekly_rise_long": Group.WEEKLY,
        "weekly_high": Group.WEEKLY,
        "weekly_very_high": Group.WEEKLY,
        "boundary_unsure": Group.BOUNDARIES,
        "boundary_open": Group.BOUNDARIES,
    }
)
# `high_and_rising` says that the pulse is high beside one of these: alone it would tell of what is hidden.
RISING: Final = frozenset({"change_strong", "weekly_rise_long", "weekly_high", "load_high"})

PULSE_CHECKIN: Final = "pulse"
WEEKLY_CHECKIN: Final = "weekly"
REQUEST: Final = "reach_out"  # a request is passed on when it asks for something; it is no group
BOUNDARY_ITEMS: Final = frozenset({"boundary", "boundary_kind", "boundary_when"})
WORKLOAD_ITEMS: Final = frozenset(
    {"people", "hours", "off_hours", "no_break", "crises", "notes_waiting", "supervision"}
)
# Facts of an assessment that are answers, all of them counts of the week.
ANSWER_FACTS: Final = frozenset({"people", "people_before"})
FIGURES: Final = "figures"  # the mentor shows the figures
MORE_PEOPLE: Final = "more_people"


def group_of_item(checkin: str, item: str) -> Group | None:
    """Return the group of an item of a check-in; None for what belongs to no group: requests, practice, monthly."""
    if item in BOUNDARY_ITEMS:
        return Group.BOUNDARIES
    if checkin == PULSE_CHECKIN:
        return None if item == REQUEST else Group.PULSE
    if checkin == WEEKLY_CHECKIN:
        return Group.WORKLOAD if item in WORKLOAD_ITEMS else Group.WEEKLY
    return None


@dataclass(frozen=True, slots=True)
class Choice:
    """What a mentor chose for a group. `crossed_at`: when it last became private, or stopped being so."""

    step: Step = DEFAULT_STEP
    crossed_at: datetime | None = None


USUAL: Final = Choice()


@dataclass(frozen=True, slots=True)
class Visibility:
    """What a mentor chose for each group. What was never chosen is as usual."""

    choices: Mapping[Group, Choice] = field(default_factory=dict)

    def step(self, group: Group) -> Step:
        """Return how much of a group a supervisor sees now."""
        return self.choices.get(group, USUAL).step

    def hides(self, group: Group | None) -> bool:
        """Say whether a group is private now."""
        return group is not None and self.step(group) is Step.PRIVATE

    def hid(self, group: Group, at: datetime) -> bool:
        """Say whether a group was private at an instant: only the last crossing is known."""
        choice = self.choices.get(group, USUAL)
        if choice.crossed_at is None:
            return False
        return (choice.step is Step.PRIVATE) == (at >= choice.crossed_at)

    @property
    def was_changed(self) -> bool:
        """Say whether any group is or was private."""
        return any(choice.crossed_at is not None for choice in self.choices.values())

    def choose(self, group: Group, step: Step, now: datetime) -> "Visibility":
        """Return what holds after another choice."""
        before = self.choices.get(group, USUAL)
        crossed = (before.step is Step.PRIVATE) != (step is Step.PRIVATE)
        chosen = Choice(step, now if crossed else before.crossed_at)
        return replace(self, choices={**self.choices, group: chosen})

    def reasons(self, codes: Sequence[str]) -> tuple[str, ...]:
        """Return the reasons that others may be told now, in the same order."""
        return _told(codes, {group for group in Group if self.hides(group)})

    def facts(self, facts: Mapping[str, float]) -> dict[str, float]:
        """Return the facts that others may read. Those that are answers are among them where the mentor shows answers,
        marked with `figures`; otherwise `more_people` says alone that there were more."""
        if self.step(Group.WORKLOAD) is Step.ANSWERS:
            return {**facts, FIGURES: 1.0}
        told = {name: value for name, value in facts.items() if name not in ANSWER_FACTS}
        if facts.get("people", 0) > facts.get("people_before", math.inf):
            told[MORE_PEOPLE] = 1.0
        return told

    def as_json(self) -> dict[str, list[str | None]]:
        """Return it as it is stored."""
        return {
            group.value: [choice.step.value, choice.crossed_at.isoformat() if choice.crossed_at else None]
            for group, choice in self.choices.items()
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Sequence[Any]] | None) -> "Visibility":
        """Return what was stored; None stands for no choice at all."""
        choices = {}
        for group, (step, crossed_at) in (stored or {}).items():
            crossed = datetime.fromisoformat(crossed_at) if crossed_at else None
            choices[Group(group)] = Choice(Step(step), crossed)
        return cls(choices)


AS_USUAL: Final = Visibility()


def _told(codes: Sequence[str], hidden: Collection[Group]) -> tuple[str, ...]:
    shown = tuple(code for code in codes if GROUP_OF_REASON.get(code) not in hidden)
    if RISING.isdisjoint(shown):
        return tuple(code for code in shown if code != "high_and_rising")
    return shown


@dataclass(frozen=True, slots=True)
class Reasoned:
    """What held at an earlier check-in."""

    at: datetime
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """A supervisor closed an alert of that level."""

    at: datetime
    level: Level


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What may be told of one check-in. `level`: of what is raised; steady when nobody is told."""

    level: Level
    reasons: tuple[str, ...]
    raised: tuple[str, ...]
    kept: tuple[str, ...]  # reasons that stay with the mentor


def disclosed(
    now: Reasoned, before: Iterable[Reasoned | Closed], visibility: Visibility, numbers: RuleParameters
) -> Disclosed:
    """Return what others are told of a check-in when some groups are private.

    The same rule as that of the scoring, on what may be told alone: scores raise an alert when their highest level is
    above the highest that was told in the weeks before. Otherwise a hidden score would swallow one that is not.
    """
    memory = Memory()
    for event in sorted(before, key=lambda one: (one.at, isinstance(one, Closed))):
        if isinstance(event, Closed):
            memory = memory.after_resolution(event.level)
            continue
        hidden = {group for group in Group if visibility.hid(group, event.at)}
        memory = memory.after(_micros(event.at), _of_scores(_told(event.reasons, hidden)), numbers)
    shown = visibility.reasons(now.reasons)
    scores = _of_scores(shown)
    rise = scores > memory.highest(_micros(now.at), numbers)
    rules = [BY_CODE[code] for code in shown]
    raised = [rule for rule in rules if not rule.scores or (rise and rule.level is scores)]
    kept = tuple(code for code in now.reasons if code not in shown)
    return Disclosed(level_of(raised), shown, tuple(rule.code for rule in raised), kept)


def _of_scores(codes: Iterable[str]) -> Level:
    return level_of([rule for code in codes if (rule := BY_CODE[code]).scores])


def _micros(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)
