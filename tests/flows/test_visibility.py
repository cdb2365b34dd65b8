"""What a mentor hides reaches nobody, what they show reaches who is in charge, and the preview is that very screen."""

from typing import Any
from uuid import UUID

import pytest

from core.levels import Level
from core.messages import Kind
from core.visibility import Group, Step
from flows import agenda, exporting, overview, sharing, team, visibility
from tests.flows.asked import SCALES, WEEKLY, answer, expire, result, sent, tap
from tests.flows.world import ANN, BEN, CAL, DANA, SAM, World

HEAVY_WEEK = {**WEEKLY, **dict.fromkeys(SCALES, "4"), "backup": "0", "steady_habits": "0"}
HEAVY_WORK = {**WEEKLY, "people": "20", "hours": "40", "off_hours": "6", "crises": "3"}


async def chooses(world: World, group: Group, step: Step, name: str = SAM) -> None:
    await visibility.choose(world.deps, world.press(name), group, step)
    await world.deliver()


async def preview(world: World, which: str) -> dict[str, Any]:
    await visibility.preview(world.deps, world.press(SAM), which)
    await world.deliver()
    return world.on(SAM, Kind.PREVIEW)[-1].params


async def test_a_private_week_is_told_to_nobody_and_the_mentor_reads_so(world: World) -> None:
    await chooses(world, Group.WEEKLY, Step.PRIVATE)
    await answer(world, await sent(world, "weekly"), HEAVY_WEEK)
    assert await world.alerts(SAM) == []
    assert [world.on(name) for name in (ANN, BEN, DANA)] == [[], [], []]
    said = result(world)
    assert (said["level"], said["alert"], said["told"]) == ("urgent", "watch", [])
    assert said["reasons"] == said["kept"] == ["weekly_very_high"]


async def test_a_private_week_that_ends_by_itself_is_told_to_the_mentor_alone(world: World) -> None:
    await chooses(world, Group.WEEKLY, Step.PRIVATE)
    checkin = await sent(world, "weekly")
    await answer(world, checkin, dict(list(HEAVY_WEEK.items())[:-1]))
    await expire(world, checkin)
    world.clock.forward(hours=20)
    await world.deliver()
    (nudge,) = world.on(SAM, Kind.NUDGE)
    assert nudge.params["kept"] == ["weekly_very_high"]
    assert await world.alerts(SAM) == []


async def test_what_is_not_hidden_is_told_without_what_is(world: World) -> None:
    await chooses(world, Group.WEEKLY, Step.PRIVATE)
    work = {item: HEAVY_WORK[item] for item in ("people", "hours", "off_hours")}
    await answer(world, await sent(world, "weekly"), HEAVY_WEEK | work)
    (alert,) = await world.alerts(SAM)
    assert (alert.level, alert.reasons) == (Level.CONCERN, ("load", "load_high"))
    said = result(world)
    assert (said["level"], said["reasons"], said["kept"]) == ("concern", ["load", "load_high"], ["weekly_very_high"])


@pytest.mark.parametrize("value", ["this_week", "today", "not_safe"])
async def test_a_request_is_passed_on_whatever_is_private(world: World, value: str) -> None:
    for group in Group:
        await chooses(world, group, Step.PRIVATE)
    checkin = await sent(world, "pulse")
    await answer(world, checkin, {"fuel": "0", "spill": "4", "stories": "4", "switch_off": "0", "reach_out": value})
    (alert,) = await world.alerts(SAM)
    assert len(alert.reasons) == 1
    assert world.on(ANN, Kind.ALERT)


async def test_a_boundary_that_is_open_is_private_and_one_that_cannot_wait_is_not(world: World) -> None:
    await chooses(world, Group.BOUNDARIES, Step.PRIVATE)
    checkin = await sent(world, "weekly")
    await answer(world, checkin, {**WEEKLY, "boundary": "open"})
    await tap(world, checkin, "boundary_kind", "small_gift")
    await tap(world, checkin, "boundary_kind", action="done")
    await tap(world, checkin, "boundary_when", "next_supervision")
    assert await world.alerts(SAM) == []
    await agenda.show(world.deps, world.press(ANN), (await world.person(SAM)).id, 0)
    await world.deliver()
    assert world.on(ANN, Kind.AGENDA)[-1].params["boundaries"] == ["untold"]

    world.clock.forward(hours=1)
    checkin = await sent(world, "weekly")
    await answer(world, checkin, {**WEEKLY, "boundary": "open"})
    await tap(world, checkin, "boundary_kind", "money")
    await tap(world, checkin, "boundary_kind", action="done")
    (alert,) = await world.alerts(SAM)
    assert alert.reasons == ("boundary_same_day",)


async def test_hiding_takes_the_reason_out_of_every_list_and_export(world: World) -> None:
    await answer(world, await sent(world, "weekly"), HEAVY_WEEK)
    await chooses(world, Group.WEEKLY, Step.PRIVATE)
    await team.show_team(world.deps, world.message(ANN))
    await agenda.show(world.deps, world.press(ANN), (await world.person(SAM)).id, 0)
    await overview.open_alerts(world.deps, world.message(ANN))
    await world.deliver()
    (entry,) = [one for one in world.on(ANN, Kind.TEAM)[-1].params["entries"] if one["name"] == SAM]
    assert (entry["need"], entry["reasons"]) == ("urgent", [])
    assert world.on(ANN, Kind.AGENDA)[-1].params["alerts"][0]["reasons"] == []
    assert world.on(ANN, Kind.ALERT_UPDATE)[-1].params["reasons"] == []
    alerts = [row async for row in exporting.rows(world.deps, "alerts")]
    assert [row["reasons"] for row in alerts] == [[]]
    items = {row["item"] async for row in exporting.rows(world.deps, "answers")}
    assert "people" in items
    assert not items & set(SCALES)


