"""Home-visit timers that nobody waits for any more, because the mentor leaves or sets another one."""

from core import visits as core
from core.people import Person
from core.visits import VisitEvent, VisitMoveRefused, VisitState
from flows.turn import Turn
from storage import visits


async def stop(turn: Turn, person: Person) -> None:
    """Somebody leaves the program: nobody is waited for any more. People who were called stay called."""
    await stop_choosing(turn, person)
    running = await visits.latest_of(turn.session, person.id, VisitState.INSIDE, VisitState.ASKED)
    if running is not None and (locked := await visits.lock(turn.session, running.id)) is not None:
        try:
            await visits.save(turn.session, core.end(locked, VisitEvent.CANCEL))
        except VisitMoveRefused:
            return


async def stop_choosing(turn: Turn, person: Person) -> None:
    """Wait for no typed time any more."""
    while (asked := await visits.latest_of(turn.session, person.id, VisitState.CHOOSING)) is not None:
        if not await visits.save(turn.session, core.end(asked, VisitEvent.CANCEL)):
            return  # another update of theirs is at it
