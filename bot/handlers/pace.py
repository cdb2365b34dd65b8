"""The buttons of a mentor's pace and answers. Whose they are, the flows check."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

from bot.buttons import ButtonRefused, Press
from flows import editing, visiting
from flows.asking import Tap
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


def _tapped(press: Press) -> Tap:
    place, _, value = press.argument.partition("=")
    if press.row is None:
        raise ButtonRefused("no check-in")
    return Tap(checkin_id=press.row, place=press.reads(int, place), value=value or None)


async def _answers(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await editing.show(deps, incoming, press.row)


async def _item(deps: Deps, incoming: Incoming, press: Press) -> None:
    await editing.ask(deps, incoming, _tapped(press))


async def _change(deps: Deps, incoming: Incoming, press: Press) -> None:
    await editing.change(deps, incoming, _tapped(press))


ACTIONS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "vis": _visit,
        "vgo": _start,
        "vty": _type,
        "vout": _out,
        "edl": _answers,
        "edi": _item,
        "edv": _change,
        "edk": _change,
    }
)
