"""The table of talks that supervisors propose. Nothing here decides anything."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base
from storage.tables_alerts import AlertRow
from storage.tables_people import PersonRow


class MeetingRow(Base):
    """The newest proposal about an alert. No words of anybody."""

    __tablename__ = "meetings"
    alert_id: Mapped[UUID] = mapped_column(ForeignKey(AlertRow.id), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(PersonRow.id), index=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey(PersonRow.id))
    options: Mapped[list[Any]]  # instants in ISO 8601
    state: Mapped[str] = mapped_column(String(12))  # draft, asked, agreed, other, left
    at: Mapped[datetime | None]  # what was agreed on
    changed_at: Mapped[datetime]
