"""Leaving stops everything at once. For a while it can be undone, as if it had never been; then all is erased."""

from dataclasses import replace
from typing import Final

from core.checkins import CheckinEvent
from core.messages import Kind
from core.people import Person, Role
from flows import consenting, ending, scheduling, stopping
from flows.belonging import NOT_WHILE_AWAY, known, left
from flows.deps import Deps
from flows.turn import Incoming, Turn, taking
from storage import alerts, checkins, people, settling

# What waits to be sent and is not wanted any more by whoever left.
NOT_AFTER_LEAVING: Final = (*NOT_WHILE_AWAY, Kind.FOLLOW_UP, Kind.VISIT_ASK)


async def ask_leave(deps: Deps, incoming: Incoming) -> None:
    """Say what leaving means, and ask."""
    async with taking(deps, incoming) as turn:
        if turn is None or not (person := known(turn)):
            return
        own = {"own_pulse": True} if person.role is not Role.MENTOR and person.takes_part else {}
        turn.reply(Kind.LEAVE, **own, role=person.role.value, days=turn.deps.program.retention.left.days)


async def leave(deps: Deps, incoming: Incoming) -> None:
    """Stop everything at once. An alert about a mentor stays with the people who were told; one that
    the leaver had taken goes on to somebody else."""
    async with taking(deps, incoming) as turn:
        if turn is None or not (person := known(turn)):
            return
        person = replace(person, left_at=turn.now)
        await people.change(turn.session, person.id, left_at=turn.now)
        await turn.log("left", person.id)
        await stop_asking(turn, person)
        if person.role is not Role.MENTOR:
            await alerts.release(turn.session, person.id, turn.now)
        open_alerts = await alerts.unresolved_of(turn.session, person.id)
        turn.reply(Kind.LEFT, just_now=True, open_alerts=len(open_alerts), **left(turn, person))


async def stop_asking(turn: Turn, person: Person) -> None:
    """End what is open, drop what waits, and plan nothing more: `person` does not take part any longer."""
    await settling.drop_pending(turn.session, person.id, NOT_AFTER_LEAVING, turn.now)
    for checkin in await checkins.open_of(turn.session, person.id):
        await ending.close(turn, person, checkin, CheckinEvent.CANCEL)
    await stopping.stop(turn, person)
    await scheduling.plan(turn, person)


async def come_again(deps: Deps, incoming: Incoming) -> None:
    """Undo leaving. Consent, times and what others see are kept as they were."""
    async with taking(deps, incoming) as turn:
        if turn is None or turn.person is None:
            return
        person = replace(turn.person, left_at=None)
        if turn.person.left_at is not None:
            await people.change(turn.session, person.id, left_at=None)
            await turn.log("returned", person.id)
        if person.takes_part:
            await scheduling.plan(turn, person)
        if person.role is Role.MENTOR and not consenting.has_agreed(turn, person):
            turn.reply(Kind.CONSENT, **consenting.page(person))
        else:
            turn.reply(Kind.HELP, role=person.role.value, returned=True)
