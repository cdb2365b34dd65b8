"""Messages about an alert that say nothing before they are opened, and words about how it was closed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from storage.database import ReadSession, WriteSession, vault_of
from storage.sql import changed, insert
from storage.tables_alerts import AlertNoticeRow
from storage.tables_chain import OutcomeNoteRow
from storage.tables_service import AuditRow


async def opened(session: WriteSession, alert_id: UUID, person_id: UUID, now: datetime) -> bool:
    """Note that somebody has opened an alert. False if they had done so before, or were never told of it."""
    statement = update(AlertNoticeRow).where(
        AlertNoticeRow.alert_id == alert_id,
        AlertNoticeRow.person_id == person_id,
        AlertNoticeRow.opened_at.is_(None),
    )
    return await changed(session, statement.values(opened_at=now)) > 0


async def happened(
    session: ReadSession, alert_id: UUID, about: UUID, since: datetime, actions: Sequence[str]
) -> list[tuple[datetime, str, str]]:
    """Return what was done about an alert: when, who (an id, or "system"), and what; the oldest first."""
    statement = (
        select(AuditRow)
        .where(AuditRow.subject_id == about, AuditRow.at >= since, AuditRow.action.in_(actions))
        .order_by(AuditRow.id)
    )
    rows = await session.scalars(statement)
    return [(row.at, row.actor, row.action) for row in rows if row.detail.get("alert") == alert_id.hex]


async def ask_for_words(session: WriteSession, alert_id: UUID, by: UUID, until: datetime) -> None:
    """Note that somebody's next text is about how an alert was closed; they are asked about one at a time."""
    await no_words(session, by)
    statement = insert(session, OutcomeNoteRow).values(alert_id=alert_id, by_id=by, asked_until=until)
    again = {"by_id": by, "asked_until": until}
    await session.execute(statement.on_conflict_do_update(index_elements=["alert_id"], set_=again))


async def no_words(session: WriteSession, by: UUID) -> None:
    """Wait for no words of somebody any more."""
    await session.execute(update(OutcomeNoteRow).where(OutcomeNoteRow.by_id == by).values(asked_until=None))


async def words_asked(session: ReadSession, by: UUID, now: datetime) -> UUID | None:
    """Return the alert about which somebody's next text is."""
    statement = select(OutcomeNoteRow.alert_id).where(OutcomeNoteRow.by_id == by, OutcomeNoteRow.asked_until > now)
    return await session.scalar(statement)


async def put_words(session: WriteSession, alert_id: UUID, text: str, now: datetime) -> None:
    """Store words about how an alert was closed, sealed."""
    values = {"text_sealed": vault_of(session).seal(text), "written_at": now, "asked_until": None}
    await session.execute(update(OutcomeNoteRow).where(OutcomeNoteRow.alert_id == alert_id).values(**values))


async def words_about(session: ReadSession, alert_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the words about how alerts were closed."""
    statement = select(OutcomeNoteRow.alert_id, OutcomeNoteRow.text_sealed).where(
        OutcomeNoteRow.alert_id.in_(alert_ids), OutcomeNoteRow.text_sealed.is_not(None)
    )
    vault = vault_of(session)
    return {id_: vault.open(sealed) for id_, sealed in await session.execute(statement) if sealed}


async def forget_words(session: WriteSession, alert_ids: Sequence[UUID]) -> None:
    """Delete the words about how alerts were closed."""
    await session.execute(delete(OutcomeNoteRow).where(OutcomeNoteRow.alert_id.in_(alert_ids)))


async def forget_old_words(session: WriteSession, before: datetime) -> int:
    """Delete words that were written before an instant."""
    return await changed(session, delete(OutcomeNoteRow).where(OutcomeNoteRow.written_at < before))
