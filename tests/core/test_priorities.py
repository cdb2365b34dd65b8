"""Who needs somebody: the order of the list, when things are due, and pages that a phone can show."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.levels import Level
from core.priorities import PAGE_ROOM, PLACES, ROOM, RULES, Need, Standing, due_at, need_of, ordered, pages
from tests.core.factories import NOW

CHICAGO = "America/Chicago"
HOUR = timedelta(hours=1)


def a_standing(name: str = "Sam", **values: object) -> Standing:
    return Standing(person_id=UUID(int=abs(hash(name)) % 2**64), name=name, **values)  # type: ignore[arg-type]


CRISIS = a_standing("crisis", level=Level.CRISIS, due_at=NOW)
URGENT = a_standing("urgent", level=Level.URGENT, due_at=NOW + HOUR)
CONCERN = a_standing("concern", level=Level.CONCERN, due_at=NOW + 2 * HOUR)
UNREACHABLE = a_standing("unreachable", unreachable_since=NOW)
SILENT = a_standing("silent", silent=True)
AWAY = a_standing("away", away=True)
STEADY = a_standing("steady")
ALL = (CRISIS, URGENT, CONCERN, UNREACHABLE, SILENT, AWAY, STEADY)

standings = st.builds(
    Standing,
    person_id=st.uuids(),
    name=st.text(max_size=5),
    level=st.none() | st.sampled_from([Level.CONCERN, Level.URGENT, Level.CRISIS]),
    due_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    taken=st.booleans(),
    unreachable_since=st.none() | st.datetimes(timezones=st.just(UTC)),
    silent=st.booleans(),
    away=st.booleans(),
)


def test_every_need_has_a_place_and_room() -> None:
    assert set(PLACES) == set(Need) == set(ROOM)
    assert len(RULES) == len(Need)


def test_the_list_has_the_order_of_the_table() -> None:
    for some in list(permutations(ALL))[::97]:
        assert [standing for _, standing in ordered(some)] == list(ALL)


@pytest.mark.parametrize("standing", ALL, ids=lambda standing: standing.name)
def test_each_stands_under_their_need(standing: Standing) -> None:
    assert need_of(standing) == standing.name


@given(standings)
def test_an_open_alert_goes_before_being_away_out_of_reach_or_silent(standing: Standing) -> None:
    if standing.level is not None:
        assert need_of(standing) == standing.level.code


def test_whoever_is_away_is_not_silent() -> None:
    assert need_of(a_standing(silent=True, away=True)) is Need.AWAY


def test_what_nobody_has_taken_goes_first_whatever_is_due_earlier() -> None:
    taken = a_standing("taken", level=Level.URGENT, due_at=NOW, taken=True)
    assert [standing for _, standing in ordered([taken, URGENT])] == [URGENT, taken]


def test_what_is_due_earlier_goes_first() -> None:
    later = a_standing("a later one", level=Level.URGENT, due_at=NOW + 3 * HOUR)
    assert [standing for _, standing in ordered([later, URGENT])] == [URGENT, later]


def test_who_is_out_of_reach_for_longer_goes_first_and_names_decide_last() -> None:
    longer = a_standing("z", unreachable_since=NOW - HOUR)
    assert [standing for _, standing in ordered([UNREACHABLE, longer])] == [longer, UNREACHABLE]
    names = [a_standing(name) for name in ("bob", "Ann", "Cal")]
    assert [standing.name for _, standing in ordered(names)] == ["Ann", "bob", "Cal"]


def test_something_is_overdue_from_its_instant_on() -> None:
    assert URGENT.is_overdue(NOW + HOUR)
    assert not URGENT.is_overdue(NOW + HOUR - timedelta(microseconds=1))
    assert not STEADY.is_overdue(NOW)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(CHICAGO)).astimezone(UTC)


@pytest.mark.parametrize(
    ("level", "opened", "due"),
    [
        (Level.CRISIS, "2026-03-02 15:00", "2026-03-02 15:00"),
        (Level.URGENT, "2026-03-02 15:00", "2026-03-03 00:00"),
        (Level.CONCERN, "2026-03-02 15:00", "2026-03-06 00:00"),  # Monday: the end of Thursday
        (Level.CONCERN, "2026-03-06 15:00", "2026-03-12 00:00"),  # Friday, and the clocks change on Sunday
        (Level.CONCERN, "2026-03-07 15:00", "2026-03-12 00:00"),  # Saturday
        (Level.URGENT, "2026-03-08 01:00", "2026-03-09 00:00"),  # a day of 23 hours
    ],
)
def test_alerts_are_due_by_their_level(level: Level, opened: str, due: str) -> None:
    assert due_at(level, local(opened), CHICAGO) == local(due)


@given(st.lists(standings, max_size=40))
def test_pages_hold_everybody_once_in_order_and_none_is_too_full(some: list[Standing]) -> None:
    entries = ordered(some)
    made = pages(entries)
    assert [entry for page in made for entry in page] == entries
    assert all(sum(ROOM[need] for need, _ in page) <= PAGE_ROOM for page in made)
    assert len(made) == 1 or all(made)
