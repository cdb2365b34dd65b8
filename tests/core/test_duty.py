"""Who is on call in the end: events of a calendar, shifts that changed hands, days on which somebody cannot."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.duty import Event, Swap, filled, missing, names_in, shift_of, swapped
from core.people import Person, Role
from core.rota import Shift

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


def person(name: str, role: Role = Role.SUPERVISOR) -> Person:
    return Person(
        id=uuid4(),
        name=name,
        role=role,
        team_id=None,
        team="North",
        supervisor_id=None,
        language="en",
        timezone="UTC",
        telegram_id=1,
    )


ANN, BEN, CAL, ANN_MARIE = person("Ann Lee"), person("Ben Ortiz"), person("Cal Diaz"), person("Ann Lee Marsh")
STAFF = (ANN, BEN, CAL, ANN_MARIE)


def event(summary: str, *attendees: str) -> Event:
    return Event(start=NOW, end=NOW + HOUR, summary=summary, attendees=attendees)


@pytest.mark.parametrize(
    ("summary", "attendees", "expected"),
    [
        ("Ann Lee", (), ("Ann Lee", None)),
        ("On call: BEN  ortiz, backup Cal Diaz", (), ("Ben Ortiz", "Cal Diaz")),
        ("Ann Lee Marsh", (), ("Ann Lee Marsh", None)),  # not Ann Lee, whose name is in hers
        ("Cal Diaz for Ann Lee Marsh and Ann Lee", (), ("Cal Diaz", "Ann Lee Marsh")),
        ("Weekend", ("Cal Diaz", "Ben Ortiz"), ("Cal Diaz", "Ben Ortiz")),
        ("Ann Lee", ("Nobody Known",), ("Ann Lee", None)),
        ("Joann Leeds", (), ("Joann Leeds", None)),  # stays as written, for the operator to see
    ],
)
def test_names_are_found_in_attendees_and_then_in_the_summary(
    summary: str, attendees: tuple[str, ...], expected: tuple[str, str | None]
) -> None:
    shift = shift_of(event(summary, *attendees), STAFF)
    assert (shift.person, shift.backup) == expected


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_name_is_found_between_any_words(before: str, after: str) -> None:
    assert names_in(f"{before} ANN  lee {after}", ["Ann Lee"]) == ["Ann Lee"]


names = st.sampled_from(["Ann", "Ben", "Cal"])
spans = st.tuples(st.integers(0, 40), st.integers(1, 20)).map(lambda s: (NOW + s[0] * HOUR, NOW + (s[0] + s[1]) * HOUR))
teams = st.sampled_from([None, "North", "South"])
shifts = st.lists(st.builds(lambda span, team, who: Shift(*span, team, who, None), spans, teams, names), max_size=5)
swaps = st.lists(
    st.builds(
        lambda s, team, a, b: Swap(start=s[0], end=s[1], team=team, giver=a, taker=b), spans, teams, names, names
    ),
    max_size=4,
)


@given(shifts, swaps)
def test_a_swap_loses_no_minute_and_touches_nobody_elses_shift(found: list[Shift], given_away: list[Swap]) -> None:
    """Somebody was on call before; somebody is on call after, at every hour and for every team."""
    after = swapped(found, given_away)
    for hour in range(62):
        at = NOW + hour * HOUR
        for team in (None, "North", "South"):
            was = sorted(s.person for s in found if s.start <= at < s.end and s.team == team)
            now = sorted(s.person for s in after if s.start <= at < s.end and s.team == team)
            assert len(was) == len(now)
            if not any(swap.start <= at < swap.end and swap.team == team for swap in given_away):
                assert was == now


def test_a_shift_that_was_taken_can_be_given_on_and_a_backup_does_not_stand_in_for_themselves() -> None:
    whole = Shift(NOW, NOW + 4 * HOUR, "North", "Ann", "Ben")
    first = Swap(start=NOW + HOUR, end=NOW + 3 * HOUR, team="north", giver="ANN", taker="Ben")
    second = Swap(start=NOW + 2 * HOUR, end=NOW + 3 * HOUR, team="North", giver="Ben", taker="Cal")
    assert [(s.person, s.backup, s.end - s.start) for s in swapped([whole], [first, second])] == [
        ("Ann", "Ben", HOUR),
        ("Ben", None, HOUR),
        ("Cal", None, HOUR),
        ("Ann", "Ben", HOUR),
    ]


def test_a_leave_within_a_shift_is_the_backups_and_without_one_a_gap() -> None:
    leave = (NOW + HOUR, NOW + 2 * HOUR)
    staff = (replace(ANN, leaves=(leave,)), BEN)
    with_backup = Shift(NOW, NOW + 4 * HOUR, None, "Ann Lee", "Ben Ortiz")
    assert [(p.person, p.start, p.end) for p in filled(with_backup, staff, NOW)] == [
        ("Ann Lee", NOW, NOW + HOUR),
        ("Ben Ortiz", *leave),
        ("Ann Lee", NOW + 2 * HOUR, NOW + 4 * HOUR),
    ]
    alone = replace(with_backup, backup=None)
    assert missing(filled(alone, staff, NOW), "North", NOW, NOW + 4 * HOUR) == HOUR
    assert filled(replace(alone, person="Nobody"), staff, NOW) == []


def test_what_runs_now_is_whose_turn_it_is_now_and_keeps_its_beginning() -> None:
    later = NOW + 2 * HOUR
    staff = (replace(ANN, away_from=later, away_until=None), replace(BEN, role=Role.MENTOR))
    shift = Shift(NOW, NOW + 4 * HOUR, None, "Ann Lee", "Ben Ortiz")
    assert [(p.person, p.start, p.end) for p in filled(shift, staff, NOW + HOUR)] == [("Ann Lee", NOW, later)]
    assert filled(shift, staff, later) == []
