"""Every rule of the table: what makes it hold, at its very limit, and what does not."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.assessment import Assessment, CheckinAnswers, replay
from core.levels import Level
from core.parameters import DEFAULT_PARAMETERS
from core.rules import BY_CODE, RULES, corrected, is_risk, stands
from core.scores import Answer
from core.silence import Hello, due, stage

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)
CALM = {"people": 5, "hours": 18}


def strain_of(points: float) -> dict[str, Answer]:
    """Answer the pulse so that the strain is 0, 25, 50, 62.5, 75 or 100; None leaves too little for a score."""
    worst, rest = divmod(round(points * 16 / 100), 4)
    values = [4] * worst + ([rest] if worst < 4 else []) + [0] * 4
    fuel, spill, stories, switch_off = values[:4]
    return {"fuel": 4 - fuel, "spill": spill, "stories": stories, "switch_off": 4 - switch_off}


def weekly_of(sixths: int) -> dict[str, Answer]:
    """Answer the weekly's scales so that their sum after reversal is `sixths`: weekly strain is 25/6 of it."""
    values = [min(max(sixths - 4 * place, 0), 4) for place in range(6)]
    names = ("reserve", "autopilot", "came_back", "role_pull", "backup", "steady_habits")
    return {
        name: 4 - value if name in ("backup", "steady_habits") else value
        for name, value in zip(names, values, strict=True)
    }


def weeklies(*answers: dict[str, Answer], gap: timedelta = 7 * DAY) -> list[Assessment]:
    return replay([CheckinAnswers("weekly", START + number * gap, one) for number, one in enumerate(answers)])


def pulses(*answers: dict[str, Answer], gap: timedelta = 2 * DAY) -> list[Assessment]:
    return replay([CheckinAnswers("pulse", START + number * gap, one) for number, one in enumerate(answers)])


def reasons(assessments: Sequence[Assessment]) -> list[str]:
    return ["|".join(one.reasons) for one in assessments]


def test_the_table_has_every_code_once_and_rises_in_level() -> None:
    codes = [rule.code for rule in RULES]
    assert len(codes) == len(set(codes)) == 22
    assert [rule.level for rule in RULES] == sorted(rule.level for rule in RULES)


@pytest.mark.parametrize(
    ("answers", "codes", "level"),
    [
        ({"reach_out": "no"}, "", Level.STEADY),
        ({"reach_out": "this_week"}, "asks_this_week", Level.CONCERN),
        ({"reach_out": "today"}, "asks_today", Level.URGENT),
        ({"reach_out": "not_safe"}, "not_safe", Level.CRISIS),
    ],
)
def test_a_request_acts_without_a_score(answers: dict[str, Answer], codes: str, level: Level) -> None:
    (one,) = pulses(answers)
    assert (one.strain, "|".join(one.reasons), one.level) == (None, codes, level)
    assert one.alert == (level or None)


@pytest.mark.parametrize(
    ("answers", "codes"),
    [
        ({"boundary": "no"}, ""),
        ({"boundary": "handled"}, ""),
        ({"boundary": "unsure"}, "boundary_unsure"),
        ({"boundary": "open"}, "boundary_open"),
        ({"boundary": "open", "boundary_kind": "small_gift"}, "boundary_open"),
        ({"boundary": "handled", "boundary_kind": "money"}, "boundary_same_day"),
        ({"boundary": "open", "boundary_kind": "small_gift harassment"}, "boundary_open|boundary_same_day"),
        ({"boundary": "no", "boundary_kind": "threat"}, "boundary_immediate"),
        ({"boundary_kind": "money threat small_gift"}, "boundary_immediate"),
        ({"boundary_when": "next_supervision"}, ""),
        ({"boundary_when": "today"}, "asks_today"),
        ({"boundary_when": "now"}, "asks_now"),
        (
            {"boundary": "open", "boundary_kind": "overdose", "boundary_when": "now"},
            "boundary_open|boundary_immediate|asks_now",
        ),
    ],
)
def test_boundaries_act_by_their_highest_kind(answers: dict[str, Answer], codes: str) -> None:
    assert reasons(weeklies(answers)) == [codes]


def test_every_boundary_kind_acts_by_its_urgency() -> None:
    kinds = DEFAULT_PARAMETERS.boundaries
    assert (len(kinds.next_supervision), len(kinds.same_day), len(kinds.immediate)) == (7, 9, 7)
    for kind in kinds.next_supervision:
        assert reasons(weeklies({"boundary_kind": kind})) == [""]
    for kind in kinds.same_day:
        assert reasons(weeklies({"boundary_kind": kind})) == ["boundary_same_day"]
    for kind in kinds.immediate:
        assert reasons(weeklies({"boundary_kind": kind})) == ["boundary_immediate"]


