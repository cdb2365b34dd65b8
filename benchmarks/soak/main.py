"""`python -m benchmarks soak`: live under fire for so many minutes, and say what was lost and what was doubled."""

import argparse
import asyncio
import contextlib
import random
import shutil
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from app.wiring import nobody_waits, utc_now
from benchmarks.figures import circumstances
from benchmarks.people import SECRET, Joined, join
from benchmarks.soak.crowd import Mentor, Staff
from benchmarks.soak.faults import Breaker
from benchmarks.soak.fleet import Replica, free_port
from benchmarks.soak.report import Outcome, report
from benchmarks.soak.server import Server
from benchmarks.soak.wires import Balancer, Wire
from core.people import Role
from emulator import Emulator
from emulator.updates import Queued
from emulator.webhook import Backoff
from flows import exporting, sending
from flows.deps import Deps
from flows.roster import Line
from program.load import load_program
from storage.database import DATABASE_AWAY, Database
from storage.vault import Vault
from tests.service import AWAKE

ZONE: Final = "America/Chicago"
TEAM_SIZE: Final = 100
SENT_TEAMS: Final = ("Team00", "Team02", "Team04")
START_WITHIN: Final = 180.0
CALM_WITHIN: Final = 240.0


@dataclass(slots=True)
class Home:
    """All that runs."""

    server: Server
    replicas: list[Replica]
    balancer: Balancer
    telegram: Emulator
    deps: Deps  # of the operator, beside the replicas
    mentors: list[Mentor]
    staff: list[Staff]


def lines(count: int) -> list[Line]:
    """Return teams of mentors with two supervisors each, and a lead."""
    found = [Line(0, "Leadeqv Program", Role.LEAD, "", "en", ZONE, "")]
    for number in range(count):
        team = f"Team{number // TEAM_SIZE:02}"
        bosses = [f"Bosseqv{place} {team}" for place in range(2)]
        if number % TEAM_SIZE == 0:
            found += [Line(0, boss, Role.SUPERVISOR, team, "en", ZONE, "") for boss in bosses]
        found.append(Line(0, f"Mentorqv{number:05} {team}", Role.MENTOR, team, "en", ZONE, bosses[number % 2]))
    return found


