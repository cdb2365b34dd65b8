"""The life of one check-in. All that moves it stands here: a table, and functions that return the next value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from core.questionnaire import Item


class CheckinState(StrEnum):
    """Where a check-in stands."""

    OPEN = "open"  # it can be answered
    COMPLETE = "complete"  # all was answered or skipped
    EXPIRED = "expired"  # its time is over; what was answered counts
    REPLACED = "replaced"  # a newer one of its kind took its place; what was answered counts
    CANCELLED = "cancelled"  # the mentor left


class CheckinEvent(StrEnum):
    """What can happen to an open check-in."""

    FINISH = "finish"
    EXPIRE = "expire"
    REPLACE = "replace"
    CANCEL = "cancel"


# The whole life of a check-in. A pair that is not here is an error.
TRANSITIONS: Final[Mapping[tuple[CheckinState, CheckinEvent], CheckinState]] = MappingProxyType(
    {
        (CheckinState.OPEN, CheckinEvent.FINISH): CheckinState.COMPLETE,
        (CheckinState.OPEN, CheckinEvent.EXPIRE): CheckinState.EXPIRED,
        (CheckinState.OPEN, CheckinEvent.REPLACE): CheckinState.REPLACED,
        (CheckinState.OPEN, CheckinEvent.CANCEL): CheckinState.CANCELLED,
    }
)


class CheckinMoveRefused(Exception):
    """The check-in is not open any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkin:
    """One sending of a questionnaire to one mentor. `at` is the instant that its answers are about."""

    id: UUID
    person_id: UUID
    kind: str
    occurrence: str  # local date and slot, as exported
    at: datetime
    items: tuple[str, ...]  # as asked: a later edit of the program does not reach it
    expires_at: datetime
    remind_at: datetime | None = None
    state: CheckinState = CheckinState.OPEN
    position: int = 0  # index of the item on the screen
    answers: Mapping[str, str] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    message_id: int | None = None
    opened_at: datetime | None = None  # when it was stored
    finished_at: datetime | None = None  # when it was completed, or ended
    version: int = 1

    def after(self, event: CheckinEvent) -> "Checkin":
        """Return the check-in as the event leaves it, or raise CheckinMoveRefused."""
        try:
            state = TRANSITIONS[self.state, event]
        except KeyError:
            raise CheckinMoveRefused(f"{event} does not apply to a check-in that is {self.state}") from None
        return replace(self, state=state, remind_at=None)

    @property
    def is_open(self) -> bool:
        """Say whether it still takes answers."""
        return self.state is CheckinState.OPEN


def applies(item: Item, answers: Mapping[str, str]) -> bool:
    """Say whether an item is asked, given the answers before it."""
    return all(
        any(value in wanted for value in answers.get(other, "").split()) for other, wanted in item.only_if.items()
    )


def asked(checkin: Checkin, items: Mapping[str, Item]) -> Sequence[str]:
    """Return the ids of the items that this check-in asks so far, in order. Items the program dropped are left out."""
    return [id_ for id_ in checkin.items if id_ in items and applies(items[id_], checkin.answers)]


def answer(checkin: Checkin, item_id: str, value: str, items: Mapping[str, Item]) -> Checkin:
    """Store one answer and move to the next open item, or finish. The item that was answered decides, not the screen:
    a late second tap on an earlier screen must not jump over a question.

    What was answered to a question that this answer takes back goes with it: "no" after "still open" names no kind.
    """
    _require_open(checkin)
    answers = _without_closed({**checkin.answers, item_id: value}, items, item_id)
    return _advance(replace(checkin, answers=answers, skipped=checkin.skipped - {item_id}), item_id, items)


def _without_closed(answers: Mapping[str, str], items: Mapping[str, Item], given: str) -> Mapping[str, str]:
    """Return the answers to what is still asked, and the one just given. Closing a branch may close another."""
    kept = {
        id_: value for id_, value in answers.items() if id_ == given or id_ not in items or applies(items[id_], answers)
    }
    return kept if len(kept) == len(answers) else _without_closed(kept, items, given)


def correct(checkin: Checkin, item_id: str, value: str | None, items: Mapping[str, Item]) -> Checkin:
    """Change one answer of a check-in that is complete; None takes the answer back. It stays complete: what the change
    opens may be answered in the same way, and what it closes goes with it."""
    if checkin.state is not CheckinState.COMPLETE:
        raise CheckinMoveRefused(f"the check-in is {checkin.state}")
    given = {**checkin.answers, item_id: value} if value is not None else {**checkin.answers}
    if value is None:
        given.pop(item_id, None)
    return replace(
        checkin, answers=_without_closed(given, items, item_id), skipped=checkin.skipped - {item_id}, remind_at=None
    )


def toggle(checkin: Checkin, item_id: str, value: str) -> Checkin:
    """Add a value to the answer of an item that takes several, or take it away; stay at that item."""
    _require_open(checkin)
    values = checkin.answers.get(item_id, "").split()
    values = [other for other in values if other != value] if value in values else [*values, value]
    answers = {**checkin.answers, item_id: " ".join(values)}
    if not values:
        del answers[item_id]
    return replace(checkin, answers=answers, position=checkin.items.index(item_id))


def move_on(checkin: Checkin, item_id: str, items: Mapping[str, Item]) -> Checkin:
    """Leave an item as it is answered, or skip it."""
    return (
        answer(checkin, item_id, checkin.answers[item_id], items)
        if item_id in checkin.answers
        else skip(checkin, item_id, items)
    )


def drawn(items: Sequence[Item], draw: int | None, earlier: int) -> tuple[str, ...]:
    """Return the ids that the next check-in asks. `earlier`: how many there were; items are drawn in turn.

    Items that are always asked stand after those that were drawn.
    """
    if draw is None:
        return tuple(item.id for item in items)
    pool = [item.id for item in items if not item.always]
    start = earlier * draw
    picked = [pool[(start + offset) % len(pool)] for offset in range(min(draw, len(pool)))]
    return (*picked, *(item.id for item in items if item.always))


def skip(checkin: Checkin, item_id: str, items: Mapping[str, Item]) -> Checkin:
    """Pass over one item. An answer given earlier to it is kept."""
    _require_open(checkin)
    return _advance(replace(checkin, skipped=checkin.skipped | {item_id}), item_id, items)


def back(checkin: Checkin, item_id: str, items: Mapping[str, Item]) -> Checkin:
    """Show the item before this one; the first stays, and so does everything when nothing is asked any more."""
    _require_open(checkin)
    order = asked(checkin, items)
    if not order:
        return checkin
    place = order.index(item_id) if item_id in order else 0
    return replace(checkin, position=checkin.items.index(order[max(place - 1, 0)]))


def _require_open(checkin: Checkin) -> None:
    if not checkin.is_open:
        raise CheckinMoveRefused(f"the check-in is {checkin.state}")


def _advance(checkin: Checkin, from_item: str, items: Mapping[str, Item]) -> Checkin:
    order = asked(checkin, items)
    start = order.index(from_item) + 1 if from_item in order else 0
    # Forward first; an item that was left behind (by "back", or by a new branch) is asked before the end.
    for id_ in (*order[start:], *order[:start]):
        if id_ not in checkin.answers and id_ not in checkin.skipped:
            return replace(checkin, position=checkin.items.index(id_))
    return checkin.after(CheckinEvent.FINISH)
