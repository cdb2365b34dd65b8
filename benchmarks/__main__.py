"""Measure the real service and print a table in Markdown. Exit code 1 when a goal is missed."""

import argparse
import asyncio
import shlex
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks import broadcast, crisis, effort, morning, replicas, start, taps
from benchmarks.figures import Figure, circumstances, collected, table
from benchmarks.people import Prepared, mentors, prepared
from benchmarks.soak import main as soak
from benchmarks.year import run as year
from flows.roster import Line

SEED: Final = 20


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What is measured, with whom, and how often: in full, and in a quick look."""

    title: str
    note: str
    measure: Callable[[Prepared, int], Awaitable[list[Figure]]]
    people: Callable[[bool], list[Line]]
    repetitions: int
    quick_repetitions: int = 1


def _crisis_people(quick: bool) -> list[Line]:
    criers = mentors(crisis.TEAM, 20 if quick else 120, with_supervisors=True)
    return [*mentors(broadcast.TEAM, 300 if quick else 3000), *criers]


BENCHMARKS: Final[Mapping[str, Benchmark]] = {
    "start": Benchmark(start.TITLE, start.NOTE, start.measure, lambda _: mentors("Start", 300), 7, 3),
    "taps": Benchmark(taps.TITLE, taps.NOTE, taps.measure, lambda quick: mentors(taps.TEAM, 60 if quick else 300), 3),
    "broadcast": Benchmark(
        broadcast.TITLE,
        broadcast.NOTE,
        broadcast.measure,
        lambda quick: mentors(broadcast.TEAM, 300 if quick else 3000),
        2,
    ),
    "crisis": Benchmark(crisis.TITLE, crisis.NOTE, crisis.measure, _crisis_people, 2),
}


# These have options of their own, and are no part of the run of all.
LONGER: Final[Mapping[str, Callable[[Sequence[str]], int]]] = {
    "morning": morning.main,
    "replicas": replicas.main,
    "soak": soak.main,
    "thumbs": effort.main,
    "year": year.main,
}


WHICH: Final = f"all of them without it; longer ones with options of their own: {', '.join(LONGER)}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks that are asked for."""
    asked = list(sys.argv[1:] if arguments is None else arguments)
    if asked and asked[0] in LONGER:
        return LONGER[asked[0]](asked[1:])
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("which", nargs="?", choices=[*BENCHMARKS, "all"], default="all", help=WHICH)
    parser.add_argument("--quick", action="store_true", help="a tenth of the people, once: a look, not a measurement")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args(arguments)
    command = shlex.join(["python", "-m", "benchmarks", *(arguments if arguments is not None else sys.argv[1:])])
    print(f"# Measured on {options.database}\n\n{circumstances(command)}", flush=True)
    missed = 0
    for name, benchmark in BENCHMARKS.items():
        if options.which in (name, "all"):
            figures = _measure(benchmark, options.database, quick=options.quick)
            missed += sum(figure.missed for figure in figures)
            print(table(benchmark.title, benchmark.note, figures), flush=True)
    return 1 if missed else 0


def _measure(benchmark: Benchmark, backend: str, *, quick: bool) -> list[Figure]:
    repetitions = benchmark.quick_repetitions if quick else benchmark.repetitions
    with prepared(backend, benchmark.people(quick)) as people:

        async def once(seed: int) -> list[Figure]:
            return await benchmark.measure(people, seed)

        return collected([asyncio.run(once(SEED + number)) for number in range(repetitions)])


if __name__ == "__main__":
    sys.exit(main())
