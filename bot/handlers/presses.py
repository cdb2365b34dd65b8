"""Buttons. Each action is a line in the table of its module; whose button it is, the flow checks."""

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog
from telegram import CallbackQuery, Update
from telegram.error import TelegramError

from bot.buttons import ButtonRefused, Press
from bot.handlers import alerts, checkins, duty, membership, mine, notes, pace, talks, team, visibility
from bot.handlers.incoming import Act, Context, incoming, kit
from flows import belonging
from flows.deps import Deps
from flows.turn import Incoming

log = structlog.get_logger(__name__)


async def _unknown(_deps: Deps, _incoming: Incoming, _press: Press) -> None:
    raise ButtonRefused("no such action")


ACTIONS: Final[Mapping[str, Act]] = {
    **checkins.ACTIONS,
    **notes.ACTIONS,
    **membership.ACTIONS,
    **alerts.ACTIONS,
    **duty.ACTIONS,
    **talks.ACTIONS,
    **team.ACTIONS,
    **mine.ACTIONS,
    **pace.ACTIONS,
    **visibility.ACTIONS,
}

_answering: set[asyncio.Task[None]] = set()


async def on_press(update: Update, context: Context) -> None:
    """Stop the button's spinner at once, then work: a query that waits expires."""
    query, who = update.callback_query, incoming(update)
    if query is None or who is None:
        return
    answering = asyncio.create_task(_answer(query))
    _answering.add(answering)
    answering.add_done_callback(_answering.discard)
    tools = kit(context)
    try:
        press = tools.signer.open(query.data or "")
        await ACTIONS.get(press.action, _unknown)(tools.deps, who, press)
    except ButtonRefused:
        log.warning("button refused", action="button_refused", update=update.update_id)
        await belonging.refuse(tools.deps, who, "button_unknown")


async def _answer(query: CallbackQuery) -> None:
    try:
        await query.answer()
    except TelegramError as error:
        # "query is too old" is normal after an outage, and nobody looks at the spinner any more.
        log.debug("press not answered", action="press_not_answered", error=type(error).__name__)
