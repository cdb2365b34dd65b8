"""The weekly digest: when, to whom, once, and only when the week asks for something."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from core.levels import Level
from core.messages import RULES, Kind, Priority, WhenUnsure
from flows import contacts, digest
from flows.contacts import Agreement, ContactKind
from flows.deps import Deps
from scheduler import ticks
from storage.tables_alerts import AlertRow
from tests.conftest import MovableClock
from tests.flows.test_agenda import answered
from tests.flows.test_contacts import logged, logs
from tests.flows.test_team import a_pulse, a_team_of, missed, raise_level
from tests.flows.world import ANN, BEN, CAL, DANA, ROSA, SAM, World

# A Monday, 08:30 in Chicago: the clocks there have changed the day before.
MONDAY = datetime(2026, 3, 9, 13, 30, tzinfo=UTC)


async def week_begins(world: World, at: datetime = MONDAY) -> dict[str, dict[str, Any]]:
    """Let it be Monday, and return the digests by who got them."""
    world.clock.now = at
    await ticks.digest_tick(world.deps)
    await world.deliver()
    return {one.name: one.params for one in world.phone if one.kind is Kind.DIGEST}


async def test_a_week_that_asks_for_nothing_sends_nothing(world: World) -> None:
    assert await week_begins(world) == {}
    assert await digest.due(world.deps, now=MONDAY + timedelta(minutes=5)) == []


async def test_praise_alone_sends_nothing(world: World) -> None:
    world.clock.now = MONDAY - timedelta(days=2)
    await raise_level(world, SAM, Level.CONCERN)
    alert = await world.acknowledges(ANN, (await world.alerts(SAM))[-1])
    async with world.deps.db.transaction() as session:
        row = await session.get(AlertRow, alert.id)
        assert row is not None
        row.state, row.resolved_at, row.next_step_at = "resolved", world.clock.now, None
    assert await week_begins(world) == {}


async def test_an_open_alert_is_due_to_everybody_in_charge(world: World) -> None:
    await raise_level(world, SAM, Level.CONCERN)
    found = await week_begins(world)
    assert set(found) == {ANN, BEN, DANA}
    assert found[ANN]["alerts"] == [{"name": SAM, "need": "concern", "taken": False}]
    assert [(one["name"], one["open"]) for one in found[DANA]["teams"]] == [("North", 1)]


async def test_a_digest_is_decided_once_a_week_whatever_ticks(world: World) -> None:
    await raise_level(world, SAM, Level.CONCERN)
    await week_begins(world)
    await week_begins(world, MONDAY + timedelta(minutes=1))
    assert len(world.on(ANN, Kind.DIGEST)) == 1
    await week_begins(world, MONDAY + timedelta(days=7))
    assert len(world.on(ANN, Kind.DIGEST)) == 2


async def test_of_two_replicas_one_decides(world: World) -> None:
    await raise_level(world, SAM, Level.CONCERN)
    world.clock.now = MONDAY
    one = next(one for one in await digest.due(world.deps, now=MONDAY))
    assert await digest.take(world.deps, one, now=MONDAY) == "sent"
    assert await digest.take(world.deps, one, now=MONDAY) == "elsewhere"


@pytest.mark.parametrize(
    ("later", "is_due"),
    [
        (timedelta(seconds=-1), False),
        (timedelta(0), True),
        (timedelta(hours=12, seconds=-1), True),
        (timedelta(hours=12), False),  # after an outage of that length it would be no preview any more
        (timedelta(days=1), False),
        (timedelta(days=-1), False),
    ],
)
async def test_it_comes_on_monday_from_half_past_eight_local_time(world: World, later: timedelta, is_due: bool) -> None:
    assert bool(await digest.due(world.deps, now=MONDAY + later)) is is_due


async def test_each_gets_it_in_their_own_morning(world: World) -> None:
    await world.change(ANN, timezone="Pacific/Kiritimati")
    ann = (await world.person(ANN)).id
    eastern = datetime(2026, 3, 8, 18, 30, tzinfo=UTC)  # 14 hours ahead
    assert [one.person_id for one in await digest.due(world.deps, now=eastern)] == [ann]
    await world.change(ANN, timezone="Etc/GMT+12")
    late = datetime(2026, 3, 10, 8, 29, tzinfo=UTC)  # 12 hours behind
    assert ann in [one.person_id for one in await digest.due(world.deps, now=late)]


async def test_whoever_is_away_or_out_of_reach_gets_none(world: World) -> None:
    await raise_level(world, SAM, Level.CONCERN)
    await world.change(ANN, away_from=world.clock.now)
    await world.change(BEN, unreachable_since=world.clock.now)
    assert set(await week_begins(world)) == {DANA}


def test_a_digest_is_dropped_rather_than_doubled_and_gives_way_to_all_else() -> None:
    assert RULES[Kind.DIGEST] == (Priority.DIGEST, WhenUnsure.DROP)
    assert max(Priority) is Priority.DIGEST


async def test_silence_and_a_blocked_bot_are_due(world: World) -> None:
    world.clock.now = MONDAY
    await missed(world, SAM, 9)
    await world.change(ROSA, unreachable_since=MONDAY)
    found = await week_begins(world)
    assert found[ANN]["silent"] == [SAM]
    assert found[CAL]["unreachable"] == [ROSA]


async def test_what_was_agreed_for_this_week_is_due_to_who_agreed(world: World) -> None:
    world.clock.now = MONDAY - timedelta(days=4)
    session = UUID((await logs(world, ANN, SAM))["session"])
    await contacts.agree(world.deps, world.press(ANN), session, Agreement.NEXT_WEEK)
    found = await week_begins(world)
    assert found[ANN]["promised"] == [SAM]
    assert BEN not in found


async def a_session(world: World, ago: timedelta, kind: ContactKind = ContactKind.GROUP) -> None:
    world.clock.now = MONDAY - ago
    await logs(world, BEN, SAM, kind)


async def test_three_weeks_without_a_session_are_due_and_told_to_the_lead(world: World) -> None:
    await a_session(world, timedelta(weeks=3))
    found = await week_begins(world)
    assert found[ANN]["unsupervised"] == [SAM]
    assert found[DANA]["teams"][0]["unsupervised"] == 1
    (note,) = world.on(DANA, Kind.LEAD_NOTE)
    assert note.params == {"mentor": SAM, "weeks": 3, "logged": True}
    await week_begins(world, MONDAY + timedelta(weeks=1))
    assert len(world.on(DANA, Kind.LEAD_NOTE)) == 1
    await week_begins(world, MONDAY + timedelta(weeks=3))
    assert world.on(DANA, Kind.LEAD_NOTE)[-1].params["weeks"] == 6


@pytest.mark.parametrize("ago", [timedelta(weeks=3, seconds=-1), timedelta(0)])
async def test_a_session_within_three_weeks_is_enough(world: World, ago: timedelta) -> None:
    await a_session(world, ago)
    assert await week_begins(world) == {}


async def test_where_the_log_is_not_used_nothing_is_told_from_it(world: World) -> None:
    await a_session(world, timedelta(weeks=5), ContactKind.CALL)
    assert len(await logged(world)) == 1
    assert await week_begins(world) == {}


@pytest.mark.parametrize(("weeklies", "told"), [(["group"], 0), (["none"], 1), (["none", "none", "none"], 0), ([], 1)])
async def test_weekly_checkins_that_speak_of_supervision_go_before_the_log(
    world: World, weeklies: list[str], told: int
) -> None:
    """A session that nobody logged was one all the same; three times "none" has been told to the lead already."""
    await a_session(world, timedelta(weeks=3))
    for said in weeklies:
        world.clock.forward(days=5)
        await answered(world, "weekly", {"supervision": said})
    await week_begins(world)
    assert len(world.on(DANA, Kind.LEAD_NOTE)) == told


@pytest.mark.parametrize(("size", "share", "asked"), [(4, None, 0), (5, 0.5, 5)])
async def test_only_five_people_and_more_have_a_share(
    deps: Deps, clock: MovableClock, size: int, share: float | None, asked: int
) -> None:
    world = await a_team_of(deps, clock, size)
    for number in range(size):
        await a_pulse(world, f"Mentor {number:02}", date(2026, 3, 2), strain=20.0)
        await a_pulse(world, f"Mentor {number:02}", date(2026, 3, 4))
    await raise_level(world, "Mentor 00", Level.CONCERN)
    found = (await week_begins(world))[ANN]
    assert (found["share"], found["asked"], found["all_answered"]) == (share, asked, 0)


async def test_a_week_in_which_few_answered_is_worth_a_word(deps: Deps, clock: MovableClock) -> None:
    world = await a_team_of(deps, clock, 5)
    for number in range(5):
        await a_pulse(world, f"Mentor {number:02}", date(2026, 3, 3), strain=20.0 if number < 3 else None)
    assert await week_begins(world) == {}  # three of five: not low yet
    for number in range(5):
        await a_pulse(world, f"Mentor {number:02}", date(2026, 3, 10))
    assert (await week_begins(world, MONDAY + timedelta(weeks=1)))[ANN]["share"] == 0.0


async def test_alerts_that_were_all_taken_in_time_are_praised(world: World) -> None:
    world.clock.now = MONDAY - timedelta(days=1)
    await raise_level(world, SAM, Level.CONCERN)
    await world.acknowledges(ANN, (await world.alerts(SAM))[-1])
    found = await week_begins(world)
    assert found[ANN]["in_time"] == 1
    assert found[DANA]["in_time"] == 1


async def test_leads_see_how_soon_help_came_in_four_weeks(world: World) -> None:
    world.clock.now = MONDAY - timedelta(days=20)
    await raise_level(world, SAM, Level.URGENT)
    world.clock.forward(minutes=12)
    await world.acknowledges(ANN, (await world.alerts(SAM))[-1])
    north = (await week_begins(world))[DANA]["teams"][0]
    assert (north["taken"], north["talked"], north["resolved"]) == (720.0, None, None)
    await world.change(DANA, away_from=None)
    later = await week_begins(world, MONDAY + timedelta(weeks=2))
    assert later[DANA]["teams"][0]["taken"] is None


async def test_whom_a_mentor_avoids_hears_nothing_of_it(world: World) -> None:
    await world.change(SAM, avoids_id=(await world.person(ANN)).id)
    await raise_level(world, SAM, Level.CONCERN)
    found = await week_begins(world)
    assert ANN not in found
    assert BEN in found


async def test_mentors_get_no_digest(world: World) -> None:
    await raise_level(world, SAM, Level.CONCERN)
    assert SAM not in await week_begins(world)
