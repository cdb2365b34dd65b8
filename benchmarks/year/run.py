"""Runs a simulated year: `python -m benchmarks year [--mentors 200] [--weeks 52] [--seed 1]`."""

import argparse
import asyncio
import logging
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

import structlog

from app.wiring import nobody_waits
from benchmarks.year.clockwork import Clock
from benchmarks.year.figures import YearFigures, figures_of, report
from benchmarks.year.story import Year
from flows.deps import Deps
from program.load import load_program
from storage import migrate
from storage.database import Database
from storage.vault import Vault

# The counts of the weekly are not drawn: `keepwell simulate` does not draw them either.
PROGRAM: Final = """
[[checkins]]
id = "pulse"

[[checkins]]
id = "weekly"
items = ["reserve", "autopilot", "came_back", "role_pull", "backup", "steady_habits"]
"""
HOURS_A_WEEK: Final = 7 * 24


async def live(folder: Path, *, mentors: int, weeks: int, seed: int, tell: Callable[[int], None]) -> YearFigures:
    """Live through so many weeks in a fresh SQLite database; `tell` hears of each week that is over."""
    program = folder / "program.toml"
    program.write_text(PROGRAM, "utf-8")
    address = f"sqlite:///{folder / 'year.db'}"
    migrate.upgrade(address)
    database, clock = Database(address, Vault(["a secret of nothing but benchmarks"])), Clock()
    deps = Deps(db=database, program=load_program(program), clock=clock, wake=nobody_waits, instance="year")
    try:
        year = Year(deps, clock, Random(seed), weeks)
        await year.begin(mentors)
        for week in range(weeks):
            for _ in range(HOURS_A_WEEK):
                await year.work.hour()
            tell(week + 1)
        return await figures_of(year)
    finally:
        await database.close()


def main(arguments: Sequence[str]) -> int:
    """Run and print. Exit code 1 when an alert was found without a next step."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks year", description=__doc__)
    parser.add_argument("--mentors", type=int, default=200)
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    began = time.monotonic()

    def tell(week: int) -> None:
        print(
            f"\rweek {week} of {options.weeks}, {time.monotonic() - began:.0f} s", end="", file=sys.stderr, flush=True
        )

    with TemporaryDirectory(prefix="keepwell-year-") as place:
        work = live(Path(place), mentors=options.mentors, weeks=options.weeks, seed=options.seed, tell=tell)
        figures = asyncio.run(work)
    print(file=sys.stderr)
    print(report(figures))
    return 1 if figures.without_step else 0
