"""The timetable on days worked out by hand, and what becomes of an occurrence."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.questionnaire import Cadence
from core.timetable import (
    Action,
    Decision,
    Occurrence,
    QuietHours,
    decide,
    due_occurrence,
    end_of_quiet,
    is_quiet,
    next_occurrence,
    reminder_at,
    snoozed_until,
    this_evening,
    validate_zone,
)

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
NIGHT = QuietHours(time(21), time(8))
NEVER_QUIET = QuietHours(time(0), time(0))
HOUR = timedelta(hours=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def following(zone: str, at: str, after: str, days: tuple[int, ...] = EVERY_DAY, every_weeks: int = 1) -> Occurrence:
    found = next_occurrence(Cadence(days, time.fromisoformat(at), every_weeks), zone, utc(after))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("zone", "at", "after", "day", "instant"),
    [
        ("America/New_York", "02:30", "2026-03-08T00:00", "2026-03-08", "2026-03-08T07:30"),  # skipped: 03:30 EDT
        ("America/New_York", "02:30", "2026-03-08T07:30", "2026-03-09", "2026-03-09T06:30"),
        ("America/New_York", "01:30", "2026-11-01T00:00", "2026-11-01", "2026-11-01T05:30"),  # the first 01:30, EDT
        ("America/New_York", "01:30", "2026-11-01T05:30", "2026-11-02", "2026-11-02T06:30"),  # not again at 06:30
        ("Australia/Lord_Howe", "02:15", "2026-10-03T00:00", "2026-10-04", "2026-10-03T15:45"),  # skipped: 02:45
        ("Australia/Lord_Howe", "01:45", "2026-04-04T00:00", "2026-04-05", "2026-04-04T14:45"),  # the first, at +11
        ("Africa/Casablanca", "09:00", "2026-02-14T12:00", "2026-02-15", "2026-02-15T09:00"),  # Ramadan: back to +0
        ("Africa/Casablanca", "09:00", "2026-02-14T00:00", "2026-02-14", "2026-02-14T08:00"),
        ("America/Phoenix", "02:30", "2026-03-08T00:00", "2026-03-08", "2026-03-08T09:30"),
        ("Asia/Kolkata", "09:00", "2026-03-08T03:30", "2026-03-09", "2026-03-09T03:30"),
        ("America/Santiago", "00:15", "2026-09-06T00:00", "2026-09-06", "2026-09-06T04:15"),  # midnight is skipped
        ("America/Nuuk", "23:30", "2026-03-29T01:10", "2026-03-28", "2026-03-29T01:30"),  # skipped: past midnight
        ("America/St_Johns", "00:00", "2010-11-07T03:00", "2010-11-08", "2010-11-08T03:30"),  # back from 00:01 to 23:01
        ("Pacific/Apia", "09:00", "2011-12-29T00:00", "2011-12-29", "2011-12-29T19:00"),
        ("Pacific/Apia", "09:00", "2011-12-29T19:00", "2011-12-31", "2011-12-30T19:00"),  # 30 December never was
    ],
)
def test_the_next_occurrence_is_at_the_local_time_that_was_asked(
    zone: str, at: str, after: str, day: str, instant: str
) -> None:
    assert following(zone, at, after) == Occurrence(date.fromisoformat(day), at, utc(instant))


def test_only_the_days_of_the_cadence_count() -> None:
    found = following("America/Chicago", "09:00", "2026-05-01T14:00", days=(0, 2, 4))  # Friday, at that very instant
    assert found.local_date == date(2026, 5, 4)


def test_a_cadence_of_two_weeks_keeps_to_the_weeks_counted_from_2024() -> None:
    first = following("America/Chicago", "15:00", "2024-01-01T00:00", days=(4,), every_weeks=2)
    second = following("America/Chicago", "15:00", first.at.replace(tzinfo=None).isoformat(), days=(4,), every_weeks=2)
    assert (first.local_date, second.local_date) == (date(2024, 1, 5), date(2024, 1, 19))


def test_a_cadence_without_days_never_comes() -> None:
    never = Cadence((), time(9))
    assert next_occurrence(never, "UTC", utc("2026-01-01")) is None
    assert due_occurrence(never, "UTC", utc("2026-01-01"), utc("2026-02-01")) is None


def test_the_calendar_ends_without_an_error() -> None:
    assert next_occurrence(Cadence((0,), time(9)), "UTC", utc("9999-12-30")) is None


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="naive times are refused"):
        next_occurrence(Cadence((0,), time(9)), "UTC", datetime(2026, 1, 1))  # noqa: DTZ001


def test_after_an_outage_of_days_one_occurrence_is_due_and_not_all() -> None:
    daily = Cadence(EVERY_DAY, time(9))
    found = due_occurrence(daily, "America/Chicago", utc("2026-05-01T14:00"), utc("2026-05-05T20:00"))
    assert found == Occurrence(date(2026, 5, 5), "09:00", utc("2026-05-05T14:00"))


def test_an_occurrence_is_due_at_its_very_instant_and_not_before() -> None:
    daily, at = Cadence(EVERY_DAY, time(9)), utc("2026-05-05T14:00")
    assert due_occurrence(daily, "America/Chicago", at, at) == Occurrence(date(2026, 5, 5), "09:00", at)
    assert due_occurrence(daily, "America/Chicago", at, at - timedelta(microseconds=1)) is None


def test_a_skipped_time_that_happens_past_midnight_is_due() -> None:
    at = utc("2026-03-29T01:30")
    late = Cadence(EVERY_DAY, time(23, 30))
    assert due_occurrence(late, "America/Nuuk", at, at) == Occurrence(date(2026, 3, 28), "23:30", at)


def test_an_occurrence_stays_due_when_the_clocks_go_back_to_the_day_before() -> None:
    midnight, at = Cadence(EVERY_DAY, time(0)), utc("2010-11-07T02:30")
    found = due_occurrence(midnight, "America/St_Johns", at, utc("2010-11-07T03:00"))  # the walls show 6 November
    assert found == Occurrence(date(2010, 11, 7), "00:00", at)


@pytest.mark.parametrize(
    ("local", "quiet"),
    [("20:59", False), ("21:00", True), ("23:59", True), ("00:00", True), ("07:59", True), ("08:00", False)],
)
def test_quiet_hours_go_over_midnight_and_leave_out_their_end(local: str, quiet: bool) -> None:
    instant = utc(f"2026-05-05T{local}") + timedelta(hours=5)  # Chicago, summer
    assert is_quiet(instant, "America/Chicago", NIGHT) is quiet


def test_quiet_hours_within_a_day() -> None:
    siesta = QuietHours(time(13), time(15))
    assert is_quiet(utc("2026-05-05T13:00"), "UTC", siesta)
    assert not is_quiet(utc("2026-05-05T15:00"), "UTC", siesta)
    assert end_of_quiet(utc("2026-05-05T14:00"), "UTC", siesta) == utc("2026-05-05T15:00")


def test_equal_quiet_hours_are_none() -> None:
    assert not is_quiet(utc("2026-05-05T00:00"), "UTC", NEVER_QUIET)


def test_the_end_of_quiet_is_the_instant_itself_outside_them_and_comes_in_utc() -> None:
    instant = datetime(2026, 5, 5, 12, tzinfo=timezone(timedelta(hours=-5)))
    found = end_of_quiet(instant, "America/Chicago", NIGHT)
    assert (found, found.tzinfo) == (instant, UTC)


@pytest.mark.parametrize(
    ("inside", "end"),
    [("2026-03-08T06:00", "2026-03-08T12:00"), ("2026-11-01T05:00", "2026-11-01T13:00")],
)
def test_the_morning_comes_at_eight_on_both_changes_of_the_clocks(inside: str, end: str) -> None:
    assert end_of_quiet(utc(inside), "America/New_York", NIGHT) == utc(end)


def test_a_night_that_begins_in_a_repeated_hour_has_no_hole() -> None:
    late = QuietHours(time(1, 30), time(7))
    first, second_01_10 = utc("2026-11-01T05:30"), utc("2026-11-01T06:10")  # 01:30 EDT, then 01:10 EST
    assert is_quiet(first, "America/New_York", late)
    assert is_quiet(second_01_10, "America/New_York", late)
    assert end_of_quiet(first, "America/New_York", late) == utc("2026-11-01T12:00")


def test_two_nights_meet_where_the_clocks_skip_the_time_between_them() -> None:
    nearly_always = QuietHours(time(3, 30), time(2, 40))  # Atka: awake from 02:40 to 03:30, and 02:40 is skipped
    assert end_of_quiet(utc("2026-03-08T12:00"), "America/Atka", nearly_always) == utc("2026-03-09T11:40")


def test_quiet_hours_span_a_day_that_never_was() -> None:
    inside = utc("2011-12-30T10:30")  # Apia: 31 December, 00:30, just after the lost day
    assert end_of_quiet(inside, "Pacific/Apia", NIGHT) == utc("2011-12-30T18:00")


MORNING = Occurrence(date(2026, 5, 5), "09:00", utc("2026-05-05T14:00"))  # Chicago


def decided(now: str, occurrence: Occurrence = MORNING, **changes: object) -> Decision:
    usual: dict[str, object] = {
        "zone": "America/Chicago",
        "quiet": NIGHT,
        "away": False,
        "expires_after": 12 * HOUR,
        "next_at": utc("2026-05-06T14:00"),
        "chosen_by_mentor": False,
    }
    return decide(occurrence, utc(now), **(usual | changes))  # type: ignore[arg-type]


SEND, AWAY, LATE = Decision(Action.SEND), Decision(Action.SKIP_AWAY), Decision(Action.SKIP_LATE)


def test_an_occurrence_is_sent_at_its_time() -> None:
    assert decided("2026-05-05T14:00") == SEND


def test_before_its_time_it_waits_for_it() -> None:
    assert decided("2026-05-05T13:59") == Decision(Action.DEFER, MORNING.at)


def test_nobody_who_is_away_is_asked() -> None:
    assert decided("2026-05-05T14:00", away=True) == AWAY


def test_an_expired_occurrence_is_skipped_at_the_instant_of_its_expiry() -> None:
    assert decided("2026-05-06T01:59:59", quiet=NEVER_QUIET) == SEND
    assert decided("2026-05-06T02:00", quiet=NEVER_QUIET) == LATE


def test_an_occurrence_gives_way_when_the_next_one_is_due() -> None:
    later = utc("2026-05-05T20:00")
    assert decided("2026-05-05T19:59", next_at=later) == SEND
    assert decided("2026-05-05T20:00", next_at=later) == LATE


def test_an_occurrence_without_a_next_one_lives_until_it_expires() -> None:
    assert decided("2026-05-06T01:59", next_at=None, quiet=NEVER_QUIET) == SEND
    assert decided("2026-05-06T02:00", next_at=None, quiet=NEVER_QUIET) == LATE


EARLY = Occurrence(date(2026, 5, 5), "06:00", utc("2026-05-05T11:00"))  # Chicago, inside the quiet hours


def test_in_quiet_hours_it_waits_for_their_end() -> None:
    assert decided("2026-05-05T11:00", EARLY) == Decision(Action.DEFER, utc("2026-05-05T13:00"))


def test_what_would_expire_in_the_quiet_hours_is_skipped() -> None:
    assert decided("2026-05-05T11:00", EARLY, expires_after=2 * HOUR) == LATE
    assert decided("2026-05-05T11:00", EARLY, expires_after=2 * HOUR + timedelta(seconds=1)).action is Action.DEFER


def test_a_time_that_the_mentor_chose_wins_over_the_quiet_hours() -> None:
    assert decided("2026-05-05T11:00", EARLY, chosen_by_mentor=True) == SEND
    assert decided("2026-05-05T11:59", EARLY, chosen_by_mentor=True) == SEND


def test_a_chosen_time_wakes_nobody_long_after_it() -> None:
    assert decided("2026-05-05T12:00", EARLY, chosen_by_mentor=True) == Decision(Action.DEFER, utc("2026-05-05T13:00"))


def test_a_chosen_time_outside_the_quiet_hours_gives_no_leave_to_break_them() -> None:
    evening = replace(MORNING, slot="20:45", at=utc("2026-05-06T01:45"))
    assert decided("2026-05-06T02:15", evening, chosen_by_mentor=True).action is Action.DEFER


def test_the_reminder_comes_after_its_time() -> None:
    sent = utc("2026-05-05T14:00")
    assert reminder_at(sent, 3 * HOUR, sent + 12 * HOUR, "America/Chicago", NIGHT) == sent + 3 * HOUR


def test_a_reminder_in_the_quiet_hours_waits_for_their_end() -> None:
    sent = utc("2026-05-06T00:00")  # 19:00; +3 h is 22:00
    assert reminder_at(sent, 3 * HOUR, sent + 72 * HOUR, "America/Chicago", NIGHT) == utc("2026-05-06T13:00")


def test_there_is_no_reminder_that_would_come_when_the_check_in_expires() -> None:
    sent = utc("2026-05-05T14:00")
    assert reminder_at(sent, 3 * HOUR, sent + 3 * HOUR, "America/Chicago", NIGHT) is None
    assert reminder_at(sent, None, sent + 12 * HOUR, "America/Chicago", NIGHT) is None


@pytest.mark.parametrize("written", ["America/New_York", " america/new york ", "AMERICA/NEW_YORK"])
def test_a_zone_is_known_in_any_case(written: str) -> None:
    assert validate_zone(written) == "America/New_York"


@pytest.mark.parametrize("wrong", ["", "Chicago", "America", "../etc/passwd", "/etc/localtime", "right/UTC", "Factory"])
def test_an_unknown_zone_gets_one_clear_line(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"^unknown time zone '.*'; write an IANA name such as America/Chicago$"):
        validate_zone(wrong)


HOLIDAYS = frozenset({date(2026, 5, 25), date(2026, 5, 29), date(2026, 6, 1)})  # a Monday, a Friday, the Monday after


def dates_of(cadence: Cadence, count: int) -> list[str]:
    at, found = utc("2026-05-22T23:00"), []
    for _ in range(count):
        occurrence = next_occurrence(cadence, "UTC", at)
        assert occurrence is not None
        found.append(f"{occurrence.local_date:%a %d} {occurrence.slot}")
        at = occurrence.at
    return found


def test_what_comes_several_days_a_week_leaves_a_day_off_out() -> None:
    pulse = Cadence((0, 2, 4), time(9), off=HOLIDAYS)
    assert dates_of(pulse, 3) == ["Wed 27 09:00", "Wed 03 09:00", "Fri 05 09:00"]


def test_what_comes_once_a_week_moves_to_the_next_working_day() -> None:
    weekly = Cadence((4,), time(15), off=HOLIDAYS)
    assert dates_of(weekly, 3) == ["Tue 02 15:00", "Fri 05 15:00", "Fri 12 15:00"]
    moved = next_occurrence(weekly, "UTC", utc("2026-06-01T12:00"))
    assert moved is not None
    assert due_occurrence(weekly, "UTC", moved.at, moved.at + timedelta(hours=1)) == moved


def test_each_weekday_may_have_its_own_time() -> None:
    shifts = Cadence((0, 2), time(9), by_day={0: time(17, 30)})
    assert dates_of(shifts, 3) == ["Mon 25 17:30", "Wed 27 09:00", "Mon 01 17:30"]


@given(
    st.integers(0, 24 * 60), st.integers(1, 24 * 60), st.integers(0, 23), st.integers(0, 23), st.integers(1, 48 * 60)
)
def test_what_is_put_off_comes_back_before_the_end(now: int, wait: int, start: int, end: int, left: int) -> None:
    instant = utc("2026-05-22") + timedelta(minutes=now)
    expires, quiet = instant + timedelta(minutes=left), QuietHours(time(start), time(end))
    again = snoozed_until(instant, instant + timedelta(minutes=wait), expires, "America/Chicago", quiet)
    assert instant < again < expires
    if not is_quiet(instant, "America/Chicago", quiet):
        assert not is_quiet(again, "America/Chicago", quiet)


def test_this_evening_is_offered_while_it_is_ahead_awake_and_in_time() -> None:
    noon, quiet = utc("2026-05-22T17:00"), QuietHours(time(21), time(8))
    evening = utc("2026-05-22T23:30")
    args = ("America/Chicago", quiet)
    assert this_evening(noon, time(18, 30), noon + timedelta(hours=12), *args) == evening
    assert this_evening(noon, time(18, 30), noon + timedelta(hours=2), *args) is None
    assert this_evening(evening, time(18, 30), noon + timedelta(hours=12), *args) is None
    assert this_evening(noon, time(21, 30), noon + timedelta(hours=12), *args) is None
