"""`python -m benchmarks replicas`: the same taps through one replica and through two, on one PostgreSQL."""

import argparse
import asyncio
import os
import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, circumstances, collected, table
from benchmarks.soak.main import Home, laid_out
from benchmarks.taps import AT_ONCE
from benchmarks.thumbs import Mentor, asked, wrong_answers
from flows import exporting, sending

TITLE: Final = "One replica and two"
GOAL: Final = 1.6
NOTE: Final = (
    f"Mentors answer the pulse, {AT_ONCE} at a time, each taps as soon as the next question shows. Replicas take"
    " webhooks from a load balancer and share a PostgreSQL that keeps what it confirmed. Emulator, mentors and balancer"
    " are one process, whose processor time is Telegram's side. Processor time is that of all processes of its kind,"
    " for each tap. Afterwards each answer is there exactly once, or the benchmark fails."
)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took: taps a second, and seconds of processor time for each tap."""

    rate: float
    replicas: float
    database: float
    telegram: float
    idle: float  # share of the machine that had nothing to do


def main(arguments: Sequence[str]) -> int:
    """Run, and print the table. Exit code 1 when the goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks replicas", description=__doc__)
    parser.add_argument("--mentors", type=int, default=300)
    parser.add_argument("--repetitions", type=int, default=3)
    options = parser.parse_args(arguments)
    begun = circumstances(" ".join(["python -m benchmarks replicas", *arguments]))
    runs = []
    for seed in range(options.repetitions):
        one, two = (asyncio.run(_measure(count, options.mentors, seed)) for count in (1, 2))
        runs.append(_figures(one, two))
    figures = collected(runs)
    print(f"{begun}\n{table(TITLE, NOTE, figures)}")
    return 1 if any(figure.missed for figure in figures) else 0


def _figures(one: Run, two: Run) -> list[Figure]:
    found = [Figure("two replicas, as a multiple of one", "×", (two.rate / one.rate,), 2, at_least=GOAL)]
    for name, run in (("one replica", one), ("two replicas", two)):
        found += [
            Figure(f"{name}: taps stored and answered a second", "/s", (run.rate,)),
            Figure("… processor time of the replicas", "ms", (run.replicas * 1000,), 1),
            Figure("… of the database", "ms", (run.database * 1000,), 1),
            Figure("… of Telegram's side", "ms", (run.telegram * 1000,), 1),
            Figure("… of the machine idle", "%", (run.idle * 100,)),
        ]
    return found


async def _measure(replicas: int, mentors: int, seed: int) -> Run:
    dice = random.Random(seed)
    async with laid_out(mentors, replicas, dice, patience=60.0, fair=True) as home:
        crowd = [Mentor(home.telegram, mentor.phone, dice) for mentor in home.mentors]
        for team in sorted({mentor.phone.name.split()[1] for mentor in crowd}):
            await sending.send(home.deps, "pulse", team=team)
        await asked(crowd, within=mentors / 10 + 30)
        before = _Spent.of(home)
        began = time.perf_counter()
        await _all_answer(crowd)
        seconds = time.perf_counter() - began
        after = _Spent.of(home)
        await home.telegram.all_taken(30)
        taps = sum(len(mentor.taps) for mentor in crowd)
        rows = [row async for row in exporting.rows(home.deps, "answers")]
        if wrong := wrong_answers(crowd, rows):
            raise RuntimeError(f"{len(wrong)} answers are not as they were tapped")
    return Run(
        taps / seconds,
        (after.replicas - before.replicas) / taps,
        (after.database - before.database) / taps,
        (after.telegram - before.telegram) / taps,
        (after.idle - before.idle) / seconds / (os.cpu_count() or 1),
    )


async def _all_answer(crowd: Sequence[Mentor]) -> None:
    waiting = iter(crowd)

    async def one_place() -> None:
        for mentor in waiting:
            await mentor.answers_all()

    await asyncio.gather(*(one_place() for _ in range(AT_ONCE)))


@dataclass(frozen=True, slots=True)
class _Spent:
    """Seconds of processor time until now."""

    replicas: float
    database: float
    telegram: float
    idle: float

    @classmethod
    def of(cls, home: Home) -> "_Spent":
        return cls(
            _seconds(replica.pid for replica in home.replicas),
            _seconds(_children(home.server.pid)) + _seconds([home.server.pid], ended=True),
            _seconds([os.getpid()]),
            int(Path("/proc/stat").read_text(encoding="ascii").split()[4]) / os.sysconf("SC_CLK_TCK"),
        )


def _stat(pid: int) -> list[str]:
    # The name of the command, in parentheses, may hold spaces.
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()


def _seconds(pids: Iterable[int], *, ended: bool = False) -> float:
    """Return the seconds of processes. `ended`: those of their children that have ended as well."""
    fields = slice(11, 15 if ended else 13)
    return sum(int(part) for pid in pids for part in _stat(pid)[fields]) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text(encoding="ascii").split()]
