"""Who is asked a check-in: mentors, and supervisors for the pulse where a program says so."""

import pytest

from core.people import Role
from program.faults import ProgramInvalid
from program.load import load_program, parse_program
from program.render import render_program

PULSE = '[[checkins]]\nid = "pulse"\n'


def test_the_shipped_program_asks_mentors_alone() -> None:
    program = load_program(None)
    assert program.asks(Role.MENTOR)
    assert not program.asks(Role.SUPERVISOR)


def test_the_pulse_may_be_for_supervisors_and_is_shown_so() -> None:
    program = parse_program(PULSE + 'roles = ["mentor", "supervisor"]', "f")
    assert program.asks(Role.SUPERVISOR)
    assert not program.asks(Role.LEAD)
    assert parse_program(render_program(program), "f") == program


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PULSE + 'roles = ["mentor", "lead"]', "f:3: checkins[1].roles[2]: 'lead' cannot be asked"),
        (PULSE + 'roles = ["supervisor"]', 'f:3: checkins[1].roles: lacks "mentor"'),
        (PULSE + 'roles = ["mentor", "mentor"]', "f:3: checkins[1].roles[2]: 'mentor' is named twice"),
        (
            '[[checkins]]\nid = "weekly"\nroles = ["mentor", "supervisor"]',
            'f:3: checkins[1].roles: has "supervisor": of all check-ins only the pulse',
        ),
    ],
)
def test_other_roles_and_other_check_ins_are_refused_with_line_and_reason(text: str, said: str) -> None:
    with pytest.raises(ProgramInvalid) as found:
        parse_program(text, "f")
    assert said in str(found.value)
