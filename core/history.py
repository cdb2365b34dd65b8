"""What one mentor's earlier check-ins leave behind for judging the next: bounded, frozen, stored as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from core.change import Change, ChangeAlert
from core.levels import Level
from core.memory import Memory
from core.rules import Runs

# Raised when the stored form changes, so that an older one is refolded from the answers instead of misread.
FORMAT = 1


class UnknownHistory(ValueError):
    """A stored history is not in the form that this version writes. Fold it again from the answers."""


@dataclass(frozen=True, slots=True)
class History:
    """The state of the fold after a mentor's latest check-in. A new mentor starts with `History()`.

    It does not grow: the answers themselves are not kept, only what later check-ins need of them.
    """

    change: Change = field(default_factory=Change)
    runs: Runs = field(default_factory=Runs)
    memory: Memory = field(default_factory=Memory)
    latest: tuple[int, int] | None = None  # instant and order within it of the latest check-in
    pulse_at: int | None = None  # latest answered pulse, microseconds since 1970
    weekly_at: int | None = None
    above: tuple[bool, ...] = ()  # the last five scored pulses: above the usual of their time?
    counts: Mapping[str, float] = field(default_factory=dict)  # latest answer to each count of the load

    @property
    def change_alert_open(self) -> bool:
        """Whether a change-alert is open; silence is then told sooner."""
        return self.change.level is not Level.STEADY

    def as_json(self) -> dict[str, Any]:
        """Return plain values for storage; `from_json` is the inverse, to the last bit of every number."""
        change = _plain(self.change)
        change["alert"] = {**_plain(self.change.alert), "level": self.change.level.code}
        memory = _plain(self.memory)
        memory["resolved"] = [[level.code, count] for level, count in self.memory.resolved]
        return {
            "format": FORMAT,
            "change": change,
            "runs": _plain(self.runs),
            "memory": memory,
            "latest": None if self.latest is None else list(self.latest),
            "pulse_at": self.pulse_at,
            "weekly_at": self.weekly_at,
            "above": list(self.above),
            "counts": dict(self.counts),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "History":
        """Return the history that `as_json` wrote, or raise UnknownHistory."""
        if data.get("format") != FORMAT:
            raise UnknownHistory(f"a history of format {data.get('format')!r}, where {FORMAT} is known")
        try:
            change, memory = dict(data["change"]), dict(data["memory"])
            alert = dict(change["alert"])
            change["alert"] = ChangeAlert(**{**alert, "level": Level.from_code(alert["level"])})
            change["learning"] = tuple(change["learning"])
            change["weekly_learning"] = tuple(change["weekly_learning"])
            memory["resolved"] = tuple((Level.from_code(code), count) for code, count in memory["resolved"])
            return cls(
                change=Change(**change),
                runs=Runs(**data["runs"]),
                memory=Memory(**memory),
                latest=None if data["latest"] is None else (data["latest"][0], data["latest"][1]),
                pulse_at=data["pulse_at"],
                weekly_at=data["weekly_at"],
                above=tuple(data["above"]),
                counts=dict(data["counts"]),
            )
        except (KeyError, TypeError, ValueError, IndexError) as fault:
            raise UnknownHistory(f"a history that cannot be read: {type(fault).__name__}") from None


def _plain(value: Any) -> dict[str, Any]:
    plain = {one.name: getattr(value, one.name) for one in fields(value)}
    return {name: list(one) if isinstance(one, tuple) else one for name, one in plain.items()}
