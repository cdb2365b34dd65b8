"""The timetable in every zone of the world, against a slow walk from minute to minute."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.questionnaire import Cadence
from core.timetable import NOT_PLACES, Occurrence, QuietHours, due_occurrence, end_of_quiet, is_quiet, next_occurrence

ZONES = sorted(available_timezones() - NOT_PLACES)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
DATE_LINE = [  # islands that changed sides: a day was lost or lived twice
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ("Pacific/Fakaofo", datetime(2011, 12, 30, 11, tzinfo=UTC)),
    ("Pacific/Kwajalein", datetime(1993, 8, 21, 12, tzinfo=UTC)),
    ("Pacific/Kwajalein", datetime(1969, 9, 30, 13, tzinfo=UTC)),
    ("Pacific/Kiritimati", datetime(1995, 1, 1, 10, tzinfo=UTC)),
]

zones = st.sampled_from(ZONES)
times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
instants = st.datetimes(datetime(1973, 1, 1), datetime(2037, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001
cadences = st.builds(
    Cadence,
    days=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    at=times,
    every_weeks=st.integers(1, 4),
)


def changes(zone: str, year: int) -> list[datetime]:
    """Return the hours of a year in which the zone's clocks change."""
    info, found = ZoneInfo(zone), []
    hours = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=6 * count) for count in range(4 * 366)]
    offsets = [hour.astimezone(info).utcoffset() for hour in hours]
    for before, after, hour in zip(offsets, offsets[1:], hours, strict=False):
        if before != after:
            found.append(hour)
    return found


