"""One outgoing message becomes one call, and Telegram's answer becomes a result."""

import random
from datetime import timedelta
from typing import Final

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.request import NotSent
from bot.screens.screen import Screen
from core.messages import Kind, Outgoing, Priority
from flows.delivery import Result, Settled

FIRST_RETRY: Final = timedelta(seconds=1)
LONGEST_RETRY: Final = timedelta(minutes=5)
# A crisis is tried again at least this often.
LONGEST_CRISIS_RETRY: Final = timedelta(seconds=10)

# Only these words of Telegram disable a person; an unknown refusal must not.
UNREACHABLE: Final = (
    "bot was blocked by the user",
    "user is deactivated",
    "bot can't initiate conversation with a user",
    "chat not found",
)
# The same for a linked group.
GROUP_GONE: Final = (
    "bot was kicked",
    "bot is not a member",
    "message thread not found",
    "group chat was deactivated",
)
UNCHANGED: Final = "message is not modified"
GONE: Final = (
    "message to edit not found",
    "message to delete not found",
    "message can't be edited",
    "message_id_invalid",
)


async def send(bot: Bot, outgoing: Outgoing, screen: Screen) -> Settled:
    """Make the call and return what came of it. Never raises for what Telegram or the network does."""
    markup = keyboard(screen)
    preview = LinkPreviewOptions(is_disabled=True)
    try:
        if screen.picture is not None:
            photo = await bot.send_photo(
                outgoing.chat_id,
                screen.picture,
                caption=screen.text,
                parse_mode=ParseMode.HTML,
                reply_markup=markup,
                disable_notification=screen.silent,
            )
            return Settled(outgoing=outgoing, result=Result.SENT, message_id=photo.message_id)
        if screen.document is not None:
            file = await bot.send_document(
                outgoing.chat_id,
                screen.document.content,
                filename=screen.document.name,
                caption=screen.text,
                parse_mode=ParseMode.HTML,
                reply_markup=markup,
                disable_notification=screen.silent,
            )
            return Settled(outgoing=outgoing, result=Result.SENT, message_id=file.message_id)
        if outgoing.edit is None:
            message = await bot.send_message(
                outgoing.chat_id,
                screen.text,
                parse_mode=ParseMode.HTML,
                reply_markup=markup,
                link_preview_options=preview,
                message_thread_id=outgoing.thread_id,
                disable_notification=screen.silent,
            )
            return Settled(outgoing=outgoing, result=Result.SENT, message_id=message.message_id)
        if outgoing.kind is Kind.WITHDRAW:
            await bot.delete_message(outgoing.chat_id, outgoing.edit)
            return Settled(outgoing=outgoing, result=Result.SENT)
        await bot.edit_message_text(
            screen.text,
            chat_id=outgoing.chat_id,
            message_id=outgoing.edit,
            parse_mode=ParseMode.HTML,
            reply_markup=markup,
            link_preview_options=preview,
        )
    except TelegramError as error:
        return settled_from(outgoing, error)
    return Settled(outgoing=outgoing, result=Result.SENT, message_id=outgoing.edit)


def keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    """Return the buttons as Telegram takes them."""
    if not screen.rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(b.label, callback_data=b.data, url=b.url) for b in row] for row in screen.rows]
    )


def settled_from(outgoing: Outgoing, error: TelegramError) -> Settled:
    """Say what an error means for a message. Subclasses come before their bases: BadRequest is a NetworkError."""
    words = str(error).lower()
    match error:
        case RetryAfter():
            wait = error.retry_after
            after = wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
            return Settled(outgoing=outgoing, result=Result.SLOW_DOWN, retry_in=after, error="429")
        case ChatMigrated() if outgoing.group_id is not None:
            moved = error.new_chat_id
            return Settled(outgoing=outgoing, result=Result.MOVED, new_chat=moved, error=str(error))
        case Forbidden() | BadRequest() if any(reason in words for reason in UNREACHABLE):
            return Settled(outgoing=outgoing, result=Result.UNREACHABLE, error=str(error))
        case Forbidden() | BadRequest() if outgoing.group_id and any(reason in words for reason in GROUP_GONE):
            return Settled(outgoing=outgoing, result=Result.UNREACHABLE, error=str(error))
        case BadRequest() if UNCHANGED in words:
            return Settled(outgoing=outgoing, result=Result.SENT, message_id=outgoing.edit)
        case BadRequest() if any(reason in words for reason in GONE):
            return Settled(outgoing=outgoing, result=Result.GONE, error=str(error))
        case Forbidden() | BadRequest() | ChatMigrated():
            return Settled(outgoing=outgoing, result=Result.REFUSED, error=str(error))
        case TimedOut():
            return Settled(outgoing=outgoing, result=Result.UNSURE, retry_in=backoff(outgoing), error=str(error))
        case NotSent() | InvalidToken() | NetworkError():
            # No connection, or an error that Telegram itself answered: it did not take the message.
            return Settled(outgoing=outgoing, result=Result.NOT_SENT, retry_in=backoff(outgoing), error=words[:100])
        case _:
            return Settled(outgoing=outgoing, result=Result.NOT_SENT, retry_in=backoff(outgoing), error=words[:100])


def backoff(outgoing: Outgoing) -> timedelta:
    """Return how long to wait before the next attempt: doubled each time, with some chance in it."""
    longest = LONGEST_CRISIS_RETRY if outgoing.priority is Priority.CRISIS else LONGEST_RETRY
    doubled: timedelta = FIRST_RETRY * 2 ** min(outgoing.attempts - 1, 10)
    wait = min(doubled, longest)
    spread: float = random.uniform(0.7, 1.0)  # noqa: S311 - spreads retries, guards nothing
    return wait * spread
