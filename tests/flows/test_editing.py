"""A mentor changes an answer of today: it is scored anew, the alert is corrected, and no call for help is lost."""

from typing import Any
from uuid import uuid4

import pytest

from core.alerts import AlertState, Outcome
from core.checkins import Checkin, CheckinState
from core.levels import Level
from core.messages import Kind
from flows import editing, history, responding
from flows.asking import Tap
from tests.flows.asked import PULSE, answer, place_of, result, sent, stored, tap, weekly_until
from tests.flows.world import ANN, ROSA, SAM, World


async def completed(world: World, **changed: str) -> Checkin:
    checkin = await sent(world, "pulse")
    await answer(world, checkin, PULSE | changed)
    return await stored(world, checkin)


async def change(world: World, checkin: Checkin, item: str, value: str | None, name: str = SAM) -> dict[str, Any]:
    """Tap a new answer, and return what the result says."""
    tapped = Tap(checkin_id=checkin.id, place=place_of(checkin, item), value=value)
    await editing.change(world.deps, world.press(name), tapped)
    await world.deliver()
    return world.on(name)[-1].params


async def test_a_changed_answer_takes_the_place_of_the_old_one_and_the_score_follows(world: World) -> None:
    checkin = await completed(world)
    before = result(world)["strain"]
    world.clock.forward(minutes=5)
    after = await change(world, checkin, "spill", "4")
    assert after["strain"] > before
    changed = await stored(world, checkin)
    assert (changed.state, changed.answers["spill"]) == (CheckinState.COMPLETE, "4")
    assert await world.alerts() == []
    assert len(await world.audit("answer_changed")) == 1


async def test_an_alert_of_which_nothing_is_left_says_so_and_stays_with_a_human_being(world: World) -> None:
    checkin = await completed(world, reach_out="this_week")
    [alert] = await world.alerts()
    assert alert.level is Level.CONCERN
    said = await change(world, checkin, "reach_out", "no")
    [alert] = await world.alerts()
    assert (alert.state, alert.level, alert.reasons) == (AlertState.OPEN, Level.CONCERN, ())
    assert (said["corrected"], said["told"]) == ("nothing_left", [ANN])
    copy = world.on(ANN, Kind.ALERT_UPDATE)[-1].params
    assert copy["reasons"] == []
    assert copy["facts"]["corrected_at"] == world.clock.now.isoformat()
    assert alert.next_step_at is not None, "it is chased until somebody closes it"
    await responding.resolve(world.deps, world.press(ANN), alert.id, Outcome.OTHER)
    assert (await world.alerts())[0].state is AlertState.RESOLVED


async def test_a_call_for_help_is_not_taken_back_by_a_tap(world: World) -> None:
    checkin = await completed(world, reach_out="not_safe")
    said = await change(world, checkin, "reach_out", "no")
    [alert] = await world.alerts()
    assert (alert.level, alert.reasons) == (Level.CRISIS, ("not_safe",))
    assert said["corrected"] == "call_stays"
    assert world.on(ANN, Kind.ALERT_UPDATE)[-1].params["facts"]["call_stays"] is True
    said = await change(world, checkin, "reach_out", "not_safe")  # and it was meant after all
    assert said["corrected"] == "changed"
    assert len(await world.alerts()) == 1


async def test_a_change_that_asks_for_somebody_is_told_at_once_and_only_once(world: World) -> None:
    checkin = await completed(world, reach_out="this_week")
    await change(world, checkin, "reach_out", "today")
    [alert] = await world.alerts()
    assert alert.level is Level.URGENT
    assert "asks_today" in alert.reasons
    await change(world, checkin, "reach_out", "today")
    assert len(await world.alerts()) == 1
    assert len(world.on(ANN, Kind.ALERT)) == 2  # the concern, then the more serious one


async def test_what_was_closed_stays_closed_and_something_new_is_an_alert_of_its_own(world: World) -> None:
    checkin = await completed(world, reach_out="this_week")
    [alert] = await world.alerts()
    await responding.resolve(world.deps, world.press(ANN), alert.id, Outcome.TALKED)
    await change(world, checkin, "reach_out", "no")
    assert [one.state for one in await world.alerts()] == [AlertState.RESOLVED]
    await change(world, checkin, "reach_out", "today")
    assert [(one.state, one.level) for one in await world.alerts()] == [
        (AlertState.RESOLVED, Level.CONCERN),
        (AlertState.OPEN, Level.URGENT),
    ]


