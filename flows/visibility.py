"""What a mentor lets a supervisor see: choosing it by group, and a look at that supervisor's own screens."""

from dataclasses import replace
from typing import Any, Final
from uuid import uuid4

from core.access import Act, may
from core.alerts import Alert
from core.chain import chain_for
from core.levels import Level
from core.messages import Kind
from core.people import Person, Role
from core.visibility import Group, Step
from flows import copies, sharing
from flows.agenda import agenda
from flows.belonging import known
from flows.deps import Deps
from flows.team import list_of
from flows.turn import Incoming, Turn, taking
from storage import alerts, people

# What an example alert says: one reason of each group, as if all had become heavy at once.
EXAMPLE: Final = ("change_strong", "weekly_high", "load_high", "boundary_open")
EXAMPLE_FACTS: Final = {"above": 4, "latest": 5, "weekly_high_times": 2, "people": 14, "people_before": 9}
ALERT, LIST, TALK = "alert", "list", "talk"


def mentor_of(turn: Turn) -> Person | None:
    """Return the mentor of the update; refuse everybody else."""
    person = known(turn)
    if person is not None and person.role is not Role.MENTOR:
        turn.reply(Kind.REFUSAL, reason="not_taking_part", role=person.role.value)
        return None
    return person


async def show(deps: Deps, incoming: Incoming, group: Group | None = None) -> None:
    """Show what others see, or the steps of one group."""
    async with taking(deps, incoming) as turn:
        if turn is None or (mentor := mentor_of(turn)) is None:
            return
        turn.reply(Kind.VISIBILITY, choose=group.value if group else None, **await _ladder(turn, mentor))


async def choose(deps: Deps, incoming: Incoming, group: Group, step: Step) -> None:
    """Store a choice, and show at once what follows from it. Nothing is sent to anybody else."""
    async with taking(deps, incoming) as turn:
        if turn is None or (mentor := mentor_of(turn)) is None:
            return
        chosen = mentor.visibility.choose(group, step, turn.now)
        await people.change(turn.session, mentor.id, visibility=chosen.as_json())
        # The same line as for other settings: an export for others must not tell what is hidden.
        await turn.log("settings_changed", mentor.id)
        mentor = replace(mentor, visibility=chosen)
        turn.reply(Kind.PREVIEW, saved=True, **await _preview(turn, mentor, ALERT))


async def preview(deps: Deps, incoming: Incoming, which: str) -> None:
    """Show a supervisor's screen to the mentor whom it is about."""
    async with taking(deps, incoming) as turn:
        if turn is None or (mentor := mentor_of(turn)) is None:
            return
        turn.reply(Kind.PREVIEW, **await _preview(turn, mentor, which))


async def _ladder(turn: Turn, mentor: Person) -> dict[str, Any]:
    reader = await first_told(turn, mentor)
    return {
        "steps": {group.value: mentor.visibility.step(group).value for group in Group},
        "name": reader.name if reader else None,
        "open_alerts": len(await alerts.unresolved_of(turn.session, mentor.id)),
    }


async def _preview(turn: Turn, mentor: Person, which: str) -> dict[str, Any]:
    reader = await first_told(turn, mentor)
    shown = [group.value for group in sharing.shown_groups(mentor)]
    about: dict[str, Any] = {"name": reader.name if reader else None, "which": which, "shown": shown}
    if reader is None:
        return about | {"of": None}
    if which in shown:
        screen = await sharing.answers_shown(turn, mentor, Group(which))
        return about | {"of": Kind.SHARED.value, "screen": screen}
    if which == LIST:
        return about | {"of": Kind.TEAM.value, "screen": await list_of(turn, [mentor], reader)}
    if which == TALK:
        return about | {"of": Kind.AGENDA.value, "screen": await agenda(turn, mentor, reader)}
    example = _example(turn, mentor)
    if not mentor.visibility.reasons(example.reasons):
        return about | {"which": ALERT, "of": None}
    screen = await copies.alert_params(turn, example, mentor, reader)
    return about | {"which": ALERT, "of": Kind.ALERT.value, "screen": screen}


def _example(turn: Turn, mentor: Person) -> Alert:
    return Alert(
        id=uuid4(),
        person_id=mentor.id,
        team_id=mentor.team_id,
        source="example",
        level=Level.CONCERN,
        reasons=EXAMPLE,
        facts=EXAMPLE_FACTS,
        policy=turn.deps.program.policy(Level.CONCERN),
        opened_at=turn.now,
        next_step_at=turn.now,
    )


async def first_told(turn: Turn, mentor: Person) -> Person | None:
    """Return who would be told first, or who is there to be told once they have joined."""
    staff = await people.staff(turn.session)
    example = _example(turn, mentor)
    chain = chain_for(example, mentor, staff, turn.now).by_step
    ids = [id_ for step in example.policy.steps for id_ in chain.get(step, ())]
    able = [person for person in staff if may(person, Act.SEE_ALERTS, mentor)]
    own = [person for person in able if person.id == mentor.supervisor_id]
    first = [person for person in staff if ids and person.id == ids[0]]
    return next(iter([*first, *own, *able]), None)
