"""Taps stored a second as fast as it goes, and tap to edited message at 50 taps a second."""

import asyncio
import random
from collections.abc import Sequence
from typing import Final

from benchmarks.figures import Figure, percentile
from benchmarks.installation import Installation, installed
from benchmarks.people import Prepared
from benchmarks.thumbs import ITEMS, LAST, Mentor, asked, delays, wrong_answers

TEAM: Final = "Taps"
AT_ONCE: Final = 50  # mentors who answer at the same time
RATE: Final = 50.0  # taps a second of the open loop
TITLE: Final = "Taps"
NOTE: Final = (
    f"Mentors answer the pulse, {len(ITEMS)} taps each; the last one closes and scores it. *As fast as it goes*:"
    f" {AT_ONCE} mentors at a time, each taps as soon as the next question shows. *At {RATE:g} a second*: taps come at"
    " random instants, whether the service keeps up or not; measured from the tap's arrival in Telegram's queue to the"
    " arrival of its `editMessageText`. Afterwards `keepwell export answers` has each tap exactly once, or the"
    " benchmark fails."
)


async def measure(people: Prepared, seed: int) -> list[Figure]:
    """Return the figures of one repetition."""
    return [*await _as_fast_as_it_goes(people, seed), *await _open_loop(people, seed)]


async def _as_fast_as_it_goes(people: Prepared, seed: int) -> list[Figure]:
    async with installed(people) as home:
        crowd = await _asked_crowd(home, seed)
        waiting = iter(crowd)

        async def one_place() -> None:
            for mentor in waiting:
                await mentor.answers_all()

        before = home.processor_seconds()
        await asyncio.gather(*(one_place() for _ in range(AT_ONCE)))
        worked = home.processor_seconds() - before
        found, memory = await _checked_delays(home, crowd), home.memory()
        taps = [tap for mentor in crowd for tap in mentor.taps]
        last_edit = max(call.at for call in home.telegram.journal.of("editMessageText"))
        seconds = (last_edit - min(tap.at for tap in taps)).total_seconds()
    return [
        Figure("taps stored and answered a second, as fast as it goes", "/s", (len(taps) / seconds,)),
        Figure(f"… tap to edit with {AT_ONCE} at a time, p50", "ms", (percentile(found, 0.5) * 1000,)),
        Figure("… processor time of the service for each tap", "ms", (worked / len(taps) * 1000,), 1),
        Figure("… resident memory afterwards", "MiB", (memory.now,), 1, at_most=120),
    ]


async def _open_loop(people: Prepared, seed: int) -> list[Figure]:
    async with installed(people) as home:
        crowd = await _asked_crowd(home, seed)
        await _taps_at(RATE, crowd, random.Random(seed))
        await asyncio.wait_for(asyncio.gather(*(mentor.looks() for mentor in crowd)), 30)
        found = await _checked_delays(home, crowd)
    return [
        Figure(f"tap to edit at {RATE:g} taps a second, p50", "ms", (percentile(found, 0.5) * 1000,), 1),
        Figure("… p99", "ms", (percentile(found, 0.99) * 1000,), 1, at_most=50),
        Figure("… slowest", "ms", (max(found) * 1000,), 1),
    ]


async def _asked_crowd(home: Installation, seed: int) -> list[Mentor]:
    """Start the service and wait until every mentor has the first question."""
    dice = random.Random(seed)
    crowd = [Mentor(home.telegram, phone, dice) for phone in home.phones.values()]
    await home.starts()
    await home.run("send", "pulse", "--team", TEAM)
    await asked(crowd, within=len(crowd) / 20 + 10)
    return crowd


async def _taps_at(rate: float, crowd: Sequence[Mentor], dice: random.Random) -> None:
    """Let the crowd tap item by item, at random instants of that many a second; late screens delay nobody else."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    thumbs = set[asyncio.Task[None]]()
    for place in range(LAST + 1):
        for mentor in crowd:
            due += dice.expovariate(rate)
            await asyncio.sleep(max(due - loop.time(), 0))
            thumbs.add(asyncio.create_task(_taps_item(mentor, place)))
    await asyncio.gather(*thumbs)


async def _taps_item(mentor: Mentor, place: int) -> None:
    while mentor.question is None or mentor.question.place != place:
        await mentor.looks()
    await mentor.taps_answer()


async def _checked_delays(home: Installation, crowd: Sequence[Mentor]) -> list[float]:
    """Return the seconds from each tap to its edit. RuntimeError when an edit or an answer is not there."""
    await home.telegram.all_taken(30)
    taps = [tap for mentor in crowd for tap in mentor.taps]
    found, missing = delays(taps, home.telegram.journal.of("editMessageText"))
    if missing:
        raise RuntimeError(f"{missing} of {len(taps)} taps were not followed by an edit")
    if wrong := wrong_answers(crowd, await home.export("answers")):
        raise RuntimeError(f"{len(wrong)} answers are not as they were tapped, such as {wrong[0]}")
    return found
