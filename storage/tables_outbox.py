"""The tables of what is sent, at which pace. Nothing here decides anything."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base, Serial
from storage.tables_people import GroupRow, PersonRow


class OutboxRow(Base):
    """A message that is to leave, or has left."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey(PersonRow.id))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey(GroupRow.id))
    stranger_sealed: Mapped[str | None] = mapped_column(Text)  # a chat that is on no roster
    chat_key: Mapped[str] = mapped_column(String(48))  # what the pace per chat goes by
    kind: Mapped[str] = mapped_column(String(24))
    payload_sealed: Mapped[str] = mapped_column(Text)
    edit_id: Mapped[int | None] = mapped_column(BigInteger)  # the Telegram message to change
    priority: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    due_at: Mapped[datetime]
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    unsure: Mapped[bool] = mapped_column(default=False)  # an earlier attempt may have arrived
    dedup_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    receipt: Mapped[str | None] = mapped_column(String(80))
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "ix_outbox_due",
            "priority",
            "due_at",
            "id",
            sqlite_where=text("state = 'pending' AND edit_id IS NULL"),
            postgresql_where=text("state = 'pending' AND edit_id IS NULL"),
        ),
        Index(  # edits leave at once, also while thousands of new messages wait for their places
            "ix_outbox_edits",
            "priority",
            "due_at",
            "id",
            sqlite_where=text("state = 'pending' AND edit_id IS NOT NULL"),
            postgresql_where=text("state = 'pending' AND edit_id IS NOT NULL"),
        ),
        Index(
            "ix_outbox_edit_of",
            "chat_key",
            "edit_id",
            "id",
            sqlite_where=text("edit_id IS NOT NULL"),
            postgresql_where=text("edit_id IS NOT NULL"),
        ),
        Index(
            "ix_outbox_receipt",
            "receipt",
            "id",
            sqlite_where=text("receipt IS NOT NULL"),
            postgresql_where=text("receipt IS NOT NULL"),
        ),
        Index(
            "ix_outbox_lease",
            "lease_until",
            sqlite_where=text("state = 'sending'"),
            postgresql_where=text("state = 'sending'"),
        ),
        Index(
            "ix_outbox_chat",
            "chat_key",
            sqlite_where=text("state IN ('pending', 'sending')"),
            postgresql_where=text("state IN ('pending', 'sending')"),
        ),
    )


class PaceRow(Base):
    """The send budget, shared by all replicas: "bot", and one row per chat."""

    __tablename__ = "pace"
    key: Mapped[str] = mapped_column(String(48), primary_key=True)
    free_at: Mapped[datetime]
