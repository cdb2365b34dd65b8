"""All replicas go by one clock, whatever their machines take for the time."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.clock import LONGEST_WAY_SECONDS, SharedClock
from storage.database import Database

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Machine:
    """A machine whose clock somebody sets, and whose seconds pass all the same."""

    def __init__(self) -> None:
        self.wall, self.seconds, self.way = NOON, 0.0, 0.0
        self.said = NOON + timedelta(minutes=5)

    async def asks(self) -> datetime:
        self.seconds += self.way
        return self.said


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def clock(machine: Machine) -> SharedClock:
    return SharedClock(lambda: machine.wall, monotonic=lambda: machine.seconds)


def test_until_the_database_has_said_something_the_machine_counts(machine: Machine, clock: SharedClock) -> None:
    assert clock() == machine.wall


async def test_a_step_of_the_machines_clock_changes_nothing(machine: Machine, clock: SharedClock) -> None:
    await clock.sets(machine.asks)
    machine.seconds += 3
    machine.wall -= timedelta(hours=4)
    assert clock() == machine.said + timedelta(seconds=3)


async def test_half_of_the_way_is_taken_off_and_a_slow_answer_is_not_believed(
    machine: Machine, clock: SharedClock
) -> None:
    machine.way = 0.5
    await clock.sets(machine.asks)
    assert clock() == machine.said + timedelta(seconds=0.25)
    machine.way, machine.said = LONGEST_WAY_SECONDS, machine.said + timedelta(hours=1)
    await clock.sets(machine.asks)
    assert clock() < machine.said


async def test_it_counts_on_while_the_database_is_away(machine: Machine, clock: SharedClock) -> None:
    await clock.sets(machine.asks)
    asked: list[bool] = []

    async def away() -> datetime:
        asked.append(True)
        raise OSError

    task = asyncio.create_task(clock.keeps(away, every=0.001))
    async with asyncio.timeout(5):
        while len(asked) < 3:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.001)
    task.cancel()
    assert clock() == machine.said


async def test_the_database_says_the_time(db: Database) -> None:
    assert abs(datetime.now(UTC) - await db.now()) < timedelta(seconds=5)
