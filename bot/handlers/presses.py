"""Buttons. Each action is a line in a table; whose button it is, the flow checks."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import time
from typing import Final
from uuid import UUID

import structlog
from telegram import CallbackQuery, Update
from telegram.error import TelegramError

from bot.buttons import ButtonRefused, Press
from bot.handlers import duty, mine, pace, talks, team, visibility
from bot.handlers.incoming import Context, incoming, kit
from core.alerts import Outcome
from core.consent import Agreement
from core.messages import Kind
from core.notes import NoteEvent
from core.timetable import validate_zone
from flows import (
    alerting,
    asking,
    belonging,
    ending,
    following,
    handling,
    joining,
    leaving,
    noting,
    outcomes,
    overview,
    talking,
)
from flows.asking import Tap
from flows.deps import Deps
from flows.turn import Incoming

log = structlog.get_logger(__name__)

CLOCK: Final = re.compile(r"\d\d:\d\d", re.ASCII)

Act = Callable[[Deps, Incoming, Press], Awaitable[None]]


def _tap(action: str) -> Act:
    async def act(deps: Deps, incoming: Incoming, press: Press) -> None:
        place, _, value = press.argument.partition("=")
        if press.row is None:
            raise ButtonRefused("no check-in")
        tapped = Tap(checkin_id=press.row, place=press.reads(int, place), value=value or None)
        await asking.tap(deps, incoming, tapped, action)

    return act


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


async def _now(deps: Deps, incoming: Incoming, press: Press) -> None:
    await asking.ask_now(deps, incoming, press.argument or "pulse")


async def _talk(deps: Deps, incoming: Incoming, _press: Press) -> None:
    await talking.talk(deps, incoming)


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


async def _acknowledge(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await alerting.acknowledge(deps, incoming, press.row)


async def _ask_outcome(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await alerting.ask_outcome(deps, incoming, press.row)


async def _keep(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await alerting.ask_outcome(deps, incoming, press.row, cancel=True)


async def _resolve(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await alerting.resolve(deps, incoming, press.row, press.reads(Outcome))


def _note(event: NoteEvent) -> Act:
    async def act(deps: Deps, incoming: Incoming, press: Press) -> None:
        if press.row is not None:
            await noting.confirm(deps, incoming, press.row, event)

    return act


async def _debrief(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await noting.debrief(deps, incoming, press.row)


async def _debrief_after(deps: Deps, incoming: Incoming, press: Press) -> None:
    if press.row is not None:
        await ending.debrief(deps, incoming, press.row)


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


async def _unknown(_deps: Deps, _incoming: Incoming, _press: Press) -> None:
    raise ButtonRefused("no such action")


ACTIONS: Final[Mapping[str, Act]] = {
    "a": _tap("answer"),
    "s": _tap("skip"),
    "b": _tap("back"),
    "l": _tap("later"),
    "lev": _tap("evening"),
    "btn": _tap("buttons"),
    "d": _tap("done"),
    "deb": _debrief_after,
    "nme": _note(NoteEvent.IS_ME),
    "nsome": _note(NoteEvent.IS_SOMEONE),
    "nnot": _note(NoteEvent.IS_NOT_MEANT),
    "ndis": _note(NoteEvent.DISCLOSE),
    "npriv": _note(NoteEvent.KEEP_PRIVATE),
    "ndel": _note(NoteEvent.WITHDRAW),
    "ndeb": _debrief,
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
    "now": _now,
    "talk": _talk,
    "avo": _ask_avoid,
    "avy": _avoid,
    "away": _away,
    "aways": _ask_away,
    "back": _back,
    "leave": _leave,
    "stay": _stay,
    "return": _return,
    "ack": _acknowledge,
    "res": _ask_outcome,
    "out": _resolve,
    "keep": _keep,
    **duty.ACTIONS,
    **talks.ACTIONS,
    **team.ACTIONS,
    **mine.ACTIONS,
    **pace.ACTIONS,
    **visibility.ACTIONS,
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
