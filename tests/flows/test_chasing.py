"""An alert is chased until a human being has taken it."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from core.alerts import AlertState, Outcome
from core.levels import Level
from core.messages import Kind, Priority
from flows import chasing, health, responding, talking
from flows.delivery import Result
from flows.deps import Deps
from tests.flows.raised import raised, step
from tests.flows.world import ANN, BEN, CAL, DANA, SAM, World

MINUTES = timedelta(minutes=1)


async def test_a_crisis_travels_first_and_the_mentor_reads_who_is_being_called(world: World) -> None:
    alert = await world.calls()
    assert alert.level is Level.CRISIS
    assert world.on(ANN)[-1].outgoing.priority is Priority.CRISIS
    told = world.on(SAM, Kind.CRISIS)[-1]
    assert told.outgoing.priority is Priority.CRISIS
    assert told.params["told"] == [ANN]


async def test_nobody_answers_and_everybody_is_told_in_turn_three_times_then_the_lead_and_the_truth(
    world: World,
) -> None:
    alert = await world.calls()
    seen = [ANN]
    for _ in range(8):
        before = len(world.phone)
        assert (await step(world, alert, minutes=15)).moved
        seen += [one.name for one in world.phone[before:] if one.kind is Kind.ALERT]
    assert seen == [ANN, BEN, DANA] * 3
    ended = await step(world, alert, minutes=15)
    assert ended.chain_ended
    assert world.kinds(DANA)[-1] is Kind.CHAIN_ENDED
    assert world.on(SAM)[-1].params["status"] == "nobody_yet"
    assert world.on(DANA)[-1].params["cycle"] == 1
    again = await step(world, alert, minutes=15)
    assert (again.told, again.chain_ended) == (1, False)
    assert world.on(SAM)[-1].params == {
        "status": "next_asked",
        "level": "crisis",
        "told": [ANN],
        "zone": "America/Chicago",
    }
    assert len(await world.audit("alert_chain_ended")) == 1


async def test_the_operator_hears_of_a_chain_that_ended_until_somebody_takes_the_alert(world: World) -> None:
    alert = await world.calls()
    for _ in range(8):
        await step(world, alert, minutes=15)
    assert await health.unanswered(world.deps) == []
    await step(world, alert, minutes=15)
    (said,) = await health.unanswered(world.deps)
    assert "1 open alerts" in said
    assert SAM not in said
    await world.acknowledges(DANA, alert)
    assert await health.unanswered(world.deps) == []


async def test_below_a_crisis_the_mentor_is_not_told_of_every_step(world: World) -> None:
    await raised(world)
    (alert,) = await world.alerts()
    await step(world, alert, minutes=15)
    assert world.kinds(SAM) == []


async def test_a_step_before_its_time_is_not_taken(world: World) -> None:
    alert = await world.calls()
    assert not (await step(world, alert, minutes=14, seconds=59)).moved
    assert not (await chasing.take_step(world.deps, uuid4(), now=world.clock.now)).moved


async def test_of_all_replicas_one_takes_a_step(world: World) -> None:
    alert = await world.calls()
    world.clock.forward(minutes=15)
    assert await chasing.due(world.deps, now=world.clock.now, limit=9) == [alert.id]
    now = world.clock.now
    results = await asyncio.gather(*(chasing.take_step(world.deps, alert.id, now=now) for _ in range(6)))
    assert sum(result.moved for result in results) == 1
    await world.deliver()
    assert world.kinds(BEN) == [Kind.ALERT]
    assert (await world.alert(alert)).version == alert.version + 1


async def test_steps_that_nobody_fills_are_skipped_and_noted(world: World) -> None:
    for name in (ANN, BEN):
        await world.change(name, unreachable_since=world.clock.now)
    assert await raised(world) == [DANA]
    (line,) = await world.audit("alert_steps_skipped")
    assert line.detail["steps"] == ["supervisor", "backup"]


async def test_with_nobody_at_all_the_mentor_is_told_the_truth_and_the_search_goes_on(world: World) -> None:
    for name in (ANN, BEN, DANA):
        await world.change(name, unreachable_since=world.clock.now)
    alert = await world.calls()
    assert [one.params.get("status") for one in world.on(SAM)] == ["nobody_yet", None]
    assert world.on(SAM, Kind.CRISIS)[-1].params["told"] == []
    assert alert.next_step_at == world.clock.now + 15 * MINUTES
    await world.change(DANA, unreachable_since=None)
    assert (await step(world, alert, minutes=15)).told == 1


async def test_a_lead_who_is_away_hears_all_the_same_that_nobody_answered(world: World) -> None:
    await world.change(DANA, away_from=world.clock.now)
    for name in (ANN, BEN):
        await world.change(name, unreachable_since=world.clock.now)
    await raised(world)
    assert world.kinds(DANA) == [Kind.CHAIN_ENDED]


async def test_a_forgotten_acknowledgement_lapses_and_every_phone_says_so(world: World) -> None:
    alert = await world.calls()
    await step(world, alert, minutes=15)
    await world.acknowledges(BEN, alert)
    lapsed = await step(world, alert, minutes=15)
    assert lapsed.lapsed
    assert (await world.alert(alert)).state is AlertState.OPEN
    assert world.on(BEN)[-1].kind is Kind.ALERT_UPDATE
    assert (world.on(BEN)[-1].params["state"], world.on(BEN)[-1].params["by"]) == ("open", None)
    assert len(await world.audit("alert_lapsed")) == 1


async def test_calling_twice_is_one_alert_and_whoever_took_it_is_told_again(world: World) -> None:
    alert = await world.calls()
    await world.acknowledges(ANN, alert)
    world.clock.forward(minutes=5)
    assert (await world.calls()).id == alert.id
    assert len(await world.alerts()) == 1
    assert world.on(ANN, Kind.ALERT)[-1].params["step"] == "again"
    again = world.on(SAM, Kind.CRISIS)[-1]
    assert (again.params["told"], again.params["again"]) == ([ANN], True)
    assert len(await world.audit("asked_again")) == 1


async def test_calling_again_before_anybody_answered_starts_the_chain_at_once(world: World) -> None:
    alert = await world.calls()
    await step(world, alert, minutes=15)
    world.clock.forward(minutes=1)
    await world.calls()
    assert world.on(SAM, Kind.CRISIS)[-1].params["told"] == [ANN]
    assert [one.params["step"] for one in world.on(ANN, Kind.ALERT)] == ["supervisor", "supervisor"]


async def test_calling_again_when_the_one_who_took_it_cannot_be_reached_goes_on_to_others(world: World) -> None:
    alert = await world.calls()
    await world.acknowledges(ANN, alert)
    await world.change(ANN, unreachable_since=world.clock.now)
    world.clock.forward(minutes=5)
    await world.calls()
    assert world.on(SAM, Kind.CRISIS)[-1].params["told"] == [BEN]
    assert (await world.alert(alert)).acknowledged_by is None


async def test_calling_again_when_the_owner_turns_out_to_be_unreachable_moves_on_at_once(world: World) -> None:
    """Nobody knew that Ann has blocked the bot: Telegram says so when she is told again."""
    alert = await world.calls()
    await world.acknowledges(ANN, alert)
    world.clock.forward(minutes=5)
    await talking.talk(world.deps, world.message(SAM))
    await world.deliver(fails={ANN: Result.UNREACHABLE})
    assert await chasing.due(world.deps, now=world.clock.now, limit=9) == [alert.id]
    assert (await step(world, alert)).lapsed
    assert world.kinds(BEN) == [Kind.ALERT]


async def test_after_an_alert_was_resolved_a_new_call_is_a_new_alert(world: World) -> None:
    first = await world.calls()
    await responding.resolve(world.deps, world.press(ANN, 1), first.id, Outcome.TALKED)
    world.clock.forward(minutes=1)
    second = await world.calls()
    assert second.id != first.id
    assert second.state is AlertState.OPEN


async def test_an_alert_that_reaches_nobody_of_its_step_moves_on_at_once(world: World) -> None:
    await talking.talk(world.deps, world.message(SAM))
    await world.deliver(fails={ANN: Result.UNREACHABLE})
    assert (await world.person(ANN)).unreachable_since is not None
    (alert,) = await world.alerts()
    assert await chasing.due(world.deps, now=world.clock.now, limit=9) == [alert.id]
    await step(world, alert)
    assert world.kinds(BEN) == [Kind.ALERT]


async def test_an_unknown_refusal_moves_the_alert_on_without_giving_up_the_person(world: World) -> None:
    await talking.talk(world.deps, world.message(SAM))
    await world.deliver(fails={ANN: Result.REFUSED})
    assert (await world.person(ANN)).unreachable_since is None
    assert len(await chasing.due(world.deps, now=world.clock.now, limit=9)) == 1


async def test_while_one_of_a_step_was_reached_the_alert_waits(world: World) -> None:
    """A crisis reaches all other supervisors at once."""
    await world.change(CAL, team_id=(await world.person(SAM)).team_id)
    alert = await world.calls()
    world.clock.forward(minutes=15)
    await chasing.take_step(world.deps, alert.id, now=world.clock.now)
    await world.deliver(fails={CAL: Result.UNREACHABLE})
    assert await chasing.due(world.deps, now=world.clock.now, limit=9) == []


async def test_alerts_are_due_the_most_serious_first(world: World, deps: Deps) -> None:
    await raised(world, Level.CONCERN, "checkin:1")
    world.clock.forward(seconds=1)
    await raised(world, Level.CRISIS, "checkin:2", "not_safe")
    world.clock.forward(days=1)
    ids = await chasing.due(deps, now=world.clock.now, limit=9)
    levels = {alert.id: alert.level for alert in await world.alerts()}
    assert [levels[id_] for id_ in ids] == [Level.CRISIS, Level.CONCERN]


async def test_an_alert_that_cannot_be_handled_is_put_off_and_stays_due(world: World, deps: Deps) -> None:
    alert = await world.calls()
    until = world.clock.now + timedelta(seconds=10)
    await chasing.put_off(deps, alert.id, until=until)
    assert (await world.alert(alert)).next_step_at == until
