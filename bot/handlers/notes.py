"""The buttons under a note. Whose note it is, the flows check."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.buttons import Press
from bot.handlers.incoming import Act
from core.notes import NoteEvent
from flows import noting
from flows.deps import Deps
from flows.turn import Incoming


def _note(event: NoteEvent) -> Act:
    async def act(deps: Deps, incoming: Incoming, press: Press) -> None:
        if press.row is not None:
            await noting.confirm(deps, incoming, press.row, event)

    return act


async def _debrief(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await noting.debrief(deps, incoming, press.row)


ACTIONS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "nme": _note(NoteEvent.IS_ME),
        "nsome": _note(NoteEvent.IS_SOMEONE),
        "nnot": _note(NoteEvent.IS_NOT_MEANT),
        "ndis": _note(NoteEvent.DISCLOSE),
        "npriv": _note(NoteEvent.KEEP_PRIVATE),
        "ndel": _note(NoteEvent.WITHDRAW),
        "ndeb": _debrief,
    }
)
