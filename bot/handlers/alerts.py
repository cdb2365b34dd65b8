"""The buttons of alerts, from the call for somebody to what came of it. Whose alert it is, the flows check."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final
from uuid import UUID

from bot.buttons import Press
from bot.handlers.incoming import Act
from core.alerts import Outcome
from flows import belonging, following, handling, outcomes, overview, responding, talking
from flows.deps import Deps
from flows.turn import Incoming


async def _talk(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await talking.talk(deps, incoming)


async def _acknowledge(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await responding.acknowledge(deps, incoming, press.row)


async def _ask_outcome(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await responding.ask_outcome(deps, incoming, press.row)


async def _keep(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await responding.ask_outcome(deps, incoming, press.row, cancel=True)


async def _resolve(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await responding.resolve(deps, incoming, press.row, press.reads(Outcome))


def _alert(flow: Callable[[Deps, Incoming, UUID], Awaitable[None]]) -> Act:
    async def act(deps: Deps, incoming: Incoming, press: Press) -> None:
        if press.row is not None:
            await flow(deps, incoming, press.row)

    return act


def _alert_with(flow: Callable[[Deps, Incoming, UUID, str], Awaitable[None]]) -> Act:
    async def act(deps: Deps, incoming: Incoming, press: Press) -> None:
        if press.row is not None:
            await flow(deps, incoming, press.row, press.argument)

    return act


async def _contentless(deps: Deps, incoming: Incoming, press: Press) -> None:
    await belonging.set_contentless(deps, incoming, yes=press.argument == "yes")


async def _no_words(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await outcomes.leave(deps, incoming)


async def _open_alerts(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await overview.open_alerts(deps, incoming)


ACTIONS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "talk": _talk,
        "ack": _acknowledge,
        "res": _ask_outcome,
        "out": _resolve,
        "keep": _keep,
        "rea": _alert(handling.reached),
        "sno": _alert(handling.ask_snooze),
        "snz": _alert_with(handling.snooze),
        "han": _alert(handling.ask_hand_over),
        "hto": _alert_with(handling.hand_over),
        "dec": _alert(handling.decline),
        "hlp": _alert_with(following.answer),
        "als": _open_alerts,
        "cls": _contentless,
        "owd": _no_words,
    }
)
