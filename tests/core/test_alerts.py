"""The life of an alert: the table, with each move."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from core.alerts import (
    TRANSITIONS,
    AlertEvent,
    AlertMoveRefused,
    AlertState,
    Outcome,
    acknowledge,
    raise_level,
    resolve,
    start_anew,
)
from core.chain import Chain, advance
from core.levels import Level
from core.policy import Step
from tests.core.factories import MINUTE, NOW, a_person, a_policy, an_alert

ANN, BEN = uuid4(), uuid4()
EVERYBODY = Chain({Step.SUPERVISOR: (ANN,), Step.BACKUP: (BEN,), Step.LEAD: (uuid4(),)})
SAM = a_person()


def test_the_table_is_the_whole_life_of_an_alert() -> None:
    assert dict(TRANSITIONS) == {
        (AlertState.OPEN, AlertEvent.ACKNOWLEDGE): AlertState.ACKNOWLEDGED,
        (AlertState.OPEN, AlertEvent.RESOLVE): AlertState.RESOLVED,
        (AlertState.ACKNOWLEDGED, AlertEvent.LAPSE): AlertState.OPEN,
        (AlertState.ACKNOWLEDGED, AlertEvent.RESOLVE): AlertState.RESOLVED,
        (AlertState.OPEN, AlertEvent.REACH): AlertState.ACKNOWLEDGED,
        (AlertState.ACKNOWLEDGED, AlertEvent.REACH): AlertState.ACKNOWLEDGED,
        (AlertState.OPEN, AlertEvent.SNOOZE): AlertState.ACKNOWLEDGED,
        (AlertState.ACKNOWLEDGED, AlertEvent.SNOOZE): AlertState.ACKNOWLEDGED,
        (AlertState.OPEN, AlertEvent.HAND_OVER): AlertState.OPEN,
        (AlertState.ACKNOWLEDGED, AlertEvent.HAND_OVER): AlertState.OPEN,
        (AlertState.OPEN, AlertEvent.DECLINE): AlertState.OPEN,
        (AlertState.ACKNOWLEDGED, AlertEvent.DECLINE): AlertState.OPEN,
        (AlertState.RESOLVED, AlertEvent.REOPEN): AlertState.OPEN,
    }


@pytest.mark.parametrize("state", AlertState)
@pytest.mark.parametrize("event", AlertEvent)
def test_an_event_that_is_not_in_the_table_is_refused(state: AlertState, event: AlertEvent) -> None:
    alert = an_alert(SAM, state=state)
    if (state, event) in TRANSITIONS:
        assert alert.after(event) is TRANSITIONS[state, event]
        return
    with pytest.raises(AlertMoveRefused, match=f"{event.value} does not apply to an alert that is {state.value}") as no:
        alert.after(event)
    assert no.value.state is state


def test_nobody_acknowledges_twice_and_nobody_touches_what_is_resolved() -> None:
    taken = acknowledge(an_alert(SAM), ANN, NOW)
    with pytest.raises(AlertMoveRefused):
        acknowledge(taken, BEN, NOW)
    assert taken.acknowledged_by == ANN
    done = resolve(taken, ANN, Outcome.TALKED, NOW)
    for move in (
        lambda: acknowledge(done, BEN, NOW),
        lambda: resolve(done, BEN, Outcome.COVER, NOW),
        lambda: start_anew(done, NOW),
    ):
        with pytest.raises(AlertMoveRefused):
            move()
    assert (done.resolved_by, done.outcome) == (ANN, "talked")


def test_whoever_acknowledges_owns_the_alert_until_it_lapses() -> None:
    taken = acknowledge(an_alert(SAM), ANN, NOW)
    assert taken.state is AlertState.ACKNOWLEDGED
    assert (taken.acknowledged_by, taken.acknowledged_at) == (ANN, NOW)
    assert taken.next_step_at == NOW + 60 * MINUTE
    assert advance(taken, EVERYBODY, NOW + 60 * MINUTE - timedelta(microseconds=1)) is None


def test_resolving_an_open_alert_acknowledges_it_too() -> None:
    done = resolve(an_alert(SAM), ANN, Outcome.CLINICAL, NOW)
    assert (done.acknowledged_by, done.acknowledged_at, done.resolved_by, done.resolved_at) == (ANN, NOW, ANN, NOW)
    assert done.next_step_at is None
    assert advance(done, EVERYBODY, NOW + timedelta(days=400)) is None


def test_resolving_for_somebody_else_keeps_who_took_it() -> None:
    done = resolve(acknowledge(an_alert(SAM), ANN, NOW), BEN, Outcome.COVER, NOW + MINUTE)
    assert (done.acknowledged_by, done.resolved_by, done.outcome) == (ANN, BEN, "cover")


def test_a_more_serious_turn_starts_the_higher_chain_at_once_and_frees_it_from_its_owner() -> None:
    taken = replace(acknowledge(an_alert(SAM), ANN, NOW), round=2, step=1, cycle=4)
    higher = a_policy(Level.CRISIS, acknowledge_within=MINUTE)
    raised = raise_level(taken, Level.CRISIS, ("not_safe", "asks_today"), higher, NOW + MINUTE)
    assert (raised.state, raised.level, raised.policy) == (AlertState.OPEN, Level.CRISIS, higher)
    assert raised.reasons == ("asks_today", "not_safe")
    assert (raised.cycle, raised.round, raised.step, raised.acknowledged_by) == (0, 0, 0, None)
    assert raised.next_step_at == NOW + MINUTE


@pytest.mark.parametrize("level", [Level.CONCERN, Level.URGENT])
def test_a_turn_that_is_not_more_serious_only_adds_reasons(level: Level) -> None:
    taken = acknowledge(an_alert(SAM), ANN, NOW)
    same = raise_level(taken, level, ("strain_high",), a_policy(level), NOW + MINUTE)
    assert same == replace(taken, reasons=("asks_today", "strain_high"))


def test_starting_anew_forgets_the_owner_and_begins_with_the_first_step() -> None:
    alert = replace(acknowledge(an_alert(SAM), ANN, NOW), round=2, step=1)
    anew = start_anew(alert, NOW + MINUTE)
    assert (anew.state, anew.acknowledged_by, anew.round, anew.step) == (AlertState.OPEN, None, 0, 0)
    assert anew.next_step_at == NOW + MINUTE
