"""Being away, coming back, leaving and returning; and whoever writes to us can be written to."""

from datetime import UTC, datetime, time, timedelta

import pytest

from core.alerts import AlertState, Outcome
from core.checkins import CheckinState
from core.messages import Kind
from core.visibility import Group, Step
from flows import asking, belonging, chasing, following, joining, leaving, responding, scheduling, talking, visibility
from scheduler import ticks
from storage import people, schedules
from tests.flows.world import ANN, BEN, SAM, World

MONDAY_AFTERNOON = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)  # 15:00 in Chicago


@pytest.mark.parametrize(
    ("choice", "until"),
    [
        ("today", datetime(2026, 3, 3, 6, 0, tzinfo=UTC)),
        ("3d", datetime(2026, 3, 5, 6, 0, tzinfo=UTC)),
        ("7d", datetime(2026, 3, 9, 5, 0, tzinfo=UTC)),  # the clocks have changed: midnight all the same
        ("open", None),
    ],
)
async def test_being_away_ends_at_a_local_midnight(world: World, choice: str, until: datetime | None) -> None:
    assert world.clock.now == MONDAY_AFTERNOON
    await belonging.go_away(world.deps, world.press(SAM), choice)
    await world.deliver()
    sam = await world.person(SAM)
    assert (sam.away_from, sam.away_until) == (MONDAY_AFTERNOON, until)
    assert world.on(SAM)[-1].params["away"] is True


async def test_an_unknown_choice_changes_nothing(world: World) -> None:
    await belonging.go_away(world.deps, world.press(SAM), "for ever")
    assert (await world.person(SAM)).away_from is None


async def test_going_away_takes_back_what_has_not_been_asked_yet(world: World) -> None:
    """The check-in was stored a second ago and its message is still waiting."""
    world.clock.now = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
    sam = await world.person(SAM)
    async with world.deps.db.reading() as session:
        schedule = (await schedules.of_person(session, sam.id))["pulse"]
    await scheduling.take_together(world.deps, [schedule], now=world.clock.now)
    await belonging.go_away(world.deps, world.press(SAM), "3d")
    await world.deliver()
    assert world.kinds(SAM) == [Kind.AWAY]
    assert [one.remind_at for one in await world.checkins()] == [None]


async def test_coming_back_does_not_ask_what_was_missed(world: World) -> None:
    await belonging.go_away(world.deps, world.press(SAM), "open")
    world.clock.forward(days=20)
    await belonging.come_back(world.deps, world.press(SAM))
    await world.deliver()
    sam = await world.person(SAM)
    assert (sam.away_from, sam.away_until) == (None, None)
    async with world.deps.db.reading() as session:
        schedule = (await schedules.of_person(session, sam.id))["pulse"]
    assert schedule.next_at is not None
    assert schedule.next_at > world.clock.now
    assert await world.checkins() == []


async def test_who_is_away_can_still_call_for_a_person(world: World) -> None:
    await belonging.go_away(world.deps, world.press(SAM), "open")
    alert = await world.calls()
    assert alert.state is AlertState.OPEN
    assert world.kinds(ANN) == [Kind.ALERT]


async def test_a_supervisor_who_is_away_is_not_called(world: World) -> None:
    await belonging.go_away(world.deps, world.press(ANN), "3d")
    await world.calls()
    assert Kind.ALERT not in world.kinds(ANN)
    assert Kind.ALERT in world.kinds(BEN)


async def test_leaving_stops_everything_at_once_and_can_be_undone(world: World) -> None:
    await world.asks_for_a_checkin()
    await leaving.ask_leave(world.deps, world.message(SAM))
    await world.deliver()
    await leaving.leave(world.deps, world.press(SAM))
    await world.deliver()
    assert world.kinds(SAM)[-2:] == [Kind.LEAVE, Kind.LEFT]
    assert [one.state for one in await world.checkins()] == [CheckinState.CANCELLED]
    sam = await world.person(SAM)
    async with world.deps.db.reading() as session:
        assert {one.next_at for one in (await schedules.of_person(session, sam.id)).values()} == {None}
    await leaving.come_again(world.deps, world.press(SAM))
    assert (await world.person(SAM)).takes_part
    async with world.deps.db.reading() as session:
        assert (await schedules.of_person(session, sam.id))["pulse"].next_at is not None
    assert [line.action for line in await world.audit("left", "returned")] == ["left", "returned"]


