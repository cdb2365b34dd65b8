"""The table of methods."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.contract import Upload
from emulator.services import Services


@dataclass(frozen=True, slots=True)
class Arguments:
    """The parameters of one call, checked against the contract, and the files attached to it."""

    values: Mapping[str, Any]
    files: Mapping[str, Upload] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Return a parameter, or what stands for it when it was not given."""
        return self.values.get(name, default)


Handler = Callable[[Services, Arguments], Any]  # the result, or an awaitable of it


@dataclass(frozen=True, slots=True)
class Method:
    """A method and the parameters that it honours; others are refused loudly, not passed over."""

    run: Handler
    takes: frozenset[str]
    sends: bool  # counts against the flood limits


METHODS: dict[str, Method] = {}


def method(name: str, takes: str = "", *, sends: bool = False) -> Callable[[Handler], Handler]:
    """Enter a handler under a method's name; one that waits is a coroutine function."""

    def enter(run: Handler) -> Handler:
        METHODS[name] = Method(run, frozenset(takes.split()), sends)
        return run

    return enter
