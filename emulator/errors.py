"""What the Bot API answers when it refuses."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, eq=False)
class Refused(Exception):
    """A call that the Bot API refuses; `description` carries the usual prefix of its code."""

    code: int
    description: str
    parameters: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.code} {self.description}"

    def body(self) -> dict[str, Any]:
        """Return the JSON answer."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class ContractBroken(Refused):
    """A call that no Bot API would understand: a fault of the caller, kept as a violation."""


class NotEmulated(Refused):
    """The Bot API has it and the emulator has not: a gap that a test must not pass over."""


def bad_request(what: str, **parameters: Any) -> Refused:
    """Return the refusal `Bad Request: what`."""
    return Refused(400, f"Bad Request: {what}", parameters)


def forbidden(what: str) -> Refused:
    """Return the refusal `Forbidden: what`."""
    return Refused(403, f"Forbidden: {what}")


def conflict(what: str) -> Refused:
    """Return the refusal `Conflict: what`."""
    return Refused(409, f"Conflict: {what}")


def too_many(retry_after: int) -> Refused:
    """Return the refusal that asks the caller to wait `retry_after` seconds."""
    return Refused(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})


def not_emulated(what: str) -> NotEmulated:
    """Return the loud refusal of something that the Bot API has and the emulator has not."""
    return NotEmulated(501, f"Not Implemented: the emulator has no {what}")
