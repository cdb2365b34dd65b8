"""A check-in in a mentor's chat: opened, answered tap by tap, and closed."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from core import checkins as core
from core import timetable
from core.checkins import Checkin, CheckinEvent
from core.messages import Kind, Priority
from core.people import Person, Role
from core.questionnaire import Item, ItemKind, Questionnaire, fits
from core.timetable import Occurrence, QuietHours
from flows import consenting, ending, old_message, snoozing, telling
from flows.deps import Deps
from flows.turn import Incoming, Turn, taking
from storage import checkins, settling


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """A press of a button under an item. `value` is None for skip, back and later."""

    checkin_id: UUID
    place: int  # index of the item among the items of the check-in
    value: str | None = None


async def open_checkin(
    turn: Turn,
    person: Person,
    questionnaire: Questionnaire,
    *,
    occurrence: Occurrence,
    quiet: QuietHours,
    not_before: datetime | None = None,
    in_place: bool = False,
) -> Checkin | None:
    """Store a check-in and its first question. None if this occurrence was asked before.

    An unanswered one of its kind is replaced: there are never two open for one thing.
    """
    opened_at = max(turn.now, not_before) if not_before else turn.now
    expires_at = occurrence.at + questionnaire.expires_after
    checkin = Checkin(
        id=uuid4(),
        person_id=person.id,
        kind=questionnaire.id,
        occurrence=f"{occurrence.local_date.isoformat()} {occurrence.slot}",
        at=occurrence.at,
        items=core.drawn(questionnaire.items, questionnaire.draw, await _earlier(turn, person, questionnaire)),
        expires_at=expires_at,
        remind_at=timetable.reminder_at(opened_at, questionnaire.remind_after, expires_at, person.timezone, quiet),
        opened_at=turn.now,
    )
    for older in await checkins.open_of(turn.session, person.id, questionnaire.id):
        # Locked and read again: a tap on another replica may be at it.
        current = await checkins.lock(turn.session, older.id)
        if current is not None and current.is_open and current.occurrence != checkin.occurrence:
            await ending.close(turn, person, current, CheckinEvent.REPLACE)
    stored = await checkins.add(
        turn.session,
        checkin,
        local_date=occurrence.local_date,
        slot=occurrence.slot,
        program_version=turn.deps.program.version,
    )
    if not stored:
        return None
    show(turn, person, checkin, questionnaire, in_place=in_place, not_before=not_before)
    return checkin


async def _earlier(turn: Turn, person: Person, questionnaire: Questionnaire) -> int:
    if questionnaire.draw is None:
        return 0
    return await checkins.count_of(turn.session, person.id, questionnaire.id)


def own_occurrence(turn: Turn, person: Person, source: str) -> Occurrence:
    """Return the occurrence of a check-in that nobody scheduled: now, under a name that is used once."""
    local = turn.now.astimezone(ZoneInfo(person.timezone))
    return Occurrence(local.date(), f"{local:%H:%M} {source}", turn.now)


def show(
    turn: Turn,
    person: Person,
    checkin: Checkin,
    questionnaire: Questionnaire,
    *,
    in_place: bool,
    not_before: datetime | None = None,
    reminder: bool = False,
    before: tuple[str, str] | None = None,
) -> None:
    """Put the current question on the mentor's screen: in place of the pressed message, or as a new one.

    `before` is the answer that was given just now, where something is to be said about it. Whoever wants all questions
    in one message gets what is left of them, unless a button was pressed.
    """
    items = {item.id: item for item in questionnaire.items}
    order = core.asked(checkin, items)
    item_id = checkin.items[checkin.position]
    edit = turn.incoming.message_id if in_place and turn.incoming else None
    left = [id_ for id_ in order if checkin.items.index(id_) >= checkin.position]
    # Practice has options that are read one by one.
    all_at_once = edit is None and questionnaire.draw is None and wants_one_message(turn, person)
    turn.tell(
        person,
        Kind.CHECKIN,
        edit=edit,
        params={
            "checkin": checkin.id.hex,
            "questionnaire": questionnaire.id,
            "item": item_id,
            "place": checkin.position,
            "number": order.index(item_id) + 1 if item_id in order else 1,
            "of": len(order),
            "chosen": checkin.answers.get(item_id),
            "reminder": reminder,
            # The message in which it stands now: it says where it goes on when the reminder has arrived, not before.
            "leaves": checkin.message_id if reminder else None,
            "before": list(before) if before else None,
            "lines": left if all_at_once else [],
        },
        not_before=not_before,
        # At once when somebody looks at the screen. Reminders of one time zone fall due with the questions of another.
        priority=Priority.REPLY if turn.incoming else Priority.DIGEST if reminder else None,
        receipt=f"checkin:{checkin.id.hex}" if edit is None else None,
    )


def wants_one_message(turn: Turn, person: Person) -> bool:
    """Say whether somebody answers all questions of a check-in by one text."""
    return turn.deps.program.one_message if person.one_message is None else person.one_message


async def tap(deps: Deps, incoming: Incoming, tap: Tap, action: str) -> None:
    """Handle a press under a question: `answer`, `skip`, `back` or `later`."""
    async with taking(deps, incoming) as turn:
        if turn is None or turn.person is None:
            return
        checkin = await checkins.lock(turn.session, tap.checkin_id)
        if checkin is None or checkin.person_id != turn.person.id:
            turn.reply(Kind.REFUSAL, anew=True, reason="not_yours")
            return
        questionnaire = turn.deps.program.find(checkin.kind)
        item = (
            questionnaire.item(checkin.items[tap.place]) if questionnaire and tap.place < len(checkin.items) else None
        )
        if questionnaire is None or item is None:
            turn.reply(Kind.CHECKIN_CLOSED, why="changed", questionnaire=checkin.kind)
            return
        if not checkin.is_open:
            await ending.late_tap(turn, turn.person, checkin, item, tap.value if action == "answer" else None)
            return
        if checkin.remind_at is None:  # a reminder that has not left yet would ask what is answered by now
            await settling.drop_receipt(turn.session, turn.person.id, f"checkin:{checkin.id.hex}", turn.now)
        await _apply(turn, turn.person, checkin, questionnaire, item, tap, action)


async def _apply(
    turn: Turn, person: Person, checkin: Checkin, questionnaire: Questionnaire, item: Item, tap: Tap, action: str
) -> None:
    items = {item.id: item for item in questionnaire.items}
    match action:
        case "answer" if tap.value is not None and item.kind is ItemKind.CHOICES and item.option(tap.value):
            await _toggle(turn, person, checkin, questionnaire, item, tap.value)
        case "answer" if tap.value is not None and fits(item, tap.value):
            await store_answer(turn, person, checkin, questionnaire, item, tap.value, in_place=True)
        case "done":
            moved = core.move_on(checkin, item.id, items)
            await _move(turn, person, checkin, moved)
            await _show_next(turn, person, moved, questionnaire, in_place=True)
        case "skip" | "back":
            moved = (core.skip if action == "skip" else core.back)(checkin, item.id, items)
            await checkins.save(turn.session, moved, turn.now)
            await _show_next(turn, person, moved, questionnaire, in_place=True)
        case "buttons":
            await settling.drop_receipt(turn.session, person.id, f"checkin:{checkin.id.hex}", turn.now)
            show(turn, person, checkin, questionnaire, in_place=True)
        case "later" | "evening":
            await snoozing.later(turn, person, checkin, in_the_evening=action == "evening")
        case _:
            turn.reply(Kind.REFUSAL, anew=True, reason="button_unknown")


async def store_answer(
    turn: Turn,
    person: Person,
    checkin: Checkin,
    questionnaire: Questionnaire,
    item: Item,
    value: str,
    *,
    in_place: bool,
    answered_at: datetime | None = None,
    silent: bool = False,
) -> None:
    """Store one answer, raise what it asks for by itself, and show what comes next, unless `silent`: more follow."""
    when = min(answered_at or turn.now, turn.now)
    await checkins.put_answer(turn.session, checkin.id, item.id, value, answered_at=when, received_at=turn.now)
    moved = core.answer(checkin, item.id, value, {item.id: item for item in questionnaire.items})
    await _move(turn, person, checkin, moved)
    chosen = item.option(value)
    before = (item.id, value) if chosen is not None and chosen.reason is not None else None
    if silent and moved.is_open:
        return
    await _show_next(turn, person, moved, questionnaire, in_place=in_place, before=before)


async def _move(turn: Turn, person: Person, checkin: Checkin, moved: Checkin) -> None:
    """Store where a check-in stands after an answer, and raise what does not wait for its end."""
    for gone in checkin.answers.keys() - moved.answers.keys():
        await checkins.drop_answer(turn.session, checkin.id, gone)
    if moved.is_open:
        await telling.raise_early(turn, person, moved)
        moved = _looked_at_soon(turn, person, checkin, moved)
    await checkins.save(turn.session, moved, turn.now)


async def _show_next(
    turn: Turn,
    person: Person,
    moved: Checkin,
    questionnaire: Questionnaire,
    *,
    in_place: bool,
    before: tuple[str, str] | None = None,
) -> None:
    if moved.is_open:
        show(turn, person, moved, questionnaire, in_place=in_place, before=before)
    else:
        await ending.finish(turn, person, moved, before=before)


async def _toggle(
    turn: Turn, person: Person, checkin: Checkin, questionnaire: Questionnaire, item: Item, value: str
) -> None:
    """Several values may be chosen: each tap is stored, and "That is all" moves on."""
    moved = core.toggle(checkin, item.id, value)
    chosen = moved.answers.get(item.id)
    if chosen is None:
        await checkins.drop_answer(turn.session, checkin.id, item.id)
    else:
        await checkins.put_answer(turn.session, checkin.id, item.id, chosen, answered_at=turn.now, received_at=turn.now)
    await checkins.save(turn.session, _looked_at_soon(turn, person, checkin, moved), turn.now)
    show(turn, person, moved, questionnaire, in_place=True)


def _looked_at_soon(turn: Turn, person: Person, before: Checkin, after: Checkin) -> Checkin:
    """Have a check-in looked at soon when something that cannot wait came up: the phone may be put away now."""
    found = telling.cannot_wait(turn, person, after)
    if found is None or found == telling.cannot_wait(turn, person, before):
        return after
    soon = turn.now + turn.deps.program.notes.confirm_within
    return replace(after, remind_at=min(soon, after.remind_at or soon))


async def ask_now(deps: Deps, incoming: Incoming, questionnaire_id: str = "pulse") -> None:
    """/checkin and "a fresh one": open a check-in now, or show the open one again."""
    async with taking(deps, incoming) as turn:
        if turn is None:
            return
        questionnaire = turn.deps.program.find(questionnaire_id)
        person = turn.person
        if person is None or questionnaire is None:
            turn.reply(Kind.REFUSAL, reason="stranger" if person is None else "button_unknown")
            return
        offered = person.role is not Role.MENTOR and consenting.can_be_asked(turn, person)
        if person.role.value not in questionnaire.roles or not (person.takes_part or offered):
            turn.reply(Kind.REFUSAL, reason="not_taking_part", role=person.role.value)
            return
        if not consenting.has_agreed(turn, person):
            turn.reply(Kind.CONSENT, **consenting.page(person))
            return
        open_now = await checkins.open_of(turn.session, person.id, questionnaire.id)
        if open_now:
            show(turn, person, open_now[-1], questionnaire, in_place=False)
            if open_now[-1].message_id is not None:
                old_message.moved_below(turn, open_now[-1], open_now[-1].message_id)
            return
        occurrence = own_occurrence(turn, person, f"own {incoming.update_id}")
        await open_checkin(turn, person, questionnaire, occurrence=occurrence, quiet=no_quiet())


def no_quiet() -> QuietHours:
    """Return quiet hours that are never: somebody asked for it now."""
    midnight = datetime.min.time()
    return QuietHours(midnight, midnight)
