"""Updates that were taken, and those that could not be."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from storage import statements
from storage.database import ReadSession, WriteSession, vault_of
from storage.sql import changed, dialect_of, insert
from storage.tables_service import PoisonRow, UpdateRow


async def take(session: WriteSession, update_id: int, now: datetime) -> bool:
    """Note that an update is being handled in this transaction. False if it was handled before."""
    found = await session.scalar(statements.take_update(dialect_of(session)), {"update_id": update_id, "seen_at": now})
    return found is not None


async def bury(session: WriteSession, update_id: int, body: Any, error: str, now: datetime) -> None:
    """Keep an update that could not be handled, sealed, for a developer to look at."""
    sealed = vault_of(session).seal_json(body)
    values = {"update_id": update_id, "body_sealed": sealed, "error": error[:200], "at": now}
    await session.execute(insert(session, PoisonRow).values(**values).on_conflict_do_nothing())


async def buried(session: ReadSession) -> int:
    """Return how many updates could not be handled."""
    return await session.scalar(select(func.count()).select_from(PoisonRow)) or 0


async def forget(session: WriteSession, before: datetime) -> int:
    """Forget updates older than Telegram can deliver again (24 hours). Return how many."""
    return await changed(session, delete(UpdateRow).where(UpdateRow.seen_at < before))
