"""What is measured of each contender."""

import asyncio
import random
import time
from dataclasses import dataclass

from benchmarks.broadcast import busiest_second
from benchmarks.figures import percentile
from benchmarks.installation import Installation
from benchmarks.peers.home import KEEPWELL, SUPERVISOR, Peer, ask_everybody, crowd_of, housed, killed, stored
from benchmarks.people import Prepared
from benchmarks.taps import _taps_at
from benchmarks.thumbs import LAST, NOT_SAFE, Mentor, asked, delays

AT_ONCE = 50
RATE = 50.0  # taps a second of the open loop
KILLS = 5
CRIES = 20


@dataclass(frozen=True, slots=True)
class Case:
    """Who is measured, and with how many mentors."""

    contender: str
    few: Prepared
    crowd: int
    many: Prepared
    queued: int
    seed: int


async def measure(case: Case) -> dict[str, float]:
    """Return every figure of one repetition."""
    return (
        await _start(case)
        | await _as_fast_as_it_goes(case)
        | await _open_loop(case)
        | await _kills(case)
        | await _broadcast(case)
        | await _crisis(case)
    )


async def _asked_crowd(home: Installation, seed: int) -> list[Mentor]:
    crowd = crowd_of(home, random.Random(seed))
    await home.starts()
    await ask_everybody(home)
    await asked(crowd, within=len(crowd) / 10 + 30)
    return crowd


async def _start(case: Case) -> dict[str, float]:
    async with housed(case.contender, case.few, case.crowd) as home:
        began = time.perf_counter()
        home.spawn()
        await home.polls()
        seconds = time.perf_counter() - began
        await asyncio.sleep(2)
        return {"start to first poll, s": seconds, "resident memory when idle, MiB": home.memory().now}


async def _as_fast_as_it_goes(case: Case) -> dict[str, float]:
    async with housed(case.contender, case.few, case.crowd) as home:
        crowd = await _asked_crowd(home, case.seed)
        waiting = iter(crowd)

        async def one_place() -> None:
            for mentor in waiting:
                await mentor.answers_all()

        before, began = home.processor_seconds(), time.perf_counter()
        await asyncio.gather(*(one_place() for _ in range(AT_ONCE)))
        seconds = time.perf_counter() - began
        taps = sum(len(mentor.taps) for mentor in crowd)
        worked = (home.processor_seconds() - before) / taps
        return {
            "complete check-ins a second, 50 mentors at a time": len(crowd) / seconds,
            "processor time for each tap, ms": worked * 1000,
        }


async def _open_loop(case: Case) -> dict[str, float]:
    async with housed(case.contender, case.few, case.crowd) as home:
        crowd = await _asked_crowd(home, case.seed)
        await _taps_at(RATE, crowd, random.Random(case.seed))
        await asyncio.wait_for(asyncio.gather(*(mentor.looks() for mentor in crowd)), 60)
        taps = [tap for mentor in crowd for tap in mentor.taps]
        found, _ = delays(taps, home.telegram.journal.of("editMessageText"))
        return {
            "tap to edit at 50 taps a second, p50, ms": percentile(found, 0.5) * 1000,
            "… p99, ms": percentile(found, 0.99) * 1000,
        }


async def _kills(case: Case) -> dict[str, float]:
    """Kill the bot while mentors tap. A mentor whose screen does not move taps no more."""
    dice = random.Random(case.seed)
    async with housed(case.contender, case.few, case.crowd) as home:
        crowd = await _asked_crowd(home, case.seed)
        share = len(crowd) // KILLS
        for number in range(KILLS):
            part = crowd[number * share : (number + 1) * share]
            tapping = asyncio.gather(*(_taps_for_a_while(mentor, dice) for mentor in part))
            await asyncio.sleep(dice.uniform(0.3, 0.8))
            await killed(home)
            await tapping
        await home.telegram.all_taken(60)
        await asyncio.sleep(3)
        there = await stored(home)
        given = {(mentor.phone.name, item): value for mentor in crowd for item, value in mentor.answers.items()}
        lost = sum(there.get(key) != value for key, value in given.items())
        stuck = sum(mentor.question is None and len(mentor.answers) <= LAST for mentor in crowd)
        return {
            "answers given around 5 kills": float(len(given)),
            "… of them lost": float(lost),
            "… mentors left without a next question": float(stuck),
        }


async def _taps_for_a_while(mentor: Mentor, dice: random.Random) -> None:
    """Answer to the end, each question as it shows; give up when the screen does not move for some seconds."""
    await asyncio.sleep(dice.uniform(0, 0.5))
    try:
        async with asyncio.timeout(15):
            await mentor.answers_all()
    except TimeoutError:
        return


async def _broadcast(case: Case) -> dict[str, float]:
    async with housed(case.contender, case.few, case.crowd, flood_limits=True) as home:
        await _asked_crowd(home, case.seed)
        await asyncio.sleep(0.5)
        calls = home.telegram.journal.of("sendMessage")
        taken = sorted(call.at for call in calls if call.ok)
        rate = (len(taken) - 1) / (taken[-1] - taken[0]).total_seconds()
        return {
            "check-ins sent a second (Telegram's limit: 30)": rate,
            "… most in any second": float(busiest_second(taken)),
            "… answers 429": float(sum(call.code == 429 for call in calls)),
        }


async def _crisis(case: Case) -> dict[str, float]:
    """Cry for help while the queue of a broadcast drains, and stop looking when the cries are answered."""
    dice = random.Random(case.seed)
    async with housed(case.contender, case.many, case.queued, flood_limits=True) as home:
        crowd = crowd_of(home, dice)
        await home.starts()
        asking = asyncio.create_task(ask_everybody(home))
        await asked(crowd[:1], within=60)
        began = {}
        for mentor in crowd[:CRIES]:
            await asked([mentor], within=60)
            await mentor.answers_until(LAST)
            began[mentor.phone.name] = home.telegram.clock.now()
            await mentor.taps_answer(NOT_SAFE)
            await asyncio.sleep(1.1)  # the limit of one message a second to a chat is not what is measured
        await asyncio.sleep(2)
        waiting = sum(mentor.question is None and not mentor.taps for mentor in crowd)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        delays_found = [_alert_after(home, name, at) for name, at in began.items()]
        home.telegram.limits.enabled = False  # so that it may end
        return {
            "check-ins still queued at the last cry for help": float(waiting),
            "not safe to the alert leaving, slowest of 20, ms": max(delays_found) * 1000,
        }


def _alert_after(home: Installation, name: str, at: object) -> float:
    supervisor = SUPERVISOR if case_is_peer(home) else name.replace("mentor", "supervisor")
    chat = home.phones[supervisor].id
    calls = [c.at for c in home.telegram.journal.of("sendMessage") if c.ok and c.parameters["chat_id"] == chat]
    later = [call for call in calls if call >= at]  # type: ignore[operator]
    return (min(later) - at).total_seconds() if later else float("inf")  # type: ignore[operator]


def case_is_peer(home: Installation) -> bool:
    """Say whether this is not Keepwell."""
    return isinstance(home, Peer)


__all__ = ["KEEPWELL", "Case", "measure"]
