"""Several answers in one text, for weak connections: "8 17 0 0 0 0" answers the next six questions of a check-in."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from core import checkins as core
from core.checkins import Checkin
from core.messages import Kind
from core.people import Person
from core.questionnaire import Item, ItemKind, Questionnaire, fits
from flows import asking, old_message
from flows.turn import Turn
from flows.typed import plain
from storage import checkins

NUMBERS: Final = re.compile(r"\d{1,4}(?:[.,]\d{1,2})?(?:[\s;/]+\d{1,4}(?:[.,]\d{1,2})?)*", re.ASCII)
MOST: Final = 40


async def answered(turn: Turn, person: Person, text: str) -> bool:
    """Take a text of numbers as the answers to the next questions of the newest check-in. False if it is none."""
    numbers = re.split(r"[\s;/]+", text.strip()) if NUMBERS.fullmatch(text.strip()) else []
    enough = 1 if asking.wants_one_message(turn, person) else 2
    found = await checkins.open_of(turn.session, person.id)
    if not enough <= len(numbers) <= MOST or not found or not person.takes_part:
        return False
    checkin = await checkins.lock(turn.session, found[-1].id)
    questionnaire = turn.deps.program.find(checkin.kind) if checkin else None
    if checkin is None or not checkin.is_open or questionnaire is None or questionnaire.id == "pulse":
        return False  # a whole pulse has a line of its own
    read = _read(checkin, questionnaire, numbers)
    if isinstance(read, Wrong):
        turn.tell(person, Kind.LINE_HELP, params={"several": True, **read.as_params()})
        return True
    await _store(turn, person, checkin, questionnaire, read)
    return True


class Wrong:
    """The number that does not fit, and what would."""

    def __init__(self, place: int, value: str, item: Item | None) -> None:
        self.place, self.value, self.item = place, value, item

    def as_params(self) -> dict[str, object]:
        """Return it as the screen takes it."""
        if self.item is None:
            return {"too_many": self.place - 1}
        low, high = (1, len(self.item.options)) if _is_chosen(self.item) else (self.item.minimum, self.item.maximum)
        return {"place": self.place, "value": self.value, "from": f"{low}", "to": f"{high}"}


def _is_chosen(item: Item) -> bool:
    return item.kind in (ItemKind.CHOICE, ItemKind.CHOICES)


def _read(checkin: Checkin, questionnaire: Questionnaire, numbers: Sequence[str]) -> dict[str, str] | Wrong:
    """Return the answers by item, each to the question that the ones before lead to; or the first that is wrong."""
    items = {item.id: item for item in questionnaire.items}
    given: dict[str, str] = {}
    for place, number in enumerate(numbers, 1):
        if not checkin.is_open:
            return Wrong(place, number, None)
        item = items[checkin.items[checkin.position]]
        value = _value(item, number)
        if value is None:
            return Wrong(place, number, item)
        given[item.id] = value
        checkin = core.answer(checkin, item.id, value, items)
    return given


def _value(item: Item, number: str) -> str | None:
    value = plain(number)
    if _is_chosen(item):
        places = {str(place): option.value for place, option in enumerate(item.options, 1)}
        return places.get(value or "")
    return value if value is not None and fits(item, value) else None


async def _store(
    turn: Turn, person: Person, checkin: Checkin, questionnaire: Questionnaire, given: Mapping[str, str]
) -> None:
    """Store all answers, given when Telegram took the message; show what is left, or what came of it."""
    if checkin.message_id is not None:
        old_message.moved_below(turn, checkin, checkin.message_id)
    sent_at = turn.incoming.sent_at if turn.incoming else None
    last = len(given) - 1
    for place, (item_id, value) in enumerate(given.items()):
        item = questionnaire.item(item_id)
        current = await checkins.lock(turn.session, checkin.id)
        if item is None or current is None:
            return
        await asking.store_answer(
            turn, person, current, questionnaire, item, value, in_place=False, answered_at=sent_at, silent=place < last
        )