async def test_the_preview_is_the_screen_that_the_supervisor_gets(world: World) -> None:
    """Alert, list and page before a talk: what Sam looked at is what Ann reads, to the last value."""
    await chooses(world, Group.WEEKLY, Step.PRIVATE)
    checkin = await sent(world, "weekly")
    await answer(world, checkin, {**HEAVY_WEEK, "boundary": "open"})
    await tap(world, checkin, "boundary_kind", action="skip")
    await tap(world, checkin, "boundary_when", action="skip")
    listed, talk = await preview(world, "list"), await preview(world, "talk")
    assert (listed["name"], listed["of"], talk["of"]) == (ANN, "team", "agenda")
    await team.show_team(world.deps, world.message(ANN))
    await agenda.show(world.deps, world.press(ANN), (await world.person(SAM)).id, 0)
    await world.deliver()
    assert listed["screen"].items() <= world.on(ANN, Kind.TEAM)[-1].params.items()
    assert talk["screen"].items() <= world.on(ANN, Kind.AGENDA)[-1].params.items()
    example = (await preview(world, "alert"))["screen"]
    told = world.on(ANN, Kind.ALERT)[-1].params
    assert example.keys() <= told.keys()
    assert example["reasons"] == ["change_strong", "load_high", "boundary_open"]
    assert told["reasons"] == ["boundary_open"]


async def test_a_preview_tells_nobody_and_is_no_look(world: World) -> None:
    for which in ("alert", "list", "talk", "nonsense"):
        await preview(world, which)
    assert [world.on(name) for name in (ANN, BEN, DANA)] == [[], [], []]
    assert await world.audit("team_seen", "agenda_seen", "alert_opened") == []


async def test_with_everything_private_the_preview_says_that_nothing_is_read(world: World) -> None:
    for group in Group:
        await chooses(world, group, Step.PRIVATE)
    assert world.on(SAM, Kind.PREVIEW)[-1].params["of"] is None


async def test_answers_are_shown_to_who_is_in_charge_only_where_the_mentor_shows_them(world: World) -> None:
    await answer(world, await sent(world, "weekly"), WEEKLY)
    sam = (await world.person(SAM)).id
    await sharing.show(world.deps, world.press(ANN), sam, Group.WORKLOAD, 0)
    await chooses(world, Group.WORKLOAD, Step.ANSWERS)
    for name in (CAL, SAM):
        await sharing.show(world.deps, world.press(name), sam, Group.WORKLOAD, 0)
    await sharing.show(world.deps, world.press(ANN), sam, Group.WEEKLY, 0)
    await world.deliver()
    assert [world.on(name, Kind.SHARED) for name in (ANN, CAL, SAM)] == [[], [], []]
    assert await world.audit("answers_seen") == []

    await sharing.show(world.deps, world.press(ANN), sam, Group.WORKLOAD, 0)
    await world.deliver()
    (shown,) = world.on(ANN, Kind.SHARED)
    assert dict(shown.params["answers"])["people"] == "8"
    assert {item for item, _ in shown.params["answers"]}.isdisjoint(SCALES)
    assert (await preview(world, "workload"))["screen"].items() <= shown.params.items()
    (line,) = await world.audit("answers_seen")
    assert (line.subject_id, line.actor) == (sam, (await world.person(ANN)).id.hex)


async def test_figures_reach_a_supervisor_only_where_answers_are_shown(world: World) -> None:
    await answer(world, await sent(world, "weekly"), WEEKLY)
    world.clock.forward(days=7)
    await chooses(world, Group.WORKLOAD, Step.ANSWERS)
    await answer(world, await sent(world, "weekly"), HEAVY_WORK)
    facts = world.on(ANN, Kind.ALERT)[-1].params["facts"]
    assert (facts["people_before"], facts["people"], facts["figures"]) == (8, 20, 1)
    await chooses(world, Group.WORKLOAD, Step.LEVEL)
    await overview.open_alerts(world.deps, world.message(ANN))
    await world.deliver()
    facts = world.on(ANN, Kind.ALERT_UPDATE)[-1].params["facts"]
    assert "people" not in facts
    assert facts["more_people"] == 1


async def test_a_choice_leaves_no_line_that_tells_others_what_is_hidden(world: World) -> None:
    await chooses(world, Group.WEEKLY, Step.PRIVATE)
    rows = [row async for row in exporting.rows(world.deps, "audit")]
    assert "settings_changed" in {row["action"] for row in rows}
    assert not any("weekly" in str(value) for row in rows for value in row.values())


async def test_the_one_who_is_avoided_is_not_the_one_who_sees(world: World) -> None:
    await world.change(SAM, avoids_id=(await world.person(ANN)).id)
    assert (await preview(world, "alert"))["name"] == BEN


async def test_staff_and_strangers_have_nothing_to_choose(world: World) -> None:
    await visibility.show(world.deps, world.press(ANN))
    await visibility.choose(world.deps, world.press("nobody"), Group.PULSE, Step.PRIVATE)
    await world.deliver()
    assert [one.params["reason"] for one in world.phone if one.kind is Kind.REFUSAL] == ["not_taking_part", "stranger"]
    assert UUID(int=0) not in {one.id for one in await world.checkins(SAM)}
