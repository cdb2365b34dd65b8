"""The work of a simulation, cut into jobs for several cores. A seed gives the same results on any number of them."""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import timedelta
from math import inf
from random import Random
from typing import Final

from app.simulation.detectors import Detector
from app.simulation.world import Asked, Life, World, live
from core.levels import Level

MENTORS_A_JOB: Final = 25
WEEK: Final = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Part:
    """One question: what these detectors tell about so many mentors of one world."""

    name: str  # parts of one name see the same mentors' luck
    world: World
    detectors: tuple[Detector, ...]
    mentors: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one detector told about one mentor in the weeks that count."""

    concerns: int
    urgents: int
    weeks_to_concern: float  # until the first alert that reaches a supervisor; infinite: none


# For each detector of the part, the outcomes of its mentors.
Results = list[list[Outcome]]


@dataclass(frozen=True, slots=True)
class _Job:
    part: Part
    asked: Asked
    seed: int
    first: int
    count: int


def run_parts(
    parts: Sequence[Part], asked: Asked, seed: int, workers: int, tick: Callable[[], None]
) -> Sequence[Results]:
    """Run every part; `tick` is called after each job, of which there are `count_jobs(parts)`."""
    jobs = [(index, job) for index, part in enumerate(parts) for job in _jobs(part, asked, seed)]
    done: dict[tuple[int, int], Results] = {}
    for index, job, results in _finished(jobs, workers):
        done[index, job.first] = results
        tick()
    return [_gathered(index, len(part.detectors), done) for index, part in enumerate(parts)]


def count_jobs(parts: Sequence[Part]) -> int:
    """Return the number of jobs of these parts."""
    return sum(len(range(0, part.mentors, MENTORS_A_JOB)) for part in parts)


def _gathered(part: int, detectors: int, done: Mapping[tuple[int, int], Results]) -> Results:
    """Put the jobs of a part together in the order of their mentors, whichever was finished first."""
    jobs = [done[key] for key in sorted(done) if key[0] == part]
    return [[outcome for job in jobs for outcome in job[which]] for which in range(detectors)]


def _jobs(part: Part, asked: Asked, seed: int) -> Iterator[_Job]:
    for first in range(0, part.mentors, MENTORS_A_JOB):
        yield _Job(part, asked, seed, first, min(MENTORS_A_JOB, part.mentors - first))


def _finished(jobs: Sequence[tuple[int, _Job]], workers: int) -> Iterator[tuple[int, _Job, Results]]:
    if workers == 1:
        for index, job in jobs:
            yield index, job, _run(job)
        return
    # Fresh processes: a fork of a process with threads may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        running = {pool.submit(_run, job): (index, job) for index, job in jobs}
        try:
            for future in as_completed(running):
                yield *running[future], future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _run(job: _Job) -> Results:
    results: Results = [[] for _ in job.part.detectors]
    for number in range(job.first, job.first + job.count):
        luck = Random(f"{job.seed}:{job.part.name}:{number}")  # noqa: S311 - a simulation must be repeatable
        life = live(job.part.world, job.asked, luck)
        for detector, outcomes in zip(job.part.detectors, results, strict=True):
            outcomes.append(_outcome(detector, life))
    return results


def _outcome(detector: Detector, life: Life) -> Outcome:
    counted = [
        alarm for alarm in detector.alarms(life) if alarm.at >= life.counted_from and alarm.level >= Level.CONCERN
    ]
    return Outcome(
        concerns=sum(alarm.level is Level.CONCERN for alarm in counted),
        urgents=sum(alarm.level is Level.URGENT for alarm in counted),
        weeks_to_concern=(counted[0].at - life.counted_from) / WEEK if counted else inf,
    )
