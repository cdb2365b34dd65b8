"""Deleting what is older than it is kept."""

from datetime import datetime

from sqlalchemy import delete, exists, select

from storage.database import WriteSession
from storage.sql import changed
from storage.tables_checkins import AnswerRow, AssessmentRow, CheckinRow, NoteRow
from storage.tables_outbox import OutboxRow
from storage.tables_service import PoisonRow


async def answers(session: WriteSession, before: datetime) -> int:
    """Delete the answers of check-ins before an instant; that they were asked and answered stays."""
    old = select(CheckinRow.id).where(CheckinRow.at < before)
    return await changed(session, delete(AnswerRow).where(AnswerRow.checkin_id.in_(old)))


async def scores(session: WriteSession, before: datetime) -> int:
    """Delete assessments before an instant, except each person's newest: later scores start from it."""
    newer = AssessmentRow.__table__.alias("newer")
    has_newer = exists().where(newer.c.person_id == AssessmentRow.person_id, newer.c.at > AssessmentRow.at)
    return await changed(session, delete(AssessmentRow).where(AssessmentRow.at < before, has_newer))


async def notes(session: WriteSession, before: datetime) -> int:
    """Delete notes before an instant."""
    return await changed(session, delete(NoteRow).where(NoteRow.received_at < before, NoteRow.confirm_by.is_(None)))


async def buried(session: WriteSession, before: datetime) -> int:
    """Delete updates that could not be handled before an instant: whoever was to look at them has had the time."""
    return await changed(session, delete(PoisonRow).where(PoisonRow.at < before))


async def messages(session: WriteSession, before: datetime) -> int:
    """Delete outgoing messages that were settled before an instant."""
    return await changed(session, delete(OutboxRow).where(OutboxRow.done_at < before))
