"""The process is killed again and again while people live with it. Nothing that Telegram delivered may be lost."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import pytest

from emulator import Emulator
from tests.e2e.process import Keepwell
from tests.e2e.programs import LEVELS, policy, program
from tests.e2e.town import (
    NORTH,
    OWN,
    SCHEDULED,
    SENT,
    Town,
    assert_alerts,
    assert_answers,
    assert_prompts,
    local,
    minute_after,
    seed,
)

KILLS = 20
# Without its imports a start takes a sixth of the time that the whole start of the command takes.
AS_MANY_STARTS = 6


async def kills(keepwell: Keepwell, dice: random.Random, over: asyncio.Event) -> int:
    """Start the service and kill it at random instants, at least KILLS times and until it is `over`."""
    killed, loop = 0, asyncio.get_running_loop()
    while killed < KILLS or not over.is_set():
        begun = loop.time()
        keepwell.spawn()
        if dice.random() < 0.25:
            await asyncio.sleep(dice.uniform(0, 1.5))  # while it starts
        else:
            await keepwell.says("ready", within=30)
            # On a slow machine it lives longer too, or nothing would ever get done between two kills.
            await asyncio.sleep(dice.uniform(0, max(1.2, AS_MANY_STARTS * (loop.time() - begun))))
        keepwell.kill()
        killed += 1
    return killed


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_nothing_is_lost_or_doubled_however_often_the_process_is_killed(
    telegram: Emulator, keepwell: Keepwell
) -> None:
    number = seed()
    print(f"KEEPWELL_TEST_SEED={number}")  # shown with a failure
    dice = random.Random(number)
    never = local(datetime.now(UTC) - timedelta(hours=1))
    policies = [policy(level) for level in LEVELS]
    keepwell.has_program(program(*policies, at=never, times=(never,)))
    town = Town(telegram, keepwell, dice)
    await town.settles({SENT: 20, SCHEDULED: 15, OWN: 15}, never=never)

    over = asyncio.Event()
    killer = asyncio.create_task(kills(keepwell, dice, over))
    await town.until(lambda: all(map(town.all_joined, town.mentors)), 300, "everybody has joined")
    # Each start reads the program: now the check-ins of those who chose no time of their own come in a minute.
    due = minute_after(timedelta(seconds=20))
    keepwell.has_program(program(*policies, at=local(due), times=(never,)))
    await keepwell.run("send", "pulse", "--team", NORTH)
    for mentor in town.mentors[OWN]:
        await mentor.asks()
    await town.until(lambda: datetime.now(UTC) > due + timedelta(seconds=4), 120, "the time of the scheduled ones")
    over.set()
    killed = await killer
    assert killed >= KILLS

    await keepwell.starts()
    await telegram.all_taken(20)
    await still_asked(town)
    await town.until(town.all_through, 60, "everybody is through")
    await settled(town)
    await town.rests()
    assert await keepwell.stops() == 0

    answers = await keepwell.export("answers")
    assert_answers(town, answers)
    assert_prompts(town)
    assert_alerts(town, await keepwell.export("alerts"))
    scheduled = [row for row in answers if datetime.fromisoformat(row["occurrence"]) == due]
    assert {row["mentor"] for row in scheduled} == {mentor.phone.name for mentor in town.mentors[SCHEDULED]}


async def still_asked(town: Town) -> None:
    """Whoever's check-in may have been lost on the way, with Telegram's answer, asks for it themselves."""
    await asyncio.sleep(2)
    for mentor in town.everybody:
        if not mentor.finished and not mentor.answers:
            await mentor.asks()


async def settled(town: Town) -> None:
    """Wait until every call has reached somebody."""
    await town.until(lambda: len(town.alert_messages()) >= len(town.callers()), 30, "every alert has reached somebody")
