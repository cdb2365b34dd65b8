"""The questions that a simulation answers: false alarms, delay for each rise, a grid, and parts switched off."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.simulation.detectors import Detector, Scoring, candidates, without_parts
from app.simulation.figures import Figure, median, rate, share
from app.simulation.jobs import Outcome, Part, Results, count_jobs, run_parts
from app.simulation.world import ROUGH, Asked, Rise, World
from core.parameters import ScoringParameters

WEEKS_A_YEAR: Final = 52
RISES: Final = (Rise(10, 3), Rise(20, 3), Rise(20, 8), Rise(30, 2), Rise(40, 1))
MAIN_RISE: Final = Rise(20, 3)
AFTER_RISE: Final = 16  # weeks watched from the beginning of a rise
RESPONSES: Final = (0.3, 0.5, 0.68, 0.8, 0.95)
DAY_SDS: Final = (8.0, 12.0, 16.0)
SHIPPED: Final = "Keepwell"

NO_CHANGE: Final = "no change"
RISE: Final = "rise"
GRID: Final = "grid"
ROUGH_PART: Final = "rough world"
PLAIN: Final = World()
HIGH: Final = replace(PLAIN, name="high", usual_from=50.0, usual_to=100.0)


@dataclass(frozen=True, slots=True)
class Size:
    """How many mentors each question is asked about."""

    tuning: int
    no_change: int
    high: int
    rise: int
    grid: int


FULL: Final = Size(tuning=1500, no_change=1500, high=600, rise=1000, grid=300)
QUICK: Final = Size(tuning=25, no_change=25, high=25, rise=25, grid=4)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what was measured, of which detector, where."""

    part: str
    detector: str
    usual: str  # "under 50" or "50 and over"
    rise: str  # "20/3", or "" without one
    response: float
    day_sd: float
    measure: str
    figure: Figure
    mentors: int


def job_count(size: Size, parameters: ScoringParameters) -> int:
    """Return how often `study` will tick."""
    return count_jobs(_tuning(size, parameters)) + count_jobs(_questions(size, parameters, ()))


def study(
    parameters: ScoringParameters, asked: Asked, *, size: Size, seed: int, workers: int, tick: Callable[[], None]
) -> Sequence[Row]:
    """Tune the other detectors on seeds of their own, then ask every question; return the figures."""
    tuning = _tuning(size, parameters)
    tuned = _tune(tuning[0].detectors, run_parts(tuning, asked, seed, workers, tick)[0])
    parts = _questions(size, parameters, tuned)
    results = run_parts(parts, asked, seed, workers, tick)
    return [row for part, of_part in zip(parts, results, strict=True) for row in _rows(part, of_part)]


def _tuning(size: Size, parameters: ScoringParameters) -> Sequence[Part]:
    return [Part("tuning", PLAIN, (Scoring(SHIPPED, parameters), *candidates(parameters)), size.tuning)]


def _questions(size: Size, parameters: ScoringParameters, tuned: Sequence[Detector]) -> Sequence[Part]:
    shipped = Scoring(SHIPPED, parameters)
    everything = (shipped, *without_parts(parameters), *tuned)
    rising = replace(PLAIN, weeks=AFTER_RISE)
    rough_rise = replace(ROUGH, weeks=AFTER_RISE, rise=MAIN_RISE)
    return [
        Part(NO_CHANGE, PLAIN, everything, size.no_change),
        Part(NO_CHANGE, HIGH, (shipped, *tuned), size.high),
        Part(ROUGH_PART, ROUGH, (shipped, *tuned), size.high),
        Part(ROUGH_PART, rough_rise, (shipped, *tuned), size.rise),
        *(
            Part(RISE, replace(rising, rise=rise), everything if rise == MAIN_RISE else (shipped, *tuned), size.rise)
            for rise in RISES
        ),
        *(
            Part(GRID, replace(world, response=response, day_sd=day_sd), (shipped,), size.grid)
            for response in RESPONSES
            for day_sd in DAY_SDS
            for world in (PLAIN, replace(rising, rise=MAIN_RISE))
        ),
    ]


def _tune(detectors: Sequence[Detector], results: Results) -> Sequence[Detector]:
    """Of each kind, take the first limit at which it raises no more alerts than the scoring does."""
    budget = _alerts(results[0])
    chosen: dict[str, Detector] = {}
    for detector, outcomes in zip(detectors[1:], results[1:], strict=True):
        if detector.name not in chosen and _alerts(outcomes) <= budget:
            chosen[detector.name] = detector
    return tuple(chosen.values())


def _alerts(outcomes: Sequence[Outcome]) -> int:
    return sum(outcome.concerns + outcome.urgents for outcome in outcomes)


def _rows(part: Part, results: Results) -> Iterator[Row]:
    world = part.world
    for detector, outcomes in zip(part.detectors, results, strict=True):
        for measure, figure in _figures(world, outcomes):
            yield Row(
                part=part.name,
                detector=detector.name,
                usual="50 and over" if world.usual_from >= PLAIN.usual_to else "under 50",
                rise=world.rise.name if world.rise else "",
                response=world.response,
                day_sd=world.day_sd,
                measure=measure,
                figure=figure,
                mentors=len(outcomes),
            )


def _figures(world: World, outcomes: Sequence[Outcome]) -> Iterator[tuple[str, Figure]]:
    if world.rise is None:
        a_year = WEEKS_A_YEAR / world.weeks
        yield "concerns a year", rate([outcome.concerns * a_year for outcome in outcomes])
        yield "urgents a year", rate([outcome.urgents * a_year for outcome in outcomes])
        yield "alerts a year", rate([(outcome.concerns + outcome.urgents) * a_year for outcome in outcomes])
        return
    weeks = [outcome.weeks_to_concern for outcome in outcomes]
    for by in range(1, AFTER_RISE + 1):
        yield f"found by {by}", share(sum(week <= by for week in weeks), len(weeks))
    yield "median weeks", median(weeks)
