"""The personal usual, the moving average, its limit and the change-alert, worked by hand.

Nine pulses of 36 give a usual of 36 and a variance of 8 * 169 / 16 = 84.5, so a spread of 9.192388.
"""

from datetime import timedelta
from math import sqrt

import pytest

from core.change import MICROSECOND, Change, Compared, after_pulse, after_weekly, limit_after
from core.levels import Level
from core.parameters import DEFAULT_PARAMETERS as NUMBERS

HOUR = timedelta(hours=1) // MICROSECOND
DAY = 24 * HOUR
SPREAD = sqrt(84.5)


class Mentor:
    """Feeds one mentor's scores to the fold, two days apart unless told otherwise."""

    def __init__(self, *scores: float) -> None:
        self.change, self.at = Change(), 0
        self.compared: Compared | None = None
        self.pulses(*scores)

    def pulses(self, *scores: float, gap: int = 2 * DAY) -> "Mentor":
        for score in scores:
            self.at += gap
            self.change, self.compared = after_pulse(self.change, score, self.at, NUMBERS)
        return self

    def weeklies(self, *scores: float, gap: int = 0) -> float | None:
        z = None
        for score in scores:
            self.at += gap
            self.change, z = after_weekly(self.change, score, self.at, NUMBERS)
        return z

    @property
    def seen(self) -> Compared:
        assert self.compared is not None
        return self.compared


def steady() -> Mentor:
    return Mentor(*[36.0] * 9)


def test_nothing_is_compared_until_the_tenth_scored_pulse() -> None:
    mentor = Mentor()
    for _ in range(9):
        assert mentor.pulses(36.0).compared is None
    assert mentor.pulses(36.0).compared == Compared(0.0, pytest.approx(0.54), 36.0, pytest.approx(SPREAD))


def test_the_usual_is_the_mean_of_nine_pulled_towards_thirty_six() -> None:
    change = Mentor(0, 25, 50, 25, 0, 25, 50, 25, 25).change
    assert change.usual == pytest.approx((225 + 72) / 11)
    # Squares about the mean of 25: 4 * 625 = 2500, which is 8 s².
    assert change.variance == pytest.approx((2500 + 8 * 169) / 16)
    assert change.learning == ()


def test_the_limit_widens_with_each_scored_pulse() -> None:
    assert limit_after(1, NUMBERS) == pytest.approx(0.54)  # 2.7 * sqrt(0.2 / 1.8 * 0.36)
    assert limit_after(2, NUMBERS) == pytest.approx(0.9 * sqrt(0.5904))
    assert limit_after(200, NUMBERS) == pytest.approx(0.9)


def test_a_single_pulse_counts_for_three_spreads_at_most() -> None:
    assert steady().pulses(36 + SPREAD).seen.z == pytest.approx(0.2)
    assert steady().pulses(100).seen.z == pytest.approx(0.6)
    assert steady().pulses(0).seen.z == pytest.approx(-0.6)


def test_good_weeks_are_remembered_down_to_minus_one() -> None:
    assert steady().pulses(0, 0).seen.z == -1.0  # -0.6 and then -1.08


def test_the_usual_follows_slowly_and_a_single_pulse_pulls_by_three_spreads_at_most() -> None:
    change = steady().pulses(36 + 5).change
    assert change.usual == pytest.approx(36.1)
    assert change.variance == pytest.approx(84.5 + 0.02 * (25 - 84.5))
    low = steady().pulses(0).change
    assert low.usual == pytest.approx(36 - 0.02 * 3 * SPREAD)
    assert low.variance == pytest.approx(84.5 + 0.02 * (9 * 84.5 - 84.5))


def test_a_pulse_is_compared_with_the_usual_as_it_was_before() -> None:
    mentor = steady().pulses(41, 41)
    assert mentor.seen.usual == pytest.approx(36.1)
    assert mentor.seen.z == pytest.approx(
        0.8 * 0.2 * 5 / SPREAD + 0.2 * 4.9 / sqrt(84.5 + 0.02 * (25 - 84.5)),
    )


