"""From a cry for help to the alert leaving, while a check-in to everybody fills the queue."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from benchmarks import broadcast
from benchmarks.figures import Figure, percentile
from benchmarks.installation import Installation, installed
from benchmarks.people import Prepared
from benchmarks.thumbs import LAST, NOT_SAFE, Mentor, asked

TEAM: Final = "Crisis"
SPACING_SECONDS: Final = 0.7  # mean; random
TITLE: Final = "A crisis during a check-in to everybody"
NOTE: Final = (
    "While `keepwell send pulse --team` fills the queue and the queue drains, mentors of another team cry for help at"
    f' random instants, one in {SPACING_SECONDS:g} s on average: half of them tap "I\'m not safe", half write /talk.'
    " Measured from the arrival in Telegram's queue to the arrival of the alert's `sendMessage`. Flood limits are in"
    " force. Each mentor has a supervisor of their own, so that the limit of one message a second to a chat is not what"
    " is measured; nobody acknowledges."
)


@dataclass(frozen=True, slots=True)
class Cry:
    """A cry for help: whose, when Telegram had it, and the phone that is to get the alert."""

    mentor: Mentor
    supervisor_id: int
    by_tap: bool
    at: datetime


async def measure(people: Prepared, seed: int) -> list[Figure]:
    """Return the figures of one repetition."""
    dice = random.Random(seed)
    async with installed(people, flood_limits=True) as home:
        team = {name: Mentor(home.telegram, phone, dice) for name, phone in home.phones.items() if "mentor" in name}
        crowd = [mentor for name, mentor in team.items() if name.startswith(broadcast.TEAM)]
        criers = [mentor for name, mentor in team.items() if name.startswith(TEAM)]
        await home.starts()
        tappers, talkers = criers[::2], criers[1::2]
        await home.run("send", "pulse", "--team", TEAM)
        await asked(criers, within=len(criers) / 15 + 20)
        await asyncio.gather(*(mentor.answers_until(LAST) for mentor in tappers))
        sending = asyncio.create_task(home.run("send", "pulse", "--team", broadcast.TEAM))
        await asyncio.wait([asyncio.create_task(mentor.looks()) for mentor in crowd], return_when="FIRST_COMPLETED")
        cries = await _cry(home, [*tappers, *talkers], set(tappers), dice)
        waiting = sum(mentor.question is None for mentor in crowd)
        await sending
        await asked(crowd, within=len(crowd) / 15 + 30)
        await asyncio.sleep(1)
        return _figures(home, cries, waiting)


async def _cry(home: Installation, criers: Sequence[Mentor], tappers: set[Mentor], dice: random.Random) -> list[Cry]:
    cries = []
    loop = asyncio.get_running_loop()
    due = loop.time()
    for mentor in dice.sample(list(criers), len(criers)):
        due += dice.expovariate(1 / SPACING_SECONDS)
        await asyncio.sleep(max(due - loop.time(), 0))
        supervisor = home.phones[mentor.phone.name.replace("mentor", "supervisor")]
        at = home.telegram.clock.now()
        if mentor in tappers:
            await mentor.taps_answer(NOT_SAFE)
        else:
            await mentor.phone.says("/talk")
        cries.append(Cry(mentor, supervisor.id, mentor in tappers, at))
    return cries


def _figures(home: Installation, cries: Sequence[Cry], waiting: int) -> list[Figure]:
    calls = home.telegram.journal.of("sendMessage")
    arrivals: dict[int, list[datetime]] = {}
    for call in calls:
        if call.ok:
            arrivals.setdefault(call.parameters["chat_id"], []).append(call.at)
    alerts = {cry: arrivals.get(cry.supervisor_id, []) for cry in cries}
    if wrong := [cry for cry, found in alerts.items() if len(found) != 1]:
        raise RuntimeError(f"{len(wrong)} of {len(cries)} alerts did not arrive exactly once")
    seconds = {cry: (found[0] - cry.at).total_seconds() for cry, found in alerts.items()}
    lines = [min(at for at in arrivals[cry.mentor.phone.id] if at > cry.at) - cry.at for cry in cries]
    tapped, talked = ([s for cry, s in seconds.items() if cry.by_tap is kind] for kind in (True, False))
    refused = sum(call.code == 429 for call in calls)
    return [
        Figure("cries for help", "", (float(len(cries)),)),
        Figure("check-ins still queued at the last one", "", (float(waiting),)),
        Figure("to the alert leaving, p50", "ms", (percentile([*seconds.values()], 0.5) * 1000,)),
        Figure("… p99", "ms", (percentile([*seconds.values()], 0.99) * 1000,), at_most=1000),
        Figure("… slowest", "ms", (max(seconds.values()) * 1000,)),
        Figure('… p99 of "I\'m not safe"', "ms", (percentile(tapped, 0.99) * 1000,), at_most=1000),
        Figure("… p99 of /talk", "ms", (percentile(talked, 0.99) * 1000,), at_most=1000),
        Figure(
            "to the crisis lines reaching the mentor, p99",
            "ms",
            (percentile([s.total_seconds() for s in lines], 0.99) * 1000,),
        ),
        Figure("answers 429", "", (float(refused),), 0, at_most=0),
    ]
