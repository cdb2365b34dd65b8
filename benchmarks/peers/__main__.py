"""Compare Keepwell with bots that people would build instead: one run, one machine, one emulator, equal durability.

Needs the libraries of the peers: `make peers`.
"""

import argparse
import asyncio
import shlex
import statistics
import sys
from collections.abc import Sequence

from benchmarks.figures import circumstances
from benchmarks.peers import measures
from benchmarks.peers.home import KEEPWELL, PEERS, PYTHON, TEAM
from benchmarks.people import mentors, prepared


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--mentors", type=int, default=200, help="how many answer (200)")
    parser.add_argument("--queued", type=int, default=2000, help="how many are being asked during a crisis (2000)")
    parser.add_argument("--repetitions", type=int, default=3, help="the medians of so many are shown (3)")
    options = parser.parse_args(arguments)
    if not PYTHON.exists():
        print("the peers are not installed: run `make peers` first")
        return 2
    command = shlex.join(["python", "-m", "benchmarks.peers", *(sys.argv[1:] if arguments is None else arguments)])
    print(f"# Beside what people would build instead\n\n{circumstances(command)}", flush=True)
    found: dict[str, dict[str, list[float]]] = {}
    with (
        prepared("sqlite", mentors(TEAM, options.mentors, with_supervisors=True)) as few,
        prepared("sqlite", mentors(TEAM, options.queued, with_supervisors=True)) as many,
    ):
        for number in range(options.repetitions):
            for contender in (KEEPWELL, *PEERS):  # side by side: what disturbs one disturbs the others
                case = measures.Case(contender, few, options.mentors, many, options.queued, seed=number)
                for name, value in asyncio.run(measures.measure(case)).items():
                    found.setdefault(name, {}).setdefault(contender, []).append(value)
                print(f"<!-- {contender}, repetition {number + 1} -->", file=sys.stderr, flush=True)
    print("| median | " + " | ".join((KEEPWELL, *PEERS)) + " |\n|---" * 1 + "|---" * (len(PEERS) + 1) + "|")
    for name, values in found.items():
        cells = [f"{statistics.median(values[one]):,.2f}" if one in values else "" for one in (KEEPWELL, *PEERS)]
        print(f"| {name} | " + " | ".join(cells) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
