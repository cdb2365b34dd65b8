"""What a policy says beside the usual chain: people by name, and working hours."""

from dataclasses import replace

import pytest

from core.alerts import AlertState, Outcome
from core.levels import Level
from core.messages import Kind
from flows import alerting, chasing, handling, responding
from flows.turn import working
from program.faults import ProgramInvalid
from program.load import parse_program
from program.render import render_program
from storage.tables_alerts import AlertRow
from tests.flows.world import ANN, BEN, CAL, DANA, SAM, World

NAMED = """
[[policies]]
level = "urgent"
acknowledge_within = "15m"
repeat = 2
steps = ["person:cal  diaz", "supervisor", "person:Nobody Known"]
"""
OFFICE = """
[[policies]]
level = "concern"
acknowledge_within = "4h"
repeat = 2
steps = ["supervisor", "backup", "lead"]
working_hours = { days = ["mon", "tue", "wed", "thu", "fri"], from = "08:00", until = "18:00" }
"""


def by(world: World, text: str) -> World:
    """The same world with this program."""
    world.deps = replace(world.deps, program=parse_program(text, "file"))
    return world


async def raised(world: World, level: Level, source: str = "checkin:1") -> None:
    sam = await world.person(SAM)
    async with working(world.deps) as turn:
        await alerting.raise_alert(turn, sam, source=source, level=level, reasons=("asks_today",), facts={})
    await world.deliver()


async def ticks(world: World) -> None:
    for alert_id in await chasing.due(world.deps, now=world.clock.now, limit=50):
        await chasing.take_step(world.deps, alert_id, now=world.clock.now)
    await world.deliver()


async def test_a_named_person_of_another_team_is_told_and_may_take_it_and_no_other(world: World) -> None:
    by(world, NAMED)
    await raised(world, Level.URGENT)
    await raised(world, Level.URGENT, "checkin:2")
    first, second = await world.alerts(SAM)
    assert [one.name for one in world.phone if one.kind is Kind.ALERT] == [CAL, CAL]
    world.clock.forward(minutes=15)
    await ticks(world)
    assert [one.name for one in world.phone if one.kind is Kind.ALERT] == [CAL, CAL, ANN, ANN]
    world.clock.forward(minutes=15)
    await ticks(world)  # nobody has that name: skipped at once, and reported without the name
    (line, _) = await world.audit("alert_steps_skipped")
    assert line.detail["steps"] == ["person"]
    await world.acknowledges(CAL, first)
    assert (await world.alert(first)).state is AlertState.ACKNOWLEDGED
    async with world.deps.db.reading() as session:
        row = await session.get(AlertRow, second.id)
    assert row is not None
    assert "diaz" not in str(row.policy).casefold()


async def test_outside_working_hours_a_concern_comes_silently_and_nobody_else_is_asked(world: World) -> None:
    """The world begins on a Monday at 15:00 in Chicago."""
    by(world, OFFICE)
    world.clock.forward(days=4, hours=5)  # Friday, 20:00
    await raised(world, Level.CONCERN)
    assert [one.params["silent"] for one in world.on(ANN, Kind.ALERT)] == [True]
    (alert,) = await world.alerts(SAM)
    assert alert.next_step_at is not None
    assert (alert.next_step_at - world.clock.now).total_seconds() == 63 * 3600  # Monday, 12:00: the clocks skip an hour
    world.clock.forward(days=2)
    await ticks(world)
    assert world.kinds(BEN) == []
    world.clock.forward(hours=16, minutes=1)  # Monday, 12:01
    await ticks(world)
    assert [one.params["silent"] for one in world.on(BEN, Kind.ALERT)] == [False]


async def test_what_comes_back_at_night_waits_for_the_morning(world: World) -> None:
    by(world, OFFICE)
    await raised(world, Level.CONCERN)
    (alert,) = await world.alerts(SAM)
    world.clock.forward(hours=2)  # Monday, 17:00
    await handling.snooze(world.deps, world.press(ANN, world.copy(ANN, alert)), alert.id, "4h")
    await world.deliver()
    stored = await world.alert(alert)
    assert stored.next_step_at is not None
    assert (stored.next_step_at - world.clock.now).total_seconds() == 15 * 3600  # Tuesday, 8:00
    assert world.on(ANN)[-1].params["until"] == stored.next_step_at.isoformat()
    # Somebody gives it back at night: the next person reads it in the morning.
    world.clock.forward(hours=6)
    await handling.decline(world.deps, world.press(ANN, world.copy(ANN, alert)), alert.id)
    await ticks(world)
    assert world.kinds(BEN) == world.kinds(DANA) == []
    world.clock.forward(hours=9)
    await ticks(world)
    assert world.kinds(BEN) == [Kind.ALERT]


async def test_a_mentor_is_told_when_whoever_took_it_cannot(world: World) -> None:
    await raised(world, Level.URGENT)
    (alert,) = await world.alerts(SAM)
    await world.acknowledges(ANN, alert)
    await handling.decline(world.deps, world.press(ANN), alert.id)
    await world.deliver()
    assert [one.params["status"] for one in world.on(SAM, Kind.MENTOR_STATUS)] == ["taken", "passed_on"]
    await ticks(world)
    await world.acknowledges(BEN, alert)
    world.clock.forward(hours=1)  # and Ben forgets it
    await ticks(world)
    last = world.on(SAM, Kind.MENTOR_STATUS)[-1].params
    assert (last["status"], last["told"]) == ("next_asked", [BEN])
    await responding.resolve(world.deps, world.press(BEN), alert.id, Outcome.TALKED)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (OFFICE.replace('"concern"', '"urgent"'), "what is urgent goes on at every hour"),
        (OFFICE.replace('"18:00"', '"08:00"'), "must be later than from"),
        (NAMED.replace("person:Nobody Known", "person:"), "person:Ann Lee"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused_with_its_place(text: str, says: str) -> None:
    with pytest.raises(ProgramInvalid, match=says):
        parse_program(text, "file")


@pytest.mark.parametrize("text", [NAMED, OFFICE])
def test_a_policy_survives_being_written_and_read(text: str) -> None:
    program = parse_program(text, "file")
    assert parse_program(render_program(program), "again") == program
