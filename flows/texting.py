"""The whole pulse by one text, for weak connections: "3 2 4 1 n"."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from core.checkins import Checkin, CheckinEvent
from core.levels import Level
from core.messages import Kind
from core.people import Person
from core.questionnaire import Item, ItemKind, Questionnaire, fits
from flows import asking, consenting, ending, old_message, telling
from flows.turn import Turn
from storage import checkins, settling

PULSE: Final = "pulse"
NOT_SAFE: Final = "not_safe"
MOST_DIGITS: Final = 7  # more than that is a telephone number or a date, and no answer
HELPLINES: Final = frozenset({"911", "988", "112"})

# Both languages are always understood: nobody stops to think which one a program speaks.
SHORTHANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("n", "no"), "no"),
        **dict.fromkeys(("w", "week", "this week", "s", "semana", "esta semana"), "this_week"),
        **dict.fromkeys(("t", "today", "h", "hoy"), "today"),
        **dict.fromkeys(
            ("x", "not safe", "i'm not safe", "im not safe", "i am not safe", "no estoy a salvo", "no a salvo"),
            NOT_SAFE,
        ),
    }
)
LINE: Final = re.compile(r"(?P<digits>[\d\s,;:./-]*)(?P<words>[^\d]*)")
EDGES: Final = " \t\n,;:./-!"


@dataclass(frozen=True, slots=True)
class Line:
    """A text that is meant as answers. `word` is the value of a choice, None where it is missing or unknown."""

    numbers: tuple[str, ...]
    word: str | None
    is_more: bool = False  # words of its own stand behind the answers


def read(text: str) -> Line | None:
    """Read a text as the answers of a whole pulse. None if it is meant as something else.

    A lone "x" counts, and so does an "x" before other words: that somebody is not safe is never passed over.
    """
    found = LINE.fullmatch(text.strip())
    if found is None or text.strip(EDGES) in HELPLINES:
        return None
    digits = re.findall(r"\d+", found["digits"])
    words = " ".join(found["words"].replace("’", "'").casefold().strip(EDGES).split())
    word = SHORTHANDS.get(words)
    if not digits:
        return Line((), word) if word == NOT_SAFE else None
    if sum(map(len, digits)) > MOST_DIGITS:
        return None
    numbers = tuple(digits[0]) if len(digits) == 1 else tuple(digits)
    if word is None and len(words) > 1:
        starts_unsafe = re.match(r"x\b", words) is not None
        return Line(numbers, NOT_SAFE, is_more=True) if starts_unsafe else None
    return Line(numbers, word)


async def answered(turn: Turn, person: Person, text: str) -> bool:
    """Take a text as a whole pulse. False if it is something else, which is then read as what it is."""
    if not person.takes_part or (line := read(text)) is None:
        return False
    questionnaire = turn.deps.program.find(PULSE)
    items = _one_line(questionnaire) if questionnaire is not None else None
    if questionnaire is None or items is None:
        return False
    values = None if line.is_more else _values(items, line)
    checkin = await _open_pulse(turn, person)
    if checkin is None and not consenting.has_agreed(turn, person):
        if line.word == NOT_SAFE or values is None:
            return await _no_pulse(turn, person, line)
        turn.reply(Kind.CONSENT, **consenting.page(person))
        return True
    if checkin is None and values is not None and person.role.value in questionnaire.roles:
        checkin = await _begin(turn, person, questionnaire)
    if checkin is None:
        return await _no_pulse(turn, person, line)
    if values is not None and set(values) == set(checkin.items):
        await _take(turn, person, checkin, values)
        return True
    await _does_not_fit(turn, person, checkin, questionnaire, line)
    return not line.is_more


def _one_line(questionnaire: Questionnaire) -> Sequence[Item] | None:
    """Return the items of a pulse that fits into one line: numbers of one digit, and the request at the end."""
    *scales, last = questionnaire.items
    fits = all(item.kind is ItemKind.SCALE and item.maximum <= 9 and not item.only_if for item in scales)
    routes = last.kind is ItemKind.CHOICE and set(SHORTHANDS.values()) <= {option.value for option in last.options}
    return questionnaire.items if scales and fits and routes and questionnaire.draw is None else None


def _values(items: Sequence[Item], line: Line) -> dict[str, str] | None:
    """Return the answer to each item, None if some do not fit."""
    if line.word is None or len(line.numbers) != len(items) - 1:
        return None
    values = (*line.numbers, line.word)
    fit = all(fits(item, value) for item, value in zip(items, values, strict=True))
    return {item.id: value for item, value in zip(items, values, strict=True)} if fit else None


async def _open_pulse(turn: Turn, person: Person) -> Checkin | None:
    for found in reversed(await checkins.open_of(turn.session, person.id, PULSE)):
        # Locked and read again: its time may be over at this moment.
        locked = await checkins.lock(turn.session, found.id)
        if locked is not None and locked.is_open:
            return locked
    return None


async def _begin(turn: Turn, person: Person, questionnaire: Questionnaire) -> Checkin | None:
    """Open a pulse of the mentor's own for answers that came when none was open: late ones are not lost."""
    source = f"line {turn.incoming.update_id}" if turn.incoming else "line"
    occurrence = asking.own_occurrence(turn, person, source)
    checkin = await asking.open_checkin(turn, person, questionnaire, occurrence=occurrence, quiet=asking.no_quiet())
    if checkin is not None:  # its first question is answered before it is asked
        turn.notices = [one for one in turn.notices if one.receipt != f"checkin:{checkin.id.hex}"]
    return checkin


