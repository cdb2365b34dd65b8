"""The table of home-visit timers. Nothing here decides anything."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base
from storage.tables_people import PersonRow


class VisitRow(Base):
    """A home-visit timer: times alone, never where or with whom."""

    __tablename__ = "visits"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(PersonRow.id))
    state: Mapped[str] = mapped_column(String(12))
    started_at: Mapped[datetime]
    back_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    asked: Mapped[int] = mapped_column(default=0)
    repeats: Mapped[int]
    repeat_ms: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        Index("ix_visits_person_started", "person_id", "started_at"),
        Index(
            "ix_visits_due",
            "next_at",
            sqlite_where=text("next_at IS NOT NULL"),
            postgresql_where=text("next_at IS NOT NULL"),
        ),
    )
