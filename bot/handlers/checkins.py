"""The buttons of a check-in. Whose check-in it is, the flows check."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.buttons import ButtonRefused, Press
from bot.handlers.incoming import Act
from flows import asking, ending
from flows.asking import Tap
from flows.deps import Deps
from flows.turn import Incoming


def _tap(action: str) -> Act:
    async def act(deps: Deps, incoming: Incoming, press: Press) -> None:
        place, _, value = press.argument.partition("=")
        if press.row is None:
            raise ButtonRefused("no check-in")
        tapped = Tap(checkin_id=press.row, place=press.reads(int, place), value=value or None)
        await asking.tap(deps, incoming, tapped, action)

    return act


async def _now(deps: Deps, incoming: Incoming, press: Press) -> None:
    await asking.ask_now(deps, incoming, press.argument or "pulse")


async def _debrief_after(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await ending.debrief(deps, incoming, press.row)


ACTIONS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "a": _tap("answer"),
        "s": _tap("skip"),
        "b": _tap("back"),
        "l": _tap("later"),
        "lev": _tap("evening"),
        "btn": _tap("buttons"),
        "d": _tap("done"),
        "deb": _debrief_after,
        "now": _now,
    }
)
