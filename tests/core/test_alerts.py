"""The life of an alert: the table, each move, and the way along the chain."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.alerts import (
    TRANSITIONS,
    Advance,
    Alert,
    AlertEvent,
    AlertMoveRefused,
    AlertState,
    Chain,
    Outcome,
    acknowledge,
    advance,
    raise_level,
    resolve,
    start_anew,
)
from core.levels import Level
from core.policy import Policy, Step
from tests.core.factories import MINUTE, NOW, a_person, a_policy, an_alert

ANN, BEN, DANA = uuid4(), uuid4(), uuid4()
EVERYBODY = Chain({Step.SUPERVISOR: (ANN,), Step.BACKUP: (BEN,), Step.LEAD: (DANA,)})
NOBODY = Chain({})
SAM = a_person()

durations = st.integers(1, 100_000).map(lambda seconds: timedelta(seconds=seconds))
policies = st.builds(
    Policy,
    level=st.sampled_from([Level.CONCERN, Level.URGENT, Level.CRISIS]),
    steps=st.lists(st.sampled_from(Step), min_size=1, max_size=7).map(tuple),
    acknowledge_within=durations,
    repeat=st.integers(1, 5),
    acknowledgement_lapses_after=durations,
)
chains = st.fixed_dictionaries({step: st.lists(st.uuids(), max_size=3).map(tuple) for step in Step}).map(Chain)


def step_at(alert: Alert, chain: Chain = EVERYBODY) -> Advance:
    """Take the step that is due, exactly when it is."""
    assert alert.next_step_at is not None
    taken = advance(alert, chain, alert.next_step_at)
    assert taken is not None
    return taken


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


def test_a_forgotten_acknowledgement_opens_the_alert_and_starts_the_chain_again() -> None:
    third_step = replace(an_alert(SAM), round=1, step=2)
    lapsed = step_at(acknowledge(third_step, BEN, NOW))
    assert lapsed.lapsed
    assert lapsed.tell == (ANN,)  # the first step, not where it had come to
    assert lapsed.alert.state is AlertState.OPEN
    assert (lapsed.alert.acknowledged_by, lapsed.alert.acknowledged_at) == (None, None)
    assert (lapsed.alert.round, lapsed.alert.step) == (0, 1)


def test_resolving_an_open_alert_acknowledges_it_too() -> None:
    done = resolve(an_alert(SAM), ANN, Outcome.CLINICAL, NOW)
    assert (done.acknowledged_by, done.acknowledged_at, done.resolved_by, done.resolved_at) == (ANN, NOW, ANN, NOW)
    assert done.next_step_at is None
    assert advance(done, EVERYBODY, NOW + timedelta(days=400)) is None


def test_resolving_for_somebody_else_keeps_who_took_it() -> None:
    done = resolve(acknowledge(an_alert(SAM), ANN, NOW), BEN, Outcome.COVER, NOW + MINUTE)
    assert (done.acknowledged_by, done.resolved_by, done.outcome) == (ANN, BEN, "cover")


def test_a_resolved_alert_takes_no_step_even_with_a_stale_date() -> None:
    assert advance(an_alert(SAM, state=AlertState.RESOLVED), EVERYBODY, NOW) is None


def test_three_rounds_unanswered_reach_everybody_three_times_and_then_end() -> None:
    alert, told = an_alert(SAM), []
    while not (taken := step_at(alert)).chain_ended:
        told.append((taken.step, taken.tell))
        alert = taken.alert
    assert told == [(Step.SUPERVISOR, (ANN,)), (Step.BACKUP, (BEN,)), (Step.LEAD, (DANA,))] * 3
    assert taken.alert.cycle == 1
    assert (taken.tell, taken.step) == ((), None)
    again = step_at(taken.alert)
    assert (again.step, again.tell, again.alert.cycle) == (Step.SUPERVISOR, (ANN,), 1)


def test_a_step_that_nobody_can_fill_is_skipped_at_once_and_reported() -> None:
    taken = step_at(an_alert(SAM), Chain({Step.LEAD: (DANA,)}))
    assert taken.tell == (DANA,)
    assert taken.skipped == (Step.SUPERVISOR, Step.BACKUP)
    assert taken.alert.next_step_at == NOW + 15 * MINUTE


def test_when_nobody_at_all_can_be_told_the_chain_ends_and_looks_again_in_time() -> None:
    taken = step_at(an_alert(SAM), NOBODY)
    assert taken.chain_ended
    assert set(taken.skipped) == set(taken.alert.policy.steps)
    assert taken.alert.next_step_at == NOW + 15 * MINUTE
    assert step_at(taken.alert, EVERYBODY).tell == (ANN,)  # somebody came back


def test_nobody_is_told_before_the_time() -> None:
    alert = step_at(an_alert(SAM)).alert
    assert alert.next_step_at == NOW + 15 * MINUTE
    assert advance(alert, EVERYBODY, NOW + 15 * MINUTE - timedelta(microseconds=1)) is None


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


@given(policies, chains)
def test_every_chain_ends_after_all_its_rounds_and_starts_again(policy: Policy, chain: Chain) -> None:
    """However many steps and rounds, and whoever can be told: the end comes, and so does a new beginning."""
    alert, told = an_alert(SAM, policy=policy, level=policy.level), list[tuple[Step | None, tuple[UUID, ...]]]()
    for _ in range(len(policy.steps) * policy.repeat + 1):
        taken = step_at(alert, chain)
        somebody = any(chain.by_step[step] for step in policy.steps)
        # After the last round it begins again at once, unless there is nobody to begin with.
        wait = timedelta(0) if taken.chain_ended and somebody else policy.acknowledge_within
        assert taken.alert.next_step_at == (alert.next_step_at or NOW) + wait
        alert = taken.alert
        if taken.chain_ended:
            break
        told.append((taken.step, taken.tell))
    assert taken.chain_ended
    fillable = [step for step in policy.steps if chain.by_step[step]]
    assert told == [(step, chain.by_step[step]) for step in fillable] * policy.repeat
    assert (alert.cycle, alert.round, alert.step) == (1, 0, 0)
    assert alert.state is AlertState.OPEN
    if fillable:
        assert step_at(alert, chain).tell == chain.by_step[fillable[0]]


@given(policies, st.lists(chains, min_size=1, max_size=25))
def test_whoever_comes_and_goes_a_step_is_taken_or_the_chain_ends(policy: Policy, worlds: list[Chain]) -> None:
    alert = an_alert(SAM, policy=policy, level=policy.level)
    for chain in worlds:
        taken = step_at(alert, chain)
        assert taken.chain_ended == (taken.step is None) == (not taken.tell)
        assert all(not chain.by_step[step] for step in taken.skipped)
        assert taken.step is None or taken.tell == chain.by_step[taken.step]
        if taken.step is None and any(chain.by_step[step] for step in policy.steps):
            assert alert.round == policy.repeat - 1  # the end comes early only when nobody can be told
        assert len(set(taken.skipped)) == len(taken.skipped)
        alert = taken.alert
