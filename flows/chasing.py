"""An alert goes along its chain until a human being has taken it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.alerts import Alert, AlertState, start_anew
from core.chain import Advance, advance, chain_for
from core.fatigue import on_its_own
from core.levels import Level
from core.messages import Kind, Priority
from core.people import Person, Role
from core.policy import Step
from flows import copies, duty, joined
from flows.deps import Deps
from flows.turn import Turn, working
from storage import alerts, groups, people


@dataclass(frozen=True, slots=True)
class StepTaken:
    """What a step of a chain came to, for the log."""

    moved: bool
    told: int = 0
    skipped: tuple[str, ...] = ()
    chain_ended: bool = False
    lapsed: bool = False


async def go_on(turn: Turn, alert: Alert, mentor: Person, *, at_once: bool = False) -> Advance | None:
    """Take the step that is due, in this transaction. None if none is, or if another replica has taken it."""
    staff = await people.staff(turn.session)
    heard = {copy.person_id for copy in await alerts.copies(turn.session, alert.id) if copy.person_id}
    called = Step.ONCALL in alert.policy.steps and mentor.role is Role.MENTOR
    on_call = await duty.standing_by(turn, mentor.team, staff) if called else []
    in_group = Step.GROUP in alert.policy.steps and mentor.role is Role.MENTOR
    linked = await groups.for_team(turn.session, mentor.team_id) if in_group else []
    there = [group.id for group in linked]
    chain = chain_for(alert, mentor, staff, turn.now, heard, on_call, there)
    step = advance(alert, chain, turn.now, at_once=at_once)
    if step is None or not await joined.save(turn.session, step.alert):
        return None
    told = [person for person in staff if person.id in step.tell]
    # About a supervisor a lead is told as the lead, whichever step of the policy it is.
    said = step.step if step.step and mentor.role is Role.MENTOR else Step.LEAD
    for person in told:
        await copies.tell_staff(turn, step.alert, mentor, person, said.code)
    for group_id in there if step.step is Step.GROUP else ():
        await copies.tell_group(turn, step.alert, mentor, group_id)
    if step.skipped:
        steps = [skipped.code for skipped in step.skipped]
        await turn.log("alert_steps_skipped", mentor.id, actor="system", alert=alert.id.hex, steps=steps)
    if step.lapsed:
        await turn.log("alert_lapsed", mentor.id, actor="system", alert=alert.id.hex)
        await copies.refresh_copies(turn, step.alert, mentor)
    if step.chain_ended:
        await _chain_ended(turn, step.alert, mentor, staff)
    return step


async def _chain_ended(turn: Turn, alert: Alert, mentor: Person, staff: Sequence[Person]) -> None:
    """Everybody was asked and nobody has answered: the leads are told, and the mentor is told the truth."""
    await turn.log("alert_chain_ended", mentor.id, actor="system", alert=alert.id.hex, cycle=alert.cycle)
    params = {"alert": alert.id.hex, "mentor": mentor.name, "level": alert.level.code, "cycle": alert.cycle}
    params |= {"team": mentor.team}
    # An away lead is told all the same: there is nobody else.
    leads = [p for p in staff if p.role.value == "lead" and p.can_receive and p.id != mentor.avoids]
    for lead in leads:
        await turn.log("chain_end_told", mentor.id, actor="system", alert=alert.id.hex, to=lead.id.hex)
        turn.tell(lead, Kind.CHAIN_ENDED, params=params | {"contentless": copies.is_closed(turn, lead)})
    turn.tell(
        mentor,
        Kind.MENTOR_STATUS,
        params={
            "status": "nobody_yet",
            "level": alert.level.code,
            **copies.crisis_params(mentor, [p.name for p in leads]),
        },
        priority=Priority.CRISIS if alert.level is Level.CRISIS else None,
    )


async def due(deps: Deps, *, now: datetime, limit: int) -> list[UUID]:
    """Return alerts whose next step is due."""
    async with deps.db.reading() as session:
        return await alerts.due(session, now, limit)


async def take_step(deps: Deps, alert_id: UUID, *, now: datetime) -> StepTaken:
    """Take the step that is due. The version of the alert lets one of all replicas win it."""
    async with working(deps, now=now) as turn:
        alert = await joined.lock(turn.session, alert_id)
        if alert is None:
            return StepTaken(False)
        if alert.joined_to is not None and alert.next_step_at is not None and alert.next_step_at <= turn.now:
            if await joined.goes_along(turn, alert):
                return StepTaken(False)
            alert = on_its_own(alert, turn.now)
        mentor = await people.get(turn.session, alert.person_id)
        step = await go_on(turn, alert, mentor)
        if step is None:
            return StepTaken(False)
        if step.rested:
            return StepTaken(False)
        if not step.chain_ended and (alert.level is Level.CRISIS or (step.lapsed and _promised(alert))):
            await _tell_who_is_next(turn, alert, mentor, step)
        skipped = tuple(skipped.code for skipped in step.skipped)
        return StepTaken(True, len(step.tell), skipped, step.chain_ended, step.lapsed)


def _promised(alert: Alert) -> bool:
    """Say whether a mentor waits for whoever took an urgent alert and then let it lapse, without a talk or "later"."""
    if alert.level is not Level.URGENT or alert.acknowledged_at is None or alert.reached_at is not None:
        return False
    return alert.next_step_at == alert.acknowledged_at + alert.policy.acknowledgement_lapses_after


async def _tell_who_is_next(turn: Turn, alert: Alert, mentor: Person, step: Advance) -> None:
    names = await copies.names_of(turn, step.tell)
    params = {"status": "next_asked", "level": alert.level.code, **copies.crisis_params(mentor, names)}
    priority = Priority.CRISIS if alert.level is Level.CRISIS else None
    turn.tell(mentor, Kind.MENTOR_STATUS, params=params, priority=priority)


async def put_off(deps: Deps, alert_id: UUID, *, until: datetime) -> None:
    """Put off an alert that could not be handled, so that it does not hold up the others."""
    async with deps.db.transaction() as session:
        await alerts.postpone(session, alert_id, until)


async def ask_again(turn: Turn, alert: Alert, mentor: Person) -> list[str]:
    """A mentor in need asks once more: whoever took it is told again; with nobody, the chain starts anew at once."""
    if alert.state is AlertState.ACKNOWLEDGED and alert.acknowledged_by is not None:
        actor = await people.get(turn.session, alert.acknowledged_by)
        if actor.can_receive:
            await copies.tell_staff(turn, alert, mentor, actor, "again")
            return [actor.name]
    return await chase(turn, start_anew(alert, turn.now), mentor)


async def chase(turn: Turn, alert: Alert, mentor: Person) -> list[str]:
    """Take the first step of an alert that begins anew. Return the names of those who are being told."""
    step = await go_on(turn, alert, mentor, at_once=True)
    if step is None:
        return []
    await copies.refresh_copies(turn, step.alert, mentor)
    return await copies.names_of(turn, step.tell)
