"""The tables of who takes part: teams, people, their invites, their groups. Nothing here decides anything."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base
from storage.types import Json


class TeamRow(Base):
    """A team of mentors and their supervisors."""

    __tablename__ = "teams"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(String(200), unique=True)


class PersonRow(Base):
    """Somebody on the roster."""

    __tablename__ = "people"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name_sealed: Mapped[str] = mapped_column(Text)
    name_index: Mapped[str] = mapped_column(String(40), unique=True)
    role: Mapped[str] = mapped_column(String(12))
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey(TeamRow.id), index=True)
    supervisor_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    language: Mapped[str] = mapped_column(String(8))
    timezone: Mapped[str] = mapped_column(String(64))
    telegram_sealed: Mapped[str | None] = mapped_column(Text)
    telegram_index: Mapped[str | None] = mapped_column(String(40), unique=True)
    joined_at: Mapped[datetime | None]
    consented_at: Mapped[datetime | None]
    consent_version: Mapped[str | None] = mapped_column(String(40))
    declined_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    unreachable_since: Mapped[datetime | None]
    away_from: Mapped[datetime | None]
    away_until: Mapped[datetime | None]
    quiet_from: Mapped[str | None] = mapped_column(String(5))  # local "HH:MM"; None: the program's
    quiet_until: Mapped[str | None] = mapped_column(String(5))
    avoids_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    visibility: Mapped[dict[str, Any] | None] = mapped_column(Json)  # by group; None: nothing was ever chosen
    caseload_cap: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))  # people; None: the program's
    contract_hours: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))  # a week; None: the program's
    one_message: Mapped[bool | None]  # all questions of a check-in in one message; None: the program's
    contentless: Mapped[bool | None]  # alerts say nothing before they are opened; None: the program's
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class InviteRow(Base):
    """A single-use link. Only the digest of its token is stored."""

    __tablename__ = "invites"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(PersonRow.id), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class GroupRow(Base):
    """A Telegram group, or a topic of one, to which alerts of a team go. Chat and title are sealed."""

    __tablename__ = "groups"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    chat_sealed: Mapped[str] = mapped_column(Text)
    chat_index: Mapped[str] = mapped_column(String(40), index=True)
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    title_sealed: Mapped[str] = mapped_column(Text)
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey(TeamRow.id))  # None: every team
    language: Mapped[str] = mapped_column(String(8))
    timezone: Mapped[str] = mapped_column(String(64))
    linked_by: Mapped[UUID] = mapped_column(ForeignKey(PersonRow.id))
    linked_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]  # unlinked, or Telegram refuses our messages
