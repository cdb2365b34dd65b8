"""Parameters as a program file holds them: what is laid over the defaults, and what is refused."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.assessment import CheckinAnswers, replay
from core.parameters import DEFAULT_PARAMETERS, ScoringParameters

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_parameters_survive_being_stored_and_name_themselves() -> None:
    stored = json.loads(json.dumps(DEFAULT_PARAMETERS.as_json()))
    assert ScoringParameters.from_json(stored) == DEFAULT_PARAMETERS
    assert ScoringParameters.from_json(stored).rules_version == DEFAULT_PARAMETERS.rules_version
    assert ScoringParameters.from_json({"change": {"limit": 3}}).rules_version != DEFAULT_PARAMETERS.rules_version


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"chang": {}}, "chang: unknown"),
        ({"change": {"limits": 1}}, "change.limits: unknown"),
        ({"change": 3}, "change: a table is expected"),
        ({"change": {"limit": "high"}}, "change.limit: a number is expected"),
        ({"change": {"limit": float("nan")}}, "change.limit: a number is expected"),
        ({"change": {"limit": -1}}, "change: clip, limit, strong and calm are above 0"),
        ({"change": {"lasts": "six weeks"}}, "change.lasts: a duration"),
        ({"baseline": {"pulses": 2.5}}, "baseline.pulses: a whole number"),
        ({"baseline": {"pulses": 1}}, "baseline: a baseline needs two pulses"),
        ({"pulse": {"items": "fuel"}}, "pulse.items: a list"),
        ({"pulse": {"items": [1]}}, r"pulse.items\[0\]: a text"),
        ({"pulse": {"at_least": 9}}, "pulse: at_least is between"),
        ({"load": [{"item": "people"}]}, r"load\[0\]: a table with item, weight and span"),
        ({"load": [{"item": "people", "weight": 1, "span": 0}]}, r"load\[0\]: a part of the load"),
        ({"workload": {"cap": 0}}, "workload: cap and contract are above 0"),
        ({"silence": {"pause": 2}}, "silence: nudge, pause and hello rise"),
        ({"recent": {"smoothing": 0}}, "recent: smoothing"),
        ({"weekly": {"sd": 0}}, "weekly: a weekly usual"),
        ({"rules": {"rise_times": 0}}, "rules: a number of times"),
        ({"rules": {"memory": 0}}, "rules: run_gap and memory"),
    ],
)
def test_a_faulty_parameter_is_named(data: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ScoringParameters.from_json(data)


def test_a_table_of_load_parts_replaces_the_shipped_ones_whole() -> None:
    numbers = ScoringParameters.from_json(
        {"load": [{"item": "people", "weight": 1, "span": 10}], "change": {"lasts": "10d"}}
    )
    (row,) = replay([CheckinAnswers("weekly", START, {"people": 5, "hours": 60})], numbers)
    assert row.load == pytest.approx(50)
    assert numbers.change.lasts == timedelta(days=10)
