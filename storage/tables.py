"""The tables. Nothing here decides anything."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, MetaData, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.types import Json, UtcDateTime

# Autoincrement needs plain INTEGER on SQLite.
Serial = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """All tables share naming conventions, so that migrations can name every constraint."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - the name and form are SQLAlchemy's
        datetime: UtcDateTime(),
        dict[str, Any]: Json,
        list[Any]: Json,
    }


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
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"), index=True)
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
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
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
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"))  # None: every team
    language: Mapped[str] = mapped_column(String(8))
    timezone: Mapped[str] = mapped_column(String(64))
    linked_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    linked_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]  # unlinked, or Telegram refuses our messages


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


class ScheduleRow(Base):
    """When one mentor is asked one questionnaire next."""

    __tablename__ = "schedules"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
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
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
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
    checkin_id: Mapped[UUID] = mapped_column(ForeignKey("checkins.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(String(400))
    answered_at: Mapped[datetime]
    received_at: Mapped[datetime]


class AssessmentRow(Base):
    """What the answers of one check-in came to, with inputs, reasons and the version of the rules."""

    __tablename__ = "assessments"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    checkin_id: Mapped[UUID] = mapped_column(ForeignKey("checkins.id"), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
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


class AlertRow(Base):
    """One concern about one mentor, with the policy frozen as it stood on opening."""

    __tablename__ = "alerts"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"))
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
    acknowledged_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    acknowledged_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
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
    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alerts.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))  # None: a group
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("groups.id"))
    opened_at: Mapped[datetime | None]  # of a message that says nothing before it is opened
    step: Mapped[str] = mapped_column(String(24))
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(BigInteger)


class OutboxRow(Base):
    """A message that is to leave, or has left."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("groups.id"))
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


class AuditRow(Base):
    """Who did what about whom, and when. No words of anybody."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(40))  # a person's id, "system" or "operator"
    action: Mapped[str] = mapped_column(String(48))
    subject_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    detail: Mapped[dict[str, Any]]


class NoteRow(Base):
    """Free text of a mentor, sealed."""

    __tablename__ = "notes"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    checkin_id: Mapped[UUID | None] = mapped_column(ForeignKey("checkins.id"))
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


class FactRow(Base):
    """Single facts of the deployment: the bot's name, the last sign of life of a replica."""

    __tablename__ = "facts"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
