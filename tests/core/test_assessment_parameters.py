"""Parameters: what is refused, what a change of them does, and how a set of them is named."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.assessment import CheckinAnswers, replay
from core.parameters import (
    DEFAULT_PARAMETERS,
    PULSE_SCALE,
    BaselineParameters,
    BoundaryParameters,
    ChangeParameters,
    LoadTerm,
    RecentParameters,
    RuleParameters,
    ScaleParameters,
    ScoringParameters,
    SilenceParameters,
    WeeklyParameters,
    Workload,
)

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_a_set_of_parameters_is_named_by_its_content() -> None:
    version = DEFAULT_PARAMETERS.rules_version
    assert ScoringParameters().rules_version == version
    assert ScoringParameters(change=ChangeParameters(limit=3)).rules_version != version
    assert ScoringParameters(workload=Workload(cap=13)).rules_version != version
    stored = json.loads(json.dumps(DEFAULT_PARAMETERS.as_json()))
    assert stored == DEFAULT_PARAMETERS.as_json()
    assert (stored["change"]["lasts"], stored["pulse"]["reversed"]) == (42 * 24, ["fuel", "switch_off"])


def test_every_limit_comes_from_the_parameters() -> None:
    stricter = ScoringParameters(
        rules=RuleParameters(load=10),
        boundaries=BoundaryParameters(next_supervision=(), immediate=("small_gift",)),
    )
    (row,) = replay([CheckinAnswers("weekly", START, {"crises": 2, "boundary_kind": "small_gift"})], stricter)
    assert row.reasons == ("load", "boundary_immediate")
    assert row.rules_version == stricter.rules_version


def test_a_program_may_weigh_other_counts() -> None:
    numbers = ScoringParameters(load=(LoadTerm(item="people", weight=1.0, span=10),))
    (row,) = replay([CheckinAnswers("weekly", START, {"people": 5, "hours": 60})], numbers)
    assert row.load == pytest.approx(50)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: replace(PULSE_SCALE, at_least=5), "at_least is between"),
        (lambda: ScaleParameters(items=("a", "a"), reversed=(), at_least=1), "items of a score differ"),
        (lambda: replace(PULSE_SCALE, reversed=("reserve",)), "items of a score differ"),
        (lambda: LoadTerm(item="people", weight=1, span=0), "a part of the load"),
        (lambda: LoadTerm(item="people", weight=1, span=1, unit="heads"), "a part of the load"),
        (lambda: BaselineParameters(pulses=1), "a baseline needs two pulses"),
        (lambda: BaselineParameters(adaptation=1), "adaptation is at least 0"),
        (lambda: ChangeParameters(smoothing=0), "smoothing is above 0"),
        (lambda: ChangeParameters(limit=-1), "clip, limit, strong and calm"),
        (lambda: ChangeParameters(lasts=timedelta(0)), "durations of a change-alert"),
        (lambda: RecentParameters(smoothing=1.5), "smoothing is above 0"),
        (lambda: WeeklyParameters(sd=0), "a weekly usual"),
        (lambda: RuleParameters(rise_times=0), "a number of times"),
        (lambda: RuleParameters(memory=timedelta(0)), "run_gap and memory"),
        (lambda: SilenceParameters(pause=2), "nudge, pause and hello"),
        (lambda: BoundaryParameters(immediate=("money",)), "one urgency"),
        (lambda: Workload(cap=0), "cap and contract"),
        (lambda: Workload(contract=float("inf")), "cap and contract"),
    ],
)
def test_a_senseless_parameter_is_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
