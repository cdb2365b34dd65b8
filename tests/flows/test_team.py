"""/team: whose list it is, what it shows and what it never shows, and the picture's figures."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from core.checkins import Checkin, CheckinState
from core.levels import Level
from core.messages import Kind
from core.people import Role
from flows import alerting, team
from flows.deps import Deps
from flows.roster import Line
from flows.turn import working
from storage import alerts, assessments, checkins
from tests.conftest import MovableClock
from tests.flows.world import ANN, BEN, CAL, DANA, ROSA, SAM, ZONE, World


async def shown(world: World, name: str) -> dict[str, Any]:
    """/team, and what arrived."""
    await team.show_team(world.deps, world.message(name))
    await world.deliver()
    return world.on(name)[-1].params


async def of_team(world: World, name: str, mentor: str, page: int = 0) -> dict[str, Any]:
    """A lead's tap on the team of somebody."""
    row = (await world.person(mentor)).team_id
    await team.show_page(world.deps, world.press(name), row, page)
    await world.deliver()
    return world.on(name)[-1].params


def names(params: dict[str, Any]) -> list[str]:
    return [entry["name"] for entry in params["entries"]]


async def raise_level(world: World, name: str, level: Level, reasons: tuple[str, ...] = ("asks_this_week",)) -> None:
    """An alert about somebody, as an answer would raise it."""
    async with working(world.deps) as turn:
        mentor = await world.person(name)
        await alerting.raise_alert(turn, mentor, source=uuid4().hex, level=level, reasons=reasons, facts={})
    await world.deliver()


async def test_a_supervisor_sees_her_own_mentors_and_nobody_elses(world: World) -> None:
    params = await shown(world, ANN)
    assert names(params) == [SAM]
    assert params["entries"][0]["need"] == "steady"
    assert names(await shown(world, CAL)) == [ROSA]


async def test_a_supervisor_cannot_see_another_team_by_a_button(world: World) -> None:
    assert names(await of_team(world, ANN, ROSA)) == [SAM]


async def test_a_supervisor_of_the_team_sees_its_mentors_too(world: World) -> None:
    assert names(await shown(world, BEN)) == [SAM]


async def test_a_lead_chooses_among_all_teams(world: World) -> None:
    await raise_level(world, ROSA, Level.CONCERN)
    params = await shown(world, DANA)
    assert [(one["name"], one["mentors"], one["open"]) for one in params["teams"]] == [("North", 1, 0), ("South", 1, 1)]
    assert names(await of_team(world, DANA, ROSA)) == [ROSA]


async def test_a_lead_of_one_team_sees_it_at_once(deps: Deps, clock: MovableClock) -> None:
    world = await World.joined(
        deps,
        clock,
        (Line(2, SAM, Role.MENTOR, "North", "en", ZONE, ""), Line(3, DANA, Role.LEAD, "", "en", ZONE, "")),
    )
    assert names(await shown(world, DANA)) == [SAM]


async def test_mentors_and_strangers_are_refused(world: World) -> None:
    await team.show_team(world.deps, world.message(SAM))
    await team.show_team(world.deps, world.message("a stranger"))
    await team.show_page(world.deps, world.press(ROSA), None, 0)
    await team.show_trend(world.deps, world.press(SAM), None)
    await world.deliver()
    reasons = [one.params["reason"] for one in world.phone if one.kind is Kind.REFUSAL]
    assert sorted(reasons) == ["staff_only", "staff_only", "staff_only", "stranger"]
    assert await world.audit("team_seen", "trend_seen") == []


async def test_every_look_leaves_a_line_for_each_mentor_that_was_shown(world: World) -> None:
    await shown(world, ANN)
    (line,) = await world.audit("team_seen")
    assert line.actor == (await world.person(ANN)).id.hex
    assert line.subject_id == (await world.person(SAM)).id


async def test_an_update_that_comes_twice_is_looked_at_once(world: World) -> None:
    incoming = world.message(ANN)
    await team.show_team(world.deps, incoming)
    await team.show_team(world.deps, incoming)
    assert len(await world.audit("team_seen")) == 1


