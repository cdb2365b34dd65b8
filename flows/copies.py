"""What is said about an alert: to staff, in messages that change with it, and to the mentor."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from core.alerts import Alert
from core.levels import Level
from core.messages import Kind, Notice, Priority
from core.people import Person, Role
from core.policy import PERSON, Step
from flows import joined
from flows.turn import Turn
from storage import alerts, groups, notices, people

DAY: Final = timedelta(days=1)
MOST_LINES: Final = 4
# What is told to whoever presses a button too late.
HAPPENED: Final = (
    "alert_acknowledged",
    "alert_reached",
    "alert_snoozed",
    "alert_handed_over",
    "alert_declined",
    "alert_lapsed",
    "alert_resolved",
    "alert_reopened",
)
STEPS: Final = frozenset({*(step.value for step in Step), PERSON})


async def tell_staff(
    turn: Turn, alert: Alert, mentor: Person, person: Person, step: str, giver: Person | None = None
) -> None:
    """Send an alert to somebody, and note it so that the message can be edited later.

    Whoever has had many concerns within a day is told once that further ones wait in the list. `giver` has handed it
    over.
    """
    full = step in STEPS and await _has_enough(turn, alert, person)
    notice = await alerts.add_notice(turn.session, alert.id, person.id, step, turn.now)
    await turn.log("alert_told", mentor.id, actor="system", alert=alert.id.hex, to=person.id.hex, step=step)
    if full:
        key = f"more_alerts:{person.id.hex}:{turn.now.date().isoformat()}"
        turn.tell(person, Kind.MORE_ALERTS, dedup_key=key)
        return
    params = await alert_params(turn, alert, mentor, person)
    turn.tell(
        person,
        Kind.ALERT,
        params=params
        | {"step": step, "giver": giver.name if giver else None}
        | {"silent": alert.policy.rests(turn.now), "contentless": is_closed(turn, person)},
        priority=Priority.CRISIS if alert.level is Level.CRISIS else None,
        receipt=f"notice:{notice}",
    )


async def tell_group(turn: Turn, alert: Alert, mentor: Person, group_id: UUID) -> None:
    """Send an alert to a linked group: neither who nor why, which only those in charge can open in their own chat."""
    notice = await alerts.add_notice(turn.session, alert.id, None, Step.GROUP.code, turn.now, group_id=group_id)
    await turn.log("alert_told", mentor.id, actor="system", alert=alert.id.hex, to=group_id.hex, step=Step.GROUP.code)
    params = await _in_group(turn, alert, mentor)
    priority = Priority.CRISIS if alert.level is Level.CRISIS else None
    receipt = f"notice:{notice}"
    turn.notices.append(Notice(kind=Kind.ALERT, group_id=group_id, params=params, priority=priority, receipt=receipt))


async def _in_group(turn: Turn, alert: Alert, mentor: Person) -> dict[str, Any]:
    """Return what the text of an alert in a group needs: nothing of the mentor's is stored with it."""
    whole = await alert_params(turn, alert, mentor, mentor)
    kept = ("alert", "team", "level", "state", "opened_at", "by", "at", "reached", "until")
    silent = alert.policy.rests(turn.now)
    return {key: whole[key] for key in kept} | {"contentless": True, "in_group": True, "silent": silent}


def is_closed(turn: Turn, person: Person) -> bool:
    """Say whether messages about alerts tell somebody neither who nor why before they are opened."""
    return turn.deps.program.contentless or bool(person.contentless)


async def too_late(turn: Turn, alert: Alert, mentor: Person, actor: Person) -> None:
    """Answer a button that changes nothing any more: how the alert stands, and what has happened since."""
    found = await notices.happened(turn.session, alert.id, mentor.id, alert.opened_at, HAPPENED)
    names = {person.id.hex: person.name for person in await people.staff(turn.session)}
    since = [{"at": at.isoformat(), "by": names.get(who), "what": what} for at, who, what in found[-MOST_LINES:]]
    turn.reply(Kind.ALERT_UPDATE, since=since, **await alert_params(turn, alert, mentor, actor))


async def _has_enough(turn: Turn, alert: Alert, person: Person) -> bool:
    limit = turn.deps.program.fatigue.concerns_a_day
    if limit is None or alert.level > Level.CONCERN:
        return False
    return await alerts.concerns_told(turn.session, person.id, turn.now - DAY, besides=alert.id) >= limit


