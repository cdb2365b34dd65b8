"""How the people of the simulated year behave. Every number is an assumption, and stands in `docs/benchmarks.md`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import exp
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from app.simulation.world import ROUGH, Rise, World, days, fill_in, is_answered, usual_level
from core.assessment import PULSE
from core.levels import Level
from core.parameters import PULSE_SCALE, WEEKLY_SCALE
from core.people import Role
from flows.roster import Line

ZONES: Final = ("America/New_York", "America/Chicago", "America/Los_Angeles")
TEAM_OF: Final = 10  # mentors for each supervisor; two supervisors make a team, so that there is a backup
NIGHT: Final = (21, 7)
RISING: Final = 0.1  # share of mentors with a rise of 20 points over 3 weeks in the middle of the year
REQUESTS: Final = (("this_week", 0.005), ("today", 0.0015), ("not_safe", 0.0003))  # by answered pulse
CALLS: Final = 0.05  # /talk, by mentor and year
FOLLOW_UPS: Final = (("yes", 0.7), ("left", 0.1), ("no", 0.05))  # the rest say nothing
AWAY: Final = 3  # weeks a year that a supervisor is away, one at a time

# By level: the median of minutes until a supervisor who looks answers, the share who do not look by day and by night.
ANSWERS: Final = {
    Level.CONCERN: (180.0, 0.15, 1.0),
    Level.URGENT: (20.0, 0.10, 0.7),
    Level.CRISIS: (5.0, 0.05, 0.4),
}
SPREAD: Final = 1.0  # of the logarithm of a delay
DECLINES: Final = 0.03
FORGETS: Final = 0.15  # acknowledged, and then nothing
REACHES: Final = {Level.CONCERN: 8.0, Level.URGENT: 0.5, Level.CRISIS: 0.15}  # hours until the talk, median
RESOLVES: Final = 15.0  # hours from the talk until the alert is closed, median


@dataclass(frozen=True, slots=True)
class Mind:
    """One mentor: the strain of each day and what follows from it."""

    world: World
    usual: float
    strain: Sequence[float]
    random: Random

    def answers(self, kind: str, day: int) -> dict[str, str] | None:
        """Draw the answers to a check-in of that day, by item; None if it stays unanswered."""
        now = self.strain[min(day, len(self.strain) - 1)]
        if not is_answered(self.world, now - self.usual, self.random):
            return None
        if kind != PULSE:
            week = self.strain[max(0, day - 6) : day + 1]
            now = sum(week) / len(week) + self.random.gauss(0, self.world.weekly_error)
        scale = PULSE_SCALE if kind == PULSE else WEEKLY_SCALE
        values = {item: f"{value:g}" for item, value in fill_in(self.world, now, scale, self.random).items()}
        return {**values, "reach_out": self.chosen(REQUESTS) or "no"} if kind == PULSE else values

    def chosen(self, shares: Sequence[tuple[str, float]]) -> str | None:
        """Draw one of some choices, or none."""
        luck = self.random.random()
        for choice, share in shares:
            luck -= share
            if luck < 0:
                return choice
        return None


def mind(weeks: int, random: Random) -> Mind:
    """Draw a mentor: any usual level, whole answers, bad days, seasons; one in ten with a rise."""
    world = replace(ROUGH, usual_to=95.0, run_in_weeks=weeks // 2, weeks=weeks - weeks // 2)
    if random.random() < RISING:
        world = replace(world, rise=Rise(20, 3))
    usual = usual_level(world, random)
    return Mind(world, usual, tuple(days(world, usual, random)), random)


def program_people(mentors: int) -> Iterator[Line]:
    """Yield a roster: teams of twenty mentors and two supervisors, and two leads."""
    supervisors = max(2, mentors // TEAM_OF)
    for number in range(supervisors):
        zone = ZONES[number // 2 % len(ZONES)]
        yield Line(0, f"Supervisor {number}", Role.SUPERVISOR, f"Team {number // 2}", "en", zone, "")
    for number in range(mentors):
        boss = number % supervisors
        zone = ZONES[boss // 2 % len(ZONES)]
        yield Line(0, f"Mentor {number}", Role.MENTOR, f"Team {boss // 2}", "en", zone, f"Supervisor {boss}")
    for number in range(2):
        yield Line(0, f"Lead {number}", Role.LEAD, "", "en", ZONES[1], "")


def median(middle: float, random: Random) -> float:
    """Draw from a log-normal distribution with that median."""
    return middle * exp(random.gauss(0, SPREAD))


def looks_at(level: Level, told_at: datetime, zone: str, random: Random) -> datetime | None:
    """Draw when a supervisor answers what has arrived. None if never; at night most answer in the morning."""
    middle, missed_by_day, missed_by_night = ANSWERS[level]
    if random.random() < missed_by_day:
        return None
    after = told_at + timedelta(minutes=median(middle, random))
    local = told_at.astimezone(ZoneInfo(zone))
    if NIGHT[1] <= local.hour < NIGHT[0] or random.random() >= missed_by_night:
        return after
    morning = local.replace(hour=NIGHT[1], minute=0, second=0, microsecond=0)
    if local.hour >= NIGHT[0]:
        morning += timedelta(days=1)
    return morning.astimezone(told_at.tzinfo) + timedelta(minutes=median(20, random))


def weeks_away(weeks: int, random: Random) -> list[int]:
    """Draw the weeks in which a supervisor is away."""
    count = min(AWAY * weeks // 52, weeks - 1)
    return sorted(random.sample(range(1, weeks), count)) if count > 0 else []
