"""Rounds of updates: honest, careless and hostile ones mixed, and checks after each batch."""

import random
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.fuzz.checks import Checks
from benchmarks.fuzz.door import Door
from benchmarks.fuzz.faithful import Faithful
from benchmarks.fuzz.hostile import Hostile
from benchmarks.fuzz.monkeys import Monkeys
from benchmarks.fuzz.town import Town, town
from benchmarks.people import Prepared

BATCH: Final = 12
HOSTILE_FIRST: Final = 2_000_000_000  # far from the emulator's own numbers
MOST_FINDINGS: Final = 40


@dataclass(slots=True)
class Result:
    """What came of all rounds."""

    updates: int = 0
    seconds: list[float] = field(default_factory=list)
    slowest: list[tuple[float, str]] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    handlers: Counter[str] = field(default_factory=Counter)
    pressed: Counter[str] = field(default_factory=Counter)
    forged: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    door: Counter[str] = field(default_factory=Counter)
    buried: int = 0
    answers: int = 0
    cries: int = 0
    resident: list[float] = field(default_factory=list)  # MiB, after each round
    findings: list[str] = field(default_factory=list)
    took: float = 0.0


def resident() -> float:
    """Return the resident memory of this process in MiB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


class Round:
    """One town, so many updates."""

    def __init__(self, home: Town, seed: int, number: int, result: Result) -> None:
        self._town = home
        self._dice = random.Random(f"{seed}/{number}")
        self._result = result
        self._faithful = Faithful(home, random.Random(self._dice.random()))
        self._monkeys = Monkeys(home, random.Random(self._dice.random()))
        self._hostile = Hostile(home, random.Random(self._dice.random()), self._monkeys, HOSTILE_FIRST)
        self._door = Door(home, random.Random(self._dice.random()))
        self._checks = Checks(home, {phone.id for phone in home.phones.values()} | set(home.strangers))
        self._newest: deque[dict[str, Any]] = deque(maxlen=BATCH)

    async def goes(self, updates: int, enough: Callable[[], bool]) -> None:
        """Take so many updates, or fewer when it is enough."""
        taken = batches = 0
        while taken < updates and not enough():
            batch = await self._batch()
            taken += len(batch)
            batches += 1
            for update in batch:
                self._checks.knows(update)
            if batches % 5 == 0:
                await self._town.take_together(batch)
            else:
                for update in batch:
                    await self._town.takes(update)
            await self._time(batches)
            self._finds(self._checks.look())
        self._finds(await self._faithful.wrong())
        self._finds(self._checks.look())
        self._sum(taken)

    async def _batch(self) -> list[dict[str, Any]]:
        batch: list[dict[str, Any]] = []
        self._faithful.look_up()
        while len(batch) < BATCH:
            kind = self._dice.random()
            if kind < 0.15:
                if len(batch) < 5:  # an old screen is answered once
                    found = await self._faithful.acts()
                    self._result.kinds["honest mentor"] += len(found)
                    batch += found
                continue
            if kind < 0.24:
                found = await self._monkeys.acts()
                self._result.kinds["own phone, at random"] += len(found)
                batch += found
            elif kind < 0.26:
                await self._door.knocks(self._newest[-1] if self._newest else {"update_id": 1})
            elif (update := await self._hostile.makes()) is not None:
                batch.append(update)
        self._hostile.replayed.extend(update for update in batch if update["update_id"] not in self._hostile.mine)
        self._newest.extend(batch)
        return batch

    async def _time(self, batches: int) -> None:
        if batches % 700 == 0:
            await self._town.passes(hours=13)
        elif batches % 60 == 0:
            await self._town.passes(minutes=20)
        else:
            await self._town.passes(seconds=2) if batches % 6 == 0 else await self._town.delivers()

    def _finds(self, findings: list[str]) -> None:
        for finding in findings:
            if len(self._result.findings) < MOST_FINDINGS:
                about = [str(update)[:600] for update in self._newest] if "Traceback" in finding else []
                self._result.findings.append("\n".join([finding, *about]))

    def _sum(self, taken: int) -> None:
        result, seen = self._result, self._town.seen
        result.updates += taken
        result.seconds += seen.seconds
        result.kinds += self._hostile.kinds
        result.handlers += seen.handlers
        result.pressed += self._monkeys.pressed
        result.forged += self._hostile.forged
        result.calls.update(self._town.edge.calls)
        result.door += self._door.answers
        self._finds(self._door.wrong)
        result.buried += len(seen.buried)
        ours = [f"{number} as {error}" for number, error in seen.buried]
        spoilt = [
            one for one, (number, error) in zip(ours, seen.buried, strict=True) if self._unexpected(number, error)
        ]
        self._finds([f"buried without a reason: {one}" for one in spoilt])
        result.answers += len(self._faithful.expected)
        result.cries += len(self._faithful.calls)

    def _unexpected(self, number: int, error: str) -> bool:
        return error != "Unreadable" or number not in self._hostile.mine


async def rounds(
    prepared: Prepared, *, updates: int, seed: int, each: int, seconds: float | None, say: Callable[[str], None]
) -> Result:
    """Run rounds of `each` updates until there were so many, or so many seconds are over."""
    result, begun = Result(), time.monotonic()
    number = 0

    def enough() -> bool:
        late = seconds is not None and time.monotonic() - begun > seconds
        return late or len(result.findings) >= MOST_FINDINGS

    while result.updates < updates and not enough():
        async with town(prepared) as home:
            await Round(home, seed, number, result).goes(min(each, updates - result.updates), enough)
        number += 1
        result.resident.append(resident())
        say(f"round {number}: {result.updates} updates, {len(result.findings)} findings, {result.resident[-1]:.0f} MiB")
    result.took = time.monotonic() - begun
    return result
