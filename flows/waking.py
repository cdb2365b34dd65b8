"""When somebody may be written to without being asked for it."""

from datetime import datetime

from core.people import Person
from core.timetable import QuietHours, end_of_quiet
from flows.turn import Turn


def quiet_hours(turn: Turn, person: Person) -> QuietHours:
    """Return the person's own quiet hours, or the program's."""
    program = turn.deps.program.quiet_hours
    start = person.quiet_from if person.quiet_from is not None else program.start
    end = person.quiet_until if person.quiet_until is not None else program.end
    return QuietHours(start, end)


def waking(turn: Turn, person: Person) -> datetime:
    """Return the first instant from now on that is not in the person's quiet hours."""
    return end_of_quiet(turn.now, person.timezone, quiet_hours(turn, person))