async def _no_pulse(turn: Turn, person: Person, line: Line) -> bool:
    """Nothing is open, and the line is no whole pulse. That somebody is not safe is passed on all the same."""
    if line.word != NOT_SAFE or turn.incoming is None:
        return False
    await telling.raise_anew(turn, person, f"line:{turn.incoming.update_id}", Level.CRISIS, (NOT_SAFE,))
    return not line.is_more


async def _take(turn: Turn, person: Person, checkin: Checkin, values: Mapping[str, str]) -> None:
    """Store all answers: given when Telegram took the message, received now."""
    given = turn.incoming.sent_at if turn.incoming else None
    answered_at = min(given or turn.now, turn.now)
    for item_id, value in values.items():
        await checkins.put_answer(
            turn.session, checkin.id, item_id, value, answered_at=answered_at, received_at=turn.now
        )
    # What was answered or skipped before by tap gives way: the line is the whole answer.
    moved = replace(checkin, answers=dict(values), skipped=frozenset()).after(CheckinEvent.FINISH)
    await checkins.save(turn.session, moved, turn.now)
    if checkin.message_id is not None:
        old_message.is_over(turn, moved, checkin.message_id)
    await ending.finish(turn, person, moved, before=None)


def _what_is_wrong(items: Sequence[Item], line: Line) -> dict[str, object]:
    """Return what of a line does not fit: how many numbers came, the first that is out of range, or no letter."""
    given = len(line.numbers)
    if given != len(items) - 1:
        return {"given": given}
    for place, (item, value) in enumerate(zip(items[:-1], line.numbers, strict=True), 1):
        if not fits(item, value):
            return {"place": place, "value": value}
    return {"no_letter": True}


async def _does_not_fit(turn: Turn, person: Person, checkin: Checkin, questionnaire: Questionnaire, line: Line) -> None:
    """Show the form that fits. Nothing is stored, except that somebody is not safe."""
    if line.word != NOT_SAFE:
        params = {"numbers": len(questionnaire.items) - 1, **_what_is_wrong(questionnaire.items, line)}
        turn.tell(person, Kind.LINE_HELP, params=params)
        return
    last = questionnaire.items[-1]
    if checkin.message_id is not None:
        old_message.moved_below(turn, checkin, checkin.message_id)
    await settling.drop_receipt(turn.session, person.id, f"checkin:{checkin.id.hex}", turn.now)
    given = turn.incoming.sent_at if turn.incoming else None
    await asking.store_answer(turn, person, checkin, questionnaire, last, NOT_SAFE, in_place=False, answered_at=given)
