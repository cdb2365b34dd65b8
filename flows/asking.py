"""A check-in in a mentor's chat: opened, answered tap by tap, and closed."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from core import checkins as core
from core import timetable
from core.alerts import AlertState
from core.checkins import Checkin, CheckinEvent, CheckinState
from core.levels import Level
from core.messages import Kind, Priority
from core.people import Person
from core.questionnaire import Item, ItemKind, Questionnaire
from core.timetable import Occurrence, QuietHours
from flows import alerting, assessing, silence
from flows.deps import Deps
from flows.turn import Incoming, Turn, taking
from storage import alerts, checkins, settling


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
        if older.occurrence != checkin.occurrence:
            await close(turn, person, older, CheckinEvent.REPLACE)
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
    before: str | None = None,
) -> None:
    """Put the current question on the mentor's screen: in place of the pressed message, or as a new one.

    `before` is the item that was answered just now, where something is to be said about its answer.
    """
    items = {item.id: item for item in questionnaire.items}
    order = core.asked(checkin, items)
    item_id = checkin.items[checkin.position]
    edit = turn.incoming.message_id if in_place and turn.incoming else None
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
            "before": [before, checkin.answers.get(before)] if before else None,
        },
        not_before=not_before,
        priority=Priority.REPLY if turn.incoming else None,  # somebody is looking at the screen
        receipt=f"checkin:{checkin.id.hex}" if edit is None else None,
    )


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
            await _late_tap(turn, turn.person, checkin, item, tap, action)
            return
        await _apply(turn, turn.person, checkin, questionnaire, item, tap, action)


async def _apply(
    turn: Turn, person: Person, checkin: Checkin, questionnaire: Questionnaire, item: Item, tap: Tap, action: str
) -> None:
    items = {item.id: item for item in questionnaire.items}
    match action:
        case "answer" if tap.value is not None and item.kind is ItemKind.CHOICES and item.option(tap.value):
            await _toggle(turn, person, checkin, questionnaire, item, tap.value)
            return
        case "answer" if tap.value is not None and valid(item, tap.value):
            await store_answer(turn, person, checkin, questionnaire, item, tap.value, in_place=True)
            return
        case "done":
            moved = core.move_on(checkin, item.id, items)
            await raise_early(turn, person, moved)
        case "skip":
            moved = core.skip(checkin, item.id, items)
        case "back":
            moved = core.back(checkin, item.id, items)
        case "later":
            await _later(turn, checkin)
            return
        case _:
            turn.reply(Kind.REFUSAL, anew=True, reason="button_unknown")
            return
    await checkins.save(turn.session, moved, turn.now)
    await _show_next(turn, person, moved, questionnaire, item, in_place=True)


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
) -> None:
    """Store one answer, raise what it asks for by itself, and show what comes next."""
    when = min(answered_at or turn.now, turn.now)
    await checkins.put_answer(turn.session, checkin.id, item.id, value, answered_at=when, received_at=turn.now)
    moved = core.answer(checkin, item.id, value, {item.id: item for item in questionnaire.items})
    await checkins.save(turn.session, moved, turn.now)
    if moved.is_open:
        await raise_early(turn, person, moved)
    await _show_next(turn, person, moved, questionnaire, item, in_place=in_place)


async def _show_next(
    turn: Turn, person: Person, moved: Checkin, questionnaire: Questionnaire, item: Item, *, in_place: bool
) -> None:
    if moved.is_open:
        chosen = item.option(moved.answers.get(item.id, ""))
        before = item.id if chosen is not None and chosen.reason is not None else None
        show(turn, person, moved, questionnaire, in_place=in_place, before=before)
    else:
        await finish(turn, person, moved)


async def _toggle(
    turn: Turn, person: Person, checkin: Checkin, questionnaire: Questionnaire, item: Item, value: str
) -> None:
    """Several values may be chosen: each tap is stored, and "Done" moves on. Whoever names something that cannot wait
    and then puts the phone away is not waited for until the check-in ends."""
    moved = core.toggle(checkin, item.id, value)
    chosen = moved.answers.get(item.id)
    if chosen is None:
        await checkins.drop_answer(turn.session, checkin.id, item.id)
    else:
        await checkins.put_answer(turn.session, checkin.id, item.id, chosen, answered_at=turn.now, received_at=turn.now)
    if assessing.requests(turn, moved) is not None:
        soon = turn.now + turn.deps.program.notes.confirm_within
        moved = replace(moved, remind_at=min(soon, moved.remind_at or soon))
    await checkins.save(turn.session, moved, turn.now)
    show(turn, person, moved, questionnaire, in_place=True)


async def raise_early(turn: Turn, person: Person, checkin: Checkin) -> None:
    """Raise what answers ask for by themselves before the check-in is complete: a cry for help does not wait."""
    found = assessing.requests(turn, checkin)
    if found is not None and found[0] >= Level.URGENT:
        level, reasons = found
        source = f"checkin:{checkin.id.hex}"
        await alerting.raise_alert(turn, person, source=source, level=level, reasons=reasons, facts={})


def valid(item: Item, value: str) -> bool:
    """Say whether a value may be stored for an item."""
    match item.kind:
        case ItemKind.SCALE | ItemKind.COUNT:
            try:
                number = float(value)
            except ValueError:
                return False
            return float(item.minimum) <= number <= float(item.maximum) and (number * 2).is_integer()
        case ItemKind.CHOICE:
            return item.option(value) is not None
        case ItemKind.CHOICES:
            return bool(value.split()) and all(item.option(part) is not None for part in value.split())


async def finish(turn: Turn, person: Person, checkin: Checkin) -> None:
    """Score a check-in that is complete and show the mentor what came of it."""
    await settling.drop_receipt(turn.session, person.id, f"checkin:{checkin.id.hex}", turn.now)
    result = await assessing.assess(turn, person, checkin)
    last = next((item for item in reversed(checkin.items) if item in checkin.answers), None)
    before = [last, checkin.answers[last]] if last else None
    turn.reply(Kind.CHECKIN_DONE, checkin=checkin.id.hex, before=before, **result)


async def close(turn: Turn, person: Person, checkin: Checkin, event: CheckinEvent) -> None:
    """End an open check-in. What was answered counts; the old message says what happened."""
    closed = checkin.after(event)
    await checkins.save(turn.session, closed, turn.now)
    # A question that has not left yet must not be asked when it is over: after an outage there would be a pile of them.
    await settling.drop_receipt(turn.session, person.id, f"checkin:{checkin.id.hex}", turn.now)
    if closed.answers and event is not CheckinEvent.CANCEL:
        await assessing.assess(turn, person, closed)
    if event is not CheckinEvent.CANCEL:
        await silence.after_missed(turn, person, closed)
    if checkin.message_id is not None and event is not CheckinEvent.CANCEL:
        params = {"why": closed.state.value, "questionnaire": checkin.kind, "answered": len(closed.answers)}
        turn.tell(person, Kind.CHECKIN_CLOSED, edit=checkin.message_id, params=params)


async def _later(turn: Turn, checkin: Checkin) -> None:
    again_at = turn.now + turn.deps.program.later_after
    if again_at >= checkin.expires_at:
        again_at = turn.now + max((checkin.expires_at - turn.now) / 2, timedelta(seconds=1))
    await checkins.save(turn.session, replace(checkin, remind_at=again_at), turn.now)
    turn.reply(Kind.CHECKIN_CLOSED, why="later", questionnaire=checkin.kind, again_at=again_at.isoformat())


async def _late_tap(turn: Turn, person: Person, checkin: Checkin, item: Item, tap: Tap, action: str) -> None:
    """A button of a check-in that is over. It says so and offers a fresh one; a cry for help is never refused."""
    answered = replace(checkin, answers={item.id: tap.value or ""})
    requests = assessing.requests(turn, answered) if action == "answer" else None
    same = action == "answer" and tap.value == checkin.answers.get(item.id)
    if same and await _is_dealt_with(turn, checkin, calls=requests is not None):
        return  # pressed twice: it counted, and the screen that came of it stays
    if requests is not None:
        level, reasons = requests
        source = f"late:{checkin.id.hex}:{item.id}"
        earlier = await alerts.by_source(turn.session, source)
        if earlier is not None and earlier.state is AlertState.RESOLVED and turn.incoming is not None:
            source += f":{turn.incoming.update_id}"  # asked for once more after help had come
        await alerting.raise_alert(turn, person, source=source, level=level, reasons=reasons, facts={})
    turn.reply(Kind.CHECKIN_CLOSED, why=checkin.state.value, questionnaire=checkin.kind, answered=len(checkin.answers))


async def _is_dealt_with(turn: Turn, checkin: Checkin, *, calls: bool) -> bool:
    """Say whether a finished check-in calls for nobody, or has an alert that is not resolved."""
    if checkin.state is not CheckinState.COMPLETE or not calls:
        return checkin.state is CheckinState.COMPLETE
    known = await alerts.by_source(turn.session, f"checkin:{checkin.id.hex}")
    return known is not None and known.state is not AlertState.RESOLVED


async def debrief(deps: Deps, incoming: Incoming, checkin_id: UUID) -> None:
    """After a week with a crisis or a loss the mentor would like to talk it over."""
    async with taking(deps, incoming) as turn:
        if turn is None:
            return
        checkin = await checkins.get(turn.session, checkin_id)
        if checkin is None or turn.person is None or checkin.person_id != turn.person.id:
            turn.reply(Kind.REFUSAL, anew=True, reason="not_yours")
            return
        source = f"debrief:{checkin.id.hex}"
        told = await alerting.raise_alert(
            turn, turn.person, source=source, level=Level.CONCERN, reasons=("asks_this_week",), facts={}
        )
        level = Level.CONCERN.code
        turn.reply(
            Kind.CHECKIN_DONE,
            checkin=checkin.id.hex,
            questionnaire=checkin.kind,
            level=level,
            alert=level,
            reasons=["asks_this_week"],
            told=told,
        )


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
        if not person.takes_part:
            turn.reply(Kind.REFUSAL, reason="not_taking_part", role=person.role.value)
            return
        open_now = await checkins.open_of(turn.session, person.id, questionnaire.id)
        if open_now:
            show(turn, person, open_now[-1], questionnaire, in_place=False)
            if open_now[-1].message_id is not None:
                moved_below(turn, person, open_now[-1])
            return
        occurrence = own_occurrence(turn, person, f"own {incoming.update_id}")
        await open_checkin(turn, person, questionnaire, occurrence=occurrence, quiet=no_quiet())


def no_quiet() -> QuietHours:
    """Return quiet hours that are never: somebody asked for it now."""
    midnight = datetime.min.time()
    return QuietHours(midnight, midnight)


def moved_below(turn: Turn, person: Person, checkin: Checkin) -> None:
    """Say in the old message that the check-in goes on in a newer one."""
    params: dict[str, Any] = {"why": "moved", "questionnaire": checkin.kind}
    turn.tell(person, Kind.CHECKIN_CLOSED, edit=checkin.message_id, params=params)


def without_reminder(checkin: Checkin) -> Checkin:
    """Return the check-in as it is when nothing is to remind of it."""
    return replace(checkin, remind_at=None)


async def remind(turn: Turn, person: Person, checkin: Checkin, questionnaire: Questionnaire) -> None:
    """Ask once more, in a new message; the old one says where to go."""
    await checkins.save(turn.session, without_reminder(checkin), turn.now)
    await raise_early(turn, person, checkin)
    show(turn, person, checkin, questionnaire, in_place=False, reminder=True)
    if checkin.message_id is not None:
        moved_below(turn, person, checkin)
