"""An alert is raised with the answer that caused it, and is chased until a human being has taken it."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from core.alerts import Alert, AlertState, Outcome
from core.levels import Level
from core.messages import Kind, Priority
from flows import alerting, health, talking
from flows.delivery import Result
from flows.deps import Deps
from flows.turn import working
from storage import alerts
from tests.flows.world import ANN, BEN, CAL, DANA, ROSA, SAM, World

MINUTES = timedelta(minutes=1)


async def raised(world: World, level: Level = Level.URGENT, source: str = "checkin:1", *reasons: str) -> list[str]:
    """Raise an alert about Sam as a flow does."""
    sam = await world.person(SAM)
    async with working(world.deps) as turn:
        told = await alerting.raise_alert(
            turn, sam, source=source, level=level, reasons=reasons or ("asks_today",), facts={"times": 3}
        )
    await world.deliver()
    return told


async def step(world: World, alert: Alert, **later: float) -> alerting.StepTaken:
    """Move the clock and let the tick come."""
    world.clock.forward(**later)
    taken = await alerting.take_step(world.deps, alert.id, now=world.clock.now)
    await world.deliver()
    return taken


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
            alerting.acknowledge(world.deps, world.press(ANN, 1), alert.id),
            raised(world, Level.CRISIS, source, "not_safe"),
            alerting.acknowledge(world.deps, world.press(BEN, 1), alert.id),
        )
        alert = await world.alert(alert)
        assert alert.level is Level.CRISIS
        assert "not_safe" in alert.reasons


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
    assert not (await alerting.take_step(world.deps, uuid4(), now=world.clock.now)).moved


async def test_of_all_replicas_one_takes_a_step(world: World) -> None:
    alert = await world.calls()
    world.clock.forward(minutes=15)
    assert await alerting.due(world.deps, now=world.clock.now, limit=9) == [alert.id]
    now = world.clock.now
    results = await asyncio.gather(*(alerting.take_step(world.deps, alert.id, now=now) for _ in range(6)))
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
            *(alerting.acknowledge(world.deps, world.press(name, 1), alert.id) for name in (ANN, BEN, DANA))
        )
        await world.deliver()
        taken = await world.alert(alert)
        assert taken.state is AlertState.ACKNOWLEDGED
        names = {one.params["by"] for one in world.on(SAM) if one.params.get("status") == "taken"}
        assert len(names) == 1
        world.phone.clear()
        await alerting.resolve(world.deps, world.press(ANN, 1), alert.id, Outcome.TALKED)
    assert len(await world.audit("alert_acknowledged")) == 4


async def test_a_second_acknowledgement_shows_what_has_happened_since(world: World) -> None:
    alert = await world.calls()
    await world.acknowledges(ANN, alert)
    again = await world.acknowledges(DANA, alert)
    assert again.acknowledged_by == (await world.person(ANN)).id
    assert world.on(DANA)[-1].params["by"] == ANN


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


async def test_resolving_ends_the_chase_and_tells_the_mentor_what_is_true(world: World) -> None:
    alert = await world.calls()
    await alerting.resolve(world.deps, world.press(ANN, world.copy(ANN, alert)), alert.id, Outcome.TIME_OFF)
    await world.deliver()
    done = await world.alert(alert)
    assert (done.state, done.outcome, done.next_step_at) == (AlertState.RESOLVED, "time_off", None)
    assert [one.params["status"] for one in world.on(SAM, Kind.MENTOR_STATUS)] == ["taken", "resolved"]
    assert not (await step(world, alert, days=30)).moved
    await alerting.resolve(world.deps, world.press(BEN, 1), alert.id, Outcome.COVER)
    assert (await world.alert(alert)).outcome == "time_off"
    assert len(await world.audit("alert_resolved")) == 1


async def test_the_question_for_the_outcome_changes_nothing(world: World) -> None:
    alert = await world.calls()
    press = world.press(ANN, world.copy(ANN, alert))
    await alerting.ask_outcome(world.deps, press, alert.id)
    await world.deliver()
    assert world.on(ANN)[-1].params["asking_outcome"] is True
    await alerting.ask_outcome(world.deps, world.press(ANN, press.message_id), alert.id, cancel=True)
    await world.deliver()
    assert world.on(ANN)[-1].params["asking_outcome"] is False
    assert await world.alert(alert) == alert


@pytest.mark.parametrize("name", [SAM, ROSA, CAL, "a stranger"])
async def test_who_may_not_handle_an_alert_learns_nothing_and_changes_nothing(world: World, name: str) -> None:
    alert = await world.calls()
    before = len(world.phone)
    await alerting.acknowledge(world.deps, world.press(name), alert.id)
    await alerting.ask_outcome(world.deps, world.press(name), alert.id)
    await alerting.resolve(world.deps, world.press(name), alert.id, Outcome.TALKED)
    await world.deliver()
    assert await world.alert(alert) == alert
    refused = world.phone[before:]
    assert [one.kind for one in refused] == [Kind.REFUSAL] * 3
    assert all(one.params["reason"] == "not_yours" and SAM not in str(one.params) for one in refused)
    assert len(await world.audit("alert_refused")) == (0 if name == "a stranger" else 3)


async def test_an_alert_that_never_was_is_refused(world: World) -> None:
    await alerting.acknowledge(world.deps, world.press(ANN), uuid4())
    await world.deliver()
    assert world.on(ANN)[-1].params["reason"] == "not_yours"


async def test_a_supervisor_who_was_moved_to_another_team_may_not_any_more(world: World) -> None:
    alert = await world.calls()
    await world.change(BEN, team_id=None)
    assert await world.acknowledges(BEN, alert) == alert


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
    assert await alerting.due(world.deps, now=world.clock.now, limit=9) == [alert.id]
    assert (await step(world, alert)).lapsed
    assert world.kinds(BEN) == [Kind.ALERT]


async def test_after_an_alert_was_resolved_a_new_call_is_a_new_alert(world: World) -> None:
    first = await world.calls()
    await alerting.resolve(world.deps, world.press(ANN, 1), first.id, Outcome.TALKED)
    world.clock.forward(minutes=1)
    second = await world.calls()
    assert second.id != first.id
    assert second.state is AlertState.OPEN


async def test_an_alert_that_reaches_nobody_of_its_step_moves_on_at_once(world: World) -> None:
    await talking.talk(world.deps, world.message(SAM))
    await world.deliver(fails={ANN: Result.UNREACHABLE})
    assert (await world.person(ANN)).unreachable_since is not None
    (alert,) = await world.alerts()
    assert await alerting.due(world.deps, now=world.clock.now, limit=9) == [alert.id]
    await step(world, alert)
    assert world.kinds(BEN) == [Kind.ALERT]


async def test_an_unknown_refusal_moves_the_alert_on_without_giving_up_the_person(world: World) -> None:
    await talking.talk(world.deps, world.message(SAM))
    await world.deliver(fails={ANN: Result.REFUSED})
    assert (await world.person(ANN)).unreachable_since is None
    assert len(await alerting.due(world.deps, now=world.clock.now, limit=9)) == 1


async def test_while_one_of_a_step_was_reached_the_alert_waits(world: World) -> None:
    """A crisis reaches all other supervisors at once."""
    await world.change(CAL, team_id=(await world.person(SAM)).team_id)
    alert = await world.calls()
    world.clock.forward(minutes=15)
    await alerting.take_step(world.deps, alert.id, now=world.clock.now)
    await world.deliver(fails={CAL: Result.UNREACHABLE})
    assert await alerting.due(world.deps, now=world.clock.now, limit=9) == []


async def test_alerts_are_due_the_most_serious_first(world: World, deps: Deps) -> None:
    await raised(world, Level.CONCERN, "checkin:1")
    world.clock.forward(seconds=1)
    await raised(world, Level.CRISIS, "checkin:2", "not_safe")
    world.clock.forward(days=1)
    ids = await alerting.due(deps, now=world.clock.now, limit=9)
    levels = {alert.id: alert.level for alert in await world.alerts()}
    assert [levels[id_] for id_ in ids] == [Level.CRISIS, Level.CONCERN]


async def test_an_alert_that_cannot_be_handled_is_put_off_and_stays_due(world: World, deps: Deps) -> None:
    alert = await world.calls()
    until = world.clock.now + timedelta(seconds=10)
    await alerting.put_off(deps, alert.id, until=until)
    assert (await world.alert(alert)).next_step_at == until


async def test_a_press_that_comes_twice_counts_once(world: World) -> None:
    alert = await world.calls()
    press = world.press(ANN, world.copy(ANN, alert))
    for _ in range(2):
        await alerting.acknowledge(world.deps, press, alert.id)
        await alerting.resolve(world.deps, press, alert.id, Outcome.TALKED)
        await alerting.ask_outcome(world.deps, press, alert.id)
    assert (await world.alert(alert)).state is AlertState.ACKNOWLEDGED
    await world.deliver()
    assert [one.params["status"] for one in world.on(SAM, Kind.MENTOR_STATUS)] == ["taken"]


async def test_a_stale_alert_is_not_stored_over_a_newer_one(world: World, deps: Deps) -> None:
    alert = await world.calls()
    await world.acknowledges(ANN, alert)
    async with deps.db.transaction() as session:
        assert not await alerts.save(session, alert)
    assert (await world.alert(alert)).state is AlertState.ACKNOWLEDGED
