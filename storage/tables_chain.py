"""The table of what staff wrote about closing an alert. Nothing here decides anything."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base
from storage.tables_alerts import AlertRow
from storage.tables_people import PersonRow


class OutcomeNoteRow(Base):
    """Some words about what was done, sealed; first only that they were asked for."""

    __tablename__ = "outcome_notes"
    alert_id: Mapped[UUID] = mapped_column(ForeignKey(AlertRow.id), primary_key=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey(PersonRow.id))
    asked_until: Mapped[datetime | None]  # None: nothing is waited for any more
    text_sealed: Mapped[str | None] = mapped_column(Text)
    written_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_outcome_notes_by", "by_id"),)
