"""Commands. Each one is a line in a table."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, Final

from telegram import Update

from bot.handlers.incoming import Context, incoming, kit
from core.messages import Kind
from flows import (
    asking,
    belonging,
    history,
    joining,
    leaving,
    mydata,
    oncall,
    overview,
    shifts,
    talking,
    team,
    visiting,
)
from flows.deps import Deps
from flows.turn import Incoming

Act = Callable[[Deps, Incoming], Awaitable[None]]


def _shows(kind: Kind) -> Act:
    async def act(deps: Deps, incoming: Incoming) -> None:
        await belonging.show(deps, incoming, kind)

    return act


async def _checkin(deps: Deps, incoming: Incoming) -> None:
    await asking.ask_now(deps, incoming)


COMMANDS: Final[Mapping[str, Act]] = {
    "help": _shows(Kind.HELP),
    "privacy": mydata.show_privacy,
    "language": _shows(Kind.ASK_LANGUAGE),
    "checkin": _checkin,
    "talk": talking.talk,
    "away": belonging.show_away,
    "settings": belonging.show_settings,
    "leave": leaving.ask_leave,
    "me": history.show,
    "mydata": mydata.send,
    "alerts": overview.open_alerts,
    "oncall": oncall.show,
    "team": team.show_team,
    "visit": visiting.show,
    "shift": shifts.over,
}


async def on_start(update: Update, context: Context) -> None:
    """/start, with or without the token of an invite."""
    if (who := incoming(update)) is not None:
        await joining.start(kit(context).deps, who, (context.args or [""])[0])


def on_command(act: Act) -> Callable[[Update, Context], Coroutine[Any, Any, None]]:
    """Return the handler of a command."""

    async def handle(update: Update, context: Context) -> None:
        if (who := incoming(update)) is not None:
            await act(kit(context).deps, who)

    return handle


async def on_visit(update: Update, context: Context) -> None:
    """/visit, with or without the time: one message is enough on a weak connection."""
    if (who := incoming(update)) is not None:
        await visiting.show(kit(context).deps, who, " ".join(context.args or []))
