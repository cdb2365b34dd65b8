"""A check-in bot of aiogram 3: its finite-state machine with a storage in SQLite, and a paced broadcast.

Answers go to SQLite, committed before the next question is shown, so that what is stored is as durable as Keepwell's.
"""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import aiosqlite
from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramRetryAfter
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import BaseStorage, StorageKey
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from benchmarks.peers import questions

MENTORS = [int(line) for line in Path(os.environ["PEER_MENTORS"]).read_text(encoding="utf-8").split()]
SUPERVISOR = int(os.environ["PEER_SUPERVISOR"])
BETWEEN_SECONDS = 0.035  # a little less than thirty a second


class Pulse(StatesGroup):
    asked = State()


class SqliteStorage(BaseStorage):
    """States in the same database as the answers."""

    def __init__(self, database: aiosqlite.Connection) -> None:
        self._database = database

    async def _put(self, key: StorageKey, column: str, value: str | None) -> None:
        await self._database.execute(
            f"INSERT INTO states (key, {column}) VALUES (?, ?)"
            f" ON CONFLICT (key) DO UPDATE SET {column} = excluded.{column}",
            (str(key.user_id), value),
        )
        await self._database.commit()

    async def _get(self, key: StorageKey, column: str) -> str | None:
        found = await self._database.execute_fetchall(f"SELECT {column} FROM states WHERE key = ?", (str(key.user_id),))
        return next(iter(found))[0] if found else None

    async def set_state(self, key: StorageKey, state: Any = None) -> None:
        await self._put(key, "state", state.state if isinstance(state, State) else state)

    async def get_state(self, key: StorageKey) -> str | None:
        return await self._get(key, "state")

    async def set_data(self, key: StorageKey, data: Any) -> None:
        await self._put(key, "data", json.dumps(dict(data)))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        return json.loads(await self._get(key, "data") or "{}")

    async def close(self) -> None:
        await self._database.close()


def keyboard(place: int) -> InlineKeyboardMarkup:
    rows = [[InlineKeyboardButton(text=label, callback_data=data)] for label, data in questions.buttons(place)]
    return InlineKeyboardMarkup(inline_keyboard=rows)


async def answered(query: CallbackQuery, state: FSMContext, database: aiosqlite.Connection, bot: Bot) -> None:
    await query.answer()
    place, value = questions.pressed(query.data)
    if place != (await state.get_data()).get("place", 0):
        return
    await database.execute(questions.STORE, (query.from_user.id, questions.QUESTIONS[place][0], value))
    await database.commit()
    if value == "not_safe":
        await bot.send_message(SUPERVISOR, f"Mentor {query.from_user.id} needs a person now")
        await query.message.edit_text(questions.CRISIS)
        await state.clear()
    elif place + 1 == len(questions.QUESTIONS):
        await query.message.edit_text(questions.DONE)
        await state.clear()
    else:
        await state.set_state(Pulse.asked)
        await state.update_data(place=place + 1)
        await query.message.edit_text(questions.text(place + 1), reply_markup=keyboard(place + 1))


async def send_all(bot: Bot) -> None:
    for mentor in MENTORS:
        while True:
            try:
                await bot.send_message(mentor, questions.text(0), reply_markup=keyboard(0))
                break
            except TelegramRetryAfter as error:
                await asyncio.sleep(error.retry_after)
        await asyncio.sleep(BETWEEN_SECONDS)


async def main() -> None:
    database = await aiosqlite.connect(os.environ["PEER_DATABASE"])
    await database.executescript(questions.SCHEMA)
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["PEER_URL"]))
    bot = Bot(os.environ["PEER_TOKEN"], session=session)
    dispatcher = Dispatcher(storage=SqliteStorage(database), database=database)
    dispatcher.callback_query.register(answered, F.data.startswith("p:a:"))
    sending: set[asyncio.Task[None]] = set()

    async def send_command(_message: Message) -> None:
        sending.add(asyncio.create_task(send_all(bot)))

    dispatcher.message.register(send_command, Command("send"))
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(main())
