"""The way of an alert along its chain."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from core.alerts import Alert, AlertState, acknowledge
from core.chain import Advance, Chain, advance
from core.levels import Level
from core.policy import Policy, Step
from tests.core.factories import MINUTE, NOW, a_person, an_alert

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


def test_a_forgotten_acknowledgement_opens_the_alert_and_starts_the_chain_again() -> None:
    third_step = replace(an_alert(SAM), round=1, step=2)
    lapsed = step_at(acknowledge(third_step, BEN, NOW))
    assert lapsed.lapsed
    assert lapsed.tell == (ANN,)  # the first step, not where it had come to
    assert lapsed.alert.state is AlertState.OPEN
    assert (lapsed.alert.acknowledged_by, lapsed.alert.acknowledged_at) == (None, None)
    assert (lapsed.alert.round, lapsed.alert.step) == (0, 1)


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
