"""An alert is raised with the answer that caused it."""

import asyncio
from datetime import timedelta

import pytest

from core.alerts import AlertState
from core.levels import Level
from core.messages import Kind
from flows import alerting, responding
from flows.deps import Deps
from flows.turn import working
from storage import alerts
from tests.flows.raised import raised
from tests.flows.world import ANN, BEN, CAL, DANA, ROSA, SAM, World

MINUTES = timedelta(minutes=1)


async def test_raising_tells_the_first_step_in_the_same_transaction(world: World) -> None:
    assert await raised(world) == [ANN]
    (alert,) = await world.alerts()
    assert (alert.state, alert.level, alert.reasons) == (AlertState.OPEN, Level.URGENT, ("asks_today",))
    assert alert.next_step_at == world.clock.now + 15 * MINUTES
    (told,) = world.on(ANN)
    assert told.kind is Kind.ALERT
    assert (told.params["mentor"], told.params["step"], told.params["by"]) == (SAM, "supervisor", None)
    assert [world.kinds(name) for name in (BEN, CAL, DANA, ROSA, SAM)] == [[], [], [], [], []]


async def test_an_alert_whose_messages_cannot_be_stored_is_not_raised_at_all(world: World) -> None:
    sam = await world.person(SAM)

    async def half_done() -> None:
        async with working(world.deps) as turn:
            await alerting.raise_alert(
                turn, sam, source="checkin:1", level=Level.URGENT, reasons=("asks_today",), facts={}
            )
            turn.tell(sam, Kind.HELP, params={"not": object()})  # nothing that JSON knows

    with pytest.raises(TypeError):
        await half_done()
    assert await world.alerts() == []
    assert await world.audit("alert_opened", "alert_told") == []
    assert await world.deliver() == []


async def test_one_thing_gives_one_alert(world: World) -> None:
    await raised(world)
    assert await raised(world) == [ANN]
    assert len(await world.alerts()) == 1
    assert world.kinds(ANN) == [Kind.ALERT]


async def test_what_comes_up_later_is_added_on_every_phone_without_a_new_alert(world: World) -> None:
    await raised(world)
    world.clock.forward(minutes=1)
    await raised(world, Level.URGENT, "checkin:1", "strain_high")
    (alert,) = await world.alerts()
    assert alert.reasons == ("asks_today", "strain_high")
    assert world.kinds(ANN) == [Kind.ALERT, Kind.ALERT_UPDATE]
    assert world.on(ANN)[-1].params["reasons"] == ["asks_today", "strain_high"]


async def test_a_more_serious_turn_starts_the_higher_chain_and_says_so_to_all_who_knew(world: World) -> None:
    await raised(world, Level.CONCERN, "checkin:1", "asks_this_week")
    (alert,) = await world.alerts()
    await world.acknowledges(ANN, alert)
    world.clock.forward(minutes=1)
    assert await raised(world, Level.CRISIS, "checkin:1", "not_safe") == [ANN]
    alert = await world.alert(alert)
    assert (alert.state, alert.level, alert.acknowledged_by) == (AlertState.OPEN, Level.CRISIS, None)
    assert alert.policy.level is Level.CRISIS
    assert world.on(ANN, Kind.ALERT)[-1].params["level"] == "crisis"
    assert world.kinds(SAM)[-1] is Kind.CRISIS
    assert [line.action for line in await world.audit("alert_opened", "alert_raised")] == [
        "alert_opened",
        "alert_raised",
    ]


async def test_a_more_serious_turn_is_not_lost_to_a_press_at_the_same_moment(world: World) -> None:
    """Ann acknowledges the concern while Sam answers "not safe": the crisis is chased all the same."""
    for number in range(6):
        source = f"checkin:{number}"
        await raised(world, Level.CONCERN, source, "asks_this_week")
        alert = next(one for one in await world.alerts(SAM) if one.source == source)
        await asyncio.gather(
            responding.acknowledge(world.deps, world.press(ANN, 1), alert.id),
            raised(world, Level.CRISIS, source, "not_safe"),
            responding.acknowledge(world.deps, world.press(BEN, 1), alert.id),
        )
        alert = await world.alert(alert)
        assert alert.level is Level.CRISIS
        assert "not_safe" in alert.reasons


async def test_a_stale_alert_is_not_stored_over_a_newer_one(world: World, deps: Deps) -> None:
    alert = await world.calls()
    await world.acknowledges(ANN, alert)
    async with deps.db.transaction() as session:
        assert not await alerts.save(session, alert)
    assert (await world.alert(alert)).state is AlertState.ACKNOWLEDGED
