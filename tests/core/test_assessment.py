"""The fold: the same as the plain telling, whatever the order of arrival, from a stored history, and never milder."""

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.assessment import Assessment, CheckinAnswers, OutOfOrder, assess_one, replay
from core.history import History, UnknownHistory
from core.parameters import DEFAULT_PARAMETERS, Workload
from tests.core.histories import COUNTS, PULSE, REVERSED, WEEKLY, random_history
from tests.core.plain_scoring import score

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)
SCORES = ("strain", "weekly", "load", "z", "limit")


def checkin(answers: dict[str, Any]) -> CheckinAnswers:
    rest = {item: value for item, value in answers.items() if item not in ("kind", "at")}
    return CheckinAnswers(answers["kind"], answers["at"], rest)


def checkins(seed: int, length: int = 120) -> list[CheckinAnswers]:
    return [checkin(one) for one in random_history(seed, length)]


def assert_same(plain: dict[str, Any], assessment: Assessment) -> None:
    for name in SCORES:
        assert getattr(assessment, name) == (None if plain[name] is None else pytest.approx(plain[name], abs=1e-9))
    assert list(assessment.reasons) == plain["codes"]
    assert assessment.level == plain["level"]
    assert (assessment.alert or 0) == plain["alert"]


@pytest.mark.parametrize("block", range(8))
def test_it_agrees_with_the_plain_telling_row_by_row(block: int) -> None:
    for seed in range(block * 30, block * 30 + 30):
        expected = score(random_history(seed))
        for plain, assessment in zip(expected, replay(checkins(seed)), strict=True):
            assert_same(plain, assessment)


def test_it_agrees_for_a_mentor_with_a_cap_and_a_contract_of_their_own() -> None:
    for seed in range(20):
        expected = score(random_history(seed), cap=7, contract=32)
        for plain, assessment in zip(expected, replay(checkins(seed), workload=Workload(7, 32)), strict=True):
            assert_same(plain, assessment)


def test_the_histories_reach_every_rule() -> None:
    seen = {code for seed in range(40) for row in replay(checkins(seed)) for code in row.reasons}
    assert len(seen) == 20  # all but risk_note and talk, which are no answers


@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(seed: int, random: Random) -> None:
    history = checkins(seed, 60)
    shuffled = history.copy()
    random.shuffle(shuffled)
    assert replay(shuffled) == replay(history)


@given(st.integers(0, 10**6), st.integers(0, 60))
def test_a_stored_history_goes_on_as_if_it_had_never_been_stored(seed: int, cut: int) -> None:
    history, state = checkins(seed, 60), History()
    for one in history[:cut]:
        state, _ = assess_one(state, one)
    stored = History.from_json(json.loads(json.dumps(state.as_json())))
    assert stored == state
    rest = []
    for one in history[cut:]:
        stored, assessment = assess_one(stored, one)
        rest.append(assessment)
    assert rest == replay(history)[cut:]


def test_a_history_does_not_grow() -> None:
    state, sizes = History(), []
    for one in checkins(3, 2000):
        state, _ = assess_one(state, one)
        sizes.append(len(json.dumps(state.as_json())))
    assert max(sizes[500:]) < 1500


@given(st.integers(0, 10**6), st.integers(5, 60), st.data())
def test_a_worse_answer_never_lowers_the_level_of_its_check_in(seed: int, place: int, data: st.DataObject) -> None:
    history = random_history(seed, 60)
    chosen = history[place % len(history)]
    better = replay([checkin(one) for one in history])
    place = sorted(range(len(history)), key=lambda i: (history[i]["at"], history[i]["kind"] == "weekly")).index(
        history.index(chosen)
    )
    chosen |= _worse(data, chosen)
    worse = replay([checkin(one) for one in history])
    assert worse[place].level >= better[place].level
    for name in ("strain", "weekly", "load", "z"):
        before, after = getattr(better[place], name), getattr(worse[place], name)
        assert before is None or after >= before - 1e-12


# Best to worst, for each item that is a choice.
CHOICES = {
    "reach_out": ("no", "this_week", "today", "not_safe"),
    "boundary": ("no", "unsure", "open"),
    "boundary_when": ("next_supervision", "today", "now"),
    "boundary_kind": ("small_gift", "money", "money threat"),
}