def main(arguments: Sequence[str]) -> int:
    """Run, and print the report. Exit code 1 when something was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--mentors", type=int, default=2_000)
    parser.add_argument("--replicas", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--away", type=float, default=0.0, help="all replicas are away for so many seconds, first")
    parser.add_argument("--logs", type=Path, help="copy the logs into this folder")
    options = parser.parse_args(arguments)
    run = soak(options.minutes * 60, options.mentors, options.replicas, options.seed, options.logs, options.away)
    begun = circumstances(" ".join(["python -m benchmarks soak", *arguments]))
    outcome = asyncio.run(run)
    print(f"# Under fire\n\n{begun}\n{report(outcome)}")
    return 1 if outcome.wrong else 0


def say(line: str) -> None:
    """Tell whoever watches how it goes."""
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


async def soak(
    seconds: float, count: int, replicas: int, seed: int, logs: Path | None = None, away: float = 0.0
) -> Outcome:
    """Live for so many seconds."""
    dice = random.Random(seed)
    brief = seconds < 120
    async with laid_out(count, replicas, dice, patience=15.0 if brief else 40.0) as home:
        outcome = Outcome(mentors=count, seconds=seconds)
        home.telegram.services.queue.on_add.append(lambda _: outcome.count_update())
        home.telegram.services.queue.on_expire.append(_teller_of(home.mentors))
        breaker = Breaker(home.server, home.replicas, home.balancer, home.telegram, dice, brief, say, away)
        over = asyncio.Event()
        living = _lives(home, seconds, dice, over, brief=brief)
        begun = time.monotonic()
        breaker.usual_weather()
        sending_ = asyncio.create_task(_sent(home, outcome))
        await breaker.breaks(begun + seconds)
        await sending_
        over.set()
        home.telegram.faults.clear()
        outcome.struck = breaker.struck
        say("calm: everybody finishes what is on the screen")
        await _calm(home, living, outcome)
        await _found(home, outcome)
        if logs is not None:
            _keep([*(replica.log for replica in home.replicas), home.server.folder / "postgres.log"], logs)
    return outcome


def _teller_of(mentors: Sequence[Mentor]) -> Callable[[Queued], None]:
    known = {mentor.phone.id: mentor for mentor in mentors}

    def tell(dropped: Queued) -> None:
        press = dropped.body.get("callback_query")
        if press is not None and press["from"]["id"] in known:
            known[press["from"]["id"]].loses(press["data"])

    return tell


def _keep(files: Sequence[Path], folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for file in files:
        shutil.copy(file, folder)


def _lives(
    home: Home, seconds: float, dice: random.Random, over: asyncio.Event, *, brief: bool
) -> list[asyncio.Task[None]]:
    pause = (4.0, 10.0) if brief else (300.0, 900.0)
    tasks = []
    for mentor in home.mentors:
        sent = mentor.phone.name.endswith(SENT_TEAMS)  # these get a check-in from `keepwell send`
        begins = 0.0 if sent else dice.uniform(0, seconds * 0.6)
        waits = min(seconds * 0.7, 240.0) if sent else 0.0
        tasks.append(asyncio.create_task(mentor.lives(begins, pause, over, waits=waits)))
    return tasks


async def _sent(home: Home, outcome: Outcome) -> None:
    """Send a check-in to some teams, as an operator does; a command that meets a fault ends, and the next one comes."""
    teams = {mentor.phone.name.split()[1] for mentor in home.mentors}
    for team in sorted(teams.intersection(SENT_TEAMS)):
        with contextlib.suppress(*DATABASE_AWAY):
            outcome.sent += sum(one.sent for one in await sending.send(home.deps, "pulse", team=team))


async def _calm(home: Home, living: list[asyncio.Task[None]], outcome: Outcome) -> None:
    """Wait until everybody is through and every alert is acknowledged."""
    _, late = await asyncio.wait(living, timeout=CALM_WITHIN)
    for task in late:
        task.cancel()
    outcome.not_through = [mentor for mentor, task in zip(home.mentors, living, strict=True) if task in late]
    for task in living:
        if task.done() and not task.cancelled() and task.exception() is not None:
            outcome.wrong.append(f"a mentor's phone: {task.exception()!r}")
    give_up = time.monotonic() + CALM_WITHIN
    while time.monotonic() < give_up and _busy(home):  # noqa: ASYNC110
        await asyncio.sleep(0.5)  # nothing tells when all is quiet
    outcome.updates_left = len(home.telegram.services.queue)
    await asyncio.sleep(3)
    for person in home.staff:
        person.rests()
    for replica in home.replicas:
        outcome.exit_codes.append(await replica.stops())


def _busy(home: Home) -> bool:
    return len(home.telegram.services.queue) > 0 or any(person.busy for person in home.staff)


async def _found(home: Home, outcome: Outcome) -> None:
    outcome.answers_found = [row async for row in exporting.rows(home.deps, "answers")]
    outcome.alerts_found = [row async for row in exporting.rows(home.deps, "alerts")]
    outcome.judge(home.telegram, home.mentors, home.staff, home.replicas, home.balancer)


def _laid_out(folder: Path) -> Server:
    """Write the program and make room for the database, whose server runs as somebody else."""
    (folder / "program.toml").write_text(AWAKE)
    folder.chmod(0o755)
    own = folder / "pg"
    own.mkdir()
    return Server(own, free_port())


@contextlib.asynccontextmanager
async def laid_out(
    count: int, replicas: int, dice: random.Random, *, patience: float, fair: bool = False
) -> AsyncIterator[Home]:
    """Yield a database with people, replicas that run, and a Telegram. `fair`: no limits, and no wires to be cut."""
    with TemporaryDirectory(prefix="keepwell-soak-") as place:
        folder = Path(place)
        server = _laid_out(folder)
        try:
            await asyncio.to_thread(server.make)
            say("the database is there; people join")
            everybody = await join(server.address(server.port), lines(count), folder / "program.toml")
            async with _running(folder, server, everybody, replicas, dice, patience, fair=fair) as home:
                yield home
        finally:
            server.stop()


@contextlib.asynccontextmanager
async def _running(
    folder: Path,
    server: Server,
    everybody: Sequence[Joined],
    count: int,
    dice: random.Random,
    patience: float,
    *,
    fair: bool,
) -> AsyncIterator[Home]:
    telegram = Emulator(flood_limits=not fair, backoff=Backoff(first=0.5, longest=5.0, timeout=30.0))
    await telegram.start()
    wires = [Wire(lambda: server.port) for _ in range(count)]
    for wire in wires:
        await wire.opens()
    settings = {
        "KEEPWELL_TELEGRAM_TOKEN": telegram.token,
        "KEEPWELL_TELEGRAM_API_URL": telegram.url,
        "KEEPWELL_PROGRAM": str(folder / "program.toml"),
    }
    fleet = [
        Replica(f"replica{n}", folder, wire, settings | {"KEEPWELL_DATABASE_URL": server.address(port)})
        for n, (wire, port) in enumerate((wire, server.port if fair else wire.port) for wire in wires)
    ]
    balancer = Balancer([replica.port for replica in fleet])
    await balancer.wire.opens()
    database = Database(server.address(server.port), Vault([SECRET]))
    deps = Deps(
        db=database,
        program=load_program(folder / "program.toml"),
        clock=utc_now,
        wake=nobody_waits,
        instance="operator",
    )
    mentors, staff = _people(telegram, everybody, dice, patience)
    watching: list[asyncio.Task[Any]] = [asyncio.create_task(balancer.watches())]
    try:
        for replica in fleet:
            replica.settings["KEEPWELL_WEBHOOK_URL"] = f"http://127.0.0.1:{balancer.wire.port}/telegram"
            replica.start()
            watching.append(asyncio.create_task(replica.is_watched()))
        watching.append(asyncio.create_task(server.is_watched()))
        await _all_well(balancer, fleet)
        say("all replicas are well")
        yield Home(server, fleet, balancer, telegram, deps, mentors, staff)
    finally:
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
        for replica in fleet:
            replica.kill()
        await database.close()
        for wire in (*wires, balancer.wire):
            await wire.closes()
        await telegram.stop()


def _people(
    telegram: Emulator, everybody: Sequence[Joined], dice: random.Random, patience: float
) -> tuple[list[Mentor], list[Staff]]:
    mentors, staff = [], []
    for person in everybody:
        phone = telegram.phone(person.name, user_id=person.telegram_id)
        phone.person.started = True
        chance = random.Random(dice.random())
        if person.name.startswith("Mentor"):
            mentors.append(Mentor(telegram, phone, chance, patience))
        else:
            staff.append(Staff(telegram, phone, chance, patience))
    return mentors, staff


async def _all_well(balancer: Balancer, fleet: Sequence[Replica]) -> None:
    give_up = time.monotonic() + START_WITHIN
    while not balancer.all_well:
        if time.monotonic() > give_up:
            logs = "\n".join(replica.log.read_text()[-2000:] for replica in fleet)
            raise TimeoutError(f"the replicas are not well after {START_WITHIN:g} s:\n{logs}")
        await asyncio.sleep(0.2)
