"""The home-visit timer as a table, and times as people type them."""

from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock_words import read_clock, read_length, read_soon
from core.visits import TRANSITIONS, Visit, VisitEvent, VisitMoveRefused, VisitState, calls_at, due, end, more, start

NOW = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)  # 15:00 in Chicago


def a_visit(**values: object) -> Visit:
    return Visit(id=uuid4(), person_id=uuid4(), state=VisitState.CHOOSING, started_at=NOW, **values)  # type: ignore[arg-type]


@given(st.sampled_from(VisitState), st.sampled_from(VisitEvent))
def test_an_event_that_does_not_apply_is_refused(state: VisitState, event: VisitEvent) -> None:
    visit = a_visit()
    moved = Visit(id=visit.id, person_id=visit.person_id, state=state, started_at=NOW)
    if (state, event) in TRANSITIONS:
        assert moved.after(event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(VisitMoveRefused):
            moved.after(event)


@given(st.integers(0, 10), st.integers(1, 60))
def test_people_are_called_after_the_first_question_and_every_repeat_and_not_before(repeats: int, minutes: int) -> None:
    visit = start(a_visit(repeats=repeats, repeat_every=timedelta(minutes=minutes)), NOW + timedelta(hours=1))
    asked = 0
    while visit.state is not VisitState.OVERDUE:
        assert visit.next_at is not None
        assert due(visit, visit.next_at - timedelta(seconds=1)) is None
        moved = due(visit, visit.next_at)
        assert moved is not None
        asked += moved.state is VisitState.ASKED
        last, visit = visit.next_at, moved
    assert asked == repeats + 1
    assert last == calls_at(visit)
    assert visit.next_at is None


def test_after_an_outage_the_first_question_comes_before_anybody_is_called() -> None:
    visit = start(a_visit(), NOW)
    late = due(visit, NOW + timedelta(hours=5))
    assert late is not None
    assert late.state is VisitState.ASKED
    assert late.next_at == NOW + timedelta(hours=5, minutes=5)


def test_more_time_begins_anew_and_out_ends_it() -> None:
    visit = start(a_visit(), NOW)
    asked = due(visit, NOW)
    assert asked is not None
    moved = more(asked, NOW + timedelta(minutes=30))
    assert (moved.state, moved.asked, moved.next_at) == (VisitState.INSIDE, 0, NOW + timedelta(minutes=30))
    over = end(moved, VisitEvent.OUT)
    assert not over.runs
    assert due(over, NOW + timedelta(days=1)) is None
    assert calls_at(a_visit()) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("15:30", [time(15, 30)]),
        ("3:30 pm", [time(15, 30)]),
        ("3.30PM", [time(15, 30)]),
        ("12 am", [time(0)]),
        ("12:15 p. m.", [time(12, 15)]),
        ("15h30", [time(15, 30)]),
        ("15 h", [time(15)]),
        ("hasta las 9", [time(9), time(21)]),
        ("back by 3:30", [time(3, 30), time(15, 30)]),
        ("0:10", [time(0, 10)]),
        ("24:00", [time(0)]),
        ("25:00", []),
        ("13 pm", []),
        ("9:75", []),
        ("I am not safe", []),
        ("", []),
    ],
)
def test_times_are_read_as_people_write_them(text: str, found: list[time]) -> None:
    assert list(read_clock(text)) == found


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("45 min", 45), ("2h", 120), ("in 1 hour", 60), ("30 minutos", 30), ("15 h", None), ("x", None)],
)
def test_lengths_are_read_too(text: str, minutes: int | None) -> None:
    assert read_length(text) == (timedelta(minutes=minutes) if minutes else None)


@pytest.mark.parametrize(
    ("text", "hours"),
    [("3:30", 0.5), ("15:30", 0.5), ("16", 1), ("2:59", 11 + 59 / 60), ("9", 6), ("1 h", 1), ("14:00", 23)],
)
def test_a_time_means_the_next_one(text: str, hours: float) -> None:
    assert read_soon(text, NOW, "America/Chicago") == NOW + timedelta(hours=hours)


def test_no_time_means_none() -> None:
    assert read_soon("0 min", NOW, "UTC") is None
    assert read_soon("later", NOW, "UTC") is None