async def test_an_alert_shows_its_reasons_its_day_and_whether_somebody_has_it(world: World) -> None:
    await raise_level(world, SAM, Level.CONCERN)
    (entry,) = (await shown(world, ANN))["entries"]
    assert (entry["need"], entry["reasons"], entry["taken"], entry["overdue"]) == (
        *("concern", ["asks_this_week"], False, False),
    )
    assert entry["due"] == "2026-03-06T06:00:00+00:00"
    await world.acknowledges(ANN, (await world.alerts(SAM))[-1])
    world.clock.forward(days=5)
    (entry,) = (await shown(world, ANN))["entries"]
    assert (entry["taken"], entry["mine"], entry["overdue"]) == (True, True, True)
    (entry,) = (await shown(world, BEN))["entries"]
    assert (entry["taken"], entry["mine"]) == (True, False)


async def test_several_alerts_are_one_entry_with_the_worst_that_nobody_has(world: World) -> None:
    await raise_level(world, SAM, Level.URGENT, ("asks_today",))
    await world.acknowledges(ANN, (await world.alerts(SAM))[-1])
    world.clock.forward(minutes=5)
    await raise_level(world, SAM, Level.URGENT, ("boundary_same_day",))
    await raise_level(world, SAM, Level.CONCERN)
    (entry,) = (await shown(world, ANN))["entries"]
    assert (entry["need"], entry["taken"]) == ("urgent", False)
    assert entry["reasons"] == ["asks_today", "boundary_same_day", "asks_this_week"]


async def test_what_only_the_mentor_sees_is_not_on_the_list(world: World) -> None:
    """A nudge at watch is private, and so are answers: Sam is steady to his supervisor."""
    checkin = await world.asks_for_a_checkin(SAM)
    await world.answers(SAM, "0", "4", "4", "0", "no")
    params = await shown(world, ANN)
    assert params["entries"][0]["need"] == "steady"
    assert "facts" in params["entries"][0]
    assert params["entries"][0]["facts"] == {}
    assert str(checkin.id) not in str(params)


async def test_away_and_out_of_reach_are_shown_with_their_day(world: World) -> None:
    await world.change(SAM, away_from=world.clock.now, away_until=world.clock.now + timedelta(days=7))
    (entry,) = (await shown(world, ANN))["entries"]
    assert (entry["need"], entry["time"]) == ("away", "2026-03-09T21:00:00+00:00")
    await world.change(SAM, unreachable_since=world.clock.now)
    (entry,) = (await shown(world, ANN))["entries"]
    assert (entry["need"], entry["time"]) == ("unreachable", world.clock.now.isoformat())


async def missed(world: World, name: str, times: int) -> None:
    """Pulses that reached the phone and were not answered, one a day, the last yesterday."""
    for back in range(times, 0, -1):
        await a_pulse(world, name, world.clock.now.date() - timedelta(days=back))


async def a_pulse(world: World, name: str, day: date, strain: float | None = None) -> None:
    person = await world.person(name)
    at = world.clock.now.replace(year=day.year, month=day.month, day=day.day)
    checkin = Checkin(
        id=uuid4(),
        person_id=person.id,
        kind="pulse",
        occurrence=f"{day} 09:00",
        at=at,
        items=("fuel",),
        expires_at=at,
        state=CheckinState.OPEN,
        opened_at=at,
    )
    async with world.deps.db.transaction() as session:
        await checkins.add(session, checkin, local_date=day, slot="09:00", program_version="1")
        await checkins.set_message(session, checkin.id, 1)
        ended = CheckinState.EXPIRED if strain is None else CheckinState.COMPLETE
        await checkins.save(session, _with_state(checkin, ended), at)
        if strain is not None:
            await checkins.put_answer(session, checkin.id, "fuel", "2", answered_at=at, received_at=at)
            stored = assessments.StoredAssessment(checkin.id, "pulse", at, 0, None, (), {"strain": strain}, {})
            await assessments.put(session, stored, person_id=person.id, rules_version="1", now=at)


def _with_state(checkin: Checkin, state: CheckinState) -> Checkin:
    return replace(checkin, state=state)


