"""How soon the support side answers, and what is not counted."""

from datetime import timedelta

from core.responsiveness import Answered, responsiveness
from tests.core.factories import NOW

QUARTER = timedelta(minutes=15)


def answered(*, after: int | None = None, talked: int | None = None, resolved: int | None = None) -> Answered:
    at = [None if minutes is None else NOW + timedelta(minutes=minutes) for minutes in (after, talked, resolved)]
    return Answered(
        opened_at=NOW, acknowledge_within=QUARTER, acknowledged_at=at[0], reached_at=at[1], resolved_at=at[2]
    )


def test_medians_are_over_the_alerts_that_have_come_so_far() -> None:
    found = responsiveness([answered(after=1, resolved=60), answered(after=5, talked=30), answered(after=30)])
    assert found.to_acknowledge == timedelta(minutes=5)
    assert found.to_talk == timedelta(minutes=30)
    assert found.to_resolve == timedelta(hours=1)
    assert (found.alerts, found.in_time) == (3, 2)


def test_the_time_of_the_first_step_counts_to_its_end() -> None:
    assert responsiveness([answered(after=15)]).all_in_time
    assert not responsiveness([answered(after=16)]).all_in_time


def test_an_alert_that_nobody_has_is_not_in_time() -> None:
    found = responsiveness([answered(), answered(after=1)])
    assert not found.all_in_time
    assert found.to_acknowledge == timedelta(minutes=1)


def test_without_alerts_there_is_nothing_to_praise() -> None:
    found = responsiveness([])
    assert not found.all_in_time
    assert (found.to_acknowledge, found.to_talk, found.to_resolve) == (None, None, None)
