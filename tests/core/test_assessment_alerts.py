"""When an alert is raised: each time for requests and boundaries, on a rise for scores, anew after a resolution."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from core.assessment import CheckinAnswers, Resolved, assess_one, note_resolved, replay
from core.history import History
from core.levels import Level

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def weekly(day: float, load: int) -> CheckinAnswers:
    """A weekly whose load is 0, 40 (watch), 60 (concern) or 70 (urgent)."""
    answers: dict[int, dict[str, str | int | float]] = {
        0: {"people": 1},
        40: {"off_hours": 6, "no_break": 4, "notes_waiting": 6},
        60: {"off_hours": 6, "crises": 3, "people": 15, "hours": 10},
        70: {"off_hours": 6, "crises": 3, "people": 15, "no_break": 4},
    }
    return CheckinAnswers("weekly", START + day * DAY, answers[load])


def alerts(*events: CheckinAnswers | Resolved) -> list[str]:
    return [row.alert.code if row.alert else "" for row in replay(events)]


def test_scores_raise_an_alert_only_above_what_they_told_in_forty_two_days() -> None:
    assert alerts(weekly(0, 40), weekly(22, 60), weekly(44, 70)) == ["watch", "concern", "urgent"]
    assert alerts(weekly(0, 60), weekly(22, 60), weekly(44, 40), weekly(64, 60)) == ["concern", "", "", ""]
    assert alerts(weekly(0, 60), weekly(42, 60)) == ["concern", ""]
    assert alerts(weekly(0, 60), weekly(42.001, 60)) == ["concern", "concern"]
    assert alerts(weekly(0, 70), weekly(30, 60), weekly(50, 60)) == ["urgent", "", ""]
    assert alerts(weekly(0, 70), weekly(30, 60), weekly(50, 70)) == ["urgent", "", "urgent"]


def test_requests_and_boundaries_raise_an_alert_each_time_and_leave_the_memory_alone() -> None:
    asks = [CheckinAnswers("pulse", START + n * DAY, {"reach_out": "today"}) for n in (0, 1, 2)]
    assert alerts(*asks) == ["urgent"] * 3
    assert alerts(*asks, weekly(3, 40)) == ["urgent", "urgent", "urgent", "watch"]
    unsure = CheckinAnswers("weekly", START + 8 * DAY, {**weekly(0, 40).answers, "boundary": "unsure"})
    assert alerts(weekly(1, 60), unsure) == ["concern", "watch"]
    assert replay([weekly(1, 60), unsure])[1].raised == ("boundary_unsure",)


def test_the_pulse_and_the_weekly_of_one_instant_share_the_memory() -> None:
    high = {"fuel": 0, "spill": 4, "stories": 4, "switch_off": 0}
    pulses = [CheckinAnswers("pulse", START + n * DAY, high) for n in (1, 2, 3)]
    assert alerts(*pulses, weekly(3, 60)) == ["", "", "urgent", ""]


def test_the_highest_of_what_is_raised_is_told() -> None:
    answers = {**weekly(0, 60).answers, "boundary_when": "today"}
    (row,) = replay([CheckinAnswers("weekly", START, answers)])
    assert (row.alert, row.raised) == (Level.URGENT, ("load_high", "asks_today"))


def resolved(day: float, level: Level = Level.CONCERN) -> Resolved:
    return Resolved(START + day * DAY, level)


def test_three_answers_below_a_resolved_alert_let_a_new_rise_be_told() -> None:
    calm = [weekly(day, 0) for day in (7, 8, 9)]
    assert alerts(weekly(0, 60), *calm, weekly(10, 60)) == ["concern", "", "", "", ""]
    assert alerts(weekly(0, 60), resolved(1), *calm, weekly(10, 60)) == ["concern", "", "", "", "concern"]
    assert alerts(weekly(0, 60), resolved(1), *calm[:2], weekly(10, 60)) == ["concern", "", "", ""]
    # Resolved in between: only the answers after it count.
    assert alerts(weekly(0, 60), calm[0], resolved(7.5), *calm[1:], weekly(10, 60)) == ["concern", "", "", "", ""]


def test_an_answer_at_the_level_starts_the_three_anew_and_a_lower_one_is_not_told_again() -> None:
    events: Sequence[CheckinAnswers | Resolved] = (
        weekly(0, 60),
        resolved(1),
        weekly(2, 40),
        weekly(3, 60),
        *(weekly(day, 40) for day in (4, 5, 6)),  # three below; the memory then knows the latest alone
        weekly(7, 40),
        weekly(8, 60),
    )
    assert alerts(*events) == ["concern", "", "", "", "", "", "", "concern"]


def test_resolved_alerts_of_two_levels_are_counted_apart() -> None:
    events = (
        weekly(0, 70),
        resolved(1, Level.URGENT),
        resolved(1, Level.CONCERN),
        *(weekly(day, 60) for day in (2, 3, 4)),
    )
    state = History()
    for event in events:
        state = note_resolved(state, event) if isinstance(event, Resolved) else assess_one(state, event)[0]
    assert state.memory.resolved == ((Level.CONCERN, 0),)
    assert History.from_json(json.loads(json.dumps(state.as_json()))) == state
    assert alerts(*events, weekly(5, 70)) == ["urgent", "", "", "", "urgent"]
