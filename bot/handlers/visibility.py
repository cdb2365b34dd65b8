"""The buttons of what a mentor shows to whom. Each flow changes only what is the presser's own."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.buttons import Press
from bot.handlers.incoming import Act
from core.visibility import Group, Step
from flows import sharing, visibility
from flows.deps import Deps
from flows.turn import Incoming


async def _show(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await visibility.show(deps, incoming)


async def _group(deps: Deps, incoming: Incoming, press: Press) -> None:
    await visibility.show(deps, incoming, press.reads(Group))


async def _choose(deps: Deps, incoming: Incoming, press: Press) -> None:
    group, _, step = press.argument.partition(".")
    await visibility.choose(deps, incoming, press.reads(Group, group), press.reads(Step, step))


async def _preview(deps: Deps, incoming: Incoming, press: Press) -> None:
    await visibility.preview(deps, incoming, press.argument)


async def _shared(deps: Deps, incoming: Incoming, press: Press) -> None:
    group, _, page = press.argument.partition(".")
    if press.row is not None:
        number = int(page) if page.isdigit() else 0
        await sharing.show(deps, incoming, press.row, press.reads(Group, group), number)


ACTIONS: Final[Mapping[str, Act]] = MappingProxyType(
    {"vis": _show, "vig": _group, "vst": _choose, "prv": _preview, "sh": _shared}
)
