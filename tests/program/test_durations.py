"""Durations and times of day."""

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.durations import LONGEST, parse_duration, parse_time, write_duration, write_time


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2s", timedelta(seconds=2)),
        ("0.25s", timedelta(milliseconds=250)),
        ("15m", timedelta(minutes=15)),
        ("12h", timedelta(hours=12)),
        ("7d", timedelta(days=7)),
        ("2w", timedelta(days=14)),
        ("1h30m", timedelta(minutes=90)),
        ("1w1d1h1m1s", timedelta(days=8, hours=1, minutes=1, seconds=1)),
        ("3660d", LONGEST),
    ],
)
def test_a_duration_is_read_in_its_units(text: str, expected: timedelta) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        "12",
        "h",
        "12 h",
        "-1h",
        "+1h",
        "1.5h",
        "30m1h",
        "1h1h",
        "1H",
        "١h",
        "0s",
        "0h0m",
        "3661d",
        "1e3s",
        "12h\n",
        5,
    ],
)
def test_what_is_no_duration_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"must be"):
        parse_duration(value)


@given(st.integers(1, LONGEST // timedelta(milliseconds=1)))
def test_a_duration_that_was_written_is_read_as_the_same(milliseconds: int) -> None:
    duration = timedelta(milliseconds=milliseconds)
    assert parse_duration(write_duration(duration)) == duration


@given(st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_a_time_that_was_written_is_read_as_the_same(at: time) -> None:
    assert parse_time(write_time(at)) == at


@pytest.mark.parametrize("value", ["9:00", "24:00", "09:60", "09:00:00", "0900", "", "٠٩:٠٠", time(9), 9])
def test_what_is_no_time_of_day_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="must be a time of day"):
        parse_time(value)