async def test_what_was_chosen_before_leaving_holds_after_coming_back(world: World) -> None:
    await joining.choose_time(world.deps, world.press(SAM), time(7, 15), joining=False)
    await visibility.choose(world.deps, world.press(SAM), Group.WEEKLY, Step.PRIVATE)
    before = await world.person(SAM)
    await leaving.leave(world.deps, world.press(SAM))
    await world.deliver()
    assert world.on(SAM)[-1].params["until"] == (world.clock.now + timedelta(days=30)).isoformat()
    world.clock.forward(days=29)
    await ticks.daily_tick(world.deps)
    await leaving.come_again(world.deps, world.press(SAM))
    assert await world.person(SAM) == before
    async with world.deps.db.reading() as session:
        assert (await schedules.of_person(session, before.id))["pulse"].at_local == time(7, 15)


async def test_whoever_left_is_erased_after_thirty_days(world: World) -> None:
    await world.asks_for_a_checkin()
    await world.answers(SAM, "1", "3", "3", "0", "no")
    await leaving.leave(world.deps, world.press(SAM))
    await leaving.leave(world.deps, world.press(ANN))
    world.clock.forward(days=30, seconds=1)
    sam = (await world.person(SAM)).id
    await ticks.daily_tick(world.deps)
    await ticks.daily_tick(world.deps)
    async with world.deps.db.reading() as session:
        gone = await people.get(session, sam)
    assert gone.name.startswith("Erased")
    assert (gone.telegram_id, gone.consented_at) == (None, None)
    assert len(await world.audit("erased")) == 1
    assert (await world.person(ANN)).telegram_id is not None
    await joining.start(world.deps, world.message(SAM), "")
    await world.deliver()
    assert world.phone[-1].params["reason"] == "stranger"


async def test_whoever_left_and_is_being_called_for_is_not_erased_yet(world: World) -> None:
    await world.calls()
    await leaving.leave(world.deps, world.press(SAM))
    world.clock.forward(days=31)
    await ticks.daily_tick(world.deps)
    assert (await world.person(SAM)).telegram_id is not None


async def test_whoever_leaves_is_not_asked_any_more_whether_it_helped(world: World) -> None:
    alert = await world.calls()
    await responding.resolve(world.deps, world.press(ANN), alert.id, Outcome.TALKED)
    await world.deliver()
    world.clock.forward(days=1, minutes=1)
    assert await following.take(world.deps, alert.id, now=world.clock.now) == "asked"
    await leaving.leave(world.deps, world.press(SAM))  # before the question has left
    await world.deliver()
    assert Kind.FOLLOW_UP not in world.kinds(SAM)


async def test_who_left_is_told_so_by_every_screen_and_changes_nothing(world: World) -> None:
    await leaving.leave(world.deps, world.press(SAM))
    await world.deliver()
    world.phone.clear()
    deps = world.deps
    await belonging.show_settings(deps, world.message(SAM))
    await belonging.show_away(deps, world.message(SAM))
    await belonging.go_away(deps, world.press(SAM), "3d")
    await belonging.come_back(deps, world.press(SAM))
    await belonging.ask_zone(deps, world.press(SAM))
    await belonging.ask_time(deps, world.press(SAM))
    await belonging.ask_quiet(deps, world.press(SAM))
    await belonging.set_quiet(deps, world.press(SAM), time(1), time(2))
    await leaving.ask_leave(deps, world.message(SAM))
    await leaving.leave(deps, world.press(SAM))
    await joining.start(deps, world.message(SAM), "")
    await world.deliver()
    assert set(world.kinds(SAM)) == {Kind.LEFT}
    sam = await world.person(SAM)
    assert (sam.away_from, sam.quiet_from) == (None, None)


async def test_who_left_and_calls_for_a_person_is_heard(world: World) -> None:
    await leaving.leave(world.deps, world.press(SAM))
    alert = await world.calls()
    assert alert.state is AlertState.OPEN
    assert world.on(SAM)[-1].kind is Kind.CRISIS


