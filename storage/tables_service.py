"""The tables of the service itself: updates, audit, single facts. Nothing here decides anything."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base, Serial
from storage.tables_people import PersonRow


class UpdateRow(Base):
    """An update that was taken: the guard against handling it twice."""

    __tablename__ = "updates"
    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seen_at: Mapped[datetime] = mapped_column(index=True)


class PoisonRow(Base):
    """An update that could not be handled. It is kept, sealed, until a developer has looked at it."""

    __tablename__ = "poison_updates"
    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    body_sealed: Mapped[str] = mapped_column(Text)
    error: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


class AuditRow(Base):
    """Who did what about whom, and when. No words of anybody."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(40))  # a person's id, "system" or "operator"
    action: Mapped[str] = mapped_column(String(48))
    subject_id: Mapped[UUID | None] = mapped_column(ForeignKey(PersonRow.id), index=True)
    detail: Mapped[dict[str, Any]]


class FactRow(Base):
    """Single facts of the deployment: the bot's name, the last sign of life of a replica."""

    __tablename__ = "facts"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
