"""A small town in one process: the real dispatcher, handlers, flows and ticks on a real database, and phones."""

import asyncio
import io
import logging
import time
import traceback
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from app.logs import set_up_logs
from app.wiring import nobody_waits
from benchmarks.fuzz.edge import Edge
from benchmarks.people import SECRET, ZONE, Prepared
from bot import transport
from bot.application import build, handle, wire
from bot.buttons import Signer
from bot.dispatch import Dispatcher
from bot.handlers.incoming import BotApplication
from bot.reading import Unreadable
from bot.sender import render
from core.people import Role
from emulator import Emulator, Phone
from emulator.clock import Clock
from flows import delivery
from flows.deps import Deps
from flows.roster import Line
from program.load import load_program
from scheduler import ticks
from storage import outbox, updates
from storage.database import DATABASE_AWAY, Database
from storage.outbox import Budget
from storage.vault import Vault
from tests.databases import copied_database

TEAMS: Final = ("Amberly", "Brixton")
FAITHFUL, MONKEY, BOSS, LEAD = "Faithqv", "Monkeqv", "Bosseqv", "Leadeqv"
FIRST_STRANGER: Final = 7_900_000_001
STRANGERS: Final = 8
MEMORY: Final = Path("/dev/shm")
NO_PACE: Final = Budget(timedelta(microseconds=1), timedelta(seconds=-1), timedelta(seconds=1))
OFTEN: Final = (ticks.alert_tick, ticks.note_tick, ticks.checkin_tick, ticks.upkeep_tick, ticks.follow_up_tick)
SELDOM: Final = (ticks.recovery_tick, ticks.digest_tick, ticks.rota_tick, ticks.daily_tick, ticks.sign_of_life)


def lines() -> list[Line]:
    """Return the roster: two teams, two leads, and supervisors for each team."""
    found = [Line(0, f"{LEAD}{number:02} Program", Role.LEAD, "", "en", ZONE, "") for number in range(2)]
    for team in TEAMS:
        bosses = [f"{BOSS}{number:02} {team}" for number in range(3)]
        found += [Line(0, name, Role.SUPERVISOR, team, "en", ZONE, "") for name in bosses]
        for kind, count in ((FAITHFUL, 6), (MONKEY, 12)):
            for number in range(count):
                language = ("en", "es")[number % 2]
                boss = bosses[number % 3]
                found.append(Line(0, f"{kind}{number:02} {team}", Role.MENTOR, team, language, ZONE, boss))
    return found


class StillClock(Clock):
    """Stands still until it is moved."""

    def __init__(self) -> None:
        super().__init__()
        self._start = datetime.now(UTC)

    def now(self) -> datetime:
        """Return the instant at which it stands."""
        return self._start + self.offset


@dataclass(slots=True)
class Seen:
    """What the checks look at when a round is over."""

    seconds: list[float] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, 0)
    buried: list[tuple[int, str]] = field(default_factory=list)
    escaped: list[str] = field(default_factory=list)  # errors that came out of the dispatcher
    words: deque[tuple[int, str]] = field(default_factory=deque)  # chat and text of each message since the last look
    handlers: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)  # what a handler raised, whether or not it came right later


