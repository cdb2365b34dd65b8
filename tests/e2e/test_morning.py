"""The morning of many, with a few: the real service goes from one time zone's nine o'clock to another's."""

import random
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from benchmarks.morning import lived, mentors, next_monday
from benchmarks.people import Prepared, join
from benchmarks.reckoning import Hour, Morning, report

ZONES = ("America/New_York", "America/Los_Angeles")
HOUR = Hour(
    zone="America/New_York",
    mentors=2,
    asked=(0.5, 0.5 + 1 / 30),
    doubled=0,
    forgotten=0,
    sent=2,
    others=0,
    busiest=2,
    refused=0,
    answered=0,
    taps=0,
    replies=(),
    lags={},
)


@pytest.mark.parametrize("backend", ["sqlite"], scope="session")
async def test_each_time_zone_is_asked_once_at_its_own_nine_o_clock(backend: str, database_address: str) -> None:
    monday = next_monday()
    joined = await join(database_address, mentors(6, ZONES), at=datetime.combine(monday, time(0), UTC))
    people = Prepared(backend, database_address.removeprefix("sqlite:///"), joined)
    morning = await lived(people, monday, 0.5, random.Random(2), ZONES, quiet=0.2)
    for hour, zone in zip(morning.hours, ZONES, strict=True):
        assert (hour.zone, hour.mentors, len(hour.asked)) == (zone, 3, 3)
        assert (hour.doubled, hour.forgotten, hour.refused) == (0, 0, 0)
        assert 0 <= min(hour.asked) <= max(hour.asked) < timedelta(minutes=1).total_seconds()
    assert "| New York | Los Angeles | In all |" in report(morning)


def test_a_morning_in_which_everybody_is_asked_once_at_the_limit_meets_its_goals() -> None:
    assert not Morning([HOUR]).missed


@pytest.mark.parametrize(
    "bad",
    [
        replace(HOUR, doubled=1),
        replace(HOUR, forgotten=1),
        replace(HOUR, refused=1),
        replace(HOUR, busiest=31),
        replace(HOUR, asked=(0.5, 1.5)),
    ],
)
def test_a_morning_that_asks_twice_or_never_or_too_fast_or_slowly_misses_a_goal(bad: Hour) -> None:
    assert Morning([HOUR, bad]).missed
    assert "goals: missed" in report(Morning([HOUR, bad]))
