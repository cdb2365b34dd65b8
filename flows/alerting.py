"""An alert is raised with the answer that caused it, and goes along its chain until a human being has taken it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from core import alerts as core
from core.access import Act, may, may_when_called
from core.alerts import Alert, AlertState, Outcome
from core.chain import Advance, advance, chain_for
from core.fatigue import follow, on_its_own
from core.levels import Level
from core.messages import Kind, Priority
from core.people import Person, Role
from core.policy import PERSON, Policy, Step
from flows import conditions, copies, duty, joined, outcomes
from flows.deps import Deps
from flows.turn import Incoming, Turn, taking, working
from storage import alerts, groups, notices, people

# The home-visit timer tells the mentor in words of its own.
SAYS_IT_ITSELF: Final = "visit:"


@dataclass(frozen=True, slots=True)
class StepTaken:
    """What a step of a chain came to, for the log."""

    moved: bool
    told: int = 0
    skipped: tuple[str, ...] = ()
    chain_ended: bool = False
    lapsed: bool = False


async def raise_alert(
    turn: Turn, mentor: Person, *, source: str, level: Level, reasons: Sequence[str], facts: Mapping[str, Any]
) -> list[str]:
    """Open an alert, or make the one of this source more serious, and take its first step in this transaction.

    Return the names of those who are being told, for the mentor to see.
    """
    known = await _known(turn, source)
    if known is not None and (known.state is AlertState.RESOLVED or level <= known.level):
        await _add_reasons(turn, known, mentor, reasons, facts)
        return await copies.names_told(turn, known)
    policy = await _policy(turn, mentor, level)
    host = await joined.host_for(turn, mentor, level, reasons) if known is None else None
    if known is not None:
        raised = core.raise_level(known, level, tuple(reasons), policy, turn.now)
        alert = replace(raised, facts={**known.facts, **facts})
    else:
        alert = Alert(
            id=uuid4(),
            person_id=mentor.id,
            team_id=mentor.team_id,
            source=source,
            level=level,
            reasons=tuple(reasons),
            facts=dict(facts),
            policy=policy,
            opened_at=turn.now,
            next_step_at=turn.now,
        )
        if host is not None:
            alert = follow(replace(alert, joined_to=host.id), host)
        if not await alerts.add(turn.session, alert):
            return []
    action = "alert_raised" if known else "alert_opened"
    await turn.log(action, mentor.id, actor="system", alert=alert.id.hex, level=level.code)
    if host is not None:
        await turn.log("alert_joined", mentor.id, actor="system", alert=alert.id.hex, to=host.id.hex)
        await copies.refresh_copies(turn, host, mentor)
        return await copies.names_told(turn, host)
    if known is None:
        await conditions.look(turn, alert)
    step = await _step(turn, alert, mentor, at_once=True)
    if step and known:
        await copies.refresh_copies(turn, step.alert, mentor)
    told = await copies.names_of(turn, step.tell) if step else []
    if level is Level.CRISIS and not source.startswith(SAYS_IT_ITSELF):
        turn.tell(mentor, Kind.CRISIS, params=copies.crisis_params(mentor, told))
    return told


async def _policy(turn: Turn, mentor: Person, level: Level) -> Policy:
    """Return the chain of a level as it is frozen now: its working hours are those of whoever is told first."""
    policy = turn.deps.program.policy(level)
    if policy.working_hours is None or policy.working_hours.zone is not None:
        return policy
    boss = await people.get(turn.session, mentor.supervisor_id) if mentor.supervisor_id else mentor
    return policy.placed(boss.timezone)


async def _known(turn: Turn, source: str) -> Alert | None:
    """Return the alert of a source, locked: what becomes more serious must not be lost to a press at the same time."""
    found = await alerts.by_source(turn.session, source)
    return await joined.lock(turn.session, found.id) if found else None


async def _add_reasons(
    turn: Turn, alert: Alert, mentor: Person, reasons: Sequence[str], facts: Mapping[str, Any]
) -> None:
    """Add what has come up since to an alert that is not resolved, on the phones of those who were told too."""
    merged = core.raise_level(alert, alert.level, tuple(reasons), alert.policy, turn.now)
    if alert.state is AlertState.RESOLVED or merged.reasons == alert.reasons:
        return
    merged = replace(merged, facts={**alert.facts, **facts})
    if await joined.save(turn.session, merged):
        await copies.refresh_copies(turn, merged, mentor)


async def _step(turn: Turn, alert: Alert, mentor: Person, *, at_once: bool = False) -> Advance | None:
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
        step = await _step(turn, alert, mentor)
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


async def acknowledge(deps: Deps, incoming: Incoming, alert_id: UUID) -> None:
    """A supervisor takes an alert. The mentor is told who, and every other phone shows it."""
    async with taking(deps, incoming) as turn:
        if turn is None or (found := await for_staff(turn, alert_id)) is None:
            return
        alert, mentor, actor = found
        if alert.state is AlertState.OPEN:
            alert = core.acknowledge(alert, actor.id, turn.now)
            await joined.save(turn.session, alert)
            await turn.log("alert_acknowledged", mentor.id, alert=alert.id.hex)
            copies.tell_mentor(turn, mentor, alert, "taken", actor)
            await copies.refresh_copies(turn, alert, mentor)
            turn.reply(Kind.ALERT_UPDATE, **await copies.alert_params(turn, alert, mentor, actor))
            return
        await copies.too_late(turn, alert, mentor, actor)


async def ask_outcome(deps: Deps, incoming: Incoming, alert_id: UUID, *, cancel: bool = False) -> None:
    """Show the choice of what was done, or the alert again."""
    async with taking(deps, incoming) as turn:
        if turn is None or (found := await for_staff(turn, alert_id)) is None:
            return
        alert, mentor, actor = found
        asking = not cancel and alert.state is not AlertState.RESOLVED
        turn.reply(Kind.ALERT_UPDATE, asking_outcome=asking, **await copies.alert_params(turn, alert, mentor, actor))


async def resolve(deps: Deps, incoming: Incoming, alert_id: UUID, outcome: Outcome) -> None:
    """A supervisor says what was done. The chase is over."""
    async with taking(deps, incoming) as turn:
        if turn is None or (found := await for_staff(turn, alert_id)) is None:
            return
        alert, mentor, actor = found
        if alert.state is not AlertState.RESOLVED:
            was_open = alert.state is AlertState.OPEN
            alert = core.resolve(alert, actor.id, outcome, turn.now)
            alert = with_follow_up(alert, turn.now)
            await joined.save(turn.session, alert)
            await turn.log("alert_resolved", mentor.id, alert=alert.id.hex, outcome=outcome.value)
            if was_open:
                copies.tell_mentor(turn, mentor, alert, "taken", actor)
            copies.tell_mentor(turn, mentor, alert, "resolved", actor)
            await copies.refresh_copies(turn, alert, mentor)
            turn.reply(Kind.ALERT_UPDATE, **await copies.alert_params(turn, alert, mentor, actor))
            if outcome is Outcome.OTHER:
                await outcomes.ask(turn, alert, mentor, actor)
            return
        await copies.too_late(turn, alert, mentor, actor)


def with_follow_up(alert: Alert, now: datetime) -> Alert:
    """Plan to ask the mentor whether it helped; not again after they said nothing once, or "leave it"."""
    wait = alert.policy.follow_up_after
    if wait is None or alert.follow_up in ("silent", "left"):
        return alert
    return replace(alert, follow_up=None, follow_up_at=now + wait)


async def for_staff(turn: Turn, alert_id: UUID) -> tuple[Alert, Person, Person] | None:
    """Return alert, mentor and actor; refuse people who may not handle it, without saying more."""
    alert = await alerts.lock(turn.session, alert_id)
    mentor = await people.get(turn.session, alert.person_id) if alert else None
    if alert is None or mentor is None or turn.person is None or not await may_handle(turn, alert, mentor):
        turn.reply(Kind.REFUSAL, anew=True, reason="not_yours")
        if alert is not None and turn.person is not None:
            await turn.log("alert_refused", alert.person_id, alert=alert.id.hex)
        return None
    if turn.incoming is not None and turn.incoming.in_group:
        # The alert comes into their own chat: in the group it says neither who nor why.
        notice = await alerts.add_notice(turn.session, alert.id, turn.person.id, Step.GROUP.code, turn.now)
        turn.receipt = f"notice:{notice}"
    # Whoever acts has seen it: from now on their messages say who and why.
    await notices.opened(turn.session, alert.id, turn.person.id, turn.now)
    await turn.log("alert_seen", mentor.id, alert=alert.id.hex)
    return alert, mentor, turn.person


async def may_handle(turn: Turn, alert: Alert, mentor: Person) -> bool:
    """Say whether the person of this update may see and handle an alert: who is in charge, or was called by a step."""
    if turn.person is None:
        return False
    if may(turn.person, Act.HANDLE_ALERT, mentor):
        return True
    called = await alerts.told_at(turn.session, alert.id, turn.person.id, (Step.ONCALL.code, PERSON))
    return called and may_when_called(turn.person, mentor)


async def ask_again(turn: Turn, alert: Alert, mentor: Person) -> list[str]:
    """A mentor in need asks once more: whoever took it is told again; with nobody, the chain starts anew at once."""
    if alert.state is AlertState.ACKNOWLEDGED and alert.acknowledged_by is not None:
        actor = await people.get(turn.session, alert.acknowledged_by)
        if actor.can_receive:
            await copies.tell_staff(turn, alert, mentor, actor, "again")
            return [actor.name]
    return await chase(turn, core.start_anew(alert, turn.now), mentor)


async def chase(turn: Turn, alert: Alert, mentor: Person) -> list[str]:
    """Take the first step of an alert that begins anew. Return the names of those who are being told."""
    step = await _step(turn, alert, mentor, at_once=True)
    if step is None:
        return []
    await copies.refresh_copies(turn, step.alert, mentor)
    return await copies.names_of(turn, step.tell)
