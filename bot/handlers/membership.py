"""The buttons of membership: consent, settings, being away, leaving."""

import re
from collections.abc import Mapping
from datetime import time
from types import MappingProxyType
from typing import Final

from bot.buttons import Press
from bot.handlers.incoming import Act
from core.consent import Agreement
from core.messages import Kind
from core.timetable import validate_zone
from flows import belonging, joining, leaving
from flows.deps import Deps
from flows.turn import Incoming

CLOCK: Final = re.compile(r"\d\d:\d\d", re.ASCII)


async def _consent(deps: Deps, incoming: Incoming, press: Press) -> None:
    await joining.show_consent(deps, incoming, press.reads(int))


async def _agree(deps: Deps, incoming: Incoming, press: Press) -> None:
    # A button without a version is older than all of them.
    shown = press.reads(Agreement.read) if press.argument else Agreement(0)
    await joining.agree(deps, incoming, shown)


async def _decline(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await joining.decline(deps, incoming)


async def _language(deps: Deps, incoming: Incoming, press: Press) -> None:
    language, _, back_to = press.argument.partition(".")
    await joining.choose_language(deps, incoming, language, back_to=back_to)


async def _zone(deps: Deps, incoming: Incoming, press: Press) -> None:
    zone, _, joins = press.argument.partition("~")
    zone = press.reads(validate_zone, zone.replace("AA/", "America/Argentina/"))
    await joining.choose_zone(deps, incoming, zone, joining=bool(joins))


async def _zones(deps: Deps, incoming: Incoming, press: Press) -> None:
    await belonging.ask_zone(deps, incoming, more=press.argument != "first", joining=press.argument == "j")


async def _time(deps: Deps, incoming: Incoming, press: Press) -> None:
    at, _, joins = press.argument.partition("~")
    await joining.choose_time(deps, incoming, press.reads(_clock, at), joining=bool(joins))


def _clock(text: str) -> time:
    """Return a local time of day; ValueError for anything but HH:MM. One with a zone or seconds would be none."""
    if not CLOCK.fullmatch(text):
        raise ValueError(text)
    return time.fromisoformat(text)


async def _times(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await belonging.ask_time(deps, incoming)


async def _away(deps: Deps, incoming: Incoming, press: Press) -> None:
    await belonging.go_away(deps, incoming, press.argument)


async def _ask_avoid(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await belonging.ask_avoid(deps, incoming)


async def _avoid(deps: Deps, incoming: Incoming, press: Press) -> None:
    await belonging.avoid(deps, incoming, yes=press.argument == "yes")


async def _ask_away(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await belonging.show_away(deps, incoming)


async def _back(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await belonging.come_back(deps, incoming)


async def _leave(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await leaving.leave(deps, incoming)


async def _stay(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await belonging.show(deps, incoming, Kind.HELP)


async def _return(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await leaving.come_again(deps, incoming)


async def _languages(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await belonging.show(deps, incoming, Kind.ASK_LANGUAGE)


async def _quiets(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await belonging.ask_quiet(deps, incoming)


async def _quiet(deps: Deps, incoming: Incoming, press: Press) -> None:
    start, _, end = press.argument.partition("-")
    hours = press.reads(_clock, start), press.reads(_clock, end)
    await belonging.set_quiet(deps, incoming, *hours)


ACTIONS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "consent": _consent,
        "agree": _agree,
        "decline": _decline,
        "lang": _language,
        "langs": _languages,
        "zone": _zone,
        "zones": _zones,
        "time": _time,
        "times": _times,
        "quiet": _quiet,
        "quiets": _quiets,
        "avo": _ask_avoid,
        "avy": _avoid,
        "away": _away,
        "aways": _ask_away,
        "back": _back,
        "leave": _leave,
        "stay": _stay,
        "return": _return,
    }
)
