"""Alerts, and who was told of them in which message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update

from core.alerts import Alert, AlertState
from core.levels import Level
from storage import statements
from storage.database import ReadSession, WriteSession
from storage.policies import frozen, thawed
from storage.sql import changed, insert, inserted
from storage.tables_alerts import AlertNoticeRow, AlertRow


@dataclass(frozen=True, slots=True)
class AlertCopy:
    """A message about an alert on one person's phone, or in a group."""

    person_id: UUID | None  # None: in a group
    message_id: int | None
    group_id: UUID | None = None
    opened: bool = False  # the person has opened it: what said nothing says all


def _to_alert(session: ReadSession, row: Any) -> Alert:
    return Alert(
        id=row.id,
        person_id=row.person_id,
        team_id=row.team_id,
        source=row.source,
        level=Level(row.level),
        state=AlertState(row.state),
        reasons=tuple(row.reasons),
        facts=row.facts,
        policy=thawed(session, row.policy),
        cycle=row.cycle,
        round=row.round,
        step=row.step,
        next_step_at=row.next_step_at,
        opened_at=row.opened_at,
        acknowledged_by=row.acknowledged_by,
        acknowledged_at=row.acknowledged_at,
        resolved_by=row.resolved_by,
        resolved_at=row.resolved_at,
        outcome=row.outcome,
        reached_at=row.reached_at,
        declined=tuple(UUID(id_) for id_ in row.declined),
        follow_up_at=row.follow_up_at,
        follow_up=row.follow_up,
        joined_to=row.joined_id,
        version=row.version,
    )


async def _many(session: ReadSession, *where: ColumnElement[bool]) -> list[Alert]:
    statement = select(AlertRow).where(*where).order_by(AlertRow.opened_at, AlertRow.id)
    return [_to_alert(session, row) for row in await session.scalars(statement)]


async def get(session: ReadSession, alert_id: UUID) -> Alert | None:
    """Return an alert."""
    return next(iter(await _many(session, AlertRow.id == alert_id)), None)


async def lock(session: WriteSession, alert_id: UUID) -> Alert | None:
    """Return an alert; nobody else changes it before this transaction ends."""
    row = (await session.execute(statements.LOCK_ALERT, {"of": alert_id})).first()
    return _to_alert(session, row) if row else None


async def by_source(session: ReadSession, source: str) -> Alert | None:
    """Return the alert that one thing gave rise to."""
    row = (await session.execute(statements.ALERT_BY_SOURCE, {"source": source})).first()
    return _to_alert(session, row) if row else None


async def unresolved_of(session: ReadSession, person_id: UUID) -> list[Alert]:
    """Return the alerts about a mentor that are not resolved."""
    return await _many(session, AlertRow.person_id == person_id, AlertRow.state != AlertState.RESOLVED.value)


async def resolved_of(session: ReadSession, person_id: UUID, since: datetime) -> list[Alert]:
    """Return the alerts about a mentor that were resolved since an instant, in that order."""
    rows = await session.execute(statements.ALERTS_RESOLVED, {"person": person_id, "since": since})
    return [_to_alert(session, row) for row in rows]


async def unresolved(session: ReadSession, team_id: UUID | None) -> list[Alert]:
    """Return the alerts that are not resolved; of one team, or of all with None."""
    where = [AlertRow.state != AlertState.RESOLVED.value]
    return await _many(session, *where, *([AlertRow.team_id == team_id] if team_id else []))


async def add(session: WriteSession, alert: Alert) -> bool:
    """Store a new alert. False if there is one for this source already."""
    statement = insert(session, AlertRow).values(
        id=alert.id,
        person_id=alert.person_id,
        team_id=alert.team_id,
        source=alert.source,
        level=int(alert.level),
        state=alert.state.value,
        reasons=list(alert.reasons),
        facts=dict(alert.facts),
        policy=frozen(session, alert.policy),
        next_step_at=alert.next_step_at,
        opened_at=alert.opened_at,
        acknowledged_by=alert.acknowledged_by,
        acknowledged_at=alert.acknowledged_at,
        joined_id=alert.joined_to,
        declined=[],
        cycle=0,
        round=0,
        step=0,
        version=1,
    )
    return await inserted(session, statement, AlertRow.id)


async def save(session: WriteSession, alert: Alert) -> bool:
    """Store a changed alert. False if somebody else changed it since it was read: the version fences every step."""
    statement = (
        update(AlertRow)
        .where(AlertRow.id == alert.id, AlertRow.version == alert.version)
        .values(
            level=int(alert.level),
            state=alert.state.value,
            reasons=list(alert.reasons),
            facts=dict(alert.facts),
            policy=frozen(session, alert.policy),
            cycle=alert.cycle,
            round=alert.round,
            step=alert.step,
            next_step_at=alert.next_step_at,
            acknowledged_by=alert.acknowledged_by,
            acknowledged_at=alert.acknowledged_at,
            resolved_by=alert.resolved_by,
            resolved_at=alert.resolved_at,
            outcome=alert.outcome,
            reached_at=alert.reached_at,
            declined=[id_.hex for id_ in alert.declined],
            follow_up_at=alert.follow_up_at,
            follow_up=alert.follow_up,
            joined_id=alert.joined_to,
            version=AlertRow.version + 1,
        )
    )
    return await changed(session, statement) == 1


async def joined_to(session: ReadSession, alert_id: UUID) -> list[Alert]:
    """Return the alerts that are told in the message of another one, in the order in which they were opened."""
    return await _many(session, AlertRow.joined_id == alert_id)