async def alert_params(turn: Turn, alert: Alert, mentor: Person, reader: Person) -> dict[str, Any]:
    """Return all that the text of an alert needs, as it stands now."""
    by = alert.acknowledged_by or alert.resolved_by
    others = await alerts.joined_to(turn.session, alert.id)
    reasons = dict.fromkeys([*alert.reasons, *(code for other in others for code in other.reasons)])
    facts = {key: value for one in (alert, *others) for key, value in one.facts.items()}
    actor = await people.get(turn.session, by) if by else None
    return {
        "alert": alert.id.hex,
        "mentor": mentor.name,
        "team": mentor.team,
        "level": alert.level.code,
        "reasons": list(mentor.visibility.reasons(tuple(reasons))),
        "facts": mentor.visibility.facts(facts),
        "state": alert.state.value,
        "opened_at": alert.opened_at.isoformat(),
        "more_at": others[-1].opened_at.isoformat() if others else None,
        "by": actor.name if actor else None,
        "by_me": actor is not None and actor.id == reader.id,
        "at": (alert.resolved_at or alert.acknowledged_at or alert.opened_at).isoformat(),
        "outcome": alert.outcome,
        "reached": alert.reached_at is not None,
        "until": alert.next_step_at.isoformat() if alert.next_step_at else None,
    }


def crisis_params(mentor: Person, told: Sequence[str]) -> dict[str, Any]:
    """Return what a crisis message to a mentor needs: the lines, and who is being called."""
    return {"told": list(told), "zone": mentor.timezone, **only_leads(mentor)}


def only_leads(person: Person) -> dict[str, bool]:
    """Return what a screen needs to know that leads alone are told: nothing for a mentor."""
    return {} if person.role is Role.MENTOR else {"only_leads": True}


async def refresh_copies(turn: Turn, alert: Alert, mentor: Person) -> None:
    """Change every message about an alert, on every phone, to what is true now: also the older ones of whoever was
    told twice. The one that was pressed is answered for itself."""
    alert = await joined.told_in(turn, alert)
    here = turn.incoming is not None and not turn.incoming.in_group
    pressed = (turn.person.id, turn.incoming.message_id) if turn.person and turn.incoming and here else None
    for copy in await alerts.copies(turn.session, alert.id):
        if copy.message_id is None or (copy.person_id, copy.message_id) == pressed:
            continue
        if copy.person_id is None:
            params = await _in_group(turn, alert, mentor)
            turn.notices.append(
                Notice(kind=Kind.ALERT_UPDATE, group_id=copy.group_id, edit=copy.message_id, params=params)
            )
            continue
        await change(turn, alert, mentor, copy.person_id, copy.message_id, opened=copy.opened)


async def change(
    turn: Turn, alert: Alert, mentor: Person, person_id: UUID, message_id: int, *, opened: bool = False
) -> None:
    """Change one message about an alert to what is true now."""
    reader = (await people.supervisors_by_ids(turn.session, [person_id]))[person_id]
    params = await alert_params(turn, alert, mentor, reader)
    params["contentless"] = is_closed(turn, reader) and not opened
    turn.tell(reader, Kind.ALERT_UPDATE, edit=message_id, params=params)


async def people_of(turn: Turn, ids: Sequence[UUID]) -> list[Person]:
    """Return the staff of these ids, in that order."""
    found = await people.supervisors_by_ids(turn.session, ids)
    return [found[id_] for id_ in ids if id_ in found]


async def names_told(turn: Turn, alert: Alert) -> list[str]:
    """Return the names of those who were told of an alert, in that order."""
    alert = await joined.told_in(turn, alert)
    told = await alerts.copies(turn.session, alert.id)
    return await names_of(turn, list(dict.fromkeys(id_ for copy in told if (id_ := copy.person_id or copy.group_id))))


async def names_of(turn: Turn, ids: Sequence[UUID]) -> list[str]:
    """Return the names of staff, and then what groups are called."""
    return [person.name for person in await people_of(turn, ids)] + await groups.titles(turn.session, ids)


def tell_mentor(turn: Turn, mentor: Person, alert: Alert, status: str, actor: Person) -> None:
    """Tell the mentor what somebody did."""
    turn.tell(
        mentor,
        Kind.MENTOR_STATUS,
        params={"status": status, "level": alert.level.code, "by": actor.name, "at": turn.now.isoformat()},
        priority=Priority.CRISIS if alert.level is Level.CRISIS else None,
    )
