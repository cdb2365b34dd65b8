"""Which answers the scored check-ins take: each item's questionnaire, kind and range, whatever the program asks."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from core.parameters import BoundaryParameters
from core.questionnaire import ItemKind, Questionnaire

NUMBER: Final = re.compile(r"([0-9]+)(?:\.([0-9]+))?", re.ASCII)


class BadAnswer(ValueError):
    """A value that an item does not take; the message says what it takes."""


@dataclass(frozen=True, slots=True)
class AnswerRule:
    """What one item takes. Numbers have a range; choices have options."""

    questionnaire: str
    kind: ItemKind
    minimum: float = 0.0
    maximum: float = 4.0
    options: frozenset[str] = frozenset()

    def read(self, text: str) -> str | float:
        """Return the answer as it is scored: a number, or the option ids. Raises BadAnswer."""
        if self.kind in (ItemKind.SCALE, ItemKind.COUNT):
            return self._number(text)
        named = text.split(" ") if self.kind is ItemKind.CHOICES else [text]
        for option in named:
            if option not in self.options:
                raise BadAnswer(f"one of {', '.join(sorted(self.options))} is expected")
        return text

    def _number(self, text: str) -> float:
        step = "whole" if self.kind is ItemKind.SCALE else "whole or half"
        fault = f"a {step} number from {self.minimum:g} to {self.maximum:g} is expected, as digits"
        match = NUMBER.fullmatch(text)
        if match is None:
            raise BadAnswer(fault)
        fraction = (match[2] or "").rstrip("0")
        if fraction not in (("",) if self.kind is ItemKind.SCALE else ("", "5")):
            raise BadAnswer(fault)
        number = float(f"{match[1]}.{fraction or 0}")
        if not self.minimum <= number <= self.maximum:
            raise BadAnswer(fault)
        return number


def _scale(questionnaire: str) -> AnswerRule:
    return AnswerRule(questionnaire, ItemKind.SCALE)


def _count(maximum: float) -> AnswerRule:
    return AnswerRule("weekly", ItemKind.COUNT, maximum=maximum)


def _choice(questionnaire: str, *options: str) -> AnswerRule:
    return AnswerRule(questionnaire, ItemKind.CHOICE, options=frozenset(options))


PULSE_ITEMS: Final[Mapping[str, AnswerRule]] = MappingProxyType(
    {
        **{item: _scale("pulse") for item in ("fuel", "spill", "stories", "switch_off")},
        "reach_out": _choice("pulse", "no", "this_week", "today", "not_safe"),
    }
)
WEEKLY_ITEMS: Final[Mapping[str, AnswerRule]] = MappingProxyType(
    {
        **{item: _count(200) for item in ("people", "off_hours", "crises", "notes_waiting")},
        "hours": _count(168),
        "no_break": _count(7),
        "supervision": _choice("weekly", "none", "group", "one_to_one"),
        **{
            item: _scale("weekly")
            for item in ("reserve", "autopilot", "came_back", "role_pull", "backup", "steady_habits", "why")
        },
        "boundary": _choice("weekly", "no", "handled", "unsure", "open"),
        "boundary_when": _choice("weekly", "next_supervision", "today", "now"),
    }
)


def scored_items(boundaries: BoundaryParameters) -> Mapping[str, AnswerRule]:
    """Return every item of the pulse and the weekly by id; the program names the boundary kinds."""
    kinds = frozenset((*boundaries.next_supervision, *boundaries.same_day, *boundaries.immediate))
    kind = AnswerRule("weekly", ItemKind.CHOICES, options=kinds)
    return MappingProxyType({**PULSE_ITEMS, **WEEKLY_ITEMS, "boundary_kind": kind})


def items_of(
    questionnaires: Iterable[Questionnaire], boundaries: BoundaryParameters
) -> tuple[Mapping[str, AnswerRule], frozenset[str]]:
    """Return what each item of a program's pulse and weekly takes, and the ids of its other items.

    The shipped items are known in any case: a program that has dropped one still has answers to it.
    """
    rules, others = dict(scored_items(boundaries)), set()
    for questionnaire in questionnaires:
        for item in questionnaire.items:
            if questionnaire.id not in ("pulse", "weekly"):
                others.add(item.id)
            elif item.id not in rules:
                rules[item.id] = AnswerRule(
                    questionnaire.id,
                    item.kind,
                    float(item.minimum),
                    float(item.maximum),
                    frozenset(option.value for option in item.options),
                )
    return MappingProxyType(rules), frozenset(others - set(rules))
