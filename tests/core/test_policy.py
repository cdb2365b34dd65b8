"""Policies are refused when they cannot chase anybody, and are stored without a loss. Messages have a rule each."""

from datetime import timedelta

import pytest
from hypothesis import given

from core.messages import RULES, Kind, Notice, Priority, WhenUnsure
from core.policy import Policy
from tests.core.factories import a_policy
from tests.core.test_alerts import policies

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
def test_a_message_is_repeated_when_in_doubt_unless_it_asks_something(kind: Kind) -> None:
    expected = {
        Kind.CHECKIN: WhenUnsure.DROP,
        Kind.NUDGE: WhenUnsure.DROP,
        Kind.FOLLOW_UP: WhenUnsure.DROP,
        Kind.SILENCE: WhenUnsure.DROP,
        Kind.STAFF_HELLO: WhenUnsure.DROP,
        Kind.LEAD_NOTE: WhenUnsure.DROP,
        Kind.ALERT: WhenUnsure.REPEAT_MARKED,
        Kind.CHAIN_ENDED: WhenUnsure.REPEAT_MARKED,
    }
    assert RULES[kind].when_unsure is expected.get(kind, WhenUnsure.REPEAT)


def test_nothing_overtakes_a_crisis() -> None:
    assert RULES[Kind.CRISIS].priority is Priority.CRISIS
    assert min(Priority) is Priority.CRISIS
    assert all(rule.priority > Priority.CRISIS for kind, rule in RULES.items() if kind is not Kind.CRISIS)


def test_a_message_travels_with_its_own_priority_when_it_has_one() -> None:
    assert Notice(kind=Kind.CHECKIN, stranger=1).leaves_with is Priority.CHECKIN
    assert Notice(kind=Kind.CHECKIN, stranger=1, priority=Priority.CRISIS).leaves_with is Priority.CRISIS
