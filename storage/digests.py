"""Whose digest of which week was decided."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select

from storage.database import ReadSession, WriteSession
from storage.sql import changed, insert, inserted
from storage.tables_team import DigestRow


async def decide(session: WriteSession, person_id: UUID, week: str, now: datetime, *, sent: bool) -> bool:
    """Note that a week's digest was decided. False if another replica did so first."""
    statement = insert(session, DigestRow).values(person_id=person_id, week=week, decided_at=now, sent=sent)
    return await inserted(session, statement, DigestRow.person_id)


async def decided(session: ReadSession, weeks: Sequence[str]) -> set[tuple[UUID, str]]:
    """Return whose digests of these weeks were decided."""
    statement = select(DigestRow.person_id, DigestRow.week).where(DigestRow.week.in_(weeks))
    return {(person, week) for person, week in await session.execute(statement)}


async def forget(session: WriteSession, before: datetime) -> int:
    """Delete what is known of digests decided before an instant."""
    return await changed(session, delete(DigestRow).where(DigestRow.decided_at < before))
