"""Times for a talk: by day, soon when it is urgent, and an agreed one holds the alert no longer than it should."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.alerts import acknowledge
from core.levels import Level
from core.meetings import AFTERWARDS, MOST, NOTICE, SHOWN, agreed, left_alone, slots, toggled
from core.timetable import QuietHours
from tests.core.test_chain_oncall import SAM, an_alert

NIGHT = QuietHours(time(21), time(8))
CHICAGO = "America/Chicago"
FRIDAY = datetime(2026, 3, 6, 15, tzinfo=UTC)  # 09:00 in Chicago, before the clocks move

instants = st.integers(0, 365 * 24 * 60).map(lambda minutes: FRIDAY + timedelta(minutes=minutes))
zones = st.sampled_from([CHICAGO, "Pacific/Kiritimati", "Europe/Madrid", "Asia/Kathmandu"])


@given(instants, zones, st.sampled_from([Level.CONCERN, Level.URGENT]))
def test_there_is_always_a_time_by_day_and_never_in_the_quiet_hours(now: datetime, zone: str, level: Level) -> None:
    found = slots(now, zone, level, NIGHT)
    assert 0 < len(found) <= SHOWN
    assert found == sorted(set(found))
    for at in found:
        local = at.astimezone(ZoneInfo(zone))
        assert at > now + NOTICE
        assert 8 <= local.hour < 21
        if level is Level.URGENT:
            assert at <= now + timedelta(hours=24)
        else:
            assert local.weekday() < 5


def test_a_concern_of_friday_can_wait_until_tuesday_and_a_crisis_not_at_all() -> None:
    days = {at.astimezone(ZoneInfo(CHICAGO)).day for at in slots(FRIDAY, CHICAGO, Level.CONCERN, NIGHT)}
    assert days == {6, 9, 10}
    assert slots(FRIDAY, CHICAGO, Level.CRISIS, NIGHT) == []
    by_day = QuietHours(time(8), time(15))  # somebody who works at night
    assert {at.astimezone(ZoneInfo(CHICAGO)).hour for at in slots(FRIDAY, CHICAGO, Level.CONCERN, by_day)} == {17}


def test_a_fourth_time_takes_the_place_of_the_oldest_choice() -> None:
    times = [FRIDAY + timedelta(hours=n) for n in range(4)]
    chosen: tuple[datetime, ...] = ()
    for at in times:
        chosen = toggled(chosen, at)
    assert chosen == tuple(times[1:])
    assert len(chosen) == MOST
    assert toggled(chosen, times[2]) == (times[1], times[3])


def test_an_agreed_talk_holds_the_alert_of_whoever_proposed_it_and_nobody_elses() -> None:
    ann, ben = uuid4(), uuid4()
    taken = acknowledge(an_alert(SAM), ann, FRIDAY)
    assert taken.next_step_at is not None
    late = taken.next_step_at + timedelta(days=2)
    assert agreed(taken, ann, late).next_step_at == late + AFTERWARDS
    assert agreed(taken, ann, FRIDAY - timedelta(hours=9)).next_step_at == taken.next_step_at
    assert agreed(taken, ben, late) == taken
    waiting = an_alert(SAM)
    assert agreed(waiting, ann, late) == waiting


@pytest.mark.parametrize("before", [None, "asked", "silent"])
def test_leave_it_ends_all_questions_and_leaves_the_alert_where_it_is(before: str | None) -> None:
    alert = replace(acknowledge(an_alert(SAM), uuid4(), FRIDAY), follow_up=before, follow_up_at=FRIDAY)
    after = left_alone(alert)
    assert (after.follow_up, after.follow_up_at) == ("left", None)
    assert (after.state, after.next_step_at) == (alert.state, alert.next_step_at)
