"""After an alert is taken, a time for the talk: proposed by tap, chosen by tap, and left alone when that is wanted."""

from datetime import datetime, timedelta
from typing import Any

from core.alerts import Alert, AlertState, Outcome
from core.levels import Level
from core.messages import Kind
from flows import alerting, chasing, following, proposing, responding
from flows.turn import working
from tests.flows.world import ANN, BEN, CAL, SAM, World


async def taken(world: World, level: Level = Level.CONCERN) -> Alert:
    """An alert about Sam that Ann has taken."""
    sam = await world.person(SAM)
    async with working(world.deps) as turn:
        await alerting.raise_alert(turn, sam, source="checkin:1", level=level, reasons=("load_high",), facts={})
    await world.deliver()
    (alert,) = await world.alerts()
    return await world.acknowledges(ANN, alert)


async def proposed(world: World, alert: Alert, times: int = 2) -> list[str]:
    """Ann proposes the first times that she is shown."""
    await proposing.begin(world.deps, world.press(ANN), alert.id)
    await world.deliver()
    slots = [one["at"] for one in plan(world)["slots"]]
    for at in slots[:times]:
        await proposing.pick(world.deps, world.press(ANN), alert.id, datetime.fromisoformat(at))
    await proposing.send(world.deps, world.press(ANN), alert.id)
    await world.deliver()
    return slots[:times]


def plan(world: World, name: str = ANN) -> dict[str, Any]:
    return world.on(name, Kind.TALK_PLAN)[-1].params


async def answers(world: World, alert: Alert, said: str, name: str = SAM) -> dict[str, Any]:
    if said.startswith("20"):
        said = f"{datetime.fromisoformat(said).timestamp():.0f}"
    await proposing.answer(world.deps, world.press(name), alert.id, said)
    await world.deliver()
    return world.on(name)[-1].params


async def test_a_mentor_picks_one_of_the_times_and_the_alert_waits_for_it(world: World) -> None:
    alert = await taken(world)
    assert world.on(SAM)[-1].params["status"] == "taken"  # "seen by"
    times = await proposed(world, alert, times=3)
    asked = world.on(SAM, Kind.TALK_TIMES)[-1].params
    assert (asked["view"], asked["by"], asked["options"]) == ("ask", ANN, times)
    said = await answers(world, alert, times[2])
    assert (said["view"], said["at"]) == ("agreed", times[2])
    assert (plan(world)["view"], plan(world)["options"]) == ("agreed", [times[2]])
    at = datetime.fromisoformat(times[2])
    stored = await world.alert(alert)
    assert stored.next_step_at == max(at + timedelta(hours=2), alert.next_step_at or at)
    assert [one.action for one in await world.audit("talk_proposed", "talk_agreed")] == ["talk_proposed", "talk_agreed"]


async def test_the_last_word_counts_and_the_same_word_twice_is_one(world: World) -> None:
    alert = await taken(world)
    times = await proposed(world, alert)
    await answers(world, alert, times[0])
    await answers(world, alert, times[0])
    assert [one.params["view"] for one in world.on(ANN, Kind.TALK_PLAN)].count("agreed") == 1
    assert (await answers(world, alert, "other"))["view"] == "other"
    assert plan(world)["view"] == "other"
    times = await proposed(world, alert, times=1)
    assert (await answers(world, alert, times[0]))["view"] == "agreed"


async def test_leave_it_asks_nothing_more_about_that_alert(world: World) -> None:
    alert = await taken(world)
    await proposed(world, alert)
    assert (await answers(world, alert, "left"))["view"] == "left"
    assert plan(world)["view"] == "left"
    await proposing.begin(world.deps, world.press(ANN), alert.id)
    await world.deliver()
    assert plan(world)["view"] == "left"  # no other proposal
    await responding.resolve(world.deps, world.press(ANN), alert.id, Outcome.TALKED)
    world.clock.forward(days=9)
    assert await following.due(world.deps, now=world.clock.now, limit=9) == []
    assert (await world.alert(alert)).state is AlertState.RESOLVED


async def test_only_whoever_has_the_alert_proposes_and_only_its_mentor_answers(world: World) -> None:
    alert = await taken(world)
    await proposed(world, alert)
    await proposing.begin(world.deps, world.press(BEN), alert.id)  # may handle it, and has not taken it
    await proposing.begin(world.deps, world.press(CAL), alert.id)
    await world.deliver()
    assert world.kinds(BEN)[-1] is Kind.ALERT_UPDATE
    assert world.kinds(CAL)[-1] is Kind.REFUSAL
    assert (await answers(world, alert, "left", name=BEN))["reason"] == "not_yours"
    assert (await world.alert(alert)).follow_up is None


async def test_a_crisis_has_no_appointments(world: World) -> None:
    alert = await world.acknowledges(ANN, await world.calls())
    await proposing.begin(world.deps, world.press(ANN), alert.id)
    await world.deliver()
    assert world.on(ANN, Kind.TALK_PLAN) == []


async def test_times_that_have_passed_are_old_and_a_draft_without_times_is_not_sent(world: World) -> None:
    alert = await taken(world)
    times = await proposed(world, alert)
    world.clock.now = datetime.fromisoformat(times[1]) + timedelta(minutes=1)
    assert (await answers(world, alert, times[0]))["view"] == "old"
    assert (await answers(world, alert, "1"))["view"] == "old"
    before = len(world.on(SAM, Kind.TALK_TIMES))
    await proposed(world, await world.alert(alert), times=0)
    assert plan(world)["view"] == "draft"
    assert len(world.on(SAM, Kind.TALK_TIMES)) == before
    assert (await answers(world, alert, times[0]))["view"] == "old"  # to a draft there is no answer


async def test_an_answer_after_somebody_else_took_over_moves_nothing(world: World) -> None:
    alert = await taken(world, Level.URGENT)
    times = await proposed(world, alert, times=1)
    world.clock.forward(hours=1)
    await chasing.take_step(world.deps, alert.id, now=world.clock.now)  # lapsed: asked anew
    await world.deliver()
    alert = await world.alert(alert)
    assert alert.state is AlertState.OPEN
    said = await answers(world, alert, times[0])
    assert said["view"] in ("agreed", "old")
    assert (await world.alert(alert)).next_step_at == alert.next_step_at
