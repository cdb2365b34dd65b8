"""What comes in over the control API: fields with their types, and plans for faults."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import web

from emulator.faults import Fault

if TYPE_CHECKING:
    from emulator.server import Emulator

_UNSET: Any = object()


class Problem(Exception):
    """A request that the control API cannot follow."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class Fields:
    """A JSON object, read field by field; a missing or wrong one is a Problem that names it."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def given(self, name: str) -> bool:
        """Return whether the field is there and not null."""
        return self._values.get(name) is not None

    def _of(self, name: str, kinds: tuple[type, ...], default: Any) -> Any:
        value = self._values.get(name)
        if value is None and default is not _UNSET:
            return default
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise Problem(f"{name}: {' or '.join(kind.__name__ for kind in kinds)} is expected")
        return value

    def text(self, name: str, default: str = _UNSET) -> str:
        """Return a text; one without default must not be empty."""
        value = str(self._of(name, (str,), default))
        if default is _UNSET and not value.strip():
            raise Problem(f"{name}: must not be empty")
        return value

    def integer(self, name: str, default: int = _UNSET) -> int:
        """Return a whole number."""
        return int(self._of(name, (int,), default))

    def number(self, name: str, default: float = _UNSET) -> float:
        """Return a number."""
        return float(self._of(name, (int, float), default))

    def boolean(self, name: str, default: bool = _UNSET) -> bool:
        """Return true or false."""
        return bool(self._of(name, (bool,), default))

    def object(self, name: str) -> dict[str, Any]:
        """Return an object."""
        return dict(self._of(name, (dict,), _UNSET))

    def list(self, name: str) -> list[Any]:
        """Return a list."""
        return list(self._of(name, (list,), _UNSET))


async def fields_of(request: web.Request) -> Fields:
    """Return the fields of a request's JSON body; no body has none."""
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError:
        raise Problem("the body is not JSON") from None
    if not isinstance(body, dict):
        raise Problem("the body is not a JSON object")
    return Fields(body)


def apply_faults(emulator: "Emulator", fields: Fields) -> None:
    """Follow a plan; each part may be missing.

    `{"clear": true, "next": {"method", "fault": {"kind", …}, "chat"?, "times"?}, "random": {"rate", "kinds":
    [{"kind", …}], "seed"?, "methods"?}, "deliver_times": 3, "flood_limits": true}`
    """
    try:
        if fields.boolean("clear", default=False):
            emulator.faults.clear()
        if fields.given("next"):
            plan = Fields(fields.object("next"))
            chat = plan.integer("chat") if plan.given("chat") else None
            fault = Fault.named(plan.object("fault"))
            emulator.faults.next(plan.text("method"), fault, chat=chat, times=plan.integer("times", 1))
        if fields.given("random"):
            plan = Fields(fields.object("random"))
            kinds = [Fault.named(dict(kind)) for kind in plan.list("kinds")]
            methods = plan.list("methods") if plan.given("methods") else None
            emulator.faults.random(rate=plan.number("rate"), kinds=kinds, seed=plan.integer("seed", 0), methods=methods)
        if fields.given("deliver_times"):
            emulator.deliver_times(fields.integer("deliver_times"))
        emulator.limits.enabled = fields.boolean("flood_limits", default=emulator.limits.enabled)
    except ValueError as error:
        raise Problem(str(error)) from None
