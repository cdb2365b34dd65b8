"""The buttons of a mentor's pace. Whose timer it is, the flows check."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

from bot.buttons import Press
from flows import visiting
from flows.deps import Deps
from flows.turn import Incoming

Act = Callable[[Deps, Incoming, Press], Awaitable[None]]


async def _visit(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await visiting.show(deps, incoming)


async def _start(deps: Deps, incoming: Incoming, press: Press) -> None:
    await visiting.start(deps, incoming, press.reads(int))


async def _type(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await visiting.ask_time(deps, incoming)


async def _out(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await visiting.out(deps, incoming, press.row)


ACTIONS: Final[Mapping[str, Act]] = MappingProxyType({"vis": _visit, "vgo": _start, "vty": _type, "vout": _out})
