"""The buttons of a mentor's own data. Each flow shows or erases only what is the presser's own."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from bot.buttons import Press
from bot.handlers.incoming import Act
from flows import erasing, history, mydata
from flows.deps import Deps
from flows.turn import Incoming


async def _picture(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await history.show_picture(deps, incoming)


async def _looks(deps: Deps, incoming: Incoming, press: Press) -> None:
    await mydata.show_looks(deps, incoming, press.reads(int, press.argument or "0"))


async def _ask_erase(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await erasing.ask(deps, incoming)


async def _erase(deps: Deps, incoming: Incoming, press: Press) -> None:
    await erasing.erase(deps, incoming, press.reads(_instant))


def _instant(seconds: str) -> datetime:
    """Return the instant so many seconds after the beginning of 1970; ValueError for one that no calendar has."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(seconds) from error


ACTIONS: Final[Mapping[str, Act]] = MappingProxyType(
    {"mepic": _picture, "looks": _looks, "era": _ask_erase, "erz": _erase}
)
