"""Single facts of the deployment."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from storage.database import ReadSession, WriteSession
from storage.sql import insert
from storage.tables_service import FactRow

BOT_USERNAME: Final = "bot_username"
LAST_TICK: Final = "last_tick"
PROGRAM_VERSION: Final = "program_version"
FAILING: Final = "failing:"  # before the name of a tick that could not handle something


async def get(session: ReadSession, key: str) -> str | None:
    """Return a fact."""
    return await session.scalar(select(FactRow.value).where(FactRow.key == key))


async def when(session: ReadSession, key: str) -> datetime | None:
    """Return when a fact was stored."""
    return await session.scalar(select(FactRow.at).where(FactRow.key == key))


async def put(session: WriteSession, key: str, value: str, now: datetime) -> None:
    """Store a fact."""
    values = {"value": value, "at": now}
    statement = insert(session, FactRow).values(key=key, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["key"], set_=values))
