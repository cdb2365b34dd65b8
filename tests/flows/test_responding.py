"""A supervisor takes an alert, then closes it."""

import asyncio
from uuid import uuid4

import pytest

from core.alerts import AlertState, Outcome
from core.messages import Kind
from flows import responding
from tests.flows.raised import step
from tests.flows.world import ANN, BEN, CAL, DANA, ROSA, SAM, World


async def test_acknowledging_tells_the_mentor_and_every_other_phone_who_has_it(world: World) -> None:
    alert = await world.calls()
    await step(world, alert, minutes=15)
    taken = await world.acknowledges(BEN, alert)
    assert (taken.state, taken.acknowledged_by) == (AlertState.ACKNOWLEDGED, (await world.person(BEN)).id)
    assert world.on(SAM)[-1].params["status"] == "taken"
    assert world.on(SAM)[-1].params["by"] == BEN
    edit = world.on(ANN)[-1]
    assert (edit.kind, edit.message_id) == (Kind.ALERT_UPDATE, world.copy(ANN, alert))
    assert (edit.params["by"], edit.params["by_me"]) == (BEN, False)
    assert world.on(BEN)[-1].params["by_me"] is True
    (line,) = await world.audit("alert_acknowledged")
    assert (line.actor, line.subject_id) == (
        taken.acknowledged_by.hex if taken.acknowledged_by else "",
        alert.person_id,
    )


async def test_two_who_press_at_once_do_not_both_own_it(world: World) -> None:
    for _ in range(4):
        alert = await world.calls()
        await asyncio.gather(
            *(responding.acknowledge(world.deps, world.press(name, 1), alert.id) for name in (ANN, BEN, DANA))
        )
        await world.deliver()
        taken = await world.alert(alert)
        assert taken.state is AlertState.ACKNOWLEDGED
        names = {one.params["by"] for one in world.on(SAM) if one.params.get("status") == "taken"}
        assert len(names) == 1
        world.phone.clear()
        await responding.resolve(world.deps, world.press(ANN, 1), alert.id, Outcome.TALKED)
    assert len(await world.audit("alert_acknowledged")) == 4


async def test_a_second_acknowledgement_shows_what_has_happened_since(world: World) -> None:
    alert = await world.calls()
    await world.acknowledges(ANN, alert)
    again = await world.acknowledges(DANA, alert)
    assert again.acknowledged_by == (await world.person(ANN)).id
    assert world.on(DANA)[-1].params["by"] == ANN


async def test_resolving_ends_the_chase_and_tells_the_mentor_what_is_true(world: World) -> None:
    alert = await world.calls()
    await responding.resolve(world.deps, world.press(ANN, world.copy(ANN, alert)), alert.id, Outcome.TIME_OFF)
    await world.deliver()
    done = await world.alert(alert)
    assert (done.state, done.outcome, done.next_step_at) == (AlertState.RESOLVED, "time_off", None)
    assert [one.params["status"] for one in world.on(SAM, Kind.MENTOR_STATUS)] == ["taken", "resolved"]
    assert not (await step(world, alert, days=30)).moved
    await responding.resolve(world.deps, world.press(BEN, 1), alert.id, Outcome.COVER)
    assert (await world.alert(alert)).outcome == "time_off"
    assert len(await world.audit("alert_resolved")) == 1


async def test_the_question_for_the_outcome_changes_nothing(world: World) -> None:
    alert = await world.calls()
    press = world.press(ANN, world.copy(ANN, alert))
    await responding.ask_outcome(world.deps, press, alert.id)
    await world.deliver()
    assert world.on(ANN)[-1].params["asking_outcome"] is True
    await responding.ask_outcome(world.deps, world.press(ANN, press.message_id), alert.id, cancel=True)
    await world.deliver()
    assert world.on(ANN)[-1].params["asking_outcome"] is False
    assert await world.alert(alert) == alert


@pytest.mark.parametrize("name", [SAM, ROSA, CAL, "a stranger"])
async def test_who_may_not_handle_an_alert_learns_nothing_and_changes_nothing(world: World, name: str) -> None:
    alert = await world.calls()
    before = len(world.phone)
    await responding.acknowledge(world.deps, world.press(name), alert.id)
    await responding.ask_outcome(world.deps, world.press(name), alert.id)
    await responding.resolve(world.deps, world.press(name), alert.id, Outcome.TALKED)
    await world.deliver()
    assert await world.alert(alert) == alert
    refused = world.phone[before:]
    assert [one.kind for one in refused] == [Kind.REFUSAL] * 3
    assert all(one.params["reason"] == "not_yours" and SAM not in str(one.params) for one in refused)
    assert len(await world.audit("alert_refused")) == (0 if name == "a stranger" else 3)


async def test_an_alert_that_never_was_is_refused(world: World) -> None:
    await responding.acknowledge(world.deps, world.press(ANN), uuid4())
    await world.deliver()
    assert world.on(ANN)[-1].params["reason"] == "not_yours"


async def test_a_supervisor_who_was_moved_to_another_team_may_not_any_more(world: World) -> None:
    alert = await world.calls()
    await world.change(BEN, team_id=None)
    assert await world.acknowledges(BEN, alert) == alert


async def test_a_press_that_comes_twice_counts_once(world: World) -> None:
    alert = await world.calls()
    press = world.press(ANN, world.copy(ANN, alert))
    for _ in range(2):
        await responding.acknowledge(world.deps, press, alert.id)
        await responding.resolve(world.deps, press, alert.id, Outcome.TALKED)
        await responding.ask_outcome(world.deps, press, alert.id)
    assert (await world.alert(alert)).state is AlertState.ACKNOWLEDGED
    await world.deliver()
    assert [one.params["status"] for one in world.on(SAM, Kind.MENTOR_STATUS)] == ["taken"]
