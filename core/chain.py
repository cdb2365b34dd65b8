"""The way of an alert along its chain: who is told at which step, until somebody answers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from core.alerts import Alert, AlertEvent, AlertState
from core.levels import Level
from core.people import Person, Role
from core.policy import AnyStep, PersonStep, Step
from core.rota import named


@dataclass(frozen=True, slots=True)
class Chain:
    """Who can be told at this moment, by step."""

    by_step: Mapping[AnyStep, tuple[UUID, ...]]


@dataclass(frozen=True, slots=True)
class Advance:
    """A step that was taken: the alert as it is now, whom to tell, and what could not be done."""

    alert: Alert
    step: AnyStep | None
    tell: tuple[UUID, ...]
    skipped: tuple[AnyStep, ...]  # nobody could fill them
    chain_ended: bool  # every round passed unanswered, or nobody at all can be told: the lead, the operator, the truth
    lapsed: bool = False  # it was acknowledged and then forgotten
    rested: bool = False  # nothing but put off to the next working hours


def advance(alert: Alert, chain: Chain, now: datetime, *, at_once: bool = False) -> Advance | None:
    """Take the step that is due, or return None when none is.

    An acknowledgement that lapsed re-opens the alert and starts the chain anew. Steps that nobody can fill are skipped
    at once. After the last round the chain starts again: an alert is chased until somebody answers. Outside the
    policy's working hours the chain stands still, unless the step is to be taken `at_once`: a mentor has just asked.
    """
    if alert.next_step_at is None or now < alert.next_step_at or alert.state is AlertState.RESOLVED:
        return None
    if alert.policy.rests(now) and not at_once:
        later = replace(alert, next_step_at=alert.policy.waking(now))
        return Advance(later, None, (), (), chain_ended=False, rested=True)
    if alert.state is AlertState.ACKNOWLEDGED:
        reopened = replace(
            alert, state=alert.after(AlertEvent.LAPSE), acknowledged_by=None, acknowledged_at=None, round=0, step=0
        )
        return replace(_take(reopened, chain, now), lapsed=True)
    return _take(alert, chain, now)


def _take(alert: Alert, chain: Chain, now: datetime) -> Advance:
    steps, ends = alert.policy.steps, alert.policy.step_ends(now)
    skipped: list[AnyStep] = []
    round_, place = alert.round, alert.step
    for _ in range(len(steps) + 1):  # once around is enough to know that nobody can be told
        if place >= len(steps):
            round_, place = round_ + 1, 0
            if round_ >= alert.policy.repeat:
                # Somebody can be told: begin again at once. With nobody there, at once would be for ever.
                again = now if any(chain.by_step.get(step) for step in steps) else ends
                ended = replace(alert, cycle=alert.cycle + 1, round=0, step=0, next_step_at=again)
                return Advance(ended, None, (), tuple(skipped), chain_ended=True)
        step = steps[place]
        place += 1
        if people := chain.by_step.get(step, ()):
            taken = replace(alert, round=round_, step=place, next_step_at=ends)
            return Advance(taken, step, people, tuple(skipped), chain_ended=False)
        if step not in skipped:
            skipped.append(step)
    nobody = replace(alert, cycle=alert.cycle + 1, round=0, step=0, next_step_at=ends)
    return Advance(nobody, None, (), tuple(skipped), chain_ended=True)


def chain_for(
    alert: Alert,
    mentor: Person,
    staff: Sequence[Person],
    now: datetime,
    told: Collection[UUID] | None = None,
    on_call: Sequence[Sequence[UUID]] = (),
    groups: Sequence[UUID] = (),
) -> Chain:
    """Say who fills each step at this moment: people who joined, are reachable and are not away.

    `supervisor` is the mentor's own, or else the first of the team's. `backup` is another supervisor of the team; a
    crisis reaches all of them at once, other levels take turns by round. `lead` is every lead, those of the
    mentor's team before the others. Somebody whom the program names fills the step of that name. `told` are those who
    have heard of the alert: when the own supervisor drops out after her step, the one who takes her place is told as
    backup, and not passed over. `on_call` has for each shift that runs now who is on call and then who stands in: the
    first of them who can be told fills the step. `groups` are those that are linked to the mentor's team. About a
    supervisor only leads are told.
    """
    here = [p for p in staff if p.can_receive and not p.is_away(now) and p.id not in (mentor.id, mentor.avoids)]
    willing = _filled(alert, mentor, [p for p in here if p.id not in alert.declined], told, on_call)
    # When everybody said "not mine", everybody is asked again: the alert is still somebody's.
    chain = willing if any(willing.by_step.values()) else _filled(alert, mentor, here, told, on_call)
    with_groups = groups and mentor.role is Role.MENTOR
    return Chain({**chain.by_step, Step.GROUP: tuple(groups)}) if with_groups else chain


def _filled(
    alert: Alert,
    mentor: Person,
    able: Sequence[Person],
    told: Collection[UUID] | None,
    on_call: Sequence[Sequence[UUID]],
) -> Chain:
    if mentor.role is not Role.MENTOR:
        return _leads_alone(alert, mentor, able)
    team = [p for p in able if p.role is Role.SUPERVISOR and p.team_id is not None and p.team_id == mentor.team_id]
    own = next((p for p in able if p.id == mentor.supervisor_id and p.role is not Role.MENTOR), None)
    first = own or (team[0] if team else None)
    others = [p.id for p in team if first is None or p.id != first.id]
    if others and alert.level is not Level.CRISIS:
        others = [others[alert.round % len(others)]]
    if not others and first is not None and told is not None and first.id not in told:
        others = [first.id]
    near, _ = _leads(mentor, able)
    return Chain(
        {
            Step.SUPERVISOR: (first.id,) if first else (),
            Step.BACKUP: tuple(others),
            Step.LEAD: near,
            **({Step.ONCALL: _standing_by(able, on_call)} if on_call else {}),
            **{step: _of_that_name(able, step) for step in alert.policy.steps if isinstance(step, PersonStep)},
        }
    )


def _leads(mentor: Person, able: Sequence[Person]) -> tuple[tuple[UUID, ...], tuple[UUID, ...]]:
    """Return the leads of the team and of all teams, or else every lead; and then the others."""
    leads = [p for p in able if p.role is Role.LEAD]
    near = [p for p in leads if p.team_id in (None, mentor.team_id)] or leads
    return tuple(p.id for p in near), tuple(p.id for p in leads if p not in near)


def _leads_alone(alert: Alert, mentor: Person, able: Sequence[Person]) -> Chain:
    """About a supervisor: leads take the place of the first step, whatever it is, and of `lead`.

    `backup` is the leads of other teams. All other steps are passed over: nobody who works beside a supervisor is told.
    """
    near, far = _leads(mentor, able)
    return Chain({Step.BACKUP: far, Step.LEAD: near, alert.policy.steps[0]: near})


def _of_that_name(able: Sequence[Person], step: PersonStep) -> tuple[UUID, ...]:
    found = named((p for p in able if p.role is not Role.MENTOR), step.name)
    return (found.id,) if found else ()


def _standing_by(able: Sequence[Person], on_call: Sequence[Sequence[UUID]]) -> tuple[UUID, ...]:
    here = {p.id for p in able if p.role is not Role.MENTOR}
    found = (next((who for who in shift if who in here), None) for shift in on_call)
    return tuple(dict.fromkeys(who for who in found if who is not None))