def _worse(data: st.DataObject, answers: dict[str, Any]) -> dict[str, Any]:
    """Make some of the answers that are there worse."""
    changes: dict[str, Any] = {}
    for item in data.draw(st.sets(st.sampled_from(sorted(set(answers) - {"kind", "at"})), min_size=1)):
        value = answers[item]
        if item in PULSE or item in WEEKLY:
            changes[item] = data.draw(st.integers(0, value) if item in REVERSED else st.integers(value, 4))
        elif item in COUNTS:
            changes[item] = value + data.draw(st.integers(0, 20)) / 2
        elif value in CHOICES.get(item, ()):
            steps = CHOICES[item]
            changes[item] = data.draw(st.sampled_from(steps[steps.index(value) :]))
    return changes


@given(st.integers(0, 10**6))
def test_missed_check_ins_are_never_filled_in(seed: int) -> None:
    """A pulse that was sent and not answered leaves the same state as none at all."""
    history = checkins(seed, 60)
    unanswered = [CheckinAnswers("pulse", one.at + timedelta(seconds=1), {}) for one in history]
    rows = replay([*history, *unanswered])
    assert [row for row in rows if row.inputs] == replay(history)


def test_an_assessment_keeps_its_inputs_its_facts_and_the_version_of_the_rules() -> None:
    calm = {"fuel": 3, "spill": 1, "stories": 1, "switch_off": 3}
    pulses = [CheckinAnswers("pulse", START + 2 * n * DAY, calm) for n in range(13)]
    risen = CheckinAnswers("pulse", START + 30 * DAY, {"fuel": "1", "spill": "3", "stories": "3", "switch_off": "1"})
    weeks = [CheckinAnswers("weekly", START + n * DAY, {"people": n, "hours": 20}) for n in (9, 14)]
    rows = replay([*pulses, *weeks, risen])
    last = rows[-1]
    assert last.inputs == {"fuel": "1", "spill": "3", "stories": "3", "switch_off": "1"}
    assert last.rules_version == DEFAULT_PARAMETERS.rules_version
    usual = (225 + 72) / 11
    for _ in range(4):
        usual += 0.02 * (25 - usual)
    assert last.facts["usual"] == pytest.approx(usual)
    assert (last.facts["strain"], last.facts["above"], last.facts["latest"]) == (75, 1, 5)
    week = next(row for row in rows if row.kind == "weekly" and "people_before" in row.facts)
    assert (week.facts["people_before"], week.facts["people"]) == (9, 14)
    assert week.facts["people_points"] == pytest.approx(25 * (14 / 12 - 0.6) / 0.6)


def test_a_check_in_that_is_not_later_is_refused_and_changes_nothing() -> None:
    state, _ = assess_one(History(), CheckinAnswers("pulse", START, {"reach_out": "no"}))
    for earlier in (START, START - DAY):
        with pytest.raises(OutOfOrder):
            assess_one(state, CheckinAnswers("pulse", earlier, {"reach_out": "no"}))
    with pytest.raises(ValueError, match="time zone"):
        assess_one(state, CheckinAnswers("pulse", START.replace(tzinfo=None), {"reach_out": "no"}))
    # A weekly at the instant of a pulse comes after it, not before.
    state, _ = assess_one(state, CheckinAnswers("weekly", START, {"why": 1}))
    with pytest.raises(OutOfOrder):
        assess_one(state, CheckinAnswers("pulse", START, {"reach_out": "no"}))


def test_a_history_says_whether_a_change_alert_is_open() -> None:
    state, open_after = History(), []
    for points in [25.0] * 9 + [100.0] + [25.0] * 5:
        answers = {"fuel": 4 - points / 25, "spill": points / 25, "stories": points / 25, "switch_off": 4 - points / 25}
        state, row = assess_one(state, CheckinAnswers("pulse", START + len(open_after) * DAY, answers))
        assert state.change_alert_open is ("change" in row.reasons)
        open_after.append(state.change_alert_open)
    assert open_after[8:11] == [False, True, True]
    assert not open_after[-1]


@pytest.mark.parametrize(
    "stored", [{}, {"format": 0}, {"format": 1}, {**History().as_json(), "change": {"alert": {"level": "x"}}}]
)
def test_an_unknown_stored_history_is_refused(stored: dict[str, Any]) -> None:
    with pytest.raises(UnknownHistory):
        History.from_json(stored)