@pytest.mark.parametrize(
    ("counts", "load", "codes"),
    [
        ({"off_hours": 6, "crises": 3}, 35, ""),
        ({"off_hours": 6, "no_break": 4, "notes_waiting": 6}, 40, "load"),
        ({"off_hours": 6, "crises": 3, "people": 15, "hours": 10}, 60, "load|load_high"),
        ({"off_hours": 6, "crises": 3, "people": 15, "no_break": 4}, 70, "load|load_high|load_very_high"),
    ],
)
def test_load_acts_at_its_limits(counts: dict[str, Answer], load: float, codes: str) -> None:
    (one,) = weeklies(counts)
    assert one.load == pytest.approx(load)
    assert "|".join(one.reasons) == codes


def test_a_load_of_fifty_is_high_when_it_comes_twice_in_a_row() -> None:
    fifty: dict[str, Answer] = {"off_hours": 6, "crises": 3, "notes_waiting": 6, "no_break": 2}
    assert reasons(weeklies(fifty, fifty, CALM, fifty)) == ["load", "load|load_high", "", "load"]
    assert reasons(weeklies(fifty, {"why": 1}, fifty)) == ["load", "", "load"]


@pytest.mark.parametrize(("gap", "second"), [(21 * DAY, "weekly_high"), (21 * DAY + timedelta(seconds=1), "")])
def test_twice_means_within_twenty_one_days(gap: timedelta, second: str) -> None:
    sixty = {"reserve": 4, "autopilot": 4, "came_back": 4, "role_pull": 0, "backup": 4}  # 12 of 20
    assert weeklies(sixty)[0].weekly == 60
    assert reasons(weeklies(sixty, sixty, gap=gap)) == ["", second]


def test_a_weekly_strain_of_sixty_twice_and_of_seventy_five_at_once() -> None:
    assert reasons(weeklies(weekly_of(14), weekly_of(15), weekly_of(17))) == ["", "", "weekly_high"]
    assert reasons(weeklies(weekly_of(18))) == ["weekly_very_high"]
    assert weeklies(weekly_of(18))[0].weekly == 75


def test_a_weekly_without_a_score_breaks_its_runs() -> None:
    assert reasons(weeklies(weekly_of(15), {"people": 3}, weekly_of(15), weekly_of(15))) == ["", "", "", "weekly_high"]


def test_a_weekly_rise_counts_twice_and_three_times() -> None:
    usual = [weekly_of(7)] * 3  # 29.17 each: the usual is (87.5 + 36) / 4 = 30.875
    risen = weekly_of(13)  # 54.17: z 2.12, then 1.95 against a usual of 32.7 that follows
    assert reasons(weeklies(*usual, risen, risen)) == ["", "", "", "", ""]
    more = weekly_of(14)
    assert reasons(weeklies(*usual, more, more, weekly_of(15))) == [
        *[""] * 4,
        "weekly_rise",
        "weekly_rise|weekly_rise_long",
    ]


def test_strain_of_seventy_five_three_times_in_the_baseline_too() -> None:
    high = strain_of(75)
    assert pulses(high)[0].strain == 75
    assert reasons(pulses(high, high, high, high)) == ["", "", "strain_high", "strain_high"]
    assert reasons(pulses(high, high, {"reach_out": "no"}, high)) == [""] * 4
    assert reasons(pulses(high, strain_of(50), high, high)) == [""] * 4
    assert reasons(pulses(high, high, high, gap=22 * DAY)) == [""] * 3


def test_long_hours_twice_whatever_the_contract() -> None:
    long: dict[str, Answer] = {"hours": 55}
    calm: dict[str, Answer] = {"hours": 54.5}
    assert reasons(weeklies(long, long, calm, long)) == ["", "hours_long", "", ""]


def test_a_concern_is_urgent_while_the_recent_level_is_high() -> None:
    heavy: dict[str, Answer] = {"off_hours": 6, "crises": 3, "people": 15, "hours": 10}

    def after(days: int, points: float) -> str:
        pulse = CheckinAnswers("pulse", START, strain_of(points))
        return "|".join(replay([pulse, CheckinAnswers("weekly", START + days * DAY, heavy)])[-1].reasons)

    assert after(14, 75) == "load|load_high|high_and_rising"
    assert after(15, 75) == "load|load_high"
    assert after(1, 62.5) == "load|load_high"


