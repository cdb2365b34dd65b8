"""Strain and load, worked by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.items import BadAnswer, scored_items
from core.parameters import DEFAULT_PARAMETERS, LOAD_TERMS, PULSE_SCALE, WEEKLY_SCALE, Workload
from core.scores import Answer, exceeds, load, load_parts, reaches, strain

ITEMS = scored_items(DEFAULT_PARAMETERS.boundaries)
COUNTS = {"people": 200, "hours": 168, "off_hours": 200, "no_break": 7, "crises": 200, "notes_waiting": 200}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"fuel": 4, "spill": 0, "stories": 0, "switch_off": 4}, 0.0),
        ({"fuel": 0, "spill": 4, "stories": 4, "switch_off": 0}, 100.0),
        ({"fuel": 3, "spill": 2, "stories": 1, "switch_off": 2}, 37.5),  # 25 * (1 + 2 + 1 + 2) / 4
        ({"fuel": 3, "spill": 2, "stories": 1}, 100 / 3),  # 25 * (1 + 2 + 1) / 3
        ({"fuel": "3", "spill": Decimal(2), "stories": 1.0}, 100 / 3),
        ({"fuel": 0, "spill": 4}, None),
        ({"reach_out": "no"}, None),
    ],
)
def test_strain_is_the_mean_of_the_answered_pulse_items(answers: dict[str, Answer], expected: float | None) -> None:
    assert strain(answers, PULSE_SCALE) == pytest.approx(expected, abs=1e-12)


def test_weekly_strain_turns_backup_and_habits_around_and_needs_five_items() -> None:
    answers: dict[str, Answer] = {"reserve": 2, "autopilot": 3, "came_back": 1, "role_pull": 0, "backup": 1}
    assert strain(answers, WEEKLY_SCALE) == pytest.approx(25 * (2 + 3 + 1 + 0 + 3) / 5)
    assert strain({**answers, "steady_habits": 4}, WEEKLY_SCALE) == pytest.approx(25 * (2 + 3 + 1 + 0 + 3 + 0) / 6)
    assert strain({**answers, "why": 0}, WEEKLY_SCALE) == strain(answers, WEEKLY_SCALE)
    del answers["reserve"]
    assert strain({**answers, "why": 0}, WEEKLY_SCALE) is None


@pytest.mark.parametrize(
    ("item", "value", "points"),
    [
        ("people", 7.2, 0.0),  # 0.6 of the cap of 12
        ("people", 9, 6.25),  # (0.75 - 0.6) / 0.6 = a quarter of 25
        ("people", 14.4, 25.0),
        ("people", 200, 25.0),
        ("hours", 18, 0.0),  # 0.9 of the contract of 20
        ("hours", 22, 10.0),
        ("hours", 26, 20.0),
        ("off_hours", 3, 10.0),
        ("off_hours", 7, 20.0),
        ("no_break", 1, 2.5),
        ("no_break", 7, 10.0),
        ("crises", 1, 5.0),
        ("crises", 4, 15.0),
        ("notes_waiting", 1.5, 2.5),
        ("notes_waiting", 6, 10.0),
    ],
)
def test_each_count_adds_its_part_to_the_load(item: str, value: float, points: float) -> None:
    assert load({item: value}, LOAD_TERMS, Workload()) == pytest.approx(points, abs=1e-9)


def test_a_full_load_is_one_hundred_and_a_missing_count_adds_nothing() -> None:
    full: dict[str, Answer] = {item: float(top) for item, top in COUNTS.items()}
    assert load(full, LOAD_TERMS, Workload()) == pytest.approx(100)
    del full["crises"]
    assert load(full, LOAD_TERMS, Workload()) == pytest.approx(85)
    assert load({"people": 0}, LOAD_TERMS, Workload()) == 0
    assert load({"supervision": "none"}, LOAD_TERMS, Workload()) is None


def test_the_load_is_measured_against_the_mentors_own_cap_and_contract() -> None:
    answers: dict[str, Answer] = {"people": 9, "hours": 22}
    assert load_parts(answers, LOAD_TERMS, Workload(cap=6, contract=40)) == {"people": 25.0, "hours": 0.0}


def test_comparisons_are_made_at_nine_decimals() -> None:
    assert reaches(74.9999999996, 75)
    assert not reaches(74.9999999994, 75)
    assert not exceeds(0.9000000004, 0.9)
    assert exceeds(0.9000000006, 0.9)
    assert not reaches(None, 0)
    assert not exceeds(None, 0)


@given(
    st.dictionaries(st.sampled_from(PULSE_SCALE.items), st.integers(0, 4), min_size=3),
    st.sampled_from(PULSE_SCALE.items),
)
def test_an_unanswered_item_is_left_out_and_never_filled_in(answers: dict[str, int], item: str) -> None:
    answered = {key: 4 - value if key in ("fuel", "switch_off") else value for key, value in answers.items()}
    assert strain(answers, PULSE_SCALE) == pytest.approx(25 * sum(answered.values()) / len(answered))


@given(
    st.dictionaries(st.sampled_from(sorted(COUNTS)), st.integers(0, 400).map(lambda n: n / 2), min_size=1), st.data()
)
def test_a_higher_count_never_lowers_the_load(answers: dict[str, float], data: st.DataObject) -> None:
    item = data.draw(st.sampled_from(sorted(answers)))
    more = {**answers, item: answers[item] + 0.5}
    low, high = load(answers, LOAD_TERMS, Workload()), load(more, LOAD_TERMS, Workload())
    assert low is not None
    assert high is not None
    assert 0 <= low <= high <= 100 + 1e-9


@pytest.mark.parametrize(
    ("item", "text", "read"),
    [
        ("fuel", "0", 0.0),
        ("fuel", "4", 4.0),
        ("fuel", "4.0", 4.0),
        ("hours", "167.5", 167.5),
        ("hours", "168", 168.0),
        ("hours", "007.50", 7.5),
        ("no_break", "7", 7.0),
        ("people", "200", 200.0),
        ("reach_out", "this_week", "this_week"),
        ("boundary_kind", "money threat", "money threat"),
    ],
)
def test_answers_are_read(item: str, text: str, read: str | float) -> None:
    assert ITEMS[item].read(text) == read


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("fuel", "5"),
        ("fuel", "1.5"),
        ("fuel", "4.00000000000000000000001"),
        ("fuel", "+1"),
        ("fuel", "-0"),
        ("fuel", "1e0"),
        ("fuel", " 1"),
        ("fuel", "1."),
        ("fuel", ".5"),
        ("fuel", "٣"),
        ("fuel", "nan"),
        ("hours", "168.5"),
        ("hours", "20.25"),
        ("hours", "20,5"),
        ("no_break", "7.5"),
        ("people", "200.5"),
        ("people", "9" * 5000),
        ("reach_out", "later"),
        ("reach_out", ""),
        ("boundary_kind", "money  threat"),
        ("boundary_kind", "money,threat"),
    ],
)
def test_anything_else_is_refused(item: str, text: str) -> None:
    with pytest.raises(BadAnswer, match="expected"):
        ITEMS[item].read(text)
