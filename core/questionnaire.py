"""What a check-in asks: the frozen form of a program's questionnaires."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

NUMBER: Final = re.compile(r"\d{1,4}(\.\d{1,2})?", re.ASCII)

# Texts by language code ("en", "es").
Localized = Mapping[str, str]


class ItemKind(StrEnum):
    """How an item is answered and stored."""

    SCALE = "scale"  # a whole number, usually 0–4
    COUNT = "count"  # a whole or half number
    CHOICE = "choice"  # one option id
    CHOICES = "choices"  # several option ids, separated by a space


class Urgency(StrEnum):
    """How soon a kind of boundary challenge wants a conversation."""

    NEXT_SUPERVISION = "next_supervision"  # agenda only
    SAME_DAY = "same_day"
    IMMEDIATE = "immediate"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be tapped. `value` is what is stored and exported."""

    value: str
    label: Localized
    # Practice scenarios: points (3 best, 1 partial, 0 harmful) and the reason shown at once. Boundary kinds: urgency.
    points: int | None = None
    reason: Localized | None = None
    urgency: Urgency | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One question. Its id is kept for ever: a changed wording is a new id."""

    id: str
    kind: ItemKind
    text: Localized
    options: tuple[Option, ...]  # for counts: the ranges offered by tap; typing is always possible
    scored: bool = True
    reversed: bool = False
    minimum: Decimal = Decimal(0)  # scale and count only
    maximum: Decimal = Decimal(4)
    # Shown only when an earlier answer of the same check-in is one of these values: {"boundary": ("unsure", "open")}.
    only_if: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # In a check-in that draws: asked at every occurrence, after the drawn items.
    always: bool = False

    def option(self, value: str) -> Option | None:
        """Return the option with that value, or None."""
        return next((option for option in self.options if option.value == value), None)


def fits(item: Item, value: str) -> bool:
    """Say whether a value may be stored for an item."""
    match item.kind:
        case ItemKind.SCALE | ItemKind.COUNT:
            if not NUMBER.fullmatch(value):
                return False
            number = Decimal(value)
            step = 1 if item.kind is ItemKind.SCALE else 2
            return item.minimum <= number <= item.maximum and (number * step) % 1 == 0
        case ItemKind.CHOICE:
            return item.option(value) is not None
        case ItemKind.CHOICES:
            return bool(value.split()) and all(item.option(part) is not None for part in value.split())


@dataclass(frozen=True, slots=True)
class Cadence:
    """When a check-in is sent, in the mentor's local time. No weekday = never by itself."""

    days: tuple[int, ...]  # 0 = Monday … 6 = Sunday
    at: time
    every_weeks: int = 1  # 2 = every second week, counted from the ISO week of 2024-01-01
    by_day: Mapping[int, time] = field(default_factory=dict)  # other times on single weekdays
    off: frozenset[date] = frozenset()  # nothing is sent on these days

    def __post_init__(self) -> None:
        if any(not 0 <= day <= 6 for day in self.days) or self.every_weeks < 1:
            raise ValueError("days are 0 to 6 and every_weeks is at least 1")

    def time_on(self, weekday: int) -> time:
        """Return the local time of day on a weekday."""
        return self.by_day.get(weekday, self.at)

    @property
    def is_often(self) -> bool:
        """Say whether it comes on several days of a week: one that is left out is soon followed by the next."""
        return len(self.days) > 1 and self.every_weeks == 1


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One kind of check-in: pulse, weekly, practice, monthly, or a program's own."""

    id: str
    title: Localized
    cadence: Cadence | None
    remind_after: timedelta | None
    expires_after: timedelta
    items: tuple[Item, ...]
    # practice: one item is drawn at each occurrence, in turn; None: all items are asked.
    draw: int | None = None
    # Shown under the last answer. Unscored questionnaires never affect a level.
    affects_level: bool = True
    # Key of the published scale whose item count, ranges and reversed items this check-in has.
    scale: str | None = None
    roles: tuple[str, ...] = ("mentor",)  # who is asked it; the pulse may be for supervisors too

    def item(self, item_id: str) -> Item | None:
        """Return the item with that id, or None."""
        return next((item for item in self.items if item.id == item_id), None)
