"""What a file of a few lines stands for: the rest stays as shipped."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from core.levels import Level
from core.policy import Step
from core.questionnaire import Cadence, ItemKind, Urgency
from core.timetable import QuietHours
from program.load import load_program, parse_program

SHIPPED = load_program(None)

CONTRACT = """
[[checkins]]
id = "pulse"
schedule = { days = ["mon", "wed", "fri"], at = "09:00" }   # each mentor may move `at`
remind_after = "3h"
expires_after = "12h"
items = ["fuel", "spill", "stories", "switch_off", "reach_out"]

[[policies]]                       # one per level: concern, urgent, crisis
level = "urgent"
acknowledge_within = "15m"         # per step
repeat = 3                         # times through the chain
steps = ["supervisor", "backup", "lead"]
acknowledgement_lapses_after = "24h"

[notes]
enabled = true
confirm_within = "10m"             # no tap on "me / someone I support / not what I meant" by then counts as crisis
"""


def test_the_parts_that_others_rely_on_are_a_program() -> None:
    program = parse_program(CONTRACT, "file")
    urgent = replace(SHIPPED.policy(Level.URGENT), acknowledgement_lapses_after=timedelta(hours=24))
    assert program.policies == {**SHIPPED.policies, Level.URGENT: urgent}
    assert program.all_checkins == program.checkins == (SHIPPED.checkin("pulse"),)
    assert program.scoring == SHIPPED.scoring
    assert program.version != SHIPPED.version


def test_an_empty_file_is_the_shipped_program() -> None:
    program = parse_program("", "file")
    assert program == SHIPPED
    assert program.version == SHIPPED.version


def test_comments_and_spaces_do_not_change_the_version_but_content_does() -> None:
    assert parse_program('# mine\nname  =  "A"', "a").version == parse_program('name = "A"', "b").version
    assert parse_program('name = "A"', "a").version != parse_program('name = "B"', "a").version


def test_seconds_are_valid_durations() -> None:
    program = parse_program(
        """
        [[checkins]]
        id = "pulse"
        expires_after = "2s"
        [[policies]]
        level = "crisis"
        acknowledge_within = "1s"
        steps = ["lead"]
        acknowledgement_lapses_after = "2s"
        [notes]
        confirm_within = "1s"
        """,
        "file",
    )
    assert program.checkin("pulse").expires_after == timedelta(seconds=2)
    assert program.policy(Level.CRISIS).acknowledge_within == timedelta(seconds=1)
    assert program.notes.confirm_within == timedelta(seconds=1)
    assert program.notes.enabled


def test_a_shipped_reminder_after_the_given_end_is_left_out() -> None:
    assert parse_program('[[checkins]]\nid = "pulse"\nexpires_after = "2h"', "f").checkins[0].remind_after is None
    assert parse_program('[[checkins]]\nid = "pulse"\nexpires_after = "4h"', "f").checkins[0].remind_after
    assert parse_program('[[checkins]]\nid = "pulse"\nremind_after = "never"', "f").checkins[0].remind_after is None


def test_a_policy_keeps_the_shipped_rounds_and_lapse_but_not_the_chain() -> None:
    program = parse_program(
        '[[policies]]\nlevel = "concern"\nsteps = ["lead", "supervisor"]\nacknowledge_within = "1h"', "file"
    )
    concern = program.policy(Level.CONCERN)
    assert concern.steps == (Step.LEAD, Step.SUPERVISOR)
    assert concern.repeat == SHIPPED.policy(Level.CONCERN).repeat
    assert concern.acknowledgement_lapses_after == timedelta(hours=24)
    assert program.policy(Level.CRISIS) == SHIPPED.policy(Level.CRISIS)


def test_a_shipped_check_in_that_is_named_is_sent() -> None:
    program = parse_program('[[checkins]]\nid = "weekly"\n[[checkins]]\nid = "practice"\nenabled = false', "file")
    assert [checkin.id for checkin in program.checkins] == ["weekly"]
    assert [checkin.id for checkin in program.all_checkins] == ["weekly", "practice"]
    assert program.checkin("weekly").items == SHIPPED.all_checkins[1].items
    with pytest.raises(KeyError):
        program.checkin("practice")


OWN_ITEMS = """
languages = ["en"]
[[checkins]]
id = "shift"
title = "After the shift"
expires_after = "1h30m"
[[checkins.items]]
id = "sleep"
kind = "scale"
text = "Did you sleep?"
reversed = true
[[checkins.items]]
id = "calls"
kind = "count"
range = [0, 50]
scored = false
text.en = "How many calls?"
options = [{ value = "0" }, { value = "1.5", label = "1–2" }]
[[checkins.items]]
id = "why_not"
kind = "choices"
text = "What got in the way?"
only_if = { sleep = ["0", "1"] }
options = [{ value = "noise", label = "Noise" }, { value = "worry", label = "Worry" }]
"""


def test_a_check_in_may_have_items_of_its_own() -> None:
    program = parse_program(OWN_ITEMS, "file")
    shift = program.checkin("shift")
    sleep, calls, why = shift.items
    assert shift.cadence is None
    assert shift.title == {"en": "After the shift"}
    assert (sleep.reversed, [option.value for option in sleep.options]) == (True, ["0", "1", "2", "3", "4"])
    assert sleep.options[0].label == {"en": "Not at all"}
    assert (calls.kind, int(calls.maximum), calls.scored) == (ItemKind.COUNT, 50, False)
    assert [option.label["en"] for option in calls.options] == ["0", "1–2"]
    assert why.only_if == {"sleep": ("0", "1")}


def test_own_and_built_in_items_stand_in_one_list_in_the_order_of_the_file() -> None:
    program = parse_program(
        """
        [[checkins]]
        id = "pulse"
        items = ["reach_out", { id = "slept", kind = "scale", text = { en = "Slept?", es = "¿Dormiste?" } }, "fuel"]
        """,
        "file",
    )
    assert [item.id for item in program.checkin("pulse").items] == ["reach_out", "slept", "fuel"]
    assert program.scoring.pulse.items == ("slept", "fuel")
    assert program.scoring.pulse.reversed == ("fuel",)
    assert program.scoring.pulse.at_least == 2


def test_the_schedule_says_days_time_and_weeks() -> None:
    program = parse_program(
        '[[checkins]]\nid = "pulse"\nschedule = { days = ["sun", "tue"], at = "18:30", every_weeks = 2 }', "file"
    )
    assert program.checkin("pulse").cadence == Cadence((1, 6), time(18, 30), 2)
    never = parse_program('[[checkins]]\nid = "pulse"\nschedule = { days = [], at = "18:30" }', "file")
    assert never.checkin("pulse").cadence is None


def test_a_boundary_kind_can_be_made_more_urgent_added_and_left_out() -> None:
    program = parse_program(
        """
        [boundary_kinds]
        money.urgency = "immediate"
        overdose.enabled = false
        lost_key = { urgency = "same_day", label = { en = "A lost key", es = "Una llave perdida" } }
        [[checkins]]
        id = "weekly"
        """,
        "file",
    )
    asked = program.checkin("weekly").item("boundary_kind")
    assert asked is not None
    urgencies = {option.value: option.urgency for option in asked.options}
    assert urgencies["money"] is Urgency.IMMEDIATE
    assert urgencies["lost_key"] is Urgency.SAME_DAY
    assert "overdose" not in urgencies
    assert "money" in program.scoring.boundaries.immediate
    assert "money" not in program.scoring.boundaries.same_day
    # A kind that is not offered any more keeps its meaning in the answers that there are.
    assert "overdose" in program.scoring.boundaries.immediate


def test_a_section_keeps_the_shipped_keys_that_are_left_out() -> None:
    program = parse_program('quiet_hours.from = "22:00"\nretention.notes = "7d"', "file")
    assert program.quiet_hours == QuietHours(time(22), time(8))
    assert program.retention == replace(SHIPPED.retention, notes=timedelta(days=7))


def test_a_country_of_its_own_comes_beside_the_shipped_ones() -> None:
    program = parse_program(
        """
        country = "DE"
        [crisis_lines.DE]
        number = "0800 111 0 111"
        emergency_number = "112"
        text = { en = "Call 0800 111 0 111.", es = "Llama al 0800 111 0 111." }
        """,
        "file",
    )
    assert program.emergency_number == "112"
    assert program.crisis_line().number == "0800 111 0 111"
    assert program.crisis_line("US").number == "988"
    assert program.crisis_line("FR") == program.crisis_line("DE")


def test_a_time_zone_is_taken_in_its_exact_spelling() -> None:
    assert parse_program('default_timezone = "america/new_york"', "file").default_timezone == "America/New_York"


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (
            '[[checkins]]\nid = "pulse"\nschedule = { days = ["mon"], at = "22:00" }',
            "f:3: checkins[1].schedule.at: lies in the quiet hours: it is sent at 08:00 (it expires after 12h)",
        ),
        (
            '[[checkins]]\nid = "pulse"\nexpires_after = "1h"\nschedule = { days = ["mon"], at = "07:00" }',
            "f:4: checkins[1].schedule.at: lies in the quiet hours: it is never sent by itself (it expires after 1h)",
        ),
        ('pulse_times = ["09:00", "21:00"]', "f:1: pulse_times[2]: 21:00 lies in the quiet hours: it is offered all"),
        ('[[checkins]]\nid = "pulse"\nitems = ["reach_out"]', "f:3: checkins[1].items: has no scored scale item"),
    ],
)
def test_what_is_hardly_meant_is_a_warning_with_its_line(text: str, warning: str) -> None:
    (found,) = parse_program(text, "f").warnings
    assert found.startswith(warning)


def test_no_quiet_hours_warn_of_nothing() -> None:
    text = 'quiet_hours = { from = "00:00", until = "00:00" }\npulse_times = ["03:00"]'
    assert parse_program(text, "f").warnings == ()