def test_the_floor_of_the_spread_acts_after_the_adaptation() -> None:
    mentor = steady().pulses(*[36.0] * 14)
    assert mentor.change.variance == pytest.approx(84.5 * 0.98**14)  # 63.68, below 64
    assert mentor.pulses(44).seen.z == pytest.approx(0.2)
    assert mentor.seen.spread == 8.0
    assert mentor.change.variance == pytest.approx(84.5 * 0.98**15 + 0.02 * 64)


def test_a_change_alert_opens_above_the_limit_and_is_strong_above_one_point_two_times_it() -> None:
    mentor = steady().pulses(100)  # z 0.6 is above 0.54 and below 0.648
    assert mentor.change.level is Level.WATCH
    mentor.pulses(100)  # z 1.08 is above 1.2 * 0.69
    assert mentor.seen.z == pytest.approx(1.08)
    assert mentor.change.level is Level.CONCERN


def test_the_limit_itself_is_not_above_the_limit() -> None:
    at_limit = 36 + 2.7 * SPREAD  # z = 0.2 * 2.7 = 0.54
    assert steady().pulses(at_limit).change.level is Level.STEADY
    assert steady().pulses(at_limit + 1e-6).change.level is Level.WATCH


def test_the_usual_stands_still_while_a_change_alert_is_open() -> None:
    change = steady().pulses(100, 100, 50).change
    assert (change.usual, change.variance) == (36.0, 84.5)
    assert change.pulses == 3


def test_a_change_alert_keeps_its_highest_level() -> None:
    mentor = steady().pulses(100, 100, 36)
    assert mentor.seen.z == pytest.approx(0.864)  # above its limit of 0.773, below 1.2 times it
    assert mentor.change.level is Level.CONCERN


def test_three_calm_pulses_in_a_row_close_it() -> None:
    mentor = steady().pulses(100, 36)  # 0.48 is not below half of 0.69
    mentor.pulses(36)  # 0.384 < 0.3866
    mentor.pulses(36)  # 0.3072
    assert mentor.change.level is Level.WATCH
    mentor.pulses(36)
    assert mentor.change.level is Level.STEADY
    assert mentor.seen.z == pytest.approx(0.24576)
    assert mentor.change.z == 0.0
    assert mentor.change.pulses == 5
    assert mentor.change.usual == 36.0
    # The closing pulse adapts: no change-alert is open after it.
    assert mentor.change.variance == pytest.approx(84.5 * 0.98)


def test_a_pulse_that_is_not_calm_starts_the_count_anew() -> None:
    mentor = steady().pulses(100, 36, 36, 36, 60)
    assert mentor.change.alert.calm == 0
    assert mentor.change.level is Level.WATCH


@pytest.mark.parametrize(("after", "closed"), [(42 * DAY - 1, False), (42 * DAY, True), (60 * DAY, True)])
def test_the_first_pulse_after_forty_two_days_closes_it(after: int, closed: bool) -> None:
    mentor = steady().pulses(100)
    mentor.pulses(100, gap=after)
    assert (mentor.change.level is Level.STEADY) is closed


def test_on_a_closing_by_time_the_usual_moves_half_way_to_the_recent_level_and_then_adapts() -> None:
    mentor = steady().pulses(100).pulses(60, gap=42 * DAY)
    recent = 0.7 * (0.7 * 36 + 0.3 * 100) + 0.3 * 60
    moved = (36 + recent) / 2
    assert mentor.change.recent == pytest.approx(recent)
    assert mentor.change.usual == pytest.approx(moved + 0.02 * (60 - moved))
    assert mentor.change.variance == pytest.approx(84.5 + 0.02 * ((60 - moved) ** 2 - 84.5))
    assert mentor.seen.z == pytest.approx(0.48 + 0.2 * 24 / SPREAD)  # what was compared, above its limit
    assert mentor.change.z == 0.0
    assert mentor.change.level is Level.STEADY


