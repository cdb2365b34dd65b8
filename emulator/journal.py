"""Every call that was made, and every rule that was broken."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """One call: what was asked and what came of it. `outcome` is "ok", "refused", "cut before" or "cut after"."""

    number: int  # from 1
    at: datetime  # emulator time
    method: str
    parameters: dict[str, Any]
    outcome: str
    code: int
    result: Any  # what the Bot API returned, or the description of a refusal
    seconds: float  # until the answer was ready

    @property
    def ok(self) -> bool:
        """Whether it was done and the caller was told so."""
        return self.outcome == "ok"


class Journal:
    """The newest calls (50,000 of them), oldest first."""

    def __init__(self, keep: int = 50_000) -> None:
        self._calls: deque[Call] = deque(maxlen=keep)
        self._number = 0

    def __iter__(self) -> Iterator[Call]:
        return iter(self._calls)

    def __len__(self) -> int:
        return len(self._calls)

    def next_number(self) -> int:
        """Return the number of the next call."""
        self._number += 1
        return self._number

    def add(self, call: Call) -> None:
        """Keep a call."""
        self._calls.append(call)

    def of(self, method: str) -> list[Call]:
        """Return all calls of a method."""
        return [call for call in self._calls if call.method == method]

    def after(self, number: int, limit: int = 1000) -> list[Call]:
        """Return up to `limit` calls after that number."""
        found = []
        for call in self._calls:
            if call.number > number:
                found.append(call)
                if len(found) == limit:
                    break
        return found
