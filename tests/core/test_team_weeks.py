"""The figures of a team's weeks: whole weeks, and nobody who could be read off."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from core.team_weeks import SMALLEST, WEEKS, Band, Pulse, band_of, monday_of, team_weeks

TODAY = date(2026, 3, 4)  # a Wednesday
LAST_MONDAY = date(2026, 2, 23)
PEOPLE = [UUID(int=number) for number in range(1, 8)]


def pulses_of(people: int, strain: float | None = 20.0, day: date = LAST_MONDAY) -> list[Pulse]:
    return [Pulse(person, day, strain is not None, True, strain) for person in PEOPLE[:people]]


def test_twelve_whole_weeks_are_shown_and_the_running_one_is_not() -> None:
    weeks = team_weeks([], TODAY)
    assert len(weeks) == WEEKS
    assert weeks[-1].monday == LAST_MONDAY
    assert weeks[0].monday == LAST_MONDAY - timedelta(weeks=11)
    assert team_weeks(pulses_of(5, day=date(2026, 3, 2)), TODAY) == weeks


def test_a_share_counts_what_was_asked_and_not_what_somebody_began_alone() -> None:
    own = Pulse(PEOPLE[0], LAST_MONDAY, True, False, 20.0)
    missed = [Pulse(person, LAST_MONDAY, False) for person in PEOPLE[:5]]
    week = team_weeks([own, *pulses_of(5), *missed], TODAY)[-1]
    assert week.share == 0.5


@given(st.integers(0, 7), st.floats(0, 100))
def test_fewer_than_five_people_have_no_figures(people: int, strain: float) -> None:
    week = team_weeks(pulses_of(people, strain), TODAY)[-1]
    assert (week.share is None) == (people < SMALLEST) == (week.band is None)


def test_five_who_were_asked_and_four_who_answered_have_a_share_and_no_band() -> None:
    week = team_weeks([*pulses_of(4), Pulse(PEOPLE[4], LAST_MONDAY, False)], TODAY)[-1]
    assert week.share == 0.8
    assert week.band is None


def test_the_typical_week_is_the_median_of_people_and_not_of_answers() -> None:
    """One person with many heavy answers does not make a heavy team."""
    many = [Pulse(PEOPLE[5], LAST_MONDAY + timedelta(days=n % 5), True, False, 90.0) for n in range(20)]
    assert team_weeks([*pulses_of(5, 20.0), *many], TODAY)[-1].band is Band.LIGHT


def test_bands_begin_where_the_words_after_a_checkin_change() -> None:
    assert [band_of(strain) for strain in (0, 33.9, 34, 59.9, 60, 100)] == [
        *(Band.LIGHT, Band.LIGHT, Band.FAIR, Band.FAIR, Band.HEAVY, Band.HEAVY),
    ]


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_a_week_begins_on_monday(day: date) -> None:
    assert monday_of(day).weekday() == 0
    assert timedelta(0) <= day - monday_of(day) < timedelta(days=7)
