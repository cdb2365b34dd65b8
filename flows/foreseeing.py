"""Whom an alert would reach first, if there were one now: said truthfully before anything happens."""

from uuid import uuid4

from core.alerts import Alert
from core.chain import advance, chain_for
from core.levels import Level
from core.people import Person
from core.policy import Step
from flows import duty
from flows.turn import Turn
from storage import people


async def first_told(turn: Turn, mentor: Person, level: Level) -> list[str]:
    """Return the names of those whom the first step of a chain would tell at this moment; none if nobody is there."""
    policy = turn.deps.program.policy(level)
    alert = Alert(
        id=uuid4(),
        person_id=mentor.id,
        team_id=mentor.team_id,
        source="foreseen",
        level=level,
        reasons=(),
        facts={},
        policy=policy,
        opened_at=turn.now,
        next_step_at=turn.now,
    )
    staff = await people.staff(turn.session)
    called = Step.ONCALL in policy.steps
    on_call = await duty.standing_by(turn, mentor.team, staff) if called else []
    step = advance(alert, chain_for(alert, mentor, staff, turn.now, set(), on_call), turn.now)
    names = {person.id: person.name for person in staff}
    return [names[id_] for id_ in step.tell if id_ in names] if step else []
