"""Nothing stands still unseen: what is late is named, what can be mended is mended, and an outage piles up nothing."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update

from core.alerts import AlertState
from core.checkins import CheckinState
from core.messages import Kind
from flows import auditing, chasing, health, scheduling, talking, upkeep
from scheduler import ticks
from storage.tables_alerts import AlertRow
from storage.tables_checkins import CheckinRow, NoteRow, ScheduleRow
from tests.flows.world import ANN, BEN, DANA, SAM, World


async def change(world: World, table: type, **values: Any) -> None:
    async with world.deps.db.transaction() as session:
        await session.execute(update(table).values(**values))


async def problems(world: World) -> list[str]:
    await upkeep.sign_of_life(world.deps, now=world.clock.now)
    return list((await health.check(world.deps)).problems)


async def test_an_alert_without_a_next_step_gets_one_and_the_operator_hears_of_it(world: World) -> None:
    alert = await world.calls()
    await change(world, AlertRow, next_step_at=None)
    assert "1 unresolved alerts have no next step" in await problems(world)
    mended = await auditing.mend(world.deps, now=world.clock.now)
    assert mended.alerts == 1
    assert (await world.alert(alert)).next_step_at == world.clock.now
    assert await problems(world) == [
        "could not be handled: alerts without a next step (look for tick_failed in the log)"
    ]
    await ticks.alert_tick(world.deps)
    await world.deliver()
    assert world.kinds(BEN) == [Kind.ALERT]
    world.clock.forward(minutes=3)
    assert await problems(world) == []


async def test_an_alert_that_somebody_holds_until_a_far_year_is_open_again(world: World) -> None:
    alert = await world.acknowledges(ANN, await world.calls())
    assert (await auditing.mend(world.deps, now=world.clock.now)).alerts == 0
    await change(world, AlertRow, next_step_at=world.clock.now + timedelta(days=3_000))
    assert (await auditing.mend(world.deps, now=world.clock.now)).alerts == 1
    assert await ticks.alert_tick(world.deps) == 1
    assert (await world.alert(alert)).state is AlertState.OPEN


async def test_somebody_for_whom_nothing_is_planned_is_planned_anew(world: World) -> None:
    assert (await auditing.mend(world.deps, now=world.clock.now)).plans == 0
    sam = await world.person(SAM)
    async with world.deps.db.transaction() as session:
        await session.execute(delete(ScheduleRow).where(ScheduleRow.person_id == sam.id))
    assert (await auditing.mend(world.deps, now=world.clock.now)).plans == 1
    assert (await auditing.mend(world.deps, now=world.clock.now)).plans == 0
    world.clock.forward(days=1, hours=18)  # Wednesday, 09:00 in Chicago
    await ticks.checkin_tick(world.deps)
    await world.deliver()
    assert Kind.CHECKIN in world.kinds(SAM)


async def test_whatever_is_due_and_not_taken_is_named(world: World) -> None:
    await world.asks_for_a_checkin()
    await talking.talk(world.deps, world.message(SAM))  # messages that nobody sends
    async with world.deps.db.transaction() as session:
        sam = await world.person(SAM)
        session.add(
            NoteRow(
                person_id=sam.id,
                text_sealed="",
                reading_sealed="",
                written_at=world.clock.now,
                received_at=world.clock.now,
                state="asked",
                confirm_by=world.clock.now,
            )
        )
    await change(world, AlertRow, follow_up_at=world.clock.now)
    world.clock.forward(days=3)
    found = " ".join(await problems(world))
    for what in (
        "alerts are past their next step",
        "check-ins to be sent are more than five minutes late",
        "1 reminders or ends of check-ins",
        "1 notes that wait for an answer",
        "1 questions whether it helped",
        "messages of a call for help have waited",
        "messages have been waiting for more than ten minutes",
    ):
        assert what in found
    assert not any(name in found for name in (SAM, ANN, "Rivera"))


async def test_what_fails_at_every_try_is_named_though_it_is_put_off(world: World) -> None:
    await world.calls()
    await change(world, AlertRow, policy={"level": "crisis"})
    world.clock.forward(minutes=15)
    await ticks.alert_tick(world.deps)
    assert "could not be handled: alerts (look for tick_failed in the log)" in await problems(world)


async def outage(world: World, until: datetime) -> None:
    """Nothing ticks until then; at last every tick comes once a second for a minute."""
    world.clock.now = until
    for _ in range(3):
        for tick in (ticks.audit_tick, ticks.alert_tick, ticks.checkin_tick, ticks.upkeep_tick):
            await tick(world.deps)
        await world.deliver()
        world.clock.forward(seconds=1)


async def test_after_an_outage_checkins_are_merged_and_a_chain_goes_on_at_its_step(world: World) -> None:
    world.clock.forward(days=1, hours=18)  # Wednesday, 09:00 in Chicago
    await ticks.checkin_tick(world.deps)
    await world.deliver()
    alert = await world.calls()
    assert world.kinds(ANN) == [Kind.ALERT]
    await outage(world, world.clock.now + timedelta(days=5, hours=1))  # Monday, 10:00: a pulse on Friday was missed
    asked = [one for one in world.on(SAM, Kind.CHECKIN) if one.params["questionnaire"] == "pulse"]
    assert len({one.params["checkin"] for one in asked}) == 2  # Wednesday's, and one for all that was missed
    states = [one.state for one in await world.checkins() if one.kind == "pulse"]
    assert states.count(CheckinState.OPEN) == 1
    # The supervisor had her time and more: the next step is the backup's, once, and nobody is passed over.
    assert [world.kinds(name).count(Kind.ALERT) for name in (ANN, BEN, DANA)] == [1, 1, 0]
    stored = await world.alert(alert)
    assert (stored.step, stored.next_step_at) == (2, world.clock.now - timedelta(seconds=3) + timedelta(minutes=15))
    assert await problems(world) == []


async def test_an_acknowledgement_that_lapsed_in_an_outage_is_open_again_at_once(world: World) -> None:
    alert = await world.acknowledges(ANN, await world.calls())
    await outage(world, world.clock.now + timedelta(hours=9))
    assert (await world.alert(alert)).state is AlertState.OPEN
    assert world.kinds(ANN).count(Kind.ALERT) == 2


async def test_the_program_that_asks_nothing_by_itself_needs_no_plans(world: World) -> None:
    async with world.deps.db.transaction() as session:
        await session.execute(delete(ScheduleRow))
        await session.execute(delete(CheckinRow))
    assert await scheduling.next_instant(world.deps) is None
    assert await chasing.due(world.deps, now=world.clock.now, limit=5) == []
