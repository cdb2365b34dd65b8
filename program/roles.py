"""Who may be asked a check-in, checked: mentors, and supervisors for the pulse alone."""

from collections.abc import Iterator
from typing import Final

from core.people import Role
from program.faults import Place
from program.schema import ProgramTable

PULSE: Final = "pulse"
ASKED: Final = (Role.MENTOR.value, Role.SUPERVISOR.value)


def roles_can_be_asked(program: ProgramTable) -> Iterator[tuple[Place, str]]:
    """Find roles that cannot be asked, or not by that check-in."""
    for number, checkin in enumerate(program.checkins):
        place: Place = ("checkins", number, "roles")
        for position, role in enumerate(checkin.roles):
            if role not in ASKED:
                yield (*place, position), f'{role!r} cannot be asked; it is "mentor" or "supervisor"'
            elif role in checkin.roles[:position]:
                yield (*place, position), f"{role!r} is named twice"
        if Role.MENTOR not in checkin.roles:
            yield place, 'lacks "mentor": a check-in is for mentors, and the pulse may be for supervisors too'
        if Role.SUPERVISOR in checkin.roles and checkin.id != PULSE:
            yield place, 'has "supervisor": of all check-ins only the pulse can be for them'