@pytest.mark.parametrize(("times", "need"), [(8, "steady"), (9, "silent")])
async def test_silence_is_shown_only_when_a_hello_is_due(world: World, times: int, need: str) -> None:
    await missed(world, SAM, times)
    assert (await shown(world, ANN))["entries"][0]["need"] == need


async def test_an_answer_ends_a_silence(world: World) -> None:
    await missed(world, SAM, 12)
    await a_pulse(world, SAM, world.clock.now.date(), strain=20.0)
    assert (await shown(world, ANN))["entries"][0]["need"] == "steady"


async def test_whoever_does_not_take_part_is_not_listed_unless_an_alert_is_open(world: World) -> None:
    await world.change(SAM, left_at=world.clock.now)
    assert names(await shown(world, ANN)) == []
    await world.calls(SAM)
    assert names(await shown(world, ANN)) == [SAM]


async def test_whom_a_mentor_avoids_sees_the_name_and_nothing_else(world: World) -> None:
    await world.change(SAM, avoids_id=(await world.person(ANN)).id)
    await missed(world, SAM, 12)
    await world.calls(SAM)
    (entry,) = (await shown(world, ANN))["entries"]
    assert (entry["name"], entry["need"], entry["reasons"]) == (SAM, "steady", [])
    assert (await shown(world, BEN))["entries"][0]["need"] == "crisis"


async def a_team_of(deps: Deps, clock: MovableClock, size: int) -> World:
    mentors = [Line(n + 2, f"Mentor {n:02}", Role.MENTOR, "North", "en", ZONE, ANN) for n in range(size)]
    return await World.joined(deps, clock, (*mentors, Line(99, ANN, Role.SUPERVISOR, "North", "en", ZONE, "")))


async def test_a_long_list_has_pages_with_everybody_once(deps: Deps, clock: MovableClock) -> None:
    world = await a_team_of(deps, clock, 12)
    for number in (3, 7, 9, 11):
        await raise_level(world, f"Mentor {number:02}", Level.CONCERN)
    first = await shown(world, ANN)
    seen = names(first)
    assert seen == ["Mentor 03", "Mentor 07", "Mentor 09"]
    for page in range(1, first["last"] + 1):
        await team.show_page(world.deps, world.press(ANN), None, page)
        await world.deliver()
        seen += names(world.on(ANN)[-1].params)
    assert sorted(seen) == [f"Mentor {n:02}" for n in range(12)]
    assert first["steady"] == 8


async def test_a_page_that_is_not_there_any_more_is_the_last(world: World) -> None:
    await team.show_page(world.deps, world.press(ANN), None, 7)
    await world.deliver()
    assert world.on(ANN)[-1].params["page"] == 0


async def trend(world: World, name: str = ANN) -> dict[str, Any]:
    await team.show_trend(world.deps, world.press(name), None)
    await world.deliver()
    return world.on(name, Kind.TREND)[-1].params


async def test_a_trend_of_four_people_says_why_there_is_none(deps: Deps, clock: MovableClock) -> None:
    world = await a_team_of(deps, clock, 4)
    assert await trend(world) == {"name": "North", "smallest": 5, "weeks": []}


async def test_a_trend_has_shares_and_bands_of_whole_weeks(deps: Deps, clock: MovableClock) -> None:
    world = await a_team_of(deps, clock, 5)
    for number in range(5):
        name = f"Mentor {number:02}"
        await a_pulse(world, name, date(2026, 2, 23), strain=70.0)
        await a_pulse(world, name, date(2026, 2, 25))
        if number:
            await a_pulse(world, name, date(2026, 2, 16), strain=10.0)
    weeks = (await trend(world))["weeks"]
    assert len(weeks) == 12
    assert weeks[-1] == {"monday": "2026-02-23", "share": 0.5, "band": "heavy"}
    assert weeks[-2] == {"monday": "2026-02-16", "share": None, "band": None}
    assert len(await world.audit("trend_seen")) == 1


async def test_ids_of_other_things_are_no_teams(world: World) -> None:
    await team.show_page(world.deps, world.press(DANA), UUID(int=5), 0)
    await world.deliver()
    assert names(world.on(DANA)[-1].params) == []
    async with world.deps.db.reading() as session:
        assert await alerts.unresolved(session, None) == []
