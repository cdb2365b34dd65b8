"""A check-in bot of python-telegram-bot: ConversationHandler, PicklePersistence, JobQueue and AIORateLimiter.

Answers go to SQLite, committed before the next question is shown, so that what is stored is as durable as Keepwell's.
"""

import os
from pathlib import Path
from typing import Any

import aiosqlite
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    AIORateLimiter,
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ConversationHandler,
    PicklePersistence,
)

from benchmarks.peers import questions

MENTORS = [int(line) for line in Path(os.environ["PEER_MENTORS"]).read_text(encoding="utf-8").split()]
SUPERVISOR = int(os.environ["PEER_SUPERVISOR"])


def keyboard(place: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=data)] for label, data in questions.buttons(place)]
    )


async def answered(update: Update, context: Any) -> int:
    query = update.callback_query
    await query.answer()
    place, value = questions.pressed(query.data)
    database = context.bot_data["database"]
    await database.execute(questions.STORE, (query.from_user.id, questions.QUESTIONS[place][0], value))
    await database.commit()
    if value == "not_safe":
        await context.bot.send_message(SUPERVISOR, f"Mentor {query.from_user.id} needs a person now")
        await query.edit_message_text(questions.CRISIS)
        return ConversationHandler.END
    if place + 1 == len(questions.QUESTIONS):
        await query.edit_message_text(questions.DONE)
        return ConversationHandler.END
    await query.edit_message_text(questions.text(place + 1), reply_markup=keyboard(place + 1))
    return place + 1


async def send_all(context: Any) -> None:
    for mentor in MENTORS:
        await context.bot.send_message(mentor, questions.text(0), reply_markup=keyboard(0))


async def send_command(_update: Update, context: Any) -> None:
    context.job_queue.run_once(send_all, 0)


class Data:
    """The database is opened on the loop that uses it."""

    @staticmethod
    async def open(application: Application) -> None:
        database = await aiosqlite.connect(os.environ["PEER_DATABASE"])
        await database.executescript(questions.SCHEMA)
        application.bot_data["database"] = database

    @staticmethod
    async def close(application: Application) -> None:
        await application.bot_data.pop("database").close()


class Persistence(PicklePersistence):
    """A connection cannot be pickled."""

    async def update_bot_data(self, data: Any) -> None:
        await super().update_bot_data({key: value for key, value in data.items() if key != "database"})


def main() -> None:
    persistence = Persistence(os.environ["PEER_DATABASE"] + ".pickle")
    builder = ApplicationBuilder().token(os.environ["PEER_TOKEN"]).base_url(os.environ["PEER_URL"] + "/bot")
    application = (
        builder.persistence(persistence)
        .rate_limiter(AIORateLimiter(max_retries=5))
        .post_init(Data.open)
        .post_shutdown(Data.close)
        .build()
    )
    places = range(1, len(questions.QUESTIONS))
    application.add_handler(
        ConversationHandler(
            entry_points=[CallbackQueryHandler(answered, pattern="^p:a:0:0=")],
            states={place: [CallbackQueryHandler(answered, pattern=f"^p:a:0:{place}=")] for place in places},
            fallbacks=[],
            name="pulse",
            persistent=True,
        )
    )
    application.add_handler(CommandHandler("send", send_command))
    application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main()
