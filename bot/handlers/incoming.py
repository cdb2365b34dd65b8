"""What every handler does first."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from telegram import Update
from telegram.ext import Application, CallbackContext, ExtBot

from bot.buttons import Press, Signer
from flows.deps import Deps
from flows.turn import Incoming

Context = CallbackContext[ExtBot[None], dict[object, object], dict[object, object], dict[object, object]]
BotApplication = Application[
    ExtBot[None], Context, dict[object, object], dict[object, object], dict[object, object], None
]
Act = Callable[[Deps, Incoming, Press], Awaitable[None]]  # what a button does


@dataclass(frozen=True, slots=True)
class Kit:
    """What handlers work with; kept in `bot_data`, which is never stored."""

    deps: Deps
    signer: Signer


def kit(context: Context) -> Kit:
    """Return the tools of the handlers."""
    found = context.bot_data["kit"]
    if not isinstance(found, Kit):
        raise TypeError("the application was not wired")
    return found


def incoming(update: Update) -> Incoming | None:
    """Return the plain facts of an update; None when nobody sent it."""
    user, chat = update.effective_user, update.effective_chat
    if user is None or chat is None:
        return None
    message, pressed = update.effective_message, update.callback_query is not None
    return Incoming(
        update_id=update.update_id,
        telegram_id=user.id,
        chat_id=chat.id,
        sent_at=message.date if message is not None and not pressed and hasattr(message, "date") else None,
        language=(user.language_code or "en")[:2],
        message_id=message.message_id if message is not None else None,
        is_press=pressed,
        thread_id=getattr(message, "message_thread_id", None) if getattr(message, "is_topic_message", False) else None,
    )
