"""What runs all day finds its rows by an index: the messages of two weeks are kept, and years of check-ins."""

from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import event, text

from core.messages import Kind
from flows import delivery, health
from flows.delivery import Result, Settled
from flows.deps import Deps
from scheduler import ticks
from tests.conftest import MovableClock
from tests.flows.world import ANN, SAM, World
from tests.shelf import Shelf

# Tables that grow with time; of alerts there are few. An index that holds only what waits may be looked through; that
# of open check-ins may not, since at times everybody has one.
GROWING: Final = ("outbox", "updates", "checkins", "answers", "assessments", "audit")


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)  # it says most plainly how it finds rows
async def test_no_statement_of_an_ordinary_day_looks_at_all_that_there_ever_was(
    deps: Deps, clock: MovableClock, shelf: Shelf
) -> None:
    world = await World.found_joined(deps, clock, shelf)
    said: dict[str, Any] = {}

    def heard(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "INSERT")):
            said[statement] = parameters[0] if many else parameters

    engines = (deps.db._writer.sync_engine, deps.db._reader.sync_engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", heard)
    await a_day(world)
    for engine in engines:
        event.remove(engine, "before_cursor_execute", heard)

    found = {}
    async with deps.db.reading() as session:
        connection = await session.connection()
        for statement, parameters in said.items():
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [str(step[3]) for step in plan]
            if through := [step for step in steps if looks_through(step, statement)]:
                found[statement] = through
        assert (await session.execute(text("SELECT count(*) FROM outbox"))).scalar_one() > 10
    assert len(said) > 60
    assert found == {}, "\n\n".join(found)


def looks_through(step: str, statement: str) -> bool:
    """Say whether a step of a plan reads a whole table that grows, or a whole index of all its rows."""
    verb, _, rest = step.partition(" ")
    name = rest.split(" ")[0].rstrip("0123456789_")
    if verb != "SCAN" or name not in GROWING or rest.startswith("CONSTANT"):
        return False
    return not any(f"INDEX {index}" in step for index in SMALL)


# Indexes that hold only what waits or is on its way.
SMALL: Final = ("ix_outbox_due", "ix_outbox_edits", "ix_outbox_lease", "ix_outbox_chat")


async def a_day(world: World) -> None:
    """Questions and reminders, answers, a note, a cry for help and who takes it, and all that ticks meanwhile."""
    world.clock.forward(days=1, hours=18)  # Wednesday, 09:00 in Chicago
    await ticks.checkin_tick(world.deps)
    first = await delivery.claim(world.deps, limit=1)
    await delivery.settle(
        world.deps,
        [Settled(outgoing=one, result=Result.NOT_SENT, retry_in=timedelta(seconds=1)) for one in first],
    )
    world.clock.forward(seconds=2)
    await world.deliver()
    await world.answers(SAM, "3", "1")
    world.clock.forward(hours=3)
    await ticks.upkeep_tick(world.deps)
    await world.deliver()
    await world.answers(SAM, "1", "3", "not_safe")
    await world.acknowledges(ANN, await world.calls(SAM))
    assert world.kinds(ANN).count(Kind.ALERT)
    world.clock.forward(hours=10)
    for tick in (ticks.alert_tick, ticks.note_tick, ticks.visit_tick, ticks.follow_up_tick, ticks.checkin_tick):
        await tick(world.deps)
    for tick in (ticks.upkeep_tick, ticks.recovery_tick, ticks.sign_of_life):
        await tick(world.deps)
    await world.deliver()
    await delivery.anything_due(world.deps)
    await health.check(world.deps)
