"""Invite links that did not work, counted by Telegram account: whoever tries many must wait."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from storage.database import ReadSession, WriteSession, vault_of
from storage.sql import changed, insert
from storage.tables_guard import GuessRow


async def count(session: ReadSession, telegram_id: int, now: datetime, within: timedelta) -> int:
    """Return how many links of this account have not worked since the first one of the running stretch."""
    found = await _row(session, telegram_id, now - within)
    return found.tries if found is not None else 0


async def note(session: WriteSession, telegram_id: int, now: datetime, within: timedelta) -> None:
    """Count a link that did not work. A stretch of `within` begins with the first one."""
    running = await _row(session, telegram_id, now - within)
    values = {"tries": running.tries + 1, "since": running.since} if running else {"tries": 1, "since": now}
    statement = insert(session, GuessRow).values(key=vault_of(session).index(telegram_id), **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["key"], set_=values))


async def forget(session: WriteSession, before: datetime) -> int:
    """Forget stretches that began before. Return how many."""
    return await changed(session, delete(GuessRow).where(GuessRow.since < before))


async def _row(session: ReadSession, telegram_id: int, after: datetime) -> GuessRow | None:
    keys = vault_of(session).indexes(telegram_id)
    statement = select(GuessRow).where(GuessRow.key.in_(keys), GuessRow.since > after)
    return (await session.scalars(statement.order_by(GuessRow.tries.desc()))).first()
