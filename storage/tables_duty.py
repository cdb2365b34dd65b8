"""The tables of being on call: shifts that change hands, and planned absence. Nothing here decides anything."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base
from storage.tables_people import PersonRow


class SwapRow(Base):
    """A shift, or the rest of one, that somebody gives away. Once taken it goes before the rota."""

    __tablename__ = "swaps"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    giver_id: Mapped[UUID] = mapped_column(ForeignKey(PersonRow.id))
    taker_id: Mapped[UUID | None] = mapped_column(ForeignKey(PersonRow.id))
    team: Mapped[str] = mapped_column(String(200))  # as in the rota; "" for every team
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12))  # offered, taken, withdrawn
    offered_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_swaps_end", "end_at"),)


class LeaveRow(Base):
    """A time in which somebody of the staff cannot be called, planned ahead."""

    __tablename__ = "leaves"
    person_id: Mapped[UUID] = mapped_column(ForeignKey(PersonRow.id), primary_key=True)
    start_at: Mapped[datetime] = mapped_column(primary_key=True)
    end_at: Mapped[datetime]
    __table_args__ = (Index("ix_leaves_end", "end_at"),)
