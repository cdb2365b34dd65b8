"""The end of a check-in: complete, out of time, replaced or left, and what is pressed under it afterwards."""

from dataclasses import replace
from uuid import UUID

from core.alerts import AlertState
from core.checkins import Checkin, CheckinEvent, CheckinState
from core.levels import Level
from core.messages import Kind
from core.people import Person
from core.questionnaire import Item, ItemKind
from flows import assessing, copies, old_message, silence, telling
from flows.deps import Deps
from flows.turn import Incoming, Turn, taking
from flows.waking import waking
from storage import checkins, settling


async def finish(turn: Turn, person: Person, checkin: Checkin, *, before: tuple[str, str] | None) -> None:
    """Score a check-in that is complete and show the mentor what came of it.

    `before` is the answer that was given just now, where something is to be said about it.
    """
    await settling.drop_receipt(turn.session, person.id, f"checkin:{checkin.id.hex}", turn.now)
    result = await assessing.assess(turn, person, checkin)
    turn.reply(Kind.CHECKIN_DONE, checkin=checkin.id.hex, before=list(before) if before else None, **result)
    pressed = turn.incoming.message_id if turn.incoming is not None and turn.incoming.is_press else None
    if pressed is not None and checkin.message_id not in (None, pressed):
        # It was shown twice, as after two /checkin in a row: no question must stay that looks as if it were open.
        old_message.is_over(turn, checkin, checkin.message_id)


async def close(turn: Turn, person: Person, checkin: Checkin, event: CheckinEvent) -> None:
    """End an open check-in. What was answered counts; the old message says what happened.

    Whoever leaves is not scored any more, but a cry for help among the answers is passed on.
    """
    closed = checkin.after(event)
    await checkins.save(turn.session, closed, turn.now)
    # A question that has not left yet must not be asked when it is over: after an outage there would be a pile of them.
    await settling.drop_receipt(turn.session, person.id, f"checkin:{checkin.id.hex}", turn.now)
    if event is CheckinEvent.CANCEL:
        await telling.pass_on(turn, person, closed)
        return
    if closed.answers:
        await _close_with_answers(turn, person, closed)
    await silence.after_missed(turn, person, closed)
    if checkin.message_id is not None:
        old_message.is_over(turn, closed, checkin.message_id)


async def _close_with_answers(turn: Turn, person: Person, closed: Checkin) -> None:
    """Score what there is, and tell the mentor what came of it: nobody else knows before they can."""
    result = await assessing.assess(turn, person, closed)
    alert = Level.from_code(result.get("alert") or Level.STEADY.code)
    if alert >= Level.URGENT:
        telling.tell_result(turn, person, closed, result)
    elif alert is Level.CONCERN or result.get("leads"):
        telling.tell_result(turn, person, closed, result, not_before=waking(turn, person))
    elif alert is Level.WATCH:
        params = {key: result.get(key) for key in ("level", "reasons", "facts", "kept")}
        params["checkin"] = closed.id.hex
        turn.tell(person, Kind.NUDGE, params=params, not_before=waking(turn, person))


async def late_tap(turn: Turn, person: Person, checkin: Checkin, item: Item, value: str | None) -> None:
    """A button of a check-in that is over. It says so and offers a fresh one; a cry for help is never refused.

    `value` is the answer on the button, None for a button that answers nothing.
    """
    asked_for = (
        telling.requests(turn, person, replace(checkin, answers={item.id: value})) if value is not None else None
    )
    if value is not None and _was_answered(checkin, item, value) and await _is_dealt_with(turn, checkin, asked_for):
        return  # pressed twice: it counted, and the screen that came of it stays
    if asked_for is None:
        kept = len(checkin.answers)
        turn.reply(Kind.CHECKIN_CLOSED, why=checkin.state.value, questionnaire=checkin.kind, answered=kept)
        return
    level, reasons = asked_for
    told = await telling.raise_anew(turn, person, f"late:{checkin.id.hex}:{item.id}", level, reasons)
    _show_told(turn, person, checkin, level, reasons, told)


def _was_answered(checkin: Checkin, item: Item, value: str) -> bool:
    stored = checkin.answers.get(item.id, "")
    return value in stored.split() if item.kind is ItemKind.CHOICES else value == stored


async def _is_dealt_with(turn: Turn, checkin: Checkin, asked_for: object | None) -> bool:
    """Say whether a finished check-in calls for nobody, or has an alert that is not resolved."""
    if checkin.state is not CheckinState.COMPLETE or asked_for is None:
        return checkin.state is CheckinState.COMPLETE
    known = await telling.alerts_of(turn, telling.source_of(checkin))
    return bool(known) and known[-1].state is not AlertState.RESOLVED


async def debrief(deps: Deps, incoming: Incoming, checkin_id: UUID) -> None:
    """After a week with a crisis or a loss the mentor would like to talk it over."""
    async with taking(deps, incoming) as turn:
        if turn is None:
            return
        checkin = await checkins.get(turn.session, checkin_id)
        if checkin is None or turn.person is None or checkin.person_id != turn.person.id:
            turn.reply(Kind.REFUSAL, anew=True, reason="not_yours")
            return
        level, reasons = Level.CONCERN, ("asks_this_week",)
        told = await telling.raise_anew(turn, turn.person, f"debrief:{checkin.id.hex}", level, reasons)
        _show_told(turn, turn.person, checkin, level, reasons, told)


def _show_told(
    turn: Turn, person: Person, checkin: Checkin, level: Level, reasons: tuple[str, ...], told: list[str]
) -> None:
    turn.reply(
        Kind.CHECKIN_DONE,
        checkin=checkin.id.hex,
        questionnaire=checkin.kind,
        level=level.code,
        alert=level.code,
        reasons=list(reasons),
        told=told,
        **copies.only_leads(person),
    )
