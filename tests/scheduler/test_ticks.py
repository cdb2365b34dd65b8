"""Ticks take what is due; a thing that cannot be handled is put off and holds up nobody."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from core.checkins import CheckinState
from core.messages import Kind
from core.people import Role
from flows import delivery, scheduling, talking, upkeep
from flows.deps import Deps
from flows.roster import Line
from scheduler import ticker, ticks
from scheduler.ticker import EVERY, Ticker
from storage.tables_alerts import AlertRow
from storage.tables_checkins import CheckinRow
from tests.conftest import MovableClock
from tests.flows.world import ANN, BEN, ROSA, SAM, World
from tests.shelf import Shelf


@pytest.fixture
async def world(deps: Deps, clock: MovableClock, shelf: Shelf) -> World:
    return await World.found_joined(deps, clock, shelf)


async def break_row(world: World, table: type, which: object, **values: object) -> None:
    """Make one row such that handling it fails."""
    async with world.deps.db.transaction() as session:
        await session.execute(update(table).where(which).values(**values))  # type: ignore[arg-type]


async def test_due_checkins_are_opened_and_a_broken_one_holds_up_nobody(world: World) -> None:
    await world.change(SAM, timezone="Mars/Olympus")
    now = world.clock.forward(days=1, hours=18)  # Wednesday, 09:00 in Chicago
    with capture_logs() as logs:
        assert await ticks.checkin_tick(world.deps) >= 2
    await world.deliver()
    assert Kind.CHECKIN in world.kinds(ROSA)
    assert world.kinds(SAM) == []
    assert "tick_failed" in {line["action"] for line in logs}
    assert await scheduling.due(world.deps, now=now, limit=9) == []  # put off, not lost
    await world.change(SAM, timezone="America/Chicago")
    world.clock.now += ticks.PENALTY
    await ticks.checkin_tick(world.deps)
    await world.deliver()
    assert Kind.CHECKIN in world.kinds(SAM)


async def test_a_whole_team_that_is_due_on_two_replicas_is_asked_once_each(deps: Deps, clock: MovableClock) -> None:
    names = [f"Mentor {number}" for number in range(4 * ticks.TOGETHER + 1)]
    team = await World.joined(
        deps, clock, [Line(n, name, Role.MENTOR, "North", "en", "America/Chicago", "") for n, name in enumerate(names)]
    )
    await team.change(names[5], timezone="Mars/Olympus")
    clock.forward(days=1, hours=18)
    with capture_logs():
        await asyncio.gather(ticks.checkin_tick(deps), ticks.checkin_tick(replace(deps, instance="another")))
    await team.deliver()
    asked = {name: team.kinds(name).count(Kind.CHECKIN) for name in names}
    assert asked == dict.fromkeys(names, 1) | {names[5]: 0}
    clock.forward(hours=3)
    with capture_logs():
        await asyncio.gather(ticks.upkeep_tick(deps), ticks.upkeep_tick(replace(deps, instance="another")))
    await team.deliver()
    asked = {name: len(team.on(name, Kind.CHECKIN)) for name in names}
    assert asked == dict.fromkeys(names, 2) | {names[5]: 0}


async def test_an_alert_that_cannot_be_handled_is_put_off_and_the_next_one_moves(world: World) -> None:
    broken, whole = await world.calls(SAM), await world.calls(ROSA)
    await break_row(world, AlertRow, AlertRow.id == broken.id, policy={"level": "crisis"})
    now = world.clock.forward(minutes=15)
    with capture_logs() as logs:
        assert await ticks.alert_tick(world.deps) == 2
    actions = [line["action"] for line in logs]
    assert "tick_failed" in actions
    assert "alert_moved" in actions
    assert (await world.alert(whole)).next_step_at == now + timedelta(minutes=15)
    async with world.deps.db.reading() as session:
        row = await session.get(AlertRow, broken.id)
        assert row is not None
        assert row.next_step_at == now + ticks.ALERT_PENALTY


async def test_nobody_answering_is_an_error_in_the_log_without_a_name(world: World) -> None:
    alert = await world.calls()
    with capture_logs() as logs:
        for _ in range(12):
            world.clock.forward(minutes=15)
            await ticks.alert_tick(world.deps)
            await world.deliver()
    ended = [line for line in logs if line.get("action") == "chain_ended"]
    assert ended
    assert all((line["log_level"], line["alert"]) == ("error", alert.id.hex) for line in ended)
    assert not any(name in str(logs) for name in (SAM, ANN, BEN, "Rivera"))


async def test_reminders_and_ends_come_by_themselves(world: World) -> None:
    await world.asks_for_a_checkin()
    async with world.deps.db.transaction() as session:
        later = world.clock.now + timedelta(hours=3)
        await session.execute(update(CheckinRow).values(remind_at=later))
    assert await ticks.upkeep_tick(world.deps) == 0
    world.clock.forward(hours=3)
    assert await ticks.upkeep_tick(world.deps) == 1
    assert await ticks.upkeep_tick(world.deps) == 0
    world.clock.forward(hours=10)
    assert await ticks.upkeep_tick(world.deps) == 1
    assert [one.state for one in await world.checkins()] == [CheckinState.EXPIRED]


async def test_a_checkin_that_cannot_be_handled_is_put_off(world: World) -> None:
    checkin = await world.asks_for_a_checkin()
    await break_row(world, CheckinRow, CheckinRow.id == checkin.id, state="open", items=[], skipped=5)
    world.clock.forward(hours=13)
    with capture_logs() as logs:
        assert await ticks.upkeep_tick(world.deps) == 1
    assert [line["action"] for line in logs] == ["tick_failed"]
    assert await ticks.upkeep_tick(world.deps) == 0
    world.clock.now += ticks.PENALTY
    assert len(await upkeep.due_checkins(world.deps, now=world.clock.now, limit=9)) == 1


async def test_messages_of_a_dead_sender_are_recovered(world: World) -> None:
    await talking.talk(world.deps, world.message(SAM))
    await delivery.claim(world.deps, limit=9)
    assert await ticks.recovery_tick(world.deps) == 0
    world.clock.forward(minutes=2)
    with capture_logs() as logs:
        assert await ticks.recovery_tick(world.deps) == 2
    assert [line["action"] for line in logs] == ["messages_recovered"]


async def test_old_data_goes_and_what_is_needed_stays(world: World) -> None:
    await world.asks_for_a_checkin()
    await world.answers(SAM, "1", "1", "1", "1", "no")
    world.clock.forward(days=89)
    await ticks.daily_tick(world.deps)
    assert (await world.checkins())[0].answers
    world.clock.forward(days=2)
    assert await ticks.daily_tick(world.deps) > 0
    (checkin,) = await world.checkins()
    assert (checkin.state, checkin.answers) == (CheckinState.COMPLETE, {})


async def test_a_database_that_leaves_in_the_midst_puts_nothing_off_and_ends_the_tick(deps: Deps) -> None:
    tried: list[str] = []

    async def away(thing: str) -> None:
        tried.append(thing)
        raise OSError("connection refused")

    with capture_logs() as logs, pytest.raises(OSError, match="refused"):
        await ticks._each(deps, "alerts", ["first", "second"], away, away)
    assert tried == ["first", "first"]
    assert logs == []


async def test_the_sign_of_life_is_seen(world: World) -> None:
    assert await ticks.sign_of_life(world.deps) == 1


def test_every_tick_has_its_time() -> None:
    names = [tick.__name__ for tick, _ in EVERY]
    assert len(set(names)) == len(names)
    assert {name for name in vars(ticks) if name.endswith("_tick")} <= set(names)


async def test_a_service_that_is_started_each_day_still_forgets_what_is_old(deps: Deps) -> None:
    running = Ticker(deps)
    running.start()
    try:
        jobs = {job.id: job.next_run_time for job in vars(running)["_scheduler"].get_jobs()}
    finally:
        await running.stop()
    soon = datetime.now(UTC) + timedelta(minutes=2)
    assert jobs.keys() == {tick.__name__ for tick, _ in EVERY}
    assert all(at < soon for at in jobs.values())


async def until(seen: list[str], what: str, count: int) -> None:
    """Wait until something was seen so often."""
    async with asyncio.timeout(5):
        while seen.count(what) < count:  # noqa: ASYNC110 - ticks set no event
            await asyncio.sleep(0.01)


async def test_a_failing_tick_is_logged_and_comes_again_and_a_stop_waits_for_it(
    deps: Deps, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[str] = []
    finished = asyncio.Event()

    async def bad(_deps: Deps) -> int:
        times.append("bad")
        raise ValueError("a fault")

    async def slow(_deps: Deps) -> int:
        times.append("slow")
        await asyncio.sleep(0.1)
        finished.set()
        return 1

    monkeypatch.setattr(ticker, "EVERY", ((bad, 0.02), (slow, 0.05)))
    with capture_logs() as logs:
        running = Ticker(deps)
        await running.stop()  # not started yet: nothing to stop
        running.start()
        await until(times, "bad", 2)
        await until(times, "slow", 1)
        await running.stop()
    assert finished.is_set()
    failed = [line for line in logs if line.get("action") == "tick_failed"]
    assert len(failed) >= 2
    assert failed[0]["error"] == "ValueError"


async def test_a_database_that_is_away_is_said_once_and_without_a_traceback(
    deps: Deps, monkeypatch: pytest.MonkeyPatch
) -> None:
    met: list[str] = []
    back = asyncio.Event()

    async def meets_it(_deps: Deps) -> int:
        met.append("back" if back.is_set() else "away")
        if not back.is_set():
            raise OSError("connection refused")
        return 0

    monkeypatch.setattr(ticker, "EVERY", ((meets_it, 0.02),))
    with capture_logs() as logs:
        running = Ticker(deps)
        running.start()
        await until(met, "away", 3)
        back.set()
        await until(met, "back", 2)
        await running.stop()
    assert [line["action"] for line in logs] == ["database_away", "database_back"]
    assert not any("exc_info" in line for line in logs)


async def test_no_tick_waits_until_a_clock_that_was_set_back_is_as_late_as_before(deps: Deps) -> None:
    running = Ticker(deps)
    running.start()
    for job in running._scheduler.get_jobs():
        job.modify(next_run_time=datetime.now(UTC) + timedelta(hours=30))  # as after a step of more than a day
    running.catch_up()
    now = datetime.now(UTC)
    every = {tick.__name__: timedelta(seconds=seconds) for tick, seconds in EVERY}
    assert all(job.next_run_time <= now + every[job.id] for job in running._scheduler.get_jobs())
    await running.stop()