def walked(zone: str, start: datetime, end: datetime) -> dict[datetime, datetime]:
    """Return when each local minute happens, by watching a clock on the wall from minute to minute.

    A local minute seen twice counts the first time. The clock never shows those that it jumps over: they happen as long
    after the jump as they lie beyond it, unless it jumps a whole day.
    """
    info, seen = ZoneInfo(zone), dict[datetime, datetime]()
    shown = start.astimezone(info).replace(tzinfo=None) - MINUTE
    while start < end:
        expected, shown = shown + MINUTE, start.astimezone(info).replace(tzinfo=None)
        if shown - expected < DAY:
            for skipped in range((shown - expected) // MINUTE):
                seen.setdefault(expected + skipped * MINUTE, start + skipped * MINUTE)
        seen.setdefault(shown, start)
        start += MINUTE
    return seen


def stepped(cadence: Cadence, zone: str, start: datetime, end: datetime) -> Iterator[Occurrence]:
    found = next_occurrence(cadence, zone, start)
    while found and found.at < end:
        yield found
        found = next_occurrence(cadence, zone, found.at)


def agrees_with_the_wall(zone: str, change: datetime, slots: list[time]) -> None:
    """Compare three days around a change of the clocks, at every slot."""
    start, end = change - 2 * DAY, change + 3 * DAY
    seen = walked(zone, start, end)
    first, last = min(seen).date() + DAY, max(seen).date() - DAY
    for slot in slots:
        wanted = sorted((at, wall.date()) for wall, at in seen.items() if wall.time() == slot)
        found = [(each.at, each.local_date) for each in stepped(Cadence(EVERY_DAY, slot), zone, start, end)]
        assert [each for each in found if first <= each[1] <= last] == [
            each for each in wanted if first <= each[1] <= last
        ], (zone, slot)


def test_every_change_of_the_clocks_of_a_year_agrees_with_the_clock_on_the_wall() -> None:
    done = set[tuple[datetime, timedelta | None, timedelta | None]]()
    slots = [time(0, 0), time(0, 15), time(0, 45), time(1, 30), time(2, 0), time(2, 15), time(2, 30), time(3, 0)]
    for zone in ZONES:
        for change in changes(zone, 2026):
            # Many names share their clocks: one walk for each kind.
            before, after = (at.astimezone(ZoneInfo(zone)).utcoffset() for at in (change, change + DAY / 4))
            if (change, before, after) not in done:
                done.add((change, before, after))
                agrees_with_the_wall(zone, change, [*slots, time(9), time(23, 0), time(23, 45)])
    assert len(done) > 20


@pytest.mark.parametrize(("zone", "change"), DATE_LINE)
def test_islands_that_cross_the_date_line_agree_with_the_clock_on_the_wall(zone: str, change: datetime) -> None:
    agrees_with_the_wall(zone, change, [time(0), time(9), time(12), time(22, 30), time(23, 59)])


@settings(deadline=None, max_examples=settings().max_examples // 3)
@given(zones, instants, times)
def test_any_days_agree_with_the_clock_on_the_wall(zone: str, around: datetime, slot: time) -> None:
    near = changes(zone, around.year) or [around]
    agrees_with_the_wall(
        zone, min(near, key=lambda change: abs(change - around)).replace(second=0, microsecond=0), [slot]
    )


@given(zones, cadences, instants)
def test_the_next_occurrence_is_strictly_later_on_a_day_of_the_cadence_at_the_asked_time(
    zone: str, cadence: Cadence, after: datetime
) -> None:
    found = next_occurrence(cadence, zone, after)
    assert found is not None
    assert found.at > after
    assert found.at.tzinfo is UTC
    assert found.local_date.weekday() in cadence.days
    assert (found.local_date.toordinal() - date(2024, 1, 1).toordinal()) // 7 % cadence.every_weeks == 0
    assert found.slot == cadence.at.isoformat("minutes")
    wall = found.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    asked = datetime.combine(found.local_date, cadence.at)
    if wall != asked:  # the clocks skip it: just before, they showed an earlier time than asked
        jump = wall - asked
        before = (found.at - jump).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert timedelta(0) < jump < DAY
        assert before < asked


@given(zones, cadences, instants, st.timedeltas(timedelta(0), 40 * DAY))
def test_the_next_occurrence_never_goes_back_as_time_goes_on(
    zone: str, cadence: Cadence, after: datetime, pause: timedelta
) -> None:
    earlier, later = next_occurrence(cadence, zone, after), next_occurrence(cadence, zone, after + pause)
    assert earlier is not None
    assert later is not None
    assert earlier.at <= later.at
    if after + pause < earlier.at:
        assert later == earlier


@given(zones, cadences, instants, st.timedeltas(timedelta(0), 40 * DAY))
def test_the_due_occurrence_is_the_last_of_those_that_stepping_meets(
    zone: str, cadence: Cadence, start: datetime, outage: timedelta
) -> None:
    met = list(stepped(cadence, zone, start - timedelta(microseconds=1), start + outage + timedelta(microseconds=1)))
    assert due_occurrence(cadence, zone, start, start + outage) == (met[-1] if met else None)


def test_a_year_of_every_zone_has_one_occurrence_on_each_day_of_the_cadence() -> None:
    """The slot lies in the hours that most clocks change."""
    days = [date(2026, 1, 1) + count * DAY for count in range(365)]
    wanted = [day for day in days if day.weekday() in (2, 4, 6)]
    for zone in ZONES:
        first = datetime(2025, 12, 31, 23, 59, 59, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        last = datetime(2027, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        found = list(stepped(Cadence((2, 4, 6), time(2, 30)), zone, first, last))
        assert [each.local_date for each in found] == wanted, zone
        assert [each.at for each in found] == sorted({each.at for each in found}), zone


def test_a_year_in_apia_lacks_only_the_day_that_never_was() -> None:
    first, last = datetime(2011, 1, 1, 10, tzinfo=UTC), datetime(2011, 12, 31, 10, tzinfo=UTC)
    found = [each.local_date for each in stepped(Cadence(EVERY_DAY, time(0, 30)), "Pacific/Apia", first, last)]
    wanted = [date(2011, 1, 1) + count * DAY for count in range(365)]
    assert [day for day in wanted if day not in found] == [date(2011, 12, 30)]
    assert len(found) == len(set(found))


@given(zones, instants, st.builds(QuietHours, times, times))
def test_the_end_of_quiet_is_the_first_instant_that_is_not_quiet(
    zone: str, instant: datetime, quiet: QuietHours
) -> None:
    end = end_of_quiet(instant, zone, quiet)
    assert not is_quiet(end, zone, quiet)
    assert (end > instant) == is_quiet(instant, zone, quiet)
    if end > instant:
        assert is_quiet(end - timedelta(microseconds=1), zone, quiet)
        assert is_quiet(instant + (end - instant) / 2, zone, quiet)


@given(zones, instants, st.builds(QuietHours, times, times))
def test_quiet_hours_are_what_the_clock_says_while_it_does_not_change(
    zone: str, instant: datetime, quiet: QuietHours
) -> None:
    info = ZoneInfo(zone)
    offsets = {(instant + hours * timedelta(hours=1)).astimezone(info).utcoffset() for hours in range(-49, 50)}
    wall = instant.astimezone(info).time()
    over_midnight = quiet.end < quiet.start
    shown = (quiet.start <= wall or wall < quiet.end) if over_midnight else quiet.start <= wall < quiet.end
    if len(offsets) == 1:
        assert is_quiet(instant, zone, quiet) is shown
