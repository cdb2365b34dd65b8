"""Who is told, in which order, and how long each has: one policy per level."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from core.levels import Level

# A day after somebody said what was done.
FOLLOW_UP_AFTER: Final = timedelta(hours=24)


class Step(StrEnum):
    """Whom a step of a chain reaches."""

    SUPERVISOR = "supervisor"  # the mentor's own, or else any of the team's
    BACKUP = "backup"  # another supervisor of the same team
    LEAD = "lead"  # the program lead
    ONCALL = "oncall"  # whoever is on call for the mentor's team by the rota


@dataclass(frozen=True, slots=True)
class Policy:
    """A chain. An alert keeps the policy that it opened with: later edits do not reach it."""

    level: Level
    steps: tuple[Step, ...]
    acknowledge_within: timedelta  # per step
    repeat: int  # times through the chain
    acknowledgement_lapses_after: timedelta
    follow_up_after: timedelta | None = FOLLOW_UP_AFTER  # the mentor is asked whether it helped; None: never

    def __post_init__(self) -> None:
        if not self.steps or self.repeat < 1:
            raise ValueError("a policy needs at least one step and one round")
        if min(self.acknowledge_within, self.acknowledgement_lapses_after) <= timedelta(0):
            raise ValueError("the durations of a policy are longer than zero")

    def as_json(self) -> dict[str, Any]:
        """Return plain values for storage; `from_json` is its inverse."""
        return {
            "level": self.level.code,
            "steps": [step.value for step in self.steps],
            "acknowledge_within": self.acknowledge_within.total_seconds(),
            "repeat": self.repeat,
            "acknowledgement_lapses_after": self.acknowledgement_lapses_after.total_seconds(),
            "follow_up_after": self.follow_up_after.total_seconds() if self.follow_up_after else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Policy":
        """Return the policy that `as_json` wrote."""
        return cls(
            level=Level.from_code(data["level"]),
            steps=tuple(Step(step) for step in data["steps"]),
            acknowledge_within=timedelta(seconds=data["acknowledge_within"]),
            repeat=data["repeat"],
            acknowledgement_lapses_after=timedelta(seconds=data["acknowledgement_lapses_after"]),
            follow_up_after=timedelta(seconds=data["follow_up_after"]) if data.get("follow_up_after") else None,
        )
