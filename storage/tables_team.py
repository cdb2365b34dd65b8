"""The tables of the supervisor's day. Nothing here decides anything."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base
from storage.tables_people import PersonRow


class ContactRow(Base):
    """That somebody met or called a mentor, and what they agreed on. No words of anybody."""

    __tablename__ = "contacts"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(PersonRow.id))
    by_id: Mapped[UUID] = mapped_column(ForeignKey(PersonRow.id))
    session_id: Mapped[UUID] = mapped_column(index=True)  # one for all who were at a group session
    kind: Mapped[str] = mapped_column(String(16))  # one_to_one, group, contact
    agreements: Mapped[list[Any]]
    at: Mapped[datetime]
    __table_args__ = (Index("ix_contacts_person_at", "person_id", "at"),)


class DigestRow(Base):
    """That somebody's digest of a week was decided: once, whether there was something to say or not."""

    __tablename__ = "digests"
    person_id: Mapped[UUID] = mapped_column(ForeignKey(PersonRow.id), primary_key=True)
    week: Mapped[str] = mapped_column(String(8), primary_key=True)  # ISO week, such as 2026-W10
    decided_at: Mapped[datetime] = mapped_column(index=True)
    sent: Mapped[bool]
