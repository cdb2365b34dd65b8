"""The tables of alerts, with who was told. Nothing here decides anything."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base, Serial
from storage.tables_people import GroupRow, PersonRow, TeamRow


class AlertRow(Base):
    """One concern about one mentor, with the policy frozen as it stood on opening."""

    __tablename__ = "alerts"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(PersonRow.id), index=True)
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey(TeamRow.id))
    source: Mapped[str] = mapped_column(String(80), unique=True)  # one alert for one thing
    level: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    reasons: Mapped[list[Any]]
    facts: Mapped[dict[str, Any]]
    policy: Mapped[dict[str, Any]]
    cycle: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=0)
    step: Mapped[int] = mapped_column(default=0)
    next_step_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    acknowledged_by: Mapped[UUID | None] = mapped_column(ForeignKey(PersonRow.id))
    acknowledged_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None] = mapped_column(ForeignKey(PersonRow.id))
    resolved_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(24))
    reached_at: Mapped[datetime | None]
    declined: Mapped[list[Any]]  # hex ids of people who said "not mine"
    follow_up_at: Mapped[datetime | None]
    follow_up: Mapped[str | None] = mapped_column(String(12))
    joined_id: Mapped[UUID | None] = mapped_column(ForeignKey("alerts.id"), index=True)  # told with that one
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        Index(
            "ix_alerts_due",
            "next_step_at",
            sqlite_where=text("next_step_at IS NOT NULL"),
            postgresql_where=text("next_step_at IS NOT NULL"),
        ),
        Index(
            "ix_alerts_follow_up",
            "follow_up_at",
            sqlite_where=text("follow_up_at IS NOT NULL"),
            postgresql_where=text("follow_up_at IS NOT NULL"),
        ),
        Index("ix_alerts_state", "state"),
    )


class AlertNoticeRow(Base):
    """Who was told of an alert, at which step, in which message: so that every copy can be edited."""

    __tablename__ = "alert_notices"
    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    alert_id: Mapped[UUID] = mapped_column(ForeignKey(AlertRow.id), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey(PersonRow.id))  # None: a group
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey(GroupRow.id))
    opened_at: Mapped[datetime | None]  # of a message that says nothing before it is opened
    step: Mapped[str] = mapped_column(String(24))
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(BigInteger)
