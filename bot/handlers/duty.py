"""The buttons of being on call. Whose shift it is, the flows check."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from bot.buttons import Press
from bot.handlers.incoming import Act
from flows import absence, oncall, swapping
from flows.deps import Deps
from flows.turn import Incoming

FAR: Final = 10**11  # a Unix time of more seconds is none of ours


def _unix(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > FAR:
        raise ValueError("no Unix time")
    return int(text)


async def _show(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await oncall.show(deps, incoming)


async def _choose(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await swapping.choose(deps, incoming)


async def _offer(deps: Deps, incoming: Incoming, press: Press) -> None:
    await swapping.offer(deps, incoming, press.reads(_unix))


async def _take(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await swapping.take(deps, incoming, press.row)


async def _withdraw(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await swapping.withdraw(deps, incoming, press.row)


async def _days(deps: Deps, incoming: Incoming, press: Press) -> None:
    page = press.argument
    await absence.show(deps, incoming, int(page) if page.isascii() and page.isdigit() else 0)


async def _day(deps: Deps, incoming: Incoming, press: Press) -> None:
    await absence.toggle(deps, incoming, press.reads(date.fromisoformat))


ACTIONS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "onc": _show,
        "swc": _choose,
        "swo": _offer,
        "swt": _take,
        "sww": _withdraw,
        "dop": _days,
        "dof": _day,
    }
)
