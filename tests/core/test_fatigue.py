"""Which alerts are told together: none is less than it was, and nothing worse hides behind another."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.alerts import Alert, AlertState, Outcome, acknowledge, raise_level, resolve
from core.fatigue import Fatigue, follow, host_for, is_several, on_its_own
from core.levels import Level
from core.people import Role
from core.rules import BY_CODE
from tests.core.factories import MINUTE, NOW, a_person, a_policy, an_alert

SAM, ANN = a_person(), a_person(Role.SUPERVISOR)
CALM = Fatigue(bundle_within=2 * MINUTE, same_reason_after=timedelta(days=7), concerns_a_day=12)
LEVELS = (Level.CONCERN, Level.URGENT, Level.CRISIS)

reasons = st.lists(st.sampled_from(sorted(BY_CODE)), min_size=1, max_size=4, unique=True).map(tuple)


def first(*codes: str, level: Level = Level.CONCERN, **values: object) -> Alert:
    return an_alert(SAM, level=level, policy=a_policy(level), reasons=codes or ("load_high",), **values)


def joins(host: Alert, level: Level, codes: Sequence[str], *, after: timedelta, fatigue: Fatigue = CALM) -> bool:
    return host_for(level, codes, [host], fatigue, host.opened_at + after) is host


def test_what_arises_within_two_minutes_is_told_in_one_message() -> None:
    assert joins(first(), Level.CONCERN, ("boundary_open",), after=2 * MINUTE)
    assert not joins(first(), Level.CONCERN, ("boundary_open",), after=2 * MINUTE + timedelta(seconds=1))
    assert joins(first(level=Level.URGENT), Level.CONCERN, ("boundary_open",), after=MINUTE)


def test_a_known_reason_joins_for_a_week_and_not_when_it_is_closed() -> None:
    assert joins(first(), Level.CONCERN, ("load_high",), after=timedelta(days=7))
    assert not joins(first(), Level.CONCERN, ("load_high",), after=timedelta(days=7, seconds=1))
    assert not joins(first(), Level.CONCERN, ("load_high", "weekly_high"), after=timedelta(days=1))
    closed = resolve(first(), ANN.id, Outcome.TALKED, NOW)
    assert not joins(closed, Level.CONCERN, ("load_high",), after=MINUTE)


def test_whoever_asks_for_somebody_today_once_more_is_heard_once_more() -> None:
    asked = first("asks_today", level=Level.URGENT)
    assert not joins(asked, Level.URGENT, ("asks_today",), after=3 * MINUTE)
    assert joins(first("load_very_high", level=Level.URGENT), Level.URGENT, ("load_very_high",), after=3 * MINUTE)


def test_nobody_has_taken_what_they_have_not_read() -> None:
    taken = acknowledge(first(), ANN.id, NOW)
    assert not joins(taken, Level.CONCERN, ("boundary_open",), after=MINUTE)
    assert joins(taken, Level.CONCERN, ("load_high",), after=MINUTE)


@given(st.sampled_from(LEVELS), reasons, st.sampled_from(LEVELS), reasons, st.integers(0, 20_000))
def test_nothing_worse_and_no_crisis_ever_joins(
    level: Level, codes: Sequence[str], new: Level, more: Sequence[str], minutes: int
) -> None:
    host = first(*codes, level=level)
    if joins(host, new, more, after=minutes * MINUTE):
        assert new <= level
        assert new is not Level.CRISIS
        assert minutes <= 2 or set(more) <= set(codes)
    assert not joins(host, new, more, after=minutes * MINUTE, fatigue=Fatigue())


@pytest.mark.parametrize("move", ["open", "taken", "closed"])
def test_what_joined_stands_as_the_other_does_and_was_never_taken_before_it_was_there(move: str) -> None:
    host = first()
    if move != "open":
        host = acknowledge(host, ANN.id, NOW)
    if move == "closed":
        host = resolve(host, ANN.id, Outcome.TALKED, NOW + MINUTE)
    late = replace(first(), joined_to=host.id, opened_at=NOW + 2 * MINUTE)
    found = follow(late, host)
    assert (found.state, found.next_step_at) == (host.state, host.next_step_at)
    assert found.acknowledged_by == host.acknowledged_by
    for at in (found.acknowledged_at, found.resolved_at):
        assert at is None or at >= late.opened_at


def test_what_becomes_worse_or_loses_the_other_goes_its_own_way() -> None:
    joined = replace(first(), joined_to=first().id)
    worse = raise_level(joined, Level.URGENT, ("asks_today",), a_policy(), NOW)
    assert (worse.joined_to, worse.next_step_at) == (None, NOW)
    alone = on_its_own(acknowledge(joined, ANN.id, NOW), NOW)
    assert (alone.joined_to, alone.state, alone.acknowledged_by) == (None, AlertState.OPEN, None)


@pytest.mark.parametrize(
    ("worse", "team", "several"), [(3, 5, True), (3, 9, True), (3, 10, False), (2, 5, False), (3, 4, False)]
)
def test_several_are_three_at_least_and_a_third_and_no_team_is_too_small(
    worse: int, team: int, *, several: bool
) -> None:
    assert is_several(worse, team) is several
