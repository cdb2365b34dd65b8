"""Talks that supervisors propose: one proposal an alert, the newest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from core.meetings import MeetingState
from storage.database import WriteSession
from storage.sql import insert
from storage.tables_meetings import MeetingRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A proposal as it stands. Every instant is aware and in UTC."""

    alert_id: UUID
    person_id: UUID  # the mentor
    by_id: UUID
    options: tuple[datetime, ...] = ()
    state: MeetingState = MeetingState.DRAFT
    at: datetime | None = None


async def lock(session: WriteSession, alert_id: UUID) -> Meeting | None:
    """Return the proposal about an alert; nobody else changes it before this transaction ends."""
    statement = select(MeetingRow).where(MeetingRow.alert_id == alert_id).with_for_update()
    row = (await session.scalars(statement, execution_options={"populate_existing": True})).first()
    if row is None:
        return None
    return Meeting(
        alert_id=row.alert_id,
        person_id=row.person_id,
        by_id=row.by_id,
        options=_read(row.options),
        state=MeetingState(row.state),
        at=row.at,
    )


def _read(options: Sequence[str]) -> tuple[datetime, ...]:
    return tuple(datetime.fromisoformat(one) for one in options)


async def save(session: WriteSession, meeting: Meeting, now: datetime) -> None:
    """Store a proposal in place of the one before."""
    values = {
        "by_id": meeting.by_id,
        "options": [one.isoformat() for one in meeting.options],
        "state": meeting.state.value,
        "at": meeting.at,
        "changed_at": now,
    }
    statement = insert(session, MeetingRow).values(alert_id=meeting.alert_id, person_id=meeting.person_id, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["alert_id"], set_=values))
