"""What goes wrong on request: errors, cut connections, slow answers."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from emulator.errors import Refused, too_many


class Moment(StrEnum):
    """When a fault strikes."""

    REFUSE = "refuse"  # an error comes back and nothing was done
    CUT_BEFORE = "cut_before"  # the connection ends, nothing was done
    CUT_AFTER = "cut_after"  # it was done, the connection ends before the answer
    SLOW = "slow"  # it was done, the answer takes its time


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong with one call."""

    moment: Moment
    refusal: Refused | None = None
    seconds: float = 0.0
    not_json: bool = False  # the answer of a gateway in front: a page, not JSON

    @classmethod
    def too_many(cls, retry_after: int) -> Self:
        """429, wait `retry_after` seconds."""
        return cls(Moment.REFUSE, too_many(retry_after))

    @classmethod
    def server_error(cls, code: int = 502, description: str = "Bad Gateway", *, not_json: bool = False) -> Self:
        """A 5xx answer, as JSON or as the page of a gateway."""
        return cls(Moment.REFUSE, Refused(code, description), not_json=not_json)

    @classmethod
    def unauthorized(cls) -> Self:
        """401: the token was revoked."""
        return cls(Moment.REFUSE, Refused(401, "Unauthorized"))

    @classmethod
    def refuse(cls, code: int, description: str, **parameters: Any) -> Self:
        """Any other refusal."""
        return cls(Moment.REFUSE, Refused(code, description, parameters))

    @classmethod
    def cut_before(cls) -> Self:
        """The connection ends before the call was taken."""
        return cls(Moment.CUT_BEFORE)

    @classmethod
    def cut_after(cls) -> Self:
        """The connection ends after the call was taken: the caller cannot know."""
        return cls(Moment.CUT_AFTER)

    @classmethod
    def slow(cls, seconds: float) -> Self:
        """The call is taken at once and answered after `seconds`."""
        return cls(Moment.SLOW, seconds=seconds)

    @classmethod
    def named(cls, spec: dict[str, Any]) -> Self:
        """Return the fault that `{"kind": …}` describes, or raise ValueError; the control API's form."""
        fields = dict(spec)
        kind = fields.pop("kind", None)
        makers = {
            name: getattr(cls, name)
            for name in ("too_many", "server_error", "unauthorized", "refuse", "cut_before", "cut_after", "slow")
        }
        if kind not in makers:
            raise ValueError(f"unknown kind of fault {kind!r}; it is one of {', '.join(makers)}")
        try:
            fault: Self = makers[kind](**fields)
        except TypeError as error:
            raise ValueError(f"the fault {kind!r} does not fit: {error}") from None
        return fault


@dataclass(slots=True)
class _Planned:
    method: str
    fault: Fault
    chat: int | None
    times: int


@dataclass(slots=True)
class _Chance:
    rate: float
    kinds: Sequence[Fault]
    dice: random.Random
    methods: frozenset[str] | None


@dataclass(slots=True)
class Faults:
    """The faults to come: planned ones first, then those by chance."""

    _planned: list[_Planned] = field(default_factory=list)
    _chance: _Chance | None = None
    struck: int = 0  # how many calls have met a fault

    def next(self, method: str, fault: Fault, *, chat: int | None = None, times: int = 1) -> None:
        """Let the next `times` calls of `method` ("*" for any), to `chat` if given, go wrong."""
        self._planned.append(_Planned(method, fault, chat, times))

    def random(self, *, rate: float, kinds: Sequence[Fault], seed: int, methods: Sequence[str] | None = None) -> None:
        """Let a share of all calls (0 to 1), or of those methods, go wrong, the same way for the same seed."""
        if not 0 <= rate <= 1 or not kinds:
            raise ValueError("a rate lies between 0 and 1, and there is at least one kind of fault")
        dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._chance = _Chance(rate, tuple(kinds), dice, None if methods is None else frozenset(methods))

    def clear(self) -> None:
        """Let everything go right from now on."""
        self._planned.clear()
        self._chance = None

    def strike(self, method: str, chat: object) -> Fault | None:
        """Return the fault that this call meets, or None, and use it up."""
        for planned in self._planned:
            if planned.method in (method, "*") and planned.chat in (None, chat):
                planned.times -= 1
                if planned.times <= 0:
                    self._planned.remove(planned)
                self.struck += 1
                return planned.fault
        chance = self._chance
        if chance is None or (chance.methods is not None and method not in chance.methods):
            return None
        if chance.dice.random() >= chance.rate:
            return None
        self.struck += 1
        return chance.dice.choice(chance.kinds)
