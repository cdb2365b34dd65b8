"""What supervisors do about an alert besides taking it, and the mentor's "did it help?"."""

from datetime import UTC, datetime, timedelta

import pytest

from core.alerts import AlertState, Outcome
from core.handling import FOLLOW_UP_WITHIN, LONGEST_SNOOZE
from core.messages import Kind
from flows import belonging, chasing, following, handling, responding
from tests.flows.world import ANN, BEN, CAL, DANA, SAM, World


async def an_urgent_alert(world: World, name: str = SAM):  # type: ignore[no-untyped-def]
    """A mentor asks for somebody today."""
    await world.asks_for_a_checkin(name)
    await world.answers(name, "2", "2", "2", "2", "today")
    return (await world.alerts(name))[-1]


async def steps(world: World) -> None:
    """Let every step that is due be taken."""
    for alert_id in await chasing.due(world.deps, now=world.clock.now, limit=50):
        await chasing.take_step(world.deps, alert_id, now=world.clock.now)
    await world.deliver()


async def test_not_mine_goes_to_the_next_person_at_once_and_does_not_come_back(world: World) -> None:
    alert = await an_urgent_alert(world)
    await handling.decline(world.deps, world.press(ANN, world.copy(ANN, alert)), alert.id)
    await steps(world)
    assert [one.params["alert"] for one in world.on(BEN, Kind.ALERT)] == [alert.id.hex]
    for _ in range(12):
        world.clock.forward(minutes=15)
        await steps(world)
    assert len(world.on(ANN, Kind.ALERT)) == 1
    assert len(world.on(BEN, Kind.ALERT)) > 2


async def test_when_all_say_not_mine_they_are_asked_all_the_same(world: World) -> None:
    alert = await an_urgent_alert(world)
    for name in (ANN, BEN, DANA):
        await handling.decline(world.deps, world.press(name), alert.id)
        await steps(world)
    before = len(world.on(ANN, Kind.ALERT)) + len(world.on(BEN, Kind.ALERT))
    for _ in range(6):
        world.clock.forward(minutes=15)
        await steps(world)
    assert len(world.on(ANN, Kind.ALERT)) + len(world.on(BEN, Kind.ALERT)) > before
    assert (await world.alert(alert)).next_step_at is not None


async def test_handing_over_tells_that_person_and_the_mentor_and_falls_back_to_the_chain(world: World) -> None:
    alert = await an_urgent_alert(world)
    dana = await world.person(DANA)
    await handling.hand_over(world.deps, world.press(ANN, world.copy(ANN, alert)), alert.id, dana.id.hex[:12])
    await world.deliver()
    given = world.on(DANA, Kind.ALERT)[-1].params
    assert (given["alert"], given["giver"]) == (alert.id.hex, ANN)
    assert world.on(ANN, Kind.ALERT_UPDATE)[-1].params["given_to"] == DANA
    assert world.on(SAM, Kind.MENTOR_STATUS)[-1].params == {
        **world.on(SAM, Kind.MENTOR_STATUS)[-1].params,
        "status": "handed_over",
        "by": DANA,
    }
    assert (await world.alert(alert)).state is AlertState.OPEN
    told = len(world.on(ANN, Kind.ALERT))
    world.clock.forward(minutes=15)
    await steps(world)
    assert len(world.on(ANN, Kind.ALERT)) == told + 1


async def test_only_people_in_charge_are_offered_for_handing_over(world: World) -> None:
    alert = await an_urgent_alert(world)
    await handling.ask_hand_over(world.deps, world.press(ANN, world.copy(ANN, alert)), alert.id)
    await world.deliver()
    offered = {name for _, name in world.on(ANN, Kind.ALERT_UPDATE)[-1].params["hand_over_to"]}
    assert offered == {BEN, DANA}
    cal = await world.person(CAL)
    await handling.hand_over(world.deps, world.press(ANN), alert.id, cal.id.hex[:12])
    await world.deliver()
    assert world.on(CAL, Kind.ALERT) == []


async def test_later_puts_an_urgent_alert_off_and_it_comes_back(world: World) -> None:
    alert = await an_urgent_alert(world)
    await handling.snooze(world.deps, world.press(ANN, world.copy(ANN, alert)), alert.id, "4h")
    await world.deliver()
    assert world.on(SAM, Kind.MENTOR_STATUS)[-1].params["status"] == "taken_later"
    world.clock.forward(hours=3, minutes=59)
    await steps(world)
    assert (await world.alert(alert)).state is AlertState.ACKNOWLEDGED
    world.clock.forward(minutes=2)
    await steps(world)
    assert (await world.alert(alert)).state is AlertState.OPEN
    assert len(world.on(ANN, Kind.ALERT)) == 2


async def test_a_crisis_is_never_put_off(world: World) -> None:
    alert = await world.calls()
    await handling.snooze(world.deps, world.press(ANN, world.copy(ANN, alert)), alert.id, "4h")
    stored = await world.alert(alert)
    assert stored.state is AlertState.OPEN
    assert stored.next_step_at == alert.next_step_at


