"""Figures with their goals, and the table that shows them."""

import math
import os
import platform
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing: its value in each repetition, and the goal, if there is one."""

    what: str
    unit: str
    values: tuple[float, ...]
    digits: int = 0
    at_least: float | None = None
    at_most: float | None = None

    @property
    def median(self) -> float:
        """The median of the repetitions."""
        return statistics.median(self.values)

    @property
    def missed(self) -> bool:
        """Whether there is a goal that the median misses."""
        too_low = self.at_least is not None and self.median < self.at_least
        return too_low or (self.at_most is not None and self.median > self.at_most)

    def row(self) -> str:
        """Return the line of the table."""
        each = ", ".join(self._shown(value) for value in self.values) if len(self.values) > 1 else ""
        return f"| {self.what} | {self._shown(self.median)} {self.unit} | {self._goal()} | {each} |"

    def _shown(self, value: float) -> str:
        return f"{value:,.{self.digits}f}"

    def _goal(self) -> str:
        if self.at_least is None and self.at_most is None:
            return ""
        sign, goal = ("≥", self.at_least) if self.at_least is not None else ("≤", self.at_most)
        return f"{sign} {goal:,g} {self.unit}{', missed' if self.missed else ''}"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share (0 to 1) of the values does not exceed."""
    if not values:
        raise ValueError("there are no values")
    ordered = sorted(values)
    return ordered[max(math.ceil(len(ordered) * share) - 1, 0)]


def collected(runs: Sequence[Sequence[Figure]]) -> list[Figure]:
    """Join the repetitions of a benchmark: each run has the same figures, with one value each."""
    return [
        Figure(
            first.what,
            first.unit,
            tuple(value for run in runs for value in run[place].values),
            first.digits,
            first.at_least,
            first.at_most,
        )
        for place, first in enumerate(runs[0])
    ]


def table(title: str, note: str, figures: Sequence[Figure]) -> str:
    """Return a section in Markdown."""
    rows = "\n".join(figure.row() for figure in figures)
    return f"## {title}\n\n{note}\n\n| | Median | Goal | Each repetition |\n|---|---|---|---|\n{rows}\n"


def circumstances(command: str) -> str:
    """Return where and when and how this was measured."""
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"- machine: {os.cpu_count()} cores of {_processor()}, {_memory():.0f} GiB, {platform.system()}\n"
        f"- Python {platform.python_version()}; load averages before the start: {load}\n"
        f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {_commit()}\n"
        f"- command: `{command}`\n"
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "an unknown processor"


def _memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty=, with changes"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
