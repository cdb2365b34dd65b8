"""Who is told, in which order, and how long each has: one policy per level."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from core.levels import Level
from core.working_hours import WorkingHours

# A day after somebody said what was done.
FOLLOW_UP_AFTER: Final = timedelta(hours=24)
PERSON: Final = "person"


class Step(StrEnum):
    """Whom a step of a chain reaches."""

    SUPERVISOR = "supervisor"  # the mentor's own, or else any of the team's
    BACKUP = "backup"  # another supervisor of the same team
    LEAD = "lead"  # the program lead
    ONCALL = "oncall"  # whoever is on call for the mentor's team by the rota
    GROUP = "group"  # the Telegram group that a lead has linked to the mentor's team

    @property
    def code(self) -> str:
        """What logs and lists call it."""
        return self.value


@dataclass(frozen=True, slots=True)
class PersonStep:
    """A step that reaches one supervisor or lead, named as on the roster."""

    name: str

    @property
    def value(self) -> str:
        """How a program file writes it."""
        return f"{PERSON}:{self.name}"

    @property
    def code(self) -> str:
        """What logs and lists call it: nobody's name."""
        return PERSON


AnyStep = Step | PersonStep


def read_step(text: str) -> AnyStep:
    """Return the step that a program file names: a word, or "person:Ann Lee". Raise ValueError for anything else."""
    kind, colon, name = text.partition(":")
    if kind == PERSON and colon and name.strip():
        return PersonStep(" ".join(name.split()))
    return Step(text)


@dataclass(frozen=True, slots=True)
class Policy:
    """A chain. An alert keeps the policy that it opened with: later edits do not reach it."""

    level: Level
    steps: tuple[AnyStep, ...]
    acknowledge_within: timedelta  # per step; working time where there are working hours
    repeat: int  # times through the chain
    acknowledgement_lapses_after: timedelta
    follow_up_after: timedelta | None = FOLLOW_UP_AFTER  # the mentor is asked whether it helped; None: never
    working_hours: WorkingHours | None = None  # None: the chain goes on at every hour

    def __post_init__(self) -> None:
        if not self.steps or self.repeat < 1:
            raise ValueError("a policy needs at least one step and one round")
        if min(self.acknowledge_within, self.acknowledgement_lapses_after) <= timedelta(0):
            raise ValueError("the durations of a policy are longer than zero")
        if self.working_hours is not None and self.level > Level.CONCERN:
            raise ValueError("what is urgent does not wait for working hours")

    def step_ends(self, now: datetime) -> datetime:
        """Return until when whoever is told now has time to answer."""
        if self.working_hours is None:
            return now + self.acknowledge_within
        return self.working_hours.after(now, self.acknowledge_within)

    def waking(self, at: datetime) -> datetime:
        """Return the instant, or the begin of the next working hours if it lies outside them."""
        return at if self.working_hours is None else self.working_hours.next_open(at)

    def rests(self, at: datetime) -> bool:
        """Say whether the chain stands still at an instant."""
        return self.working_hours is not None and not self.working_hours.include(at)

    def placed(self, zone: str) -> "Policy":
        """Return the policy with its working hours in a zone, if they have none of their own."""
        if self.working_hours is None or self.working_hours.zone is not None:
            return self
        return replace(self, working_hours=replace(self.working_hours, zone=zone))

    def as_json(self) -> dict[str, Any]:
        """Return plain values for storage; `from_json` is its inverse."""
        return {
            "level": self.level.code,
            "steps": [step.value for step in self.steps],
            "acknowledge_within": self.acknowledge_within.total_seconds(),
            "repeat": self.repeat,
            "acknowledgement_lapses_after": self.acknowledgement_lapses_after.total_seconds(),
            "follow_up_after": self.follow_up_after.total_seconds() if self.follow_up_after else None,
            "working_hours": self.working_hours.as_json() if self.working_hours else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Policy":
        """Return the policy that `as_json` wrote."""
        hours = data.get("working_hours")
        return cls(
            level=Level.from_code(data["level"]),
            steps=tuple(read_step(step) for step in data["steps"]),
            acknowledge_within=timedelta(seconds=data["acknowledge_within"]),
            repeat=data["repeat"],
            acknowledgement_lapses_after=timedelta(seconds=data["acknowledgement_lapses_after"]),
            follow_up_after=timedelta(seconds=data["follow_up_after"]) if data.get("follow_up_after") else None,
            working_hours=WorkingHours.from_json(hours) if hours else None,
        )
