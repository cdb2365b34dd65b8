"""A simulation's figures as a table for people, as goals that are met or missed, and as CSV."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isinf
from typing import Final, TextIO

from app.simulation.figures import Figure
from app.simulation.study import GRID, MAIN_RISE, NO_CHANGE, RISE, ROUGH_PART, SHIPPED, Row

HEADER: Final = (
    *("part", "detector", "usual", "rise", "response", "day_sd", "measure", "value", "low", "high", "mentors"),
)
SHARE: Final = "found by "


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure of the scoring is held to."""

    text: str
    usual: str
    rise: str
    measure: str
    limit: float
    at_least: bool = False

    def judged(self, rows: Sequence[Row]) -> str:
        """Say whether the goal is met, and by how much it is missed."""
        part = RISE if self.rise else NO_CHANGE
        value = find(rows, part, SHIPPED, self.measure, usual=self.usual, rise=self.rise).figure.value
        miss = self.limit - value if self.at_least else value - self.limit
        verdict = "met" if miss <= 0 else f"MISSED by {miss:.2f}"
        return f"{self.text}: {value:.2f}, goal {'>=' if self.at_least else '<='} {self.limit:g}: {verdict}"


GOALS: Final = (
    Goal("concerns a year, usual under 50", "under 50", "", "concerns a year", 0.6),
    Goal("urgents a year, usual under 50", "under 50", "", "urgents a year", 0.15),
    Goal("concerns a year, usual 50 and over", "50 and over", "", "concerns a year", 2.5),
    Goal("20/3 found by 8 weeks", "under 50", "20/3", "found by 8", 0.80, at_least=True),
    Goal("20/3 median weeks", "under 50", "20/3", "median weeks", 5.0),
    Goal("30/2 median weeks", "under 50", "30/2", "median weeks", 3.3),
)


def find(
    rows: Sequence[Row], part: str, detector: str, measure: str, *, usual: str = "under 50", rise: str = ""
) -> Row:
    """Return the one row of that description."""
    wanted = (part, detector, measure, usual, rise)
    return next(row for row in rows if (row.part, row.detector, row.measure, row.usual, row.rise) == wanted)


def write_csv(rows: Sequence[Row], out: TextIO) -> None:
    """Write every figure with its 95 % interval; `inf` is a median beyond the weeks that were watched."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for row in rows:
        figure = [f"{value:.4f}" for value in (row.figure.value, row.figure.low, row.figure.high)]
        place = (row.part, row.detector, row.usual, row.rise, f"{row.response:g}", f"{row.day_sd:g}")
        writer.writerow([*place, row.measure, *figure, row.mentors])


def as_text(rows: Sequence[Row]) -> str:
    """Return the tables that the command prints."""
    blocks = [_false_alarms(rows), _rises(rows), _parts_off(rows), _rough(rows), _grid(rows), _goals(rows)]
    return "\n\n".join("\n".join(block) for block in blocks)


def _false_alarms(rows: Sequence[Row]) -> Iterator[str]:
    yield "Alerts raised a mentor-year in a world without change (95 % interval)"
    yield f"{'':22}{'usual':14}{'concern':>20}{'urgent':>20}{'both':>20}"
    for detector, usual in _each(rows, NO_CHANGE, "concerns a year"):
        cells = [
            find(rows, NO_CHANGE, detector, f"{level} a year", usual=usual).figure
            for level in ("concerns", "urgents", "alerts")
        ]
        yield f"{detector:22}{usual:14}{''.join(f'{_interval(cell):>20}' for cell in cells)}"


def _rises(rows: Sequence[Row]) -> Iterator[str]:
    yield "Found after a rise of so many points over so many weeks, usual under 50 (a supervisor is told)"
    yield _rise_header()
    for row in rows:
        if row.part == RISE and row.measure == "median weeks" and (row.rise != MAIN_RISE.name or _is_main(row)):
            yield _rise_line(rows, row)


def _parts_off(rows: Sequence[Row]) -> Iterator[str]:
    yield f"{MAIN_RISE.name} with one part of the scoring switched off"
    yield _rise_header()
    for row in rows:
        main = row.part == RISE and row.measure == "median weeks" and row.rise == MAIN_RISE.name
        if main and (row.detector == SHIPPED or not _is_main(row)):
            yield _rise_line(rows, row)


def _rough(rows: Sequence[Row]) -> Iterator[str]:
    yield "A rough world: whole answers with errors, bad days, straight-lining, seasons"
    yield _rise_header() + f"{'alerts a year':>20}"
    for row in rows:
        if row.part == ROUGH_PART and row.measure == "median weeks":
            alerts = find(rows, ROUGH_PART, row.detector, "alerts a year").figure
            yield _rise_line(rows, row) + f"{_interval(alerts):>20}"


def _grid(rows: Sequence[Row]) -> Iterator[str]:
    yield f"{MAIN_RISE.name} found by 8 weeks / alerts a year without change, by response and day-to-day spread"
    sds = sorted({row.day_sd for row in rows if row.part == GRID})
    yield f"{'response':12}" + "".join(f"{f'SD {sd:g}':>16}" for sd in sds)
    for response in sorted({row.response for row in rows if row.part == GRID}):
        cells = [
            f"{_grid_value(rows, response, sd, 'found by 8'):.0%} / "
            f"{_grid_value(rows, response, sd, 'alerts a year'):.2f}"
            for sd in sds
        ]
        yield f"{f'{response:.0%}':12}" + "".join(f"{cell:>16}" for cell in cells)


def _goals(rows: Sequence[Row]) -> Iterator[str]:
    yield "Goals"
    for goal in GOALS:
        yield goal.judged(rows)


def _grid_value(rows: Sequence[Row], response: float, day_sd: float, measure: str) -> float:
    wanted = (GRID, response, day_sd, measure)
    return next(row.figure.value for row in rows if (row.part, row.response, row.day_sd, row.measure) == wanted)


def _is_main(row: Row) -> bool:
    """Whether the detector is the scoring as it is or one that other people build."""
    return not row.detector.startswith("no ")


def _rise_header() -> str:
    return f"{'':22}{'rise':8}{'by 4 weeks':>20}{'by 8 weeks':>20}{'median weeks':>22}"


def _rise_line(rows: Sequence[Row], row: Row) -> str:
    cells = [find(rows, row.part, row.detector, f"{SHARE}{by}", rise=row.rise).figure for by in (4, 8)]
    shares = "".join(f"{_percent(cell):>20}" for cell in cells)
    return f"{row.detector:22}{row.rise:8}{shares}{_weeks(row.figure):>22}"


def _each(rows: Sequence[Row], part: str, measure: str) -> Iterator[tuple[str, str]]:
    for row in rows:
        if row.part == part and row.measure == measure:
            yield row.detector, row.usual


def _interval(figure: Figure) -> str:
    return f"{figure.value:.2f} ({figure.low:.2f}-{figure.high:.2f})"


def _percent(figure: Figure) -> str:
    return f"{figure.value:.0%} ({figure.low:.0%}-{figure.high:.0%})"


def _weeks(figure: Figure) -> str:
    value, low, high = (">16" if isinf(one) else f"{one:.1f}" for one in (figure.value, figure.low, figure.high))
    return f"{value} ({low}-{high})"
