"""A mentor changes an answer of a check-in that they completed today: it is scored anew, and so is what came of it."""

from collections.abc import Mapping
from uuid import UUID
from zoneinfo import ZoneInfo

from core import checkins as core
from core.checkins import Checkin, CheckinState
from core.messages import Kind
from core.people import Person
from core.questionnaire import Item, ItemKind, Questionnaire, fits
from flows import assessing
from flows.asking import Tap
from flows.deps import Deps
from flows.turn import Incoming, Turn, taking
from storage import checkins


async def show(deps: Deps, incoming: Incoming, checkin_id: UUID) -> None:
    """Show the answers of a check-in, each with a way to change it."""
    async with taking(deps, incoming) as turn:
        if turn is None or (found := await _editable(turn, checkin_id)) is None:
            return
        checkin, questionnaire = found
        items = {item.id: item for item in questionnaire.items}
        given = [[checkin.items.index(id_), id_, checkin.answers.get(id_)] for id_ in core.asked(checkin, items)]
        turn.reply(Kind.EDIT, checkin=checkin.id.hex, questionnaire=questionnaire.id, answers=given)


async def ask(deps: Deps, incoming: Incoming, tap: Tap) -> None:
    """Show one question of it again."""
    async with taking(deps, incoming) as turn:
        if turn is None or (found := await _editable(turn, tap.checkin_id)) is None:
            return
        checkin, questionnaire = found
        item = _item(checkin, questionnaire, tap)
        if item is None:
            turn.reply(Kind.CHECKIN_CLOSED, why="changed", questionnaire=checkin.kind)
            return
        _show_item(turn, checkin, item, tap.place)


def _show_item(turn: Turn, checkin: Checkin, item: Item, place: int) -> None:
    chosen = checkin.answers.get(item.id)
    turn.reply(
        Kind.EDIT_ITEM, checkin=checkin.id.hex, questionnaire=checkin.kind, item=item.id, place=place, chosen=chosen
    )


async def change(deps: Deps, incoming: Incoming, tap: Tap) -> None:
    """Store the new answer, score anew, and show what came of it. Each tap counts at once: nothing is half changed."""
    async with taking(deps, incoming) as turn:
        if turn is None or turn.person is None or (found := await _editable(turn, tap.checkin_id)) is None:
            return
        checkin, questionnaire = found
        item = _item(checkin, questionnaire, tap)
        value = _value(checkin, item, tap.value) if item is not None else None
        if item is None or (tap.value is not None and value is None and item.kind is not ItemKind.CHOICES):
            turn.reply(Kind.CHECKIN_CLOSED, why="changed", questionnaire=checkin.kind)
            return
        if tap.value is None:  # "That is all": what was tapped counts already
            changed = checkin
        else:
            changed = await _store(turn, checkin, questionnaire, {item.id: value})
        result = await assessing.assess(turn, turn.person, changed, corrected=True)
        if item.kind is ItemKind.CHOICES and tap.value is not None:
            _show_item(turn, changed, item, tap.place)
        else:
            turn.reply(Kind.CHECKIN_DONE, checkin=checkin.id.hex, before=None, saved=True, **result)


def _item(checkin: Checkin, questionnaire: Questionnaire, tap: Tap) -> Item | None:
    return questionnaire.item(checkin.items[tap.place]) if tap.place < len(checkin.items) else None


def _value(checkin: Checkin, item: Item, tapped: str | None) -> str | None:
    """Return the new answer: for several values, those of before with the tapped one added or taken away."""
    if tapped is None or not fits(item, tapped):
        return None
    if item.kind is not ItemKind.CHOICES:
        return tapped
    values = checkin.answers.get(item.id, "").split()
    values = [one for one in values if one != tapped] if tapped in values else [*values, tapped]
    return " ".join(values) or None


async def _store(
    turn: Turn, checkin: Checkin, questionnaire: Questionnaire, values: Mapping[str, str | None]
) -> Checkin:
    """Store changed answers, given and received now; drop what they close."""
    items = {item.id: item for item in questionnaire.items}
    changed = checkin
    for item_id, value in values.items():
        changed = core.correct(changed, item_id, value, items)
        if value is not None:
            await checkins.put_answer(
                turn.session, checkin.id, item_id, value, answered_at=turn.now, received_at=turn.now
            )
    for gone in checkin.answers.keys() - changed.answers.keys():
        await checkins.drop_answer(turn.session, checkin.id, gone)
    await checkins.save(turn.session, changed, turn.now)
    await turn.log("answer_changed", checkin.person_id, checkin=checkin.id.hex)
    return changed


async def _editable(turn: Turn, checkin_id: UUID) -> tuple[Checkin, Questionnaire] | None:
    """Return a check-in that its mentor completed today; else say why it stays as it is."""
    checkin = await checkins.lock(turn.session, checkin_id)
    if checkin is None or turn.person is None or checkin.person_id != turn.person.id:
        turn.reply(Kind.REFUSAL, anew=True, reason="not_yours")
        return None
    questionnaire = turn.deps.program.find(checkin.kind)
    if questionnaire is None:
        turn.reply(Kind.CHECKIN_CLOSED, why="changed", questionnaire=checkin.kind)
        return None
    if not turn.person.takes_part or not is_of_today(turn, turn.person, checkin):
        turn.reply(Kind.CHECKIN_CLOSED, why="settled", questionnaire=checkin.kind)
        return None
    return checkin, questionnaire


def is_of_today(turn: Turn, person: Person, checkin: Checkin) -> bool:
    """Say whether a check-in was completed on this day of the mentor's."""
    if checkin.state is not CheckinState.COMPLETE or checkin.finished_at is None:
        return False
    zone = ZoneInfo(person.timezone)
    return checkin.finished_at.astimezone(zone).date() == turn.now.astimezone(zone).date()


async def of_today(turn: Turn, person: Person) -> Checkin | None:
    """Return the newest check-in that can still be changed and counts for a level, or None."""
    found = await checkins.completed_of(turn.session, person.id, limit=4)
    scored = {one.id for one in turn.deps.program.checkins if one.affects_level}
    return next((one for one in found if one.kind in scored and is_of_today(turn, person, one)), None)
