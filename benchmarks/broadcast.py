"""A check-in to a whole team against the limit of 30 messages a second."""

import asyncio
import random
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from benchmarks.figures import Figure
from benchmarks.installation import Installation, installed
from benchmarks.people import Prepared
from benchmarks.thumbs import Mentor, asked
from emulator.journal import Call

TEAM: Final = "Broadcast"
LIMIT: Final = 30.0  # new messages a second
TITLE: Final = "A check-in to everybody"
NOTE: Final = (
    "`keepwell send pulse --team` runs beside the service, and Telegram's flood limits are in force: 30 new messages in"
    " any second, one a second to a chat. The rate is that of `sendMessage` from the first arrival to the last."
)


async def measure(people: Prepared, _seed: int) -> list[Figure]:
    """Return the figures of one repetition."""
    async with installed(people, flood_limits=True) as home:
        crowd = [Mentor(home.telegram, phone, random.Random(0)) for phone in home.phones.values()]
        await home.starts()
        began = home.telegram.clock.now()
        sending = asyncio.create_task(home.run("send", "pulse", "--team", TEAM))
        try:
            await asked(crowd, within=len(crowd) / 15 + 30)
        finally:
            await sending
        memory = home.memory()
        check_once(home, crowd)
        return [*figures(home.telegram.journal.of("sendMessage"), began), *memory_figures(memory.now)]


def figures(calls: Sequence[Call], began: datetime) -> list[Figure]:
    """Return how quickly messages left."""
    taken = [call.at for call in calls if call.ok]
    rate = (len(taken) - 1) / (max(taken) - min(taken)).total_seconds()
    return [
        Figure("new messages a second", "/s", (rate,), 2, at_least=0.97 * LIMIT),
        Figure("… of the limit", "%", (rate / LIMIT * 100,), 1, at_least=97),
        Figure("largest number in any second", "", (float(busiest_second(taken)),), 0, at_most=LIMIT),
        Figure("answers 429", "", (float(sum(call.code == 429 for call in calls)),), 0, at_most=0),
        Figure("from the command to the last check-in", "s", ((max(taken) - began).total_seconds(),), 1),
    ]


def memory_figures(now: float) -> list[Figure]:
    """Return what the service holds afterwards."""
    return [Figure("resident memory afterwards", "MiB", (now,), 1, at_most=120)]


def busiest_second(instants: Sequence[datetime]) -> int:
    """Return the largest number of instants within any second."""
    window, most = deque[datetime](), 0
    for instant in sorted(instants):
        window.append(instant)
        while window[0] <= instant - timedelta(seconds=1):
            window.popleft()
        most = max(most, len(window))
    return most


def check_once(home: Installation, crowd: Sequence[Mentor]) -> None:
    """RuntimeError unless each phone got exactly one message."""
    if wrong := [mentor for mentor in crowd if len(mentor.phone.messages) != 1]:
        raise RuntimeError(
            f"{len(wrong)} of {len(crowd)} mentors did not get exactly one message\n{home.log()[-2000:]}"
        )