@dataclass(slots=True)
class Town:
    """What runs, who lives there, and what was seen."""

    telegram: Emulator
    clock: StillClock
    deps: Deps
    signer: Signer
    application: BotApplication
    dispatcher: Dispatcher
    edge: Edge
    phones: dict[str, Phone]
    log: io.StringIO
    seen: Seen

    @property
    def strangers(self) -> list[int]:
        """The ids of people on no roster who have phones too."""
        return list(range(FIRST_STRANGER, FIRST_STRANGER + STRANGERS))

    def those(self, *kinds: str) -> list[Phone]:
        """Return the phones of the people of some kinds."""
        return [phone for name, phone in self.phones.items() if name.startswith(kinds)]

    def fetched(self) -> list[dict[str, Any]]:
        """Return what the phones have sent since the last time, as it comes over the wire."""
        bodies = []
        for queued in self.telegram.services.queue.waiting():
            self.telegram.services.queue.confirm(queued.id)
            bodies.append(queued.body)
        return bodies

    async def takes(self, update: dict[str, Any]) -> None:
        """Let the dispatcher take an update, and note its processor time: other work on the machine adds little."""
        begun = time.process_time()
        try:
            await self.dispatcher.take(update)
        except Exception as error:
            self.seen.escaped.append(f"{update.get('update_id')}: {type(error).__name__}: {str(error)[:200]}")
        seconds = time.process_time() - begun
        self.seen.seconds.append(seconds)
        number = update.get("update_id")
        self.seen.slowest = max(self.seen.slowest, (seconds, number if isinstance(number, int) else 0))

    async def take_together(self, bodies: Sequence[dict[str, Any]]) -> None:
        """Let the dispatcher take a batch, different people's at once."""
        try:
            await self.dispatcher.take_all(list(bodies))
        except Exception as error:
            self.seen.escaped.append(f"a batch: {type(error).__name__}: {str(error)[:200]}")

    async def delivers(self) -> None:
        """Send what is due, without a pace, until nothing is."""
        while True:
            async with self.deps.db.transaction() as session:
                claimed = await outbox.claim(
                    session,
                    owner=self.deps.instance,
                    now=self.clock.now(),
                    lease=delivery.LEASE,
                    limit=50,
                    budget=NO_PACE,
                )
            if not claimed:
                return
            results = []
            for outgoing in claimed:
                screen = render(self.deps, self.signer, outgoing)
                results.append(await transport.send(self.application.bot, outgoing, screen))
            if failed := await delivery.settle(self.deps, results):
                self.seen.escaped.append(f"{len(failed)} messages were not settled")

    async def passes(self, **by: float) -> None:
        """Let time pass, tick, and deliver what that brings about."""
        by_ = timedelta(**by)
        self.clock.advance(by_)
        for tick in (*OFTEN, *(SELDOM if by_ > timedelta(minutes=1) else ())):
            await tick(self.deps)
        await self.delivers()

    def logged(self) -> str:
        """Return what was logged since the last time."""
        text = self.log.getvalue()
        self.log.seek(0)
        self.log.truncate()
        return text


@asynccontextmanager
async def town(prepared: Prepared) -> AsyncIterator[Town]:
    """Open a town on a fresh copy of a prepared database."""
    with (
        TemporaryDirectory(prefix="keepwell-fuzz-", dir=MEMORY if MEMORY.is_dir() else None) as folder,
        copied_database(prepared.backend, prepared.template, Path(folder)) as address,
    ):
        clock, seen, log = StillClock(), Seen(), _logs()
        telegram = Emulator(clock=clock)
        vault = Vault([SECRET])
        database = Database(address, vault)
        deps = Deps(db=database, program=load_program(None), clock=clock.now, wake=nobody_waits, instance="fuzz")
        edge = Edge(telegram, lambda chat, words: seen.words.append((chat, words)))
        signer = Signer(vault.keys_for("buttons"))
        application = build(telegram.token, "http://127.0.0.1:9", edge)
        wire(application, deps, signer)
        _counted(application, seen.handlers)

        async def bury(number: int, update: dict[str, Any], error: str) -> None:
            async with database.transaction() as session:
                await updates.bury(session, number, update, error, clock.now())
            seen.buried.append((number, error))

        async def handled(update: dict[str, Any]) -> None:
            try:
                await handle(application, update)
            except Unreadable:
                raise
            except Exception:
                seen.faults.append(f"{traceback.format_exc()[-1_500:]} by {str(update)[:1_500]}")
                raise

        dispatcher = Dispatcher(
            handled,
            bury,
            lambda error: isinstance(error, DATABASE_AWAY),
            first_wait=0.001,
        )
        phones = {}
        for person in prepared.people:
            phones[person.name] = telegram.phone(person.name, user_id=person.telegram_id)
        for number in range(STRANGERS):
            telegram.phone(f"Stranger {number}", user_id=FIRST_STRANGER + number).person.started = True
        for phone in phones.values():
            phone.person.started = True
        try:
            async with application:
                yield Town(telegram, clock, deps, signer, application, dispatcher, edge, phones, log, seen)
        finally:
            await asyncio.sleep(0)  # answers to presses
            await database.close()


def _logs() -> io.StringIO:
    """Log as the service does, into memory."""
    set_up_logs("INFO")
    stream = io.StringIO()
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(stream)
    return stream


def _counted(application: BotApplication, counter: Counter[str]) -> None:
    """Count how often each handler is called."""
    for handler in (handler for group in application.handlers.values() for handler in group):
        command = "/".join(sorted(getattr(handler, "commands", ())))
        name = f"/{command}" if command else handler.callback.__name__
        name = {"handle": "any other command"}.get(name, name)
        handler.callback = _counting(handler.callback, name, counter)


def _counting(
    callback: Callable[..., Awaitable[Any]], name: str, counter: Counter[str]
) -> Callable[..., Awaitable[Any]]:
    async def counted(*arguments: Any) -> Any:
        counter[name] += 1
        return await callback(*arguments)

    return counted
