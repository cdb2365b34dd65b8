"""The buttons of times for a talk. Whose alert it is, the flows check."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.buttons import Press
from bot.handlers.incoming import Act
from flows import proposing
from flows.deps import Deps
from flows.turn import Incoming


async def _begin(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await proposing.begin(deps, incoming, press.row)


async def _pick(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await proposing.pick(deps, incoming, press.row, press.reads(proposing.unix))


async def _send(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await proposing.send(deps, incoming, press.row)


async def _answer(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await proposing.answer(deps, incoming, press.row, press.argument)


ACTIONS: Final[Mapping[str, Act]] = MappingProxyType({"ptm": _begin, "ptk": _pick, "pts": _send, "tta": _answer})
