"""The buttons of the supervisor's day. Whose mentor it is, the flows check."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.buttons import Press
from bot.handlers.incoming import Act
from flows import agenda, contacts, team
from flows.contacts import Agreement, ContactKind
from flows.deps import Deps
from flows.turn import Incoming

MOST_DIGITS: Final = 6


def _page(press: Press) -> int:
    """Return the page that a button leads to: "2", or "2.none" among the mentors without a team."""
    number = press.argument.partition(".")[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) < MOST_DIGITS else 0


async def _list(deps: Deps, incoming: Incoming, press: Press) -> None:
    await team.show_page(deps, incoming, press.row, _page(press))


async def _teams(deps: Deps, incoming: Incoming, press: Press) -> None:
    await team.show_teams(deps, incoming, _page(press))


async def _agenda(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await agenda.show(deps, incoming, press.row, _page(press))


async def _trend(deps: Deps, incoming: Incoming, press: Press) -> None:
    await team.show_trend(deps, incoming, press.row)


async def _log(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await contacts.log_contact(deps, incoming, press.row, press.reads(ContactKind))


async def _log_group(deps: Deps, incoming: Incoming, press: Press) -> None:
    await contacts.log_group(deps, incoming, press.row)


async def _agree(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await contacts.agree(deps, incoming, press.row, press.reads(Agreement))


async def _undo(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await contacts.undo(deps, incoming, press.row)


ACTIONS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "tm": _list,
        "tms": _teams,
        "ag": _agenda,
        "trd": _trend,
        "lc": _log,
        "lcg": _log_group,
        "agr": _agree,
        "und": _undo,
    }
)
