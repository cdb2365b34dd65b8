"""The picture of a simulation: what is found when, what is raised for nothing, and what response is worth."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from app.simulation.report import find
from app.simulation.study import AFTER_RISE, GRID, MAIN_RISE, NO_CHANGE, RISE, RISES, SHIPPED, Row

# Distinct for color-blind eyes, and by the form of the line as well.
STYLES: Final = (
    ("#0072b2", "-", "o"),
    ("#d55e00", "--", "s"),
    ("#009e73", "-.", "^"),
    ("#cc79a7", ":", "D"),
    ("#56b4e9", (0, (5, 1)), "v"),
)


def draw(rows: Sequence[Row], path: Path) -> None:
    """Draw four panels into an image file; its ending (.png, .svg, .pdf) says which kind."""
    # Loaded here: only this command draws, and it takes a second.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 8), layout="constrained")
    FigureCanvasAgg(figure)
    ((by_detector, by_rise), (alarms, grid)) = figure.subplots(2, 2)
    detectors = _detectors(rows)
    _curves(by_detector, [(name, name, MAIN_RISE.name) for name in detectors], rows)
    by_detector.set_title(f"A rise of {MAIN_RISE.points:g} points over {MAIN_RISE.weeks:g} weeks")
    _curves(by_rise, [(f"{rise.points:g} points, {rise.weeks:g} wk", SHIPPED, rise.name) for rise in RISES], rows)
    by_rise.set_title(f"{SHIPPED}: other rises")
    _bars(alarms, detectors, rows)
    _map(grid, figure, rows)
    figure.savefig(path, dpi=110)


def _detectors(rows: Sequence[Row]) -> list[str]:
    """Return the scoring and the detectors that other people build, in order."""
    names = [row.detector for row in rows if row.part == RISE and row.rise != MAIN_RISE.name]
    return list(dict.fromkeys(names))


def _curves(axes: Any, curves: Sequence[tuple[str, str, str]], rows: Sequence[Row]) -> None:
    weeks = range(1, AFTER_RISE + 1)
    for (label, detector, rise), (color, line, marker) in zip(curves, STYLES, strict=False):
        found = [100 * find(rows, RISE, detector, f"found by {week}", rise=rise).figure.value for week in weeks]
        axes.plot(weeks, found, color=color, linestyle=line, marker=marker, markersize=4, label=label)
    axes.set(
        xlabel="weeks since the rise began", ylabel="supervisor told, %", ylim=(0, 101), xlim=(0.5, AFTER_RISE + 0.5)
    )
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small")


def _bars(axes: Any, detectors: Sequence[str], rows: Sequence[Row]) -> None:
    for place, (level, color, hatch) in enumerate((("concerns", "#56b4e9", ""), ("urgents", "#d55e00", "//"))):
        for usual, shift in (("under 50", 0.0), ("50 and over", len(detectors) + 0.6)):
            figures = [find(rows, NO_CHANGE, name, f"{level} a year", usual=usual).figure for name in detectors]
            axes.barh(
                [shift + number + 0.38 * (place - 0.5) for number in range(len(detectors))],
                [figure.value for figure in figures],
                xerr=[
                    [figure.value - figure.low for figure in figures],
                    [figure.high - figure.value for figure in figures],
                ],
                height=0.36,
                color=color,
                hatch=hatch,
                label=level.removesuffix("s") if not shift else None,
            )
    ticks = [shift + number for shift in (0.0, len(detectors) + 0.6) for number in range(len(detectors))]
    names = [f"{name}, {usual}" for usual in ("usual < 50", "usual >= 50") for name in detectors]
    axes.set_yticks(ticks, names, fontsize="small")
    axes.invert_yaxis()
    axes.set(xlabel="alerts a mentor-year (bars: 95 % interval)", title="Raised in a world without change")
    axes.legend(fontsize="small")


def _map(axes: Any, figure: Any, rows: Sequence[Row]) -> None:
    cells = {
        (row.day_sd, row.response): 100 * row.figure.value
        for row in rows
        if row.part == GRID and row.measure == "found by 8"
    }
    sds, responses = sorted({sd for sd, _ in cells}), sorted({response for _, response in cells})
    image = axes.imshow(
        [[cells[sd, response] for response in responses] for sd in sds], cmap="cividis", vmin=0, vmax=100, aspect="auto"
    )
    for y, sd in enumerate(sds):
        for x, response in enumerate(responses):
            value = cells[sd, response]
            axes.text(x, y, f"{value:.0f}", ha="center", va="center", color="black" if value > 55 else "white")
    axes.set_xticks(range(len(responses)), [f"{response:.0%}" for response in responses])
    axes.set_yticks(range(len(sds)), [f"{sd:g}" for sd in sds])
    axes.set(
        xlabel="check-ins answered", ylabel="day-to-day spread, points", title=f"{MAIN_RISE.name} found by 8 weeks, %"
    )
    figure.colorbar(image, ax=axes)
