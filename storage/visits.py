"""Home-visit timers."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from core.visits import Visit, VisitState
from storage.database import ReadSession, WriteSession
from storage.sql import changed
from storage.tables_pace import VisitRow


def _to_visit(row: VisitRow) -> Visit:
    return Visit(
        id=row.id,
        person_id=row.person_id,
        state=VisitState(row.state),
        started_at=row.started_at,
        back_at=row.back_at,
        next_at=row.next_at,
        asked=row.asked,
        repeats=row.repeats,
        repeat_every=timedelta(milliseconds=row.repeat_ms),
        version=row.version,
    )


def _values(visit: Visit) -> Mapping[str, Any]:
    names = ("started_at", "back_at", "next_at", "asked", "repeats")
    plain = {name: getattr(visit, name) for name in names}
    return {**plain, "state": visit.state.value, "repeat_ms": round(visit.repeat_every.total_seconds() * 1000)}


async def add(session: WriteSession, visit: Visit) -> None:
    """Store a new timer."""
    session.add(VisitRow(id=visit.id, person_id=visit.person_id, version=1, **_values(visit)))
    await session.flush()


async def save(session: WriteSession, visit: Visit) -> bool:
    """Store a changed timer. False if somebody else changed it since it was read."""
    statement = update(VisitRow).where(VisitRow.id == visit.id, VisitRow.version == visit.version)
    return await changed(session, statement.values(**_values(visit), version=VisitRow.version + 1)) == 1


async def lock(session: WriteSession, visit_id: UUID) -> Visit | None:
    """Return a timer; nobody else changes it before this transaction ends."""
    statement = select(VisitRow).where(VisitRow.id == visit_id).with_for_update()
    row = (await session.scalars(statement, execution_options={"populate_existing": True})).first()
    return _to_visit(row) if row else None


async def latest_of(session: ReadSession, person_id: UUID, *states: VisitState) -> Visit | None:
    """Return somebody's newest timer in one of these states."""
    statement = select(VisitRow).where(
        VisitRow.person_id == person_id, VisitRow.state.in_([state.value for state in states])
    )
    row = (await session.scalars(statement.order_by(VisitRow.started_at.desc()).limit(1))).first()
    return _to_visit(row) if row else None


async def due(session: ReadSession, now: datetime, limit: int) -> list[UUID]:
    """Return the timers at which something is due, the longest overdue first."""
    statement = select(VisitRow.id).where(VisitRow.next_at <= now).order_by(VisitRow.next_at).limit(limit)
    return list(await session.scalars(statement))


async def postpone(session: WriteSession, visit_id: UUID, until: datetime) -> None:
    """Put off a timer that could not be handled, so that it does not hold up the others."""
    await session.execute(update(VisitRow).where(VisitRow.id == visit_id).values(next_at=until))


async def forget(session: WriteSession, before: datetime) -> int:
    """Delete the timers that were started before an instant and wait for nobody."""
    over = delete(VisitRow).where(VisitRow.started_at < before, VisitRow.next_at.is_(None))
    return await changed(session, over)
