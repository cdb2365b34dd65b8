"""Numbers that a mentor types where a check-in asks for one."""

import re
from typing import Final

from core.messages import Kind
from core.people import Person
from core.questionnaire import Item, ItemKind
from flows import asking
from flows.turn import Turn
from storage import checkins

NUMBER: Final = re.compile(r"\s*(\d{1,4})(?:[.,](\d{1,2}))?\s*")


async def answered(turn: Turn, person: Person, text: str) -> bool:
    """Take a text as the answer to the number that an open check-in asks for. False if it is no such answer."""
    found = NUMBER.fullmatch(text)
    if found is None:
        return False
    for checkin in reversed(await checkins.open_of(turn.session, person.id)):
        questionnaire = turn.deps.program.find(checkin.kind)
        item = questionnaire.item(checkin.items[checkin.position]) if questionnaire else None
        if questionnaire is None or item is None or item.kind is not ItemKind.COUNT:
            continue
        value = _plain(found)
        if not asking.valid(item, value):
            turn.tell(person, Kind.NUMBER_HELP, params=_limits(item))
            return True
        if checkin.message_id is not None:
            asking.moved_below(turn, person, checkin)
        sent_at = turn.incoming.sent_at if turn.incoming else None
        await asking.store_answer(
            turn, person, checkin, questionnaire, item, value, in_place=False, answered_at=sent_at
        )
        return True
    return False


def _plain(found: re.Match[str]) -> str:
    """Return a number as it is stored: a dot, no zeros that say nothing."""
    whole, part = str(int(found[1])), (found[2] or "").rstrip("0")
    return f"{whole}.{part}" if part else whole


def _limits(item: Item) -> dict[str, str]:
    return {"from": f"{item.minimum:f}", "to": f"{item.maximum:f}"}
