"""The tables of check-ins, with all that comes of them. Nothing here decides anything."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base
from storage.tables_people import PersonRow


class ScheduleRow(Base):
    """When one mentor is asked one questionnaire next."""

    __tablename__ = "schedules"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(PersonRow.id))
    checkin: Mapped[str] = mapped_column(String(64))
    at_local: Mapped[str | None] = mapped_column(String(5))  # "HH:MM" that the mentor chose; None: the program's
    pattern: Mapped[str | None] = mapped_column(String(64))  # own days, as "0@17:00 2@09:00"; None: the program's
    next_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("person_id", "checkin"),
        Index("ix_schedules_due", "next_at", postgresql_where=text("next_at IS NOT NULL")),
    )


class CheckinRow(Base):
    """One sending of a questionnaire. Its deadlines are indexed columns."""

    __tablename__ = "checkins"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(PersonRow.id))
    kind: Mapped[str] = mapped_column(String(64))
    local_date: Mapped[date]
    slot: Mapped[str] = mapped_column(String(48))  # "09:00", or what made it unique when it was not scheduled
    at: Mapped[datetime]
    items: Mapped[list[Any]]
    skipped: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(12))
    position: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    remind_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    program_version: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "local_date", "slot"),
        Index("ix_checkins_person_at", "person_id", "at"),
        Index(
            "ix_checkins_remind",
            "remind_at",
            sqlite_where=text("remind_at IS NOT NULL"),
            postgresql_where=text("remind_at IS NOT NULL"),
        ),
        Index(
            "ix_checkins_expire",
            "expires_at",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )


class AnswerRow(Base):
    """One answer to one item. `answered_at` is when it was given, `received_at` when it reached us."""

    __tablename__ = "answers"
    checkin_id: Mapped[UUID] = mapped_column(ForeignKey(CheckinRow.id), primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(String(400))
    answered_at: Mapped[datetime]
    received_at: Mapped[datetime]


class AssessmentRow(Base):
    """What the answers of one check-in came to, with inputs, reasons and the version of the rules."""

    __tablename__ = "assessments"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    checkin_id: Mapped[UUID] = mapped_column(ForeignKey(CheckinRow.id), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(PersonRow.id))
    kind: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    level: Mapped[int]
    alert_level: Mapped[int | None]
    reasons: Mapped[list[Any]]
    detail: Mapped[dict[str, Any]]  # scores, facts, inputs
    history: Mapped[dict[str, Any]]  # the state of the scoring after this check-in: later ones start from it
    rules_version: Mapped[str] = mapped_column(String(40))
    updated_at: Mapped[datetime]
    __table_args__ = (Index("ix_assessments_person_at", "person_id", "at"),)


class NoteRow(Base):
    """Free text of a mentor, sealed."""

    __tablename__ = "notes"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(PersonRow.id), index=True)
    checkin_id: Mapped[UUID | None] = mapped_column(ForeignKey(CheckinRow.id))
    text_sealed: Mapped[str] = mapped_column(Text)
    reading_sealed: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    received_at: Mapped[datetime]
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(16))
    confirm_by: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "ix_notes_confirm",
            "confirm_by",
            sqlite_where=text("confirm_by IS NOT NULL"),
            postgresql_where=text("confirm_by IS NOT NULL"),
        ),
    )
