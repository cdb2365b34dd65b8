"""The wiring of python-telegram-bot: handlers, and errors that are heard."""

from collections.abc import Sequence
from typing import Any

from telegram import Bot, BotCommand, BotCommandScopeDefault, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)
from telegram.request import BaseRequest

from bot.buttons import Signer
from bot.handlers.commands import COMMANDS, on_command, on_start, on_visit
from bot.handlers.incoming import BotApplication, Context, Kit, incoming, kit
from bot.handlers.presses import on_press
from bot.reading import read
from bot.request import AiohttpRequest
from bot.texts import Texts
from flows import belonging, groups, noting
from flows.deps import Deps


class LoudApplication(Application):  # type: ignore[type-arg]
    """Raises what a handler raises. The library would log it, and the update would be confirmed and lost."""

    async def process_error(self, update: object, error: Exception, *_args: Any, **_kwargs: Any) -> bool:  # noqa: ARG002
        """Pass the error on."""
        raise error


def build(token: str, api_url: str, request: BaseRequest | None = None) -> BotApplication:
    """Return the application, without an updater, a job queue or any persistence: state is in the database.

    `request` takes the place of the network.
    """
    builder = ApplicationBuilder().application_class(LoudApplication).token(token).updater(None).job_queue(None)
    builder = builder.base_url(f"{api_url}/bot").base_file_url(f"{api_url}/file/bot")
    return builder.request(request or AiohttpRequest()).get_updates_request(AiohttpRequest(connections=1)).build()


def wire(application: BotApplication, deps: Deps, signer: Signer) -> None:
    """Add the handlers. Private chats are listened to, and two commands of leads in groups."""
    application.bot_data["kit"] = Kit(deps, signer)
    private = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
    application.add_handler(CallbackQueryHandler(on_press))
    application.add_handler(CommandHandler("start", on_start, filters=private))
    application.add_handler(CommandHandler("visit", on_visit, filters=private))
    for name, act in COMMANDS.items():
        application.add_handler(CommandHandler(name, on_command(act), filters=private))
    in_groups = filters.ChatType.GROUPS & filters.UpdateType.MESSAGE
    application.add_handler(CommandHandler("link", on_link, filters=in_groups))
    application.add_handler(CommandHandler("unlink", on_unlink, filters=in_groups))
    application.add_handler(MessageHandler(private & filters.COMMAND, on_command(_unknown_command)))
    application.add_handler(MessageHandler(private & filters.TEXT, on_text))
    application.add_handler(MessageHandler(private & ~filters.StatusUpdate.ALL, on_file))
    edited = filters.ChatType.PRIVATE & filters.UpdateType.EDITED_MESSAGE
    application.add_handler(MessageHandler(edited & filters.TEXT & ~filters.COMMAND, on_edit))
    application.add_handler(ChatMemberHandler(on_membership, ChatMemberHandler.MY_CHAT_MEMBER))


async def _unknown_command(deps: Deps, who: Any) -> None:
    await belonging.refuse(deps, who, "command_unknown")


async def on_link(update: Update, context: Context) -> None:
    """A lead links a group, or a topic of it, to a team."""
    who, chat = incoming(update), update.effective_chat
    if who is not None and chat is not None:
        await groups.link(kit(context).deps, who, chat.title or "–", " ".join(context.args or []))


async def on_unlink(update: Update, context: Context) -> None:
    """A lead ends it."""
    if (who := incoming(update)) is not None:
        await groups.unlink(kit(context).deps, who)


async def on_text(update: Update, context: Context) -> None:
    """Hand a mentor's words to the note flow."""
    who, message = incoming(update), update.message
    if who is not None and message is not None and message.text:
        await noting.take_text(kit(context).deps, who, message.text)


async def on_edit(update: Update, context: Context) -> None:
    """Hand words that were written anew to the note flow."""
    who, message = incoming(update), update.edited_message
    if who is not None and message is not None and message.text:
        await noting.take_edit(kit(context).deps, who, message.text)


async def on_file(update: Update, context: Context) -> None:
    """Hand on what stands beside a picture or a file; they themselves are not read."""
    who, message = incoming(update), update.message
    if who is not None and message is not None:
        await noting.take_file(kit(context).deps, who, message.caption or "")


async def on_membership(update: Update, context: Context) -> None:
    """Somebody blocked the bot, or let it in again."""
    change, who = update.my_chat_member, incoming(update)
    if change is not None and who is not None and change.chat.type == "private":
        blocked = change.new_chat_member.status in ("kicked", "left")
        await belonging.unreachable(kit(context).deps, who, blocked=blocked)


async def handle(application: BotApplication, update: dict[str, Any]) -> None:
    """Handle one raw update. Returns after its transaction committed; raises what went wrong, or Unreadable."""
    parsed = read(update, application.bot)
    if parsed is not None:
        await application.process_update(parsed)


def command_list(language: str) -> Sequence[BotCommand]:
    """Return what the menu shows to a mentor."""
    texts = Texts(language)
    return [
        BotCommand("checkin", texts.say("A check-in now")),
        BotCommand("talk", texts.say("I need a person now")),
        BotCommand("me", texts.say("My last weeks")),
        BotCommand("visit", texts.say("A timer for a home visit")),
        BotCommand("away", texts.say("A break from questions")),
        BotCommand("settings", texts.say("Time, zone, quiet hours")),
        BotCommand("language", texts.say("Language")),
        BotCommand("privacy", texts.say("Who sees what")),
        BotCommand("mydata", texts.say("My data, or erase it")),
        BotCommand("help", texts.say("What works here")),
        BotCommand("leave", texts.say("Stop everything")),
    ]


async def publish_commands(bot: Bot, languages: Sequence[str]) -> None:
    """Tell Telegram the menu of commands, in each language. It is a comfort: a failure is passed on to be logged."""
    await bot.set_my_commands(command_list(languages[0]), scope=BotCommandScopeDefault())
    for language in languages:
        await bot.set_my_commands(command_list(language), scope=BotCommandScopeDefault(), language_code=language)