async def test_a_branch_that_is_closed_takes_its_answers_along(world: World) -> None:
    checkin = await weekly_until(world, "boundary")
    await tap(world, checkin, "boundary", "open")
    await tap(world, checkin, "boundary_kind", "money")
    await tap(world, checkin, "boundary_kind", action="done")
    await tap(world, checkin, "boundary_when", "next_supervision")
    checkin = await stored(world, checkin)
    assert checkin.state is CheckinState.COMPLETE
    await change(world, checkin, "boundary", "no")
    kept = (await stored(world, checkin)).answers
    assert "boundary_kind" not in kept
    assert kept["boundary"] == "no"


async def test_kinds_are_tapped_on_and_off_each_counts_at_once(world: World) -> None:
    checkin = await weekly_until(world, "boundary")
    await tap(world, checkin, "boundary", "open")
    await tap(world, checkin, "boundary_kind", "money")
    await tap(world, checkin, "boundary_kind", action="done")
    await tap(world, checkin, "boundary_when", "next_supervision")
    checkin = await stored(world, checkin)
    await change(world, checkin, "boundary_kind", "sexual_contact")
    assert (await stored(world, checkin)).answers["boundary_kind"] == "money sexual_contact"
    assert world.on(SAM, Kind.EDIT_ITEM)[-1].params["chosen"] == "money sexual_contact"
    assert world.on(SAM, Kind.CRISIS), "what cannot wait is told at once"
    await change(world, checkin, "boundary_kind", None)
    assert world.on(SAM)[-1].kind is Kind.CHECKIN_DONE


async def test_tomorrow_it_stays_as_it_is(world: World) -> None:
    checkin = await completed(world)
    world.clock.forward(hours=10)  # 01:00 of the next day
    said = await change(world, checkin, "spill", "4")
    assert said["why"] == "settled"
    assert (await stored(world, checkin)).answers["spill"] == "2"


@pytest.mark.parametrize("value", ["9", "this_week", "x y"])
async def test_a_forged_value_is_refused_and_nothing_changes(world: World, value: str) -> None:
    checkin = await completed(world)
    assert (await change(world, checkin, "spill", value))["why"] == "changed"
    assert (await stored(world, checkin)).answers == checkin.answers


async def test_other_peoples_and_unknown_check_ins_are_refused(world: World) -> None:
    checkin = await completed(world)
    assert (await change(world, checkin, "spill", "4", ROSA))["reason"] == "not_yours"
    await editing.show(world.deps, world.press(SAM), uuid4())
    await world.deliver()
    assert world.on(SAM)[-1].params["reason"] == "not_yours"


async def test_the_list_and_me_lead_there(world: World) -> None:
    checkin = await completed(world)
    await editing.show(world.deps, world.press(SAM), checkin.id)
    await world.deliver()
    assert world.on(SAM, Kind.EDIT)[-1].params["answers"][0] == [0, "fuel", "2"]
    await editing.ask(world.deps, world.press(SAM), Tap(checkin_id=checkin.id, place=0))
    await world.deliver()
    assert world.on(SAM, Kind.EDIT_ITEM)[-1].params["chosen"] == "2"
    await history.show(world.deps, world.message(SAM))
    await world.deliver()
    assert world.on(SAM, Kind.HISTORY)[-1].params["editable"] == checkin.id.hex


async def test_me_says_what_came_of_answers_and_of_others_only_counts_that_point_at_nobody(world: World) -> None:
    checkin = await sent(world, "pulse")
    await answer(world, checkin, PULSE | {"reach_out": "this_week"})
    [alert] = await world.alerts()
    await responding.resolve(world.deps, world.press(ANN), alert.id, Outcome.TIME_OFF)
    await history.show(world.deps, world.message(SAM))
    await world.deliver()
    said = world.on(SAM, Kind.HISTORY)[-1].params["changed"]
    assert said == {"own": {"time_off": 1}, "meetings": 0, "team": {}}