def test_the_high_recent_level_alone_holds_nothing() -> None:
    assert reasons(pulses(strain_of(100), strain_of(62.5))) == ["", ""]


def test_an_open_change_alert_holds_at_every_check_in() -> None:
    at = [START + number * 2 * DAY for number in range(12)]
    calm = [CheckinAnswers("pulse", when, strain_of(25)) for when in at[:9]]
    risen = [CheckinAnswers("pulse", at[9], strain_of(100))]
    later: list[CheckinAnswers] = [
        CheckinAnswers("pulse", at[10], {"reach_out": "no"}),
        CheckinAnswers("weekly", at[11], {"why": 2}),
        CheckinAnswers("pulse", at[11] + DAY, strain_of(100)),
    ]
    rows = replay([*calm, *risen, *later])
    assert reasons(rows)[9:] == ["change", "change", "change", "change_strong"]
    assert [row.alert for row in rows][9:] == [Level.WATCH, None, None, Level.CONCERN]


def test_signals_are_a_crisis_wherever_they_come_from() -> None:
    note = CheckinAnswers("note", START, {}, frozenset({"risk_note"}))
    talk = CheckinAnswers("talk", START, {}, frozenset({"talk"}))
    pulse = CheckinAnswers("pulse", START, strain_of(0), frozenset({"risk_note"}))
    for event, code in ((note, "risk_note"), (talk, "talk"), (pulse, "risk_note")):
        (one,) = replay([event])
        assert (one.reasons, one.level, one.alert, one.raised) == ((code,), Level.CRISIS, Level.CRISIS, (code,))


@pytest.mark.parametrize(
    ("kind", "urgency", "risk"),
    [
        ("self_risk", "immediate", True),
        ("client_risk", "immediate", True),
        ("other_risk", "immediate", True),
        ("self_risk", "same_day", False),
        ("relapse", "immediate", False),
        ("boundary", "immediate", False),
        ("help_request", "immediate", False),
    ],
)
def test_only_an_immediate_risk_makes_a_risk_note(kind: str, urgency: str, risk: bool) -> None:
    assert is_risk(kind, urgency) is risk


def test_organization_flags_are_not_levels() -> None:
    none: dict[str, Answer] = {"supervision": "none"}
    rows = weeklies(none, none, none, {"supervision": "group", "crises": 1}, none, {"why": 0}, none)
    assert [row.flags for row in rows] == [(), (), ("no_supervision",), ("debrief",), (), (), ()]
    assert {row.level for row in rows} == {Level.STEADY}


def test_silence_calls_for_a_hello_in_stages() -> None:
    numbers = DEFAULT_PARAMETERS.silence
    calm = {missed: due(missed, False, numbers) for missed in range(12)}
    assert {missed: hellos for missed, hellos in calm.items() if hellos} == {
        3: (Hello.NUDGE,),
        6: (Hello.PAUSE,),
        9: (Hello.SUPERVISOR,),
    }
    assert due(6, True, numbers) == (Hello.PAUSE, Hello.SUPERVISOR)
    assert due(9, True, numbers) == ()
    assert [stage(missed, False, numbers) for missed in (2, 3, 5, 6, 8, 9, 40)] == [
        None,
        *[Hello.NUDGE] * 2,
        *[Hello.PAUSE] * 2,
        *[Hello.SUPERVISOR] * 2,
    ]
    assert stage(6, True, numbers) is Hello.SUPERVISOR


def test_the_documentation_has_the_same_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "science.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| (\w+) \| `(\w+)` \| .+ \|$", page, re.MULTILINE)
    assert told == [(rule.level.code, rule.code) for rule in RULES]


@given(st.lists(st.sampled_from(sorted(BY_CODE)), unique=True), st.lists(st.sampled_from(sorted(BY_CODE)), unique=True))
def test_a_correction_keeps_every_call_for_help_and_nothing_else_of_before(before: list[str], now: list[str]) -> None:
    reasons, level = corrected(before, now)
    assert {code for code in before if stands(code)} <= set(reasons)
    assert set(reasons) - set(now) <= {code for code in before if stands(code)}
    assert level == max([BY_CODE[code].level for code in reasons], default=Level.STEADY)


def test_a_call_for_help_stands_and_a_score_does_not() -> None:
    standing = {rule.code for rule in RULES if stands(rule.code)}
    asked = {"asks_today", "not_safe", "boundary_immediate", "boundary_same_day", "asks_now", "risk_note", "talk"}
    assert standing == asked
    assert stands("visit_overdue"), "what no answer gave rise to, no answer takes back"
