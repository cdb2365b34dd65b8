"""How many check-ins a second `keepwell replay` scores on one core, reading and writing CSV included.

    python -m benchmarks.replay [--checkins 100000]

Writes a history of that many check-ins (three pulses to one weekly, every item answered) into a temporary folder, runs
the command on it in a process of its own, and prints check-ins a second by the wall clock, start of Python included.
"""

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.items import PULSE_ITEMS, WEEKLY_ITEMS, AnswerRule
from core.questionnaire import ItemKind

GOAL = 10_000
START = datetime(2024, 1, 1, 9, tzinfo=UTC)
PER_MENTOR = 200  # a year of three pulses and a weekly each week


def answer(item: str, rule: AnswerRule, rng: random.Random) -> str:
    """Return a likely answer to an item."""
    if rule.kind is ItemKind.SCALE:
        return str(min(max(round(rng.gauss(1.5, 1)), 0), 4))
    if rule.kind is ItemKind.COUNT:
        return str(rng.randrange(int(min(rule.maximum, 25)) * 2) / 2)
    return {"reach_out": "no", "boundary": "no", "supervision": "group", "boundary_when": "next_supervision"}[item]


def write_history(path: Path, checkins: int) -> int:
    """Write a history of so many check-ins; return its lines."""
    rng, lines = random.Random(1), 1
    with path.open("w", encoding="utf-8") as file:
        file.write("mentor,at,item,value\n")
        for number in range(checkins):
            mentor, place = divmod(number, PER_MENTOR)
            items = WEEKLY_ITEMS if place % 4 == 3 else PULSE_ITEMS
            at = (START + timedelta(days=7 * (place // 4) + (0, 2, 4, 4)[place % 4], hours=place % 4)).isoformat()
            rows = [f"mentor-{mentor},{at},{item},{answer(item, rule, rng)}\n" for item, rule in items.items()]
            file.write("".join(rows))
            lines += len(rows)
    return lines


def pin_to_one_core() -> None:
    """Keep the measured process on one core, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def main() -> int:
    """Measure, print a line of JSON, and return 1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkins", type=int, default=100_000)
    checkins = parser.parse_args().checkins
    with tempfile.TemporaryDirectory() as folder:
        history, scores = Path(folder, "history.csv"), Path(folder, "scores.csv")
        lines = write_history(history, checkins)
        with scores.open("wb") as out:
            began = time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "app.commands.replay", str(history)],
                stdout=out,
                check=True,
                preexec_fn=pin_to_one_core,
            )
            seconds = time.perf_counter() - began
        with scores.open("rb") as written:
            rows = sum(1 for _ in written) - 1
    if rows != checkins:
        print(f"{rows} rows came out of {checkins} check-ins", file=sys.stderr)
        return 1
    figures = {
        "checkins": checkins,
        "lines": lines,
        "seconds": round(seconds, 2),
        "checkins_per_second": round(checkins / seconds),
        "goal": GOAL,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
    }
    print(json.dumps(figures))
    return 0 if checkins / seconds >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
