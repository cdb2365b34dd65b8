"""Policies are refused when they cannot chase anybody, and are stored without a loss. Messages have a rule each."""

from datetime import timedelta

import pytest
from hypothesis import given

from core.messages import RULES, Kind, Notice, Priority, WhenUnsure
from core.policy import Policy
from tests.core.factories import a_policy
from tests.core.test_chain import policies

ZERO = timedelta(0)


@pytest.mark.parametrize("wrong", [{"steps": ()}, {"repeat": 0}, {"repeat": -1}])
def test_a_chain_without_steps_or_rounds_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="at least one step and one round"):
        a_policy(**wrong)


@pytest.mark.parametrize("field", ["acknowledge_within", "acknowledgement_lapses_after"])
@pytest.mark.parametrize("duration", [ZERO, timedelta(seconds=-1)])
def test_a_chain_that_would_spin_is_refused(field: str, duration: timedelta) -> None:
    with pytest.raises(ValueError, match="longer than zero"):
        a_policy(**{field: duration})


@given(policies)
def test_a_stored_policy_comes_back_as_it_was(policy: Policy) -> None:
    assert Policy.from_json(policy.as_json()) == policy


def test_every_kind_of_message_has_a_rule() -> None:
    assert set(RULES) == set(Kind)


@pytest.mark.parametrize("kind", Kind)
def test_a_message_is_repeated_when_in_doubt_unless_it_asks_or_reports_by_itself(kind: Kind) -> None:
    """What somebody waits for is repeated; what comes unasked is better missed than doubled."""
    if kind in (Kind.ALERT, Kind.CHAIN_ENDED):
        expected = WhenUnsure.REPEAT_MARKED
    elif RULES[kind].priority in (Priority.CHECKIN, Priority.DIGEST):
        expected = WhenUnsure.DROP
    else:
        expected = WhenUnsure.REPEAT
    assert RULES[kind].when_unsure is expected


@pytest.mark.parametrize("kind", [Kind.ALERT, Kind.CHAIN_ENDED, Kind.CRISIS, Kind.MENTOR_STATUS])
def test_what_a_mentor_in_need_waits_for_is_never_dropped_and_never_waits_for_others(kind: Kind) -> None:
    assert RULES[kind].when_unsure is not WhenUnsure.DROP
    assert RULES[kind].priority <= Priority.ALERT


def test_nothing_overtakes_a_crisis() -> None:
    assert RULES[Kind.CRISIS].priority is Priority.CRISIS
    assert min(Priority) is Priority.CRISIS
    assert all(rule.priority > Priority.CRISIS for kind, rule in RULES.items() if kind is not Kind.CRISIS)


def test_a_message_travels_with_its_own_priority_when_it_has_one() -> None:
    assert Notice(kind=Kind.CHECKIN, stranger=1).leaves_with is Priority.CHECKIN
    assert Notice(kind=Kind.CHECKIN, stranger=1, priority=Priority.CRISIS).leaves_with is Priority.CRISIS
