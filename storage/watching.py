"""What should have happened by now, counted; and the alerts that nothing would move any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select, union, update

from core.alerts import AlertState
from core.messages import Priority
from core.people import Role
from storage.database import ReadSession, WriteSession
from storage.facts import FAILING
from storage.sql import changed
from storage.statements import OPEN, PENDING, SENDING
from storage.tables_alerts import AlertRow
from storage.tables_checkins import CheckinRow, NoteRow, ScheduleRow
from storage.tables_outbox import OutboxRow
from storage.tables_pace import VisitRow
from storage.tables_people import PersonRow
from storage.tables_service import FactRow

# No step waits for longer than its policy says and a long weekend more: a clock that was wrong may have set one in a
# far year.
LONGEST_PAUSE: Final = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Late:
    """How much of each kind is past its time and was not taken."""

    schedules: int
    checkins: int
    notes: int
    visits: int
    follow_ups: int
    held: int  # messages whose sender is gone


async def _count(session: ReadSession, *where: ColumnElement[bool]) -> int:
    return await session.scalar(select(func.count()).where(*where)) or 0


async def late(session: ReadSession, before: datetime) -> Late:
    """Count what should have been taken before that instant."""
    return Late(
        schedules=await _count(session, ScheduleRow.next_at < before),
        checkins=await _checkins(session, before),
        notes=await _count(session, NoteRow.confirm_by < before),
        visits=await _count(session, VisitRow.next_at < before),
        follow_ups=await _count(session, AlertRow.follow_up_at < before),
        held=await _count(session, OutboxRow.state == SENDING, OutboxRow.lease_until < before),
    )


async def _checkins(session: ReadSession, before: datetime) -> int:
    """Count check-ins, each once, also where both of its times are over. Each time is found by its own index."""
    open_ = select(CheckinRow.id).where(CheckinRow.state == OPEN)
    over = union(open_.where(CheckinRow.remind_at < before), open_.where(CheckinRow.expires_at < before))
    return await session.scalar(select(func.count()).select_from(over.subquery())) or 0


async def cries_waiting(session: ReadSession, before: datetime) -> int:
    """Count the messages of a crisis that were written before that instant and have not left."""
    return await _count(
        session,
        OutboxRow.state == PENDING,
        OutboxRow.edit_id.is_(None),
        OutboxRow.priority == Priority.CRISIS.value,
        OutboxRow.created_at < before,
    )


async def failing(session: ReadSession, since: datetime) -> list[str]:
    """Return the names of the ticks that could not handle something since an instant."""
    statement = select(FactRow.key).where(FactRow.key.startswith(FAILING, autoescape=True), FactRow.at >= since)
    return [key.removeprefix(FAILING) for key in await session.scalars(statement.order_by(FactRow.key))]


async def wake_stuck(session: WriteSession, now: datetime) -> Sequence[UUID]:
    """Give every alert that is not resolved a next step in time: now, where it has none or one in a far year.

    Return which these were. An alert that somebody holds lapses: nobody knows until when it was theirs.
    """
    far = await session.scalars(
        select(AlertRow).where(AlertRow.state != AlertState.RESOLVED.value, AlertRow.next_step_at > now + LONGEST_PAUSE)
    )
    stray = [row.id for row in far if row.next_step_at is not None and row.next_step_at > now + _longest(row.policy)]
    none = and_(AlertRow.state != AlertState.RESOLVED.value, AlertRow.next_step_at.is_(None))
    found = [*(await session.scalars(select(AlertRow.id).where(none))), *stray]
    if found:
        broken = update(AlertRow).where(AlertRow.id.in_(found), AlertRow.state != AlertState.RESOLVED.value)
        await changed(session, broken.values(next_step_at=now, version=AlertRow.version + 1))
    return found


def _longest(policy: dict[str, Any]) -> timedelta:
    spans = (policy.get("acknowledge_within", 0), policy.get("acknowledgement_lapses_after", 0))
    return LONGEST_PAUSE + timedelta(seconds=max(spans))


async def never_asked(session: ReadSession) -> list[UUID]:
    """Return the people who agreed and would never be asked anything: nothing is planned for them."""
    planned = exists().where(ScheduleRow.person_id == PersonRow.id, ScheduleRow.next_at.is_not(None))
    statement = select(PersonRow.id).where(
        PersonRow.role == Role.MENTOR.value,
        PersonRow.telegram_index.is_not(None),
        PersonRow.consented_at.is_not(None),
        PersonRow.left_at.is_(None),
        ~planned,
    )
    return list(await session.scalars(statement))
