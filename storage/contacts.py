"""Who met or called which mentor, and what they agreed on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, update

from storage.database import ReadSession, WriteSession
from storage.sql import changed
from storage.tables_team import ContactRow


@dataclass(frozen=True, slots=True)
class Contact:
    """That somebody met or called a mentor."""

    id: UUID
    person_id: UUID
    by_id: UUID
    session_id: UUID
    kind: str
    agreements: tuple[str, ...]
    at: datetime


def _to_contact(row: ContactRow) -> Contact:
    return Contact(row.id, row.person_id, row.by_id, row.session_id, row.kind, tuple(row.agreements), row.at)


async def add(session: WriteSession, people: Sequence[UUID], *, by: UUID, kind: str, now: datetime) -> list[Contact]:
    """Log one meeting with these mentors."""
    meeting = uuid4()
    rows = [
        ContactRow(id=uuid4(), person_id=person, by_id=by, session_id=meeting, kind=kind, agreements=[], at=now)
        for person in people
    ]
    session.add_all(rows)
    await session.flush()
    return [_to_contact(row) for row in rows]


async def lock(session: WriteSession, session_id: UUID) -> list[Contact]:
    """Return what was logged of one meeting; nobody else changes it before this transaction ends."""
    statement = select(ContactRow).where(ContactRow.session_id == session_id).with_for_update()
    return [_to_contact(row) for row in await session.scalars(statement.order_by(ContactRow.id))]


async def agree(session: WriteSession, contact_id: UUID, agreements: Sequence[str]) -> None:
    """Store what was agreed on."""
    await session.execute(update(ContactRow).where(ContactRow.id == contact_id).values(agreements=list(agreements)))


async def drop(session: WriteSession, session_id: UUID) -> int:
    """Take back what was logged of one meeting."""
    return await changed(session, delete(ContactRow).where(ContactRow.session_id == session_id))


async def of_mentor(session: ReadSession, person_id: UUID, limit: int = 20) -> list[Contact]:
    """Return the contacts with a mentor, the newest first."""
    statement = select(ContactRow).where(ContactRow.person_id == person_id)
    rows = await session.scalars(statement.order_by(ContactRow.at.desc(), ContactRow.id).limit(limit))
    return [_to_contact(row) for row in rows]


async def last_supervised(session: ReadSession, ids: Sequence[UUID], kinds: Sequence[str]) -> dict[UUID, datetime]:
    """Return when each mentor was last met in one of these ways; nothing for those who never were."""
    latest = (
        select(ContactRow.person_id, func.max(ContactRow.at))
        .where(ContactRow.person_id.in_(ids), ContactRow.kind.in_(kinds))
        .group_by(ContactRow.person_id)
    )
    return {row[0]: row[1] for row in await session.execute(latest)}


async def promised(session: ReadSession, by_id: UUID, agreement: str, since: datetime) -> list[UUID]:
    """Return the mentors with whom somebody agreed on a thing since an instant, each once."""
    statement = select(ContactRow).where(ContactRow.by_id == by_id, ContactRow.at >= since).order_by(ContactRow.at)
    return list(dict.fromkeys(row.person_id for row in await session.scalars(statement) if agreement in row.agreements))


async def forget(session: WriteSession, before: datetime) -> int:
    """Delete contacts before an instant."""
    return await changed(session, delete(ContactRow).where(ContactRow.at < before))
