"""Working hours: what lies in them, and how time passes in them."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.levels import Level
from core.policy import PersonStep, Policy, Step, read_step
from core.working_hours import LONGEST, WorkingHours
from tests.core.factories import MINUTE, a_policy

HOUR = 60 * MINUTE
OFFICE = WorkingHours(days=(0, 1, 2, 3, 4), start=time(8), end=time(18), zone="America/Chicago")
ZONES = ("UTC", "America/Chicago", "Europe/Madrid", "Australia/Lord_Howe", "Africa/Cairo")

instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
hours = st.builds(
    lambda days, span, zone: WorkingHours(
        days=tuple(sorted(days)), start=time(span[0]), end=time(span[1], 30), zone=zone
    ),
    st.sets(st.integers(0, 6), min_size=1),
    st.tuples(st.integers(0, 22), st.integers(0, 23)).filter(lambda span: span[0] < span[1]),
    st.sampled_from(ZONES),
)


def at(local: str) -> datetime:
    """Return an instant of Chicago's winter, six hours behind UTC."""
    return datetime.fromisoformat(local).replace(tzinfo=UTC) + 6 * HOUR


@pytest.mark.parametrize(
    ("begins", "wait", "ends"),
    [
        ("2026-02-02T10:00", 4, "2026-02-02T14:00"),  # a Monday
        ("2026-02-06T16:00", 4, "2026-02-09T10:00"),  # from Friday to Monday
        ("2026-02-07T12:00", 4, "2026-02-09T12:00"),  # on Saturday nothing counts
        ("2026-02-02T14:00", 4, "2026-02-03T08:00"),  # at the very end it is the next day's
        ("2026-02-02T07:00", 20, "2026-02-04T08:00"),
    ],
)
def test_only_working_time_counts(begins: str, wait: int, ends: str) -> None:
    assert OFFICE.after(at(begins), wait * HOUR) == at(ends)


def test_a_day_whose_clocks_change_is_as_long_as_it_is() -> None:
    sundays = WorkingHours(days=(6,), start=time(0), end=time(12), zone="America/Chicago")
    # On 8 March 2026 the clocks skip an hour: eleven hours of work, one is left for the week after.
    assert sundays.after(datetime(2026, 3, 8, 6, tzinfo=UTC), 12 * HOUR) == datetime(2026, 3, 15, 6, tzinfo=UTC)


@given(hours, instants, st.integers(1, 60 * 40))
def test_waiting_ends_in_working_hours_and_never_early(found: WorkingHours, begins: datetime, minutes: int) -> None:
    ends = found.after(begins, minutes * MINUTE)
    assert ends >= begins + minutes * MINUTE or ends == begins + LONGEST
    assert ends == begins + LONGEST or found.include(ends)
    assert ends <= begins + LONGEST


@given(hours, instants)
def test_the_next_hours_begin_where_they_say(found: WorkingHours, now: datetime) -> None:
    opens = found.next_open(now)
    assert found.include(opens)
    assert (opens == now) == found.include(now)
    assert opens == now or not found.include(opens - timedelta(seconds=1))


def test_a_policy_with_hours_and_names_is_stored_and_read() -> None:
    policy = a_policy(Level.CONCERN, working_hours=OFFICE, steps=(Step.SUPERVISOR, PersonStep("Ann Lee"), Step.LEAD))
    assert Policy.from_json(policy.as_json()) == policy
    assert policy.placed("Europe/Madrid") == policy
    loose = a_policy(Level.CONCERN, working_hours=WorkingHours(days=(0,), start=time(8), end=time(9)))
    assert Policy.from_json(loose.placed("Europe/Madrid").as_json()).working_hours == WorkingHours(
        days=(0,), start=time(8), end=time(9), zone="Europe/Madrid"
    )


@pytest.mark.parametrize("level", [Level.URGENT, Level.CRISIS])
def test_what_is_urgent_has_no_working_hours(level: Level) -> None:
    with pytest.raises(ValueError, match="does not wait"):
        a_policy(level, working_hours=OFFICE)
    assert not a_policy(level).rests(at("2026-02-07T03:00"))


@pytest.mark.parametrize("bad", ["", "boss", "person", "person:", "person: ", "lead:Ann"])
def test_what_is_no_step_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_step(bad)


def test_hours_need_a_day_and_an_end_after_their_start() -> None:
    for days, start, end in (((), time(8), time(9)), ((0,), time(9), time(9))):
        with pytest.raises(ValueError, match="working hours"):
            WorkingHours(days=days, start=start, end=end)