async def due(session: ReadSession, now: datetime, limit: int) -> list[UUID]:
    """Return the alerts whose next step is due, the most serious first."""
    statement = (
        select(AlertRow.id)
        .where(AlertRow.next_step_at <= now)
        .order_by(AlertRow.level.desc(), AlertRow.next_step_at)
        .limit(limit)
    )
    return list(await session.scalars(statement))


async def postpone_follow_up(session: WriteSession, alert_id: UUID, until: datetime) -> None:
    """Put off asking a mentor."""
    await session.execute(update(AlertRow).where(AlertRow.id == alert_id).values(follow_up_at=until))


async def follow_ups_due(session: ReadSession, now: datetime, limit: int) -> list[UUID]:
    """Return the alerts whose mentors are to be asked whether it helped, or did not say."""
    statement = select(AlertRow.id).where(AlertRow.follow_up_at <= now).order_by(AlertRow.follow_up_at).limit(limit)
    return list(await session.scalars(statement))


async def postpone(session: WriteSession, alert_id: UUID, until: datetime) -> None:
    """Put off the next step of an alert that could not be handled, so that it does not hold up the others."""
    await session.execute(update(AlertRow).where(AlertRow.id == alert_id).values(next_step_at=until))


async def release(session: WriteSession, person_id: UUID, now: datetime) -> int:
    """Let the acknowledgements of somebody lapse who does not work here any more. Return how many there were."""
    statement = update(AlertRow).where(
        AlertRow.acknowledged_by == person_id, AlertRow.state == AlertState.ACKNOWLEDGED.value
    )
    return await changed(session, statement.values(next_step_at=now, version=AlertRow.version + 1))


async def stuck(session: ReadSession) -> int:
    """Return how many unresolved alerts have no next step: there must never be one."""
    statement = select(func.count()).where(AlertRow.state != AlertState.RESOLVED.value, AlertRow.next_step_at.is_(None))
    return await session.scalar(statement) or 0


async def overdue(session: ReadSession, before: datetime) -> int:
    """Return how many alerts should have moved before that instant."""
    return await session.scalar(select(func.count()).where(AlertRow.next_step_at < before)) or 0


async def unanswered(session: ReadSession) -> int:
    """Return how many open alerts have been through their whole chain: everybody was asked."""
    statement = select(func.count()).where(AlertRow.state == AlertState.OPEN.value, AlertRow.cycle > 0)
    return await session.scalar(statement) or 0


async def add_notice(
    session: WriteSession,
    alert_id: UUID,
    person_id: UUID | None,
    step: str,
    now: datetime,
    *,
    group_id: UUID | None = None,
) -> int:
    """Note that somebody, or a group, is being told. Return the id under which the message will report."""
    row = AlertNoticeRow(alert_id=alert_id, person_id=person_id, group_id=group_id, step=step, queued_at=now)
    session.add(row)
    await session.flush()
    return row.id


async def notice_sent(session: WriteSession, notice_id: int, message_id: int, now: datetime) -> None:
    """Note that a message about an alert arrived."""
    values = {"message_id": message_id, "sent_at": now}
    await session.execute(update(AlertNoticeRow).where(AlertNoticeRow.id == notice_id).values(**values))


async def notice_failed(session: WriteSession, notice_id: int, now: datetime) -> UUID | None:
    """Note that a message will never arrive. Return its alert if nobody of that step is left to answer."""
    row = await session.get(AlertNoticeRow, notice_id)
    if row is None:
        return None
    row.failed_at = now
    await session.flush()
    newest = (
        select(AlertNoticeRow)
        .where(AlertNoticeRow.alert_id == row.alert_id, AlertNoticeRow.queued_at == row.queued_at)
        .where(AlertNoticeRow.failed_at.is_(None))
    )
    return None if (await session.scalars(newest)).first() else row.alert_id


async def copies(session: ReadSession, alert_id: UUID) -> list[AlertCopy]:
    """Return everybody who was told of an alert, each with all the messages that arrived."""
    statement = (
        select(AlertNoticeRow)
        .where(AlertNoticeRow.alert_id == alert_id, AlertNoticeRow.failed_at.is_(None))
        .order_by(AlertNoticeRow.id)
    )
    rows = await session.scalars(statement)
    return [AlertCopy(row.person_id, row.message_id, row.group_id, row.opened_at is not None) for row in rows]


async def concerns_told(session: ReadSession, person_id: UUID, since: datetime, *, besides: UUID) -> int:
    """Return of how many concerns, besides one, somebody was told by a chain since an instant."""
    statement = (
        select(func.count(AlertNoticeRow.alert_id.distinct()))
        .join(AlertRow, AlertRow.id == AlertNoticeRow.alert_id)
        .where(AlertNoticeRow.person_id == person_id, AlertNoticeRow.queued_at > since)
        .where(AlertNoticeRow.step != "list", AlertRow.level <= int(Level.CONCERN), AlertRow.id != besides)
    )
    return await session.scalar(statement) or 0


async def told_at(session: ReadSession, alert_id: UUID, person_id: UUID, steps: Sequence[str]) -> bool:
    """Say whether a person was told of an alert by one of those steps of its chain."""
    statement = select(AlertNoticeRow.id).where(
        AlertNoticeRow.alert_id == alert_id, AlertNoticeRow.person_id == person_id, AlertNoticeRow.step.in_(steps)
    )
    return (await session.scalars(statement.limit(1))).first() is not None


async def told(session: ReadSession, alert_ids: Sequence[UUID], person_id: UUID) -> bool:
    """Say whether a person was told of any of these alerts."""
    statement = select(AlertNoticeRow.id).where(
        AlertNoticeRow.alert_id.in_(list(alert_ids)), AlertNoticeRow.person_id == person_id
    )
    return (await session.scalars(statement)).first() is not None
