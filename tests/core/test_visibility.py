"""What a mentor keeps private tells nobody, and hides nothing that they chose to show."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.levels import Level
from core.parameters import DEFAULT_PARAMETERS
from core.rules import BY_CODE, RULES, level_of
from core.visibility import (
    AS_USUAL,
    GROUP_OF_REASON,
    Closed,
    Group,
    Reasoned,
    Step,
    Visibility,
    disclosed,
    group_of_item,
)
from program.load import load_program
from tests.core.factories import NOW

NUMBERS = DEFAULT_PARAMETERS.rules
ALWAYS = ("boundary_same_day", "asks_this_week", "asks_today", "not_safe", "boundary_immediate", "asks_now")
DAY = timedelta(days=1)

steps = st.dictionaries(st.sampled_from(Group), st.sampled_from(Step))
codes = st.lists(st.sampled_from([rule.code for rule in RULES]), unique=True).map(
    lambda found: tuple(rule.code for rule in RULES if rule.code in found)
)


def hiding(*groups: Group, since: timedelta = timedelta(days=365)) -> Visibility:
    """What holds when these groups have been private since so long ago."""
    chosen = AS_USUAL
    for group in groups:
        chosen = chosen.choose(group, Step.PRIVATE, NOW - since)
    return chosen


def test_every_reason_that_is_a_score_belongs_to_a_group() -> None:
    assert {rule.code for rule in RULES if rule.scores} <= set(GROUP_OF_REASON)


@pytest.mark.parametrize("code", [*ALWAYS, "risk_note", "talk", "note_not_read"])
def test_requests_danger_and_what_cannot_wait_are_told_whatever_was_chosen(code: str) -> None:
    assert hiding(*Group).reasons([code]) == (code,)


@given(codes, steps)
def test_nothing_of_a_private_group_is_told(found: tuple[str, ...], chosen: dict[Group, Step]) -> None:
    seen = AS_USUAL
    for group, step in chosen.items():
        seen = seen.choose(group, step, NOW)
    told = seen.reasons(found)
    private = {group for group, step in chosen.items() if step is Step.PRIVATE}
    assert not {GROUP_OF_REASON.get(code) for code in told} & private
    assert set(told) <= set(found)
    if not private:
        assert set(found) - set(told) <= {"high_and_rising"}


def test_a_high_pulse_beside_something_hidden_does_not_tell_of_it() -> None:
    assert hiding(Group.WEEKLY).reasons(["weekly_high", "high_and_rising"]) == ()
    assert hiding(Group.WEEKLY).reasons(["load_high", "high_and_rising"]) == ("load_high", "high_and_rising")
    assert hiding(Group.PULSE).reasons(["load_high", "high_and_rising"]) == ("load_high",)


def test_a_hidden_score_does_not_swallow_one_that_is_told() -> None:
    """The week was very heavy, and private. A high workload a week later is still news to the supervisor."""
    seen = hiding(Group.WEEKLY)
    before = [Reasoned(NOW - 7 * DAY, ("weekly_very_high",))]
    found = disclosed(Reasoned(NOW, ("load_high", "weekly_very_high")), before, seen, NUMBERS)
    assert (found.level, found.raised) == (Level.CONCERN, ("load_high",))
    assert found.kept == ("weekly_very_high",)


def test_what_was_told_before_is_not_told_again() -> None:
    before = [Reasoned(NOW - 7 * DAY, ("load_high",))]
    assert disclosed(Reasoned(NOW, ("load_high",)), before, hiding(Group.WEEKLY), NUMBERS).level is Level.STEADY


def test_a_closed_alert_is_told_anew_after_three_better_answers() -> None:
    better = [Reasoned(NOW - day * DAY, ()) for day in (3, 4, 5)]
    before = [Reasoned(NOW - 20 * DAY, ("load_high",)), Closed(NOW - 10 * DAY, Level.CONCERN), *better]
    found = disclosed(Reasoned(NOW, ("load_high",)), before, hiding(Group.WEEKLY), NUMBERS)
    assert found.level is Level.CONCERN


def test_what_was_never_told_is_told_once_it_is_shown_again() -> None:
    seen = hiding(Group.WEEKLY, since=30 * DAY).choose(Group.WEEKLY, Step.LEVEL, NOW - DAY)
    before = [Reasoned(NOW - 7 * DAY, ("weekly_very_high",))]
    found = disclosed(Reasoned(NOW, ("weekly_very_high",)), before, seen, NUMBERS)
    assert (found.level, found.kept) == (Level.URGENT, ())


def test_what_was_told_before_it_was_hidden_counts_as_told() -> None:
    seen = hiding(Group.WEEKLY, since=3 * DAY)
    before = [Reasoned(NOW - 7 * DAY, ("weekly_very_high",))]
    assert disclosed(Reasoned(NOW, ("load_high",)), before, seen, NUMBERS).level is Level.STEADY


@given(st.lists(codes, max_size=6), codes)
def test_with_nothing_hidden_it_is_the_rule_of_the_scoring(before: list[tuple[str, ...]], now: tuple[str, ...]) -> None:
    """Scores raise on a rise above the weeks before; everything else each time."""
    now = AS_USUAL.reasons(now)
    past = [Reasoned(NOW - (place + 1) * DAY, reasons) for place, reasons in enumerate(before)]
    found = disclosed(Reasoned(NOW, now), past, AS_USUAL, NUMBERS)
    events = [code for code in now if not BY_CODE[code].scores]
    scores = level_of([BY_CODE[code] for code in now if BY_CODE[code].scores])
    highest = max(
        (level_of([BY_CODE[c] for c in AS_USUAL.reasons(r) if BY_CODE[c].scores]) for r in before),
        default=Level.STEADY,
    )
    expected = max(level_of([BY_CODE[code] for code in events]), scores if scores > highest else Level.STEADY)
    assert (found.level, found.reasons, found.kept) == (expected, now, ())


@given(steps)
def test_it_is_stored_and_read_back(chosen: dict[Group, Step]) -> None:
    seen = AS_USUAL
    for group, step in chosen.items():
        seen = seen.choose(group, step, NOW)
    assert Visibility.from_json(seen.as_json()) == seen
    assert Visibility.from_json(None) == AS_USUAL


def test_figures_are_read_by_others_only_where_answers_are_shown() -> None:
    facts = {"people": 14.0, "people_before": 9.0, "above": 4.0}
    assert AS_USUAL.facts(facts) == {"above": 4.0, "more_people": 1.0}
    assert AS_USUAL.facts({"people": 9.0, "people_before": 14.0}) == {}
    shown = AS_USUAL.choose(Group.WORKLOAD, Step.ANSWERS, NOW).facts(facts)
    assert shown == {**facts, "figures": 1.0}


def test_each_item_that_is_scored_belongs_to_a_group_and_a_request_to_none() -> None:
    found = {
        (kind, item.id): group_of_item(kind, item.id)
        for kind in ("pulse", "weekly")
        for item in load_program(None).checkin(kind).items
    }
    assert [key for key, group in found.items() if group is None] == [("pulse", "reach_out")]
    assert found["weekly", "supervision"] is Group.WORKLOAD
    assert found["weekly", "reserve"] is Group.WEEKLY
    assert found["weekly", "boundary_when"] is Group.BOUNDARIES
    assert group_of_item("practice", "practice_supervision") is None
