"""Who is on call: the rota and the calendars of the program, with the shifts that changed hands."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from core import duty, rota
from core.duty import Swap
from core.people import Person
from core.rota import Shift
from flows.turn import Turn
from program.model import Program
from storage import duty as stored
from storage.database import ReadSession

INSTANT = timedelta(microseconds=1)


async def planned(
    session: ReadSession, program: Program, everybody: Sequence[Person], start: datetime, end: datetime
) -> list[Shift]:
    """Return the shifts between two instants, in the order in which they begin, whoever can or cannot be called."""
    found = rota.shifts(program.rota, start, end)
    for calendar in program.calendars:
        found += [duty.shift_of(event, everybody) for event in calendar.events(start, end)]
    names = {person.id: person.name for person in everybody}
    swaps = [
        Swap(start=one.start, end=one.end, team=one.team, giver=names[one.giver_id], taker=names[one.taker_id])
        for one in await stored.taken(session, start, end)
        if one.giver_id in names and one.taker_id in names
    ]
    return duty.swapped(found, swaps)


async def standing_by(turn: Turn, team: str, staff: Sequence[Person]) -> list[list[UUID]]:
    """Return for each shift that serves a team now who is on call and then who stands in."""
    running = await planned(turn.session, turn.deps.program, staff, turn.now, turn.now + INSTANT)
    return rota.standing_by(running, turn.now, team, staff)


def unreadable(program: Program, now: datetime) -> list[str]:
    """Return what is wrong with the calendars of a program, one line each."""
    for calendar in program.calendars:
        calendar.events(now, now + INSTANT)
    return [f"the calendar {one.written} {one.problem}" for one in program.calendars if one.problem]
