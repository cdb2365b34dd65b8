"""The buttons of a mentor's pace and answers. Whose they are, the flows check."""

from collections.abc import Mapping
from datetime import date, time
from types import MappingProxyType
from typing import Final

from bot.buttons import ButtonRefused, Press
from bot.handlers.incoming import Act
from flows import away_dates, belonging, editing, own_days, visiting
from flows.asking import Tap
from flows.deps import Deps
from flows.turn import Incoming


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


async def _settings(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await belonging.show_settings(deps, incoming)


async def _one_message(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await own_days.toggle_one_message(deps, incoming)


async def _days(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await own_days.show(deps, incoming)


async def _toggle_day(deps: Deps, incoming: Incoming, press: Press) -> None:
    await own_days.toggle(deps, incoming, press.reads(int))


async def _ask_day_time(deps: Deps, incoming: Incoming, press: Press) -> None:
    await own_days.ask_time(deps, incoming, press.reads(int))


async def _day_time(deps: Deps, incoming: Incoming, press: Press) -> None:
    day, _, at = press.argument.partition("=")
    await own_days.set_time(deps, incoming, press.reads(int, day), press.reads(time.fromisoformat, at))


async def _away_days(deps: Deps, incoming: Incoming, press: Press) -> None:
    page, _, first = press.argument.partition("=")
    day = press.reads(date.fromisoformat, first) if first else None
    await away_dates.ask(deps, incoming, first=day, page=press.reads(int, page))


async def _away(deps: Deps, incoming: Incoming, press: Press) -> None:
    first, _, last = press.argument.partition("=")
    days = press.reads(date.fromisoformat, first), press.reads(date.fromisoformat, last)
    await away_dates.go(deps, incoming, *days)


ACTIONS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "vhm": _visit,
        "vgo": _start,
        "vty": _type,
        "vout": _out,
        "set": _settings,
        "one": _one_message,
        "dys": _days,
        "dyt": _toggle_day,
        "dya": _ask_day_time,
        "dyv": _day_time,
        "awd": _away_days,
        "awg": _away,
        "edl": _answers,
        "edi": _item,
        "edv": _change,
        "edk": _change,
    }
)
