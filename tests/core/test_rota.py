"""The rota: which shifts its lines stand for, who is on call at an instant, and when nobody is."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rota import Entry, Gap, Shift, Weeks, for_team, gaps, merged, on_call, shifts

CHICAGO = "America/Chicago"
WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)
DAYS = tuple(range(7))
NIGHT = Entry(person="Ann", days=DAYS, start=time(18), end=time(8), zone=CHICAGO)
OFFICE = Entry(person="Ben", days=(0, 1, 2, 3, 4), start=time(8), end=time(18), zone=CHICAGO)


def at(text: str, zone: str = CHICAGO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def people(entries: list[Entry], when: datetime, team: str = "North") -> list[str]:
    return [shift.person for shift in on_call(entries, when, team)]


def hours(found: list[Shift]) -> dict[str, timedelta]:
    total: dict[str, timedelta] = {}
    for shift in found:
        total[shift.person] = total.get(shift.person, timedelta()) + shift.end - shift.start
    return total


times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30]))
entries = st.builds(
    Entry,
    person=st.sampled_from(["Ann", "Ben", "Cal"]),
    days=st.lists(st.integers(0, 6), min_size=1, max_size=7, unique=True).map(tuple),
    start=times,
    end=times,
    zone=st.sampled_from([CHICAGO, "Europe/Madrid", "Pacific/Apia", "Australia/Lord_Howe", "UTC"]),
    weeks=st.sampled_from(Weeks),
)
# Around both changes of the clocks, and the turn of a year with 53 weeks.
starts = st.sampled_from(["2026-03-05", "2026-03-26", "2026-10-22", "2026-10-29", "2026-12-28", "2011-12-27"]).flatmap(
    lambda day: st.integers(0, 48 * 60).map(lambda minutes: at(day, "UTC") + minutes * MINUTE)
)


@given(rota=st.lists(entries, max_size=5), start=starts)
def test_shifts_and_gaps_cover_the_week_exactly(rota: list[Entry], start: datetime) -> None:
    end = start + WEEK
    found = shifts(rota, start, end)
    free = gaps(found, start, end)
    assert all(start <= gap.start < gap.end <= end for gap in free)
    assert all(one.end < other.start for one, other in pairwise(free))
    edges = {start, end}
    edges |= {edge for shift in found for edge in (shift.start, shift.end)}
    edges |= {edge for gap in free for edge in (gap.start, gap.end)}
    inside = sorted(edge for edge in edges if start <= edge <= end)
    for before, after in pairwise(inside):
        middle = before + (after - before) / 2
        taken = any(shift.start <= middle < shift.end for shift in found)
        open_ = any(gap.start <= middle < gap.end for gap in free)
        assert taken != open_, middle


@given(rota=st.lists(entries, max_size=5), start=starts, later=st.integers(0, 7 * 24 * 60))
def test_whoever_is_on_call_at_an_instant_is_in_the_shifts_of_the_week(
    rota: list[Entry], start: datetime, later: int
) -> None:
    when = start + later * MINUTE
    week = shifts(rota, start, start + WEEK + MINUTE)
    assert sorted(people(rota, when)) == sorted(one.person for one in week if one.start <= when < one.end)


@given(rota=st.lists(entries, max_size=5), start=starts)
def test_joining_shifts_changes_nothing_but_their_number(rota: list[Entry], start: datetime) -> None:
    found = shifts(rota, start, start + WEEK)
    joined = merged(found)
    assert len(joined) <= len(found)
    assert gaps(joined, start, start + WEEK) == gaps(found, start, start + WEEK)
    assert hours(joined) == hours(found)


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    friday = replace(NIGHT, days=(4,))
    assert people([friday], at("2026-03-06T17:59")) == []
    assert people([friday], at("2026-03-06T18:00")) == ["Ann"]
    assert people([friday], at("2026-03-07T00:00")) == ["Ann"]
    assert people([friday], at("2026-03-07T07:59")) == ["Ann"]
    assert people([friday], at("2026-03-07T08:00")) == []


def test_from_midnight_to_midnight_is_the_whole_day() -> None:
    sunday = replace(NIGHT, days=(6,), start=time(0), end=time(0))
    start = at("2026-03-01T00:00")
    assert shifts([sunday], start, start + WEEK) == [Shift(start, start + timedelta(days=1), None, "Ann", None)]


@pytest.mark.parametrize(("day", "hours"), [("2026-03-07", 13), ("2026-10-31", 15), ("2026-03-03", 14)])
def test_a_night_is_as_long_as_the_clocks_make_it(day: str, hours: int) -> None:
    start = at(f"{day}T18:00")
    (shift,) = [one for one in shifts([NIGHT], start, start + MINUTE) if one.start == start]
    assert shift.end - shift.start == timedelta(hours=hours)


def test_nights_and_days_leave_no_hole_when_the_clocks_change() -> None:
    rota = [NIGHT, replace(OFFICE, days=DAYS)]
    for day in ("2026-03-05", "2026-10-29"):
        start = at(f"{day}T12:00")
        assert gaps(shifts(rota, start, start + WEEK), start, start + WEEK) == []


def test_a_shift_that_the_clocks_skip_does_not_happen() -> None:
    skipped = replace(NIGHT, start=time(2, 30), end=time(3))
    start = at("2026-03-08T00:00")
    assert shifts([skipped], start, start + timedelta(hours=12)) == []


def test_the_weekend_is_the_gap_of_a_rota_of_working_days() -> None:
    rota = [OFFICE, replace(NIGHT, days=(0, 1, 2, 3))]
    monday = at("2026-03-02T08:00")
    assert gaps(shifts(rota, monday, monday + WEEK), monday, monday + WEEK - timedelta(hours=1)) == [
        Gap(at("2026-03-06T18:00"), at("2026-03-09T08:00"))
    ]


def test_odd_and_even_weeks_take_turns_and_leave_nothing_out() -> None:
    odd, even = replace(NIGHT, weeks=Weeks.ODD), replace(NIGHT, person="Ben", weeks=Weeks.EVEN)
    assert people([odd, even], at("2026-03-04T20:00")) == ["Ben"]  # week 10
    assert people([odd, even], at("2026-03-11T20:00")) == ["Ann"]  # week 11
    assert people([odd, even], at("2026-12-30T20:00")) == ["Ann"]  # week 53
    assert people([odd, even], at("2027-01-06T20:00")) == ["Ann"]  # week 1


def test_a_team_has_its_own_shifts_and_those_for_every_team() -> None:
    rota = [NIGHT, replace(NIGHT, person="Ben", team="North"), replace(NIGHT, person="Cal", team="South")]
    when = at("2026-03-04T20:00")
    assert people(rota, when, " north ") == ["Ann", "Ben"]
    assert people(rota, when, "South") == ["Ann", "Cal"]
    assert people(rota, when, "") == ["Ann"]
    assert for_team([], "North") == []


def test_days_that_follow_each_other_are_one_and_nights_stay_apart() -> None:
    start = at("2026-03-02T00:00")
    whole = replace(NIGHT, start=time(0), end=time(0))
    (week,) = merged(shifts([whole], start, start + WEEK - timedelta(hours=1)))
    assert (week.start, week.end) == (start, at("2026-03-09T00:00"))
    assert len(merged(shifts([NIGHT], start, start + WEEK))) == 8
