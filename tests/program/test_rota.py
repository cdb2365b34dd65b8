"""The rota in the program file."""

import tomllib
from datetime import time

import pytest

from core.levels import Level
from core.policy import Policy, Step
from core.rota import Entry, Weeks
from program.faults import ProgramInvalid
from program.load import load_program, parse_program
from program.render import render_program

ROTA = """
default_timezone = "America/Denver"

[[policies]]
level = "crisis"
acknowledge_within = "5m"
steps = ["oncall", "lead"]

[[rota]]
person = "Ann Lee"
team = "North"
days = ["sat", "sun"]
from = "18:00"
until = "08:00"
timezone = "europe/madrid"
weeks = "odd"
backup = "Ben Ortiz"

[[rota]]
person = "Cal Diaz"
days = ["mon"]
from = "00:00"
until = "00:00"
"""


def test_a_rota_is_read_whole() -> None:
    program = parse_program(ROTA, "file")
    assert program.rota == (
        Entry(
            person="Ann Lee",
            team="North",
            days=(5, 6),
            start=time(18),
            end=time(8),
            zone="Europe/Madrid",
            weeks=Weeks.ODD,
            backup="Ben Ortiz",
        ),
        Entry(person="Cal Diaz", days=(0,), start=time(0), end=time(0), zone="America/Denver"),
    )
    assert program.policy(Level.CRISIS).steps == (Step.ONCALL, Step.LEAD)
    assert program.calls_the_rota
    assert program.warnings == ()


def test_a_rota_survives_being_written_and_read() -> None:
    program = parse_program(ROTA, "file")
    again = parse_program(render_program(program), "again")
    assert (again, again.version) == (program, program.version)


def test_the_shipped_program_has_no_rota_and_does_not_change() -> None:
    shipped = load_program(None)
    assert shipped.rota == ()
    assert not shipped.calls_the_rota
    assert "rota" not in tomllib.loads(render_program(shipped))


def test_a_policy_with_the_step_is_stored_and_read() -> None:
    policy = parse_program(ROTA, "file").policy(Level.CRISIS)
    assert Policy.from_json(policy.as_json()) == policy


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"sat", "sun"', "", "rota[1].days"),
        ('"sat", "sun"', '"sat", "sat"', "rota[1].days[2]: 'sat' is named twice"),
        ('"sat", "sun"', '"saturday"', "rota[1].days[1]"),
        ('"18:00"', '"6 pm"', "rota[1].from"),
        ('"europe/madrid"', '"Madrid"', "rota[1].timezone: unknown time zone"),
        ('"odd"', '"2"', "rota[1].weeks"),
        ('"Ben Ortiz"', '"ann  lee"', "rota[1].backup: is the same person"),
        ('person = "Cal Diaz"', 'people = "Cal Diaz"', "rota[2].person"),
    ],
)
def test_a_fault_is_named_with_its_place(old: str, new: str, reason: str) -> None:
    with pytest.raises(ProgramInvalid) as caught:
        parse_program(ROTA.replace(old, new, 1), "file")
    assert reason in str(caught.value)


def test_a_step_without_a_rota_and_a_rota_without_a_step_are_doubtful() -> None:
    step, rota = ROTA.split("[[rota]]", 1)
    (warning,) = parse_program(step, "file").warnings
    assert "the step oncall is always skipped" in warning
    (warning,) = parse_program("[[rota]]" + rota, "file").warnings
    assert "nobody is called by this rota" in warning
