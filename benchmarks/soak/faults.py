"""What breaks, and when: a schedule from a seed."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from benchmarks.soak.fleet import Replica
from benchmarks.soak.server import Server
from benchmarks.soak.wires import Balancer
from emulator import Emulator
from emulator.faults import Fault

METHODS: Final = ("sendMessage", "editMessageText", "answerCallbackQuery")
# Telegram is never quite well: one call in fifty goes wrong.
USUAL_RATE: Final = 0.02
RECOVERS_WITHIN: Final = 90.0


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault that was survived, or not."""

    kind: str
    lasted: float
    recovered_in: float | None  # seconds until all replicas were well again; None: not in time


@dataclass(slots=True)
class Breaker:
    """Breaks one thing after the other until it is over."""

    server: Server
    replicas: Sequence[Replica]
    balancer: Balancer
    telegram: Emulator
    dice: random.Random
    brief: bool
    say: Callable[[str], None]
    away: float = 0.0  # seconds for which all replicas are away, as the first fault; 0: they are not
    struck: list[Struck] = field(default_factory=list)

    def usual_weather(self) -> None:
        """Let Telegram go wrong now and then."""
        self._weather(USUAL_RATE)

    def _weather(self, rate: float) -> None:
        kinds = (Fault.server_error(), Fault.cut_before(), Fault.cut_after(), Fault.too_many(1), Fault.slow(0.5))
        self.telegram.faults.clear()
        self.telegram.faults.random(rate=rate, kinds=kinds, seed=self.dice.randrange(2**30), methods=METHODS)

    async def breaks(self, until: float) -> None:
        """Go through all kinds in a random order, again and again, until that monotonic time."""
        kinds: list[tuple[str, Callable[[], Awaitable[None]]]] = []
        if self.away > 0:
            kinds = [("all replicas away", lambda: self._all_away(self.away))]
        while time.monotonic() < until:
            if not kinds:
                kinds = [*self._kinds()]
                self.dice.shuffle(kinds)
            name, strike = kinds.pop()
            begun = time.monotonic()
            await strike()
            ended = time.monotonic()
            recovered = await self._recovers(ended)
            self.struck.append(Struck(name, ended - begun, recovered))
            when = "not well again" if recovered is None else f"well again after {recovered:.1f} s"
            self.say(f"{name}: {ended - begun:.1f} s, {when}")
            await asyncio.sleep(self.dice.uniform(1, 4) if self.brief else self.dice.uniform(4, 15))

    def _kinds(self) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        found: list[tuple[str, Callable[[], Awaitable[None]]]] = [
            ("replica killed", self._kill),
            ("all replicas killed at once", self._kill_all),
            ("replica paused for longer than its leases", self._pause),
            ("replica's connections to the database cut", self._cut),
            ("replica's wire to the database silent", self._halt),
            ("database killed and started", self._crash),
            ("database restarted", self._restart),
            ("clock of a replica set wrong", self._step),
            ("Telegram answers 502", self._outage),
            ("Telegram: a third of calls cut, 429 or 5xx", self._storm),
            ("every update delivered twice at once", self._twice),
        ]
        if self.server.has_own_disk:
            found.append(("disk of the database full", self._fill))
        return found

    def _seconds(self, least: float, most: float) -> float:
        return least if self.brief else self.dice.uniform(least, most)

    async def _recovers(self, since: float) -> float | None:
        looks = self.balancer.looks
        while time.monotonic() - since < RECOVERS_WITHIN:
            # The look that was under way may still have seen what was before.
            if self.balancer.all_well and self.balancer.looks >= looks + 2:
                return time.monotonic() - since
            await asyncio.sleep(0.2)
        return None

    async def _kill(self) -> None:
        replica = self.dice.choice(self.replicas)
        replica.kill()
        await asyncio.sleep(self._seconds(0.5, 3))
        replica.start()

    async def _kill_all(self) -> None:
        await self._all_away(self._seconds(0.5, 3))

    async def _all_away(self, seconds: float) -> None:
        for replica in self.replicas:
            replica.kill()
        await asyncio.sleep(seconds)
        for replica in self.replicas:
            replica.start()

    async def _pause(self) -> None:
        replica = self.dice.choice(self.replicas)
        replica.pause()
        await asyncio.sleep(self._seconds(11.5, 35))
        replica.go_on()

    async def _cut(self) -> None:
        wire = self.dice.choice(self.replicas).wire
        wire.cut()
        await asyncio.sleep(self._seconds(3, 15))
        wire.mend()

    async def _halt(self) -> None:
        wire = self.dice.choice(self.replicas).wire
        wire.halt()
        await asyncio.sleep(self._seconds(4, 25))
        wire.mend()

    async def _crash(self) -> None:
        await self.server.restarts(hard=True)

    async def _restart(self) -> None:
        await self.server.restarts(hard=False)

    async def _step(self) -> None:
        replica = self.dice.choice(self.replicas)
        replica.step_clock(self.dice.choice((-1, 1)) * self.dice.uniform(20, 300))
        await asyncio.sleep(self._seconds(5, 30))
        replica.step_clock(0)

    async def _outage(self) -> None:
        self.telegram.faults.clear()
        self.telegram.faults.random(rate=1.0, kinds=(Fault.server_error(),), seed=1, methods=METHODS)
        await asyncio.sleep(self._seconds(2, 12))
        self.usual_weather()

    async def _storm(self) -> None:
        self._weather(0.33)
        await asyncio.sleep(self._seconds(4, 20))
        self.usual_weather()

    async def _twice(self) -> None:
        self.telegram.deliver_times(2)
        await asyncio.sleep(self._seconds(3, 15))
        self.telegram.deliver_times(1)

    async def _fill(self) -> None:
        with self.server.full_disk():
            await asyncio.sleep(self._seconds(3, 10))
