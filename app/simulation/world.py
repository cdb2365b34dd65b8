"""The simulated world: how a mentor's strain moves from day to day, and which check-ins get answered.

Strain is a usual level plus a first-order autoregression over days, plus a rise where there is one. A weekly asks about
the week behind it. Whether a check-in is answered depends on the strain of the day: strained people answer less.
Every number here is an assumption; `docs/science.md` says where each comes from.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp, log, pi, sin
from random import Random
from typing import Final

from core.assessment import PULSE, WEEKLY, CheckinAnswers
from core.parameters import PULSE_SCALE, WEEKLY_SCALE, ScaleParameters
from core.scores import strain as strain_of

START: Final = datetime(2024, 1, 1, tzinfo=UTC)  # a Monday
DAYS_A_WEEK: Final = 7
MOST: Final = 100.0
HOUR_OF: Final = {PULSE: 9, WEEKLY: 15}
REPEATED: Final = 0.5  # share of check-ins in which a straight-liner repeats the last one


@dataclass(frozen=True, slots=True)
class Rise:
    """A lasting rise: `points` more strain, reached in a straight line over `weeks`."""

    points: float
    weeks: float

    @property
    def name(self) -> str:
        """`20 points over 3 weeks` as `20/3`."""
        return f"{self.points:g}/{self.weeks:g}"

    def at(self, weeks: float) -> float:
        """Return how far it has come, so many weeks after it began."""
        return self.points * min(max(weeks / self.weeks, 0.0), 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is assumed. Strain points unless said otherwise."""

    name: str = "plain"
    usual_mean: float = 36.0
    usual_sd: float = 13.0  # between mentors
    usual_from: float = 5.0
    usual_to: float = 50.0  # mentors whose usual level is outside these are drawn again
    day_sd: float = 12.0  # within a mentor
    day_memory: float = 0.6  # share of a day's deviation that is left on the next
    weekly_error: float = 7.75  # added to the mean of a week when the weekly asks about it
    response: float = 0.68  # check-ins answered on a usual day, as a share
    response_fall: float = 0.3  # log odds of an answer lost for each `day_sd` above the usual
    rise: Rise | None = None
    run_in_weeks: int = 26  # before anything is counted, and before a rise
    weeks: int = 52  # counted
    # What real answers are like besides; all off in the plain world.
    whole_answers: bool = False  # items 0 to 4, each with an error of its own, instead of exact strain
    item_error: float = 18.0
    bad_days: float = 0.0  # share of days with `bad_day` more strain
    bad_day: float = 25.0
    straight_liners: float = 0.0  # share of mentors who repeat their last answer half of the time
    season: float = 0.0  # amplitude over the year


ROUGH: Final = World(name="rough", whole_answers=True, bad_days=0.04, straight_liners=0.15, season=4.0)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a program asks: on which weekdays (0 = Monday), every how many weeks, and which items make its scores."""

    pulse_days: tuple[int, ...] = (0, 2, 4)
    pulse_every: int = 1
    weekly_days: tuple[int, ...] = (4,)
    weekly_every: int = 1
    pulse_scale: ScaleParameters = PULSE_SCALE
    weekly_scale: ScaleParameters = WEEKLY_SCALE

    def on(self, day: int) -> Iterator[str]:
        """Yield the check-ins of a day, counted from a Monday."""
        week, weekday = divmod(day, DAYS_A_WEEK)
        if weekday in self.pulse_days and week % self.pulse_every == 0:
            yield PULSE
        if weekday in self.weekly_days and week % self.weekly_every == 0:
            yield WEEKLY


@dataclass(frozen=True, slots=True)
class Life:
    """One mentor's answered check-ins, in order, and the instant from which alerts are counted."""

    checkins: tuple[CheckinAnswers, ...]
    pulses: tuple[tuple[datetime, float], ...]  # instant and strain of the scored pulses among them
    counted_from: datetime
    weeks: int


def live(world: World, asked: Asked, random: Random) -> Life:
    """Draw one mentor and let them live through the world."""
    usual = usual_level(world, random)
    repeats = random.random() < world.straight_liners
    answered: list[CheckinAnswers] = []
    week: list[float] = []
    last: dict[str, CheckinAnswers] = {}
    for day, strain in enumerate(days(world, usual, random)):
        week = [*week, strain][-DAYS_A_WEEK:]
        for kind in asked.on(day):
            if not is_answered(world, strain - usual, random):
                continue
            at = START + timedelta(days=day, hours=HOUR_OF[kind])
            if repeats and kind in last and random.random() < REPEATED:
                answers = last[kind].answers
            elif kind == PULSE:
                answers = fill_in(world, strain, asked.pulse_scale, random)
            else:
                about = sum(week) / len(week) + random.gauss(0, world.weekly_error)
                answers = fill_in(world, about, asked.weekly_scale, random)
            last[kind] = CheckinAnswers(kind, at, answers)
            answered.append(last[kind])
    pulses = ((one.at, strain_of(one.answers, asked.pulse_scale)) for one in answered if one.kind == PULSE)
    scored = tuple((at, score) for at, score in pulses if score is not None)
    return Life(tuple(answered), scored, START + timedelta(weeks=world.run_in_weeks), world.weeks)


def usual_level(world: World, random: Random) -> float:
    """Draw the usual level of a mentor."""
    while True:
        usual = random.gauss(world.usual_mean, world.usual_sd)
        if world.usual_from <= usual < world.usual_to:
            return usual


def days(world: World, usual: float, random: Random) -> Iterator[float]:
    """Yield the strain of each day."""
    deviation = random.gauss(0, world.day_sd)
    fresh = world.day_sd * (1 - world.day_memory**2) ** 0.5
    phase = random.random() * 2 * pi
    for day in range((world.run_in_weeks + world.weeks) * DAYS_A_WEEK):
        strain = usual + deviation + world.season * sin(2 * pi * day / 365.25 + phase)
        if world.rise is not None:
            strain += world.rise.at(day / DAYS_A_WEEK - world.run_in_weeks)
        if world.bad_days and random.random() < world.bad_days:
            strain += world.bad_day
        yield min(max(strain, 0.0), MOST)
        deviation = world.day_memory * deviation + random.gauss(0, fresh)


def is_answered(world: World, above: float, random: Random) -> bool:
    """Draw whether a check-in is answered on a day that is so many points above the mentor's usual."""
    if not 0 < world.response < 1:
        return world.response >= 1
    odds = log(world.response / (1 - world.response)) - world.response_fall * above / world.day_sd
    return random.random() < 1 / (1 + exp(-odds))


def fill_in(world: World, strain: float, scale: ScaleParameters, random: Random) -> dict[str, float]:
    """Answer each item; in the plain world with the very fraction, so that the score is the strain."""
    answers = {}
    for item in scale.items:
        value = min(max(strain, 0.0), MOST) / 25
        if world.whole_answers:
            value = min(max(round((strain + random.gauss(0, world.item_error)) / 25), 0), 4)
        answers[item] = 4 - value if item in scale.reversed else value
    return answers