@pytest.mark.parametrize(
    ("choice", "now", "until"),
    [
        ("4h", "2026-03-02T21:00", "2026-03-03T01:00"),
        ("9", "2026-03-02T21:00", "2026-03-03T15:00"),  # 15:00 in Chicago: tomorrow at nine
        ("9", "2026-03-02T12:00", "2026-03-02T15:00"),  # 6:00 in Chicago: today at nine
        ("9", "2026-03-07T15:30", "2026-03-08T14:00"),  # the night in which the clocks go forward
        ("9", "2026-10-31T14:00", "2026-11-01T14:00"),  # the night with an hour more: never more than a day
    ],
)
def test_nine_in_the_morning_is_the_supervisors_own(choice: str, now: str, until: str) -> None:
    instant = datetime.fromisoformat(now).replace(tzinfo=UTC)
    found = handling.snoozed_until(choice, "America/Chicago", instant)
    assert found == datetime.fromisoformat(until).replace(tzinfo=UTC)
    assert instant < found <= instant + LONGEST_SNOOZE


async def test_i_reached_them_holds_for_a_day_and_then_asks_what_was_done(world: World) -> None:
    alert = await world.calls()
    await handling.reached(world.deps, world.press(ANN, world.copy(ANN, alert)), alert.id)
    await world.deliver()
    stored = await world.alert(alert)
    assert stored.state is AlertState.ACKNOWLEDGED
    assert stored.acknowledged_by == (await world.person(ANN)).id
    assert stored.next_step_at == world.clock.now + timedelta(hours=24)
    world.clock.forward(hours=24, seconds=1)
    await steps(world)
    assert (await world.alert(alert)).state is AlertState.OPEN


async def resolved(world: World):  # type: ignore[no-untyped-def]
    """An alert that Ann has closed, a day ago."""
    alert = await an_urgent_alert(world)
    await responding.resolve(world.deps, world.press(ANN, world.copy(ANN, alert)), alert.id, Outcome.TALKED)
    await world.deliver()
    world.clock.forward(hours=24, seconds=1)
    return alert


async def follow_ups(world: World) -> list[str]:
    done = []
    for alert_id in await following.due(world.deps, now=world.clock.now, limit=50):
        done.append(await following.take(world.deps, alert_id, now=world.clock.now))
    await world.deliver()
    return done


async def test_the_mentor_is_asked_once_whether_it_helped(world: World) -> None:
    await resolved(world)
    assert await follow_ups(world) == ["asked"]
    assert await follow_ups(world) == []
    assert world.on(SAM, Kind.FOLLOW_UP)[-1].params["by"] == ANN


@pytest.mark.parametrize("said", ["yes", "left"])
async def test_yes_and_leave_it_end_the_matter(world: World, said: str) -> None:
    alert = await resolved(world)
    await follow_ups(world)
    await following.answer(world.deps, world.press(SAM), alert.id, said)
    world.clock.forward(days=5)
    assert await follow_ups(world) == []
    assert (await world.alert(alert)).state is AlertState.RESOLVED


async def test_no_opens_the_alert_again_and_says_who_is_asked(world: World) -> None:
    alert = await resolved(world)
    await follow_ups(world)
    told = len(world.on(ANN, Kind.ALERT))
    await following.answer(world.deps, world.press(SAM), alert.id, "no")
    await world.deliver()
    assert (await world.alert(alert)).state is AlertState.OPEN
    assert len(world.on(ANN, Kind.ALERT)) == told + 1
    assert world.on(SAM, Kind.FOLLOW_UP)[-1].params["told"] == [ANN]


async def test_no_answer_opens_it_again_once_and_not_for_ever(world: World) -> None:
    alert = await resolved(world)
    await follow_ups(world)
    world.clock.forward(seconds=FOLLOW_UP_WITHIN.total_seconds() + 1)
    assert await follow_ups(world) == ["reopened"]
    assert (await world.alert(alert)).state is AlertState.OPEN
    await responding.resolve(world.deps, world.press(ANN), alert.id, Outcome.TALKED)
    world.clock.forward(days=9)
    assert await follow_ups(world) == []


async def test_nobody_answers_for_somebody_else(world: World) -> None:
    alert = await resolved(world)
    await follow_ups(world)
    await following.answer(world.deps, world.press(BEN), alert.id, "no")
    assert (await world.alert(alert)).state is AlertState.RESOLVED


async def test_somebody_else_please_routes_around_the_supervisor_without_a_word_to_them(world: World) -> None:
    await belonging.avoid(world.deps, world.press(SAM), yes=True)
    await world.deliver()
    assert world.on(ANN) == []
    alert = await world.calls()
    for _ in range(12):
        world.clock.forward(minutes=15)
        await steps(world)
    assert world.on(ANN) == []
    assert world.on(BEN, Kind.ALERT)
    await responding.acknowledge(world.deps, world.press(ANN), alert.id)
    await world.deliver()
    assert world.on(ANN)[-1].kind is Kind.REFUSAL
    assert (await world.alert(alert)).state is AlertState.OPEN
    assert [line.action for line in await world.audit("settings_changed")] == ["settings_changed"]
    await belonging.avoid(world.deps, world.press(SAM), yes=False)
    assert (await world.person(SAM)).avoids is None


@pytest.mark.parametrize("act", ["reached", "decline", "ask_snooze", "ask_hand_over"])
async def test_people_of_another_team_change_nothing(world: World, act: str) -> None:
    alert = await an_urgent_alert(world)
    await getattr(handling, act)(world.deps, world.press(CAL), alert.id)
    await world.deliver()
    assert world.on(CAL)[-1].kind is Kind.REFUSAL
    assert await world.alert(alert) == alert