async def test_an_alert_that_a_leaving_supervisor_had_taken_goes_on_to_others_at_once(world: World) -> None:
    alert = await world.calls()
    await world.acknowledges(ANN, alert)
    await leaving.leave(world.deps, world.press(ANN))
    assert await chasing.due(world.deps, now=world.clock.now, limit=9) == [alert.id]
    assert (await chasing.take_step(world.deps, alert.id, now=world.clock.now)).lapsed
    await world.deliver()
    assert Kind.ALERT in world.kinds(BEN)


async def test_what_a_mentor_leaves_open_stays_with_those_who_were_told(world: World) -> None:
    alert = await world.calls()
    await leaving.leave(world.deps, world.press(SAM))
    await world.deliver()
    assert (await world.alert(alert)).state is AlertState.OPEN
    assert world.on(SAM)[-1].params["open_alerts"] == 1


async def test_who_returns_without_having_agreed_is_asked_to(world: World) -> None:
    await world.change(SAM, consented_at=None, left_at=world.clock.now)
    await leaving.come_again(world.deps, world.press(SAM))
    await world.deliver()
    assert world.on(SAM)[-1].kind is Kind.CONSENT


@pytest.mark.parametrize("kind", [Kind.HELP, Kind.PRIVACY, Kind.ASK_LANGUAGE])
async def test_screens_are_for_those_on_the_roster(world: World, kind: Kind) -> None:
    for name in (SAM, "a stranger"):
        await belonging.show(world.deps, world.message(name), kind)
    await world.deliver()
    assert world.kinds(SAM) == [kind]
    assert world.on("a stranger")[-1].params["reason"] == "stranger"


async def test_settings_of_a_stranger_are_refused(world: World) -> None:
    for show in (belonging.show_settings, belonging.show_away, leaving.ask_leave, belonging.ask_zone):
        await show(world.deps, world.message("a stranger"))
    await world.deliver()
    assert world.kinds("a stranger") == [Kind.REFUSAL] * 4


async def test_who_blocked_the_bot_is_reachable_again_when_they_write(world: World) -> None:
    await belonging.unreachable(world.deps, world.message(SAM), blocked=True)
    assert (await world.person(SAM)).unreachable_since is not None
    await asking.ask_now(world.deps, world.message(SAM))
    assert (await world.person(SAM)).unreachable_since is None
    await belonging.unreachable(world.deps, world.message(SAM), blocked=True)
    await belonging.unreachable(world.deps, world.message(SAM), blocked=False)
    assert (await world.person(SAM)).unreachable_since is None
    await belonging.unreachable(world.deps, world.message("a stranger"), blocked=True)


async def test_each_update_counts_once(world: World) -> None:
    press = world.press(SAM)
    await belonging.go_away(world.deps, press, "3d")
    await belonging.come_back(world.deps, press)
    await leaving.leave(world.deps, press)
    await leaving.come_again(world.deps, press)
    await belonging.refuse(world.deps, press, "button_unknown")
    await belonging.show_settings(world.deps, press)
    await belonging.set_quiet(world.deps, press, time(1), time(2))
    await talking.talk(world.deps, press)
    await world.deliver()
    assert world.kinds(SAM) == [Kind.AWAY]
    sam = await world.person(SAM)
    assert sam.is_away(world.clock.now)
    assert sam.left_at is None


async def test_somebody_on_no_roster_who_calls_gets_the_lines_and_the_truth(world: World) -> None:
    for name in ("a stranger", ANN):
        await talking.talk(world.deps, world.message(name))
    await world.deliver()
    for name in ("a stranger", ANN):
        assert world.on(name)[-1].kind is Kind.CRISIS
        assert world.on(name)[-1].params["nobody_here"] is True
    assert await world.alerts() == []


async def test_quiet_hours_are_stored_and_shown(world: World) -> None:
    await belonging.set_quiet(world.deps, world.press(SAM), time(22, 30), time(6))
    await world.deliver()
    shown = world.on(SAM)[-1].params
    assert (shown["quiet_from"], shown["quiet_until"], shown["saved"]) == ("22:30", "06:00", True)
    assert (await world.person(SAM)).quiet_from == time(22, 30)