def test_calm_goes_before_time_so_that_the_usual_stays() -> None:
    mentor = steady().pulses(100, 36, 36, 36).pulses(36, gap=50 * DAY)
    assert mentor.change.level is Level.STEADY
    assert mentor.change.usual == 36.0


def test_the_next_rise_after_a_closing_starts_from_zero() -> None:
    mentor = steady().pulses(100, 36, 36, 36, 36).pulses(36 + 9)
    assert mentor.seen.z == pytest.approx(0.2 * 9 / sqrt(84.5 * 0.98))
    assert mentor.seen.limit == pytest.approx(limit_after(6, NUMBERS))


def test_the_recent_level_starts_at_the_first_score_and_counts_for_fourteen_days() -> None:
    mentor = Mentor(80, 50)
    assert mentor.change.recent == pytest.approx(0.7 * 80 + 0.3 * 50)
    assert Change().recent_at(0, NUMBERS) is None
    assert mentor.change.recent_at(mentor.at + 14 * DAY, NUMBERS) == pytest.approx(71)
    assert mentor.change.recent_at(mentor.at + 14 * DAY + 1, NUMBERS) is None


def test_weekly_z_counts_from_the_fourth_on() -> None:
    mentor = Mentor()
    assert mentor.weeklies(20, 40, 24) is None
    assert mentor.change.weekly_usual == pytest.approx((84 + 36) / 4)
    assert mentor.weeklies(30 + 22) == pytest.approx(2.0)
    assert mentor.change.weekly_usual == pytest.approx(30 + 0.08 * 22)
    assert mentor.weeklies(31.76) == pytest.approx(0)


def test_the_weekly_usual_stands_still_while_a_change_alert_is_open() -> None:
    mentor = steady().pulses(100)
    mentor.weeklies(36, 36, 36, 46)
    assert mentor.change.weekly_usual == 36
    assert mentor.change.level is Level.WATCH


@pytest.mark.parametrize(
    ("hours", "weekly", "level"),
    [
        (216, 36 + 16.5, Level.CONCERN),  # z = 1.5
        (216, 36 + 16.4999, Level.WATCH),
        (217, 36 + 16.5, Level.WATCH),
    ],
)
def test_a_high_weekly_makes_it_a_concern_whichever_comes_second(hours: int, weekly: float, level: Level) -> None:
    pulse_first = steady().pulses(100)
    pulse_first.at -= 216 * HOUR
    pulse_first.weeklies(36, 36, 36)
    pulse_first.at += 216 * HOUR
    pulse_first.weeklies(weekly, gap=hours * HOUR)
    assert pulse_first.change.level is level

    weekly_first = steady()
    weekly_first.weeklies(36, 36, 36, weekly)
    weekly_first.pulses(100, gap=hours * HOUR)
    assert weekly_first.change.level is level


def test_an_earlier_high_weekly_counts_although_a_low_one_followed() -> None:
    mentor = steady()
    mentor.weeklies(36, 36, 36, 60)
    mentor.weeklies(36, gap=100 * HOUR)
    mentor.pulses(100, gap=116 * HOUR)
    assert mentor.change.level is Level.CONCERN


def test_a_high_weekly_alone_opens_nothing_and_neither_does_one_after_a_closing() -> None:
    mentor = steady()
    mentor.weeklies(36, 36, 36, 100)
    assert mentor.change.level is Level.STEADY

    closed = steady().pulses(100).pulses(100, gap=42 * DAY)  # closes with z above its limit
    assert closed.seen.z > closed.seen.limit
    closed.weeklies(36, 36, 36, 100)
    assert closed.change.level is Level.STEADY


def test_a_pulse_below_its_limit_is_not_joined_with_a_high_weekly() -> None:
    mentor = steady().pulses(100, 36)  # 0.48, below its limit of 0.69
    mentor.weeklies(36, 36, 36, 100)
    assert mentor.change.level is Level.WATCH
