"""Numbers that a mentor types where a check-in asks for one."""

import re
from typing import Final

from core.checkins import Checkin
from core.messages import Kind
from core.people import Person
from core.questionnaire import Item, ItemKind, Questionnaire, fits
from flows import asking, old_message
from flows.texting import HELPLINES
from flows.turn import Turn
from storage import checkins

NUMBER: Final = re.compile(r"\s*(\d{1,4})(?:[.,](\d{1,2}))?\s*")
# Meant as a number, whether it fits or not: a mistyped one is no note.
LIKE_A_NUMBER: Final = re.compile(r"\s*[-+−]?\d[\d.,/]{0,15}\s*")


async def answered(turn: Turn, person: Person, text: str) -> bool:
    """Take a text as the answer to the number that an open check-in asks for. False if it is no such answer."""
    if not is_like_a_number(text):
        return False
    for older in reversed(await checkins.open_of(turn.session, person.id)):
        # Locked and read again: its time may be over at this moment.
        checkin = await checkins.lock(turn.session, older.id)
        if checkin is None or not checkin.is_open or (asks := _asks(turn, checkin)) is None:
            continue
        questionnaire, item = asks
        value = plain(text)
        if value is None or not fits(item, value):
            turn.tell(person, Kind.NUMBER_HELP, params=_limits(item))
            return True
        if checkin.message_id is not None:
            old_message.moved_below(turn, checkin, checkin.message_id)
        sent_at = turn.incoming.sent_at if turn.incoming else None
        await asking.store_answer(
            turn, person, checkin, questionnaire, item, value, in_place=False, answered_at=sent_at
        )
        return True
    return False


def is_like_a_number(text: str) -> bool:
    """Say whether a text is meant as a number."""
    return LIKE_A_NUMBER.fullmatch(text) is not None and text.strip() not in HELPLINES


def _asks(turn: Turn, checkin: Checkin) -> tuple[Questionnaire, Item] | None:
    """Return what a check-in asks at this moment, if that is a number."""
    questionnaire = turn.deps.program.find(checkin.kind)
    item = questionnaire.item(checkin.items[checkin.position]) if questionnaire else None
    if questionnaire is None or item is None or item.kind is not ItemKind.COUNT:
        return None
    return questionnaire, item


def plain(text: str) -> str | None:
    """Return a number as it is stored: a dot, no zeros that say nothing. None if it is not a plain one."""
    found = NUMBER.fullmatch(text)
    if found is None:
        return None
    whole, part = str(int(found[1])), (found[2] or "").rstrip("0")
    return f"{whole}.{part}" if part and int(part) else whole


def _limits(item: Item) -> dict[str, str]:
    return {"from": f"{item.minimum:f}", "to": f"{item.maximum:f}"}
