"""The thresholds and weights of a program file."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.parameters import DEFAULT_PARAMETERS, LoadTerm, Workload
from program.load import ProgramInvalid, parse_program
from program.scoring import read_scoring, scoring_tables


def test_what_is_named_changes_and_the_rest_stays() -> None:
    scoring = parse_program(
        '[scoring.change]\nlimit = 3\nlasts = "6w"\n[scoring.rules]\nweekly_high_times = 4', "f"
    ).scoring
    assert scoring.change == replace(DEFAULT_PARAMETERS.change, limit=3.0, lasts=timedelta(days=42))
    assert scoring.rules == replace(DEFAULT_PARAMETERS.rules, weekly_high_times=4)
    assert scoring == replace(DEFAULT_PARAMETERS, change=scoring.change, rules=scoring.rules)
    assert scoring.rules_version != DEFAULT_PARAMETERS.rules_version


def test_the_load_is_replaced_whole() -> None:
    scoring = parse_program('[[scoring.load]]\nitem = "people"\nweight = 1\nspan = 20\n', "f").scoring
    assert scoring.load == (LoadTerm(item="people", weight=1.0, span=20.0),)


def test_the_caseload_of_a_program_is_its_own() -> None:
    scoring = parse_program("[scoring.workload]\ncap = 8\ncontract = 30.5", "f").scoring
    assert scoring.workload == Workload(8.0, 30.5)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[scoring]\nchnge = 1", "f:2: scoring.chnge: unknown key (is it 'change'?); known here: pulse, weekly_scale"),
        ("[scoring]\nchange = 1", "f:2: scoring.change: must be a table"),
        ("[scoring.rules]\nload = true", "f:2: scoring.rules.load: must be a number from -1000000 to 1000000"),
        ("[scoring.rules]\nload = nan", "f:2: scoring.rules.load: must be a number from -1000000 to 1000000"),
        ("[scoring.rules]\nload = '40'", "f:2: scoring.rules.load: must be a number from -1000000 to 1000000"),
        ("[scoring.rules]\nrise_times = 2.5", "f:2: scoring.rules.rise_times: must be a whole number"),
        ("[scoring.rules]\n\nrise_times = 0", "f:1: scoring.rules: a number of times is at least 1"),
        ("[scoring.rules]\nrun_gap = 21", "f:2: scoring.rules.run_gap: must be a duration such as"),
        ("[scoring.change]\nsmoothing = 1.5", "f:1: scoring.change: smoothing is above 0 and at most 1"),
        ("[scoring.pulse]\nat_least = 5", "f:1: scoring.pulse: at_least is between 1 and the number of items"),
        ("[scoring.pulse]\nitems = []", "f:2: scoring.pulse.items: cannot be set here: the scored scale items"),
        ("[scoring.boundaries]\nsame_day = []", "f:1: scoring.boundaries: cannot be set here: boundary_kinds says"),
        ("[scoring]\nload = []", "f:2: scoring.load: must be a list of 1 to 20 tables"),
        ("[scoring]\nload = [\n3]", "f:3: scoring.load[1]: must be a table"),
        ("[[scoring.load]]\nitem = 'people'\nweight = 1", "f:1: scoring.load[1]: span is missing"),
        ("[[scoring.load]]\nitem = 3\nweight = 1\nspan = 1", "f:2: scoring.load[1].item: must be a text in quotes"),
        ("[[scoring.load]]\nitem = 'people'\nweight = 1\nspan = 0", "f:1: scoring.load[1]: a part of the load has"),
    ],
)
def test_a_number_that_cannot_be_used_is_told_with_its_line(text: str, fault: str) -> None:
    with pytest.raises(ProgramInvalid) as refused:
        parse_program(text, "f")
    (found,) = str(refused.value).splitlines()
    assert found.startswith(fault)


@given(
    limit=st.floats(0.1, 100),
    times=st.integers(1, 50),
    days=st.integers(1, 400),
    weight=st.floats(0, 1),
)
def test_parameters_that_were_written_are_read_as_the_same(limit: float, times: int, days: int, weight: float) -> None:
    changed = replace(
        DEFAULT_PARAMETERS,
        change=replace(DEFAULT_PARAMETERS.change, limit=limit, lasts=timedelta(days=days)),
        rules=replace(DEFAULT_PARAMETERS.rules, rise_times=times),
        load=(LoadTerm(item="hours", weight=weight, unit="contract", span=limit),),
    )
    found: list[tuple[tuple[str | int, ...], str]] = []
    assert read_scoring(DEFAULT_PARAMETERS, scoring_tables(changed), found) == changed
    assert found == []
