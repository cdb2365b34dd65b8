"""Statements that run with every tap and every message, built once.

Building a statement costs several times what SQLite needs to run it. These are on plain tables: they also pass by the
session's bookkeeping of rows, which nothing here relies on. Values that a call gives have names of their own (`of`)
where SQLAlchemy keeps the column's name for itself.
"""

from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, exists, literal_column, or_, select, update

from core.checkins import CheckinState
from core.messages import OutgoingState
from storage.sql import insert_into, table_of
from storage.tables_alerts import AlertRow
from storage.tables_checkins import AnswerRow, AssessmentRow, CheckinRow, ScheduleRow
from storage.tables_outbox import OutboxRow, PaceRow
from storage.tables_people import PersonRow, TeamRow
from storage.tables_service import UpdateRow

# The conditions of partial indexes in their own words: with a value from outside they are not used, and every message
# that was ever sent is looked at instead, or every check-in.
OPEN: Final[ColumnElement[str]] = literal_column("'open'")
PENDING: Final[ColumnElement[str]] = literal_column("'pending'")
SENDING: Final[ColumnElement[str]] = literal_column("'sending'")

_ALERTS: Final = table_of(AlertRow)
_ANSWERS: Final = table_of(AnswerRow)
_ASSESSMENTS: Final = table_of(AssessmentRow)
_CHECKINS: Final = table_of(CheckinRow)
_OUTBOX: Final = table_of(OutboxRow)
_PACE: Final = table_of(PaceRow)
_PEOPLE: Final = table_of(PersonRow)
_SCHEDULES: Final = table_of(ScheduleRow)
_TEAMS: Final = table_of(TeamRow)


@cache
def take_update(dialect: str) -> Any:
    """Note an update (`update_id`, `seen_at`); returns no row when it was noted before."""
    statement = insert_into(dialect, UpdateRow).on_conflict_do_nothing()
    return statement.returning(table_of(UpdateRow).c.update_id)


_PEOPLE_AND_TEAMS: Final = select(_PEOPLE, _TEAMS.c.name.label("team_name")).select_from(
    _PEOPLE.outerjoin(_TEAMS, _TEAMS.c.id == _PEOPLE.c.team_id)
)
PERSON_BY_TELEGRAM: Final = _PEOPLE_AND_TEAMS.where(_PEOPLE.c.telegram_index.in_(bindparam("digests", expanding=True)))
PERSON_BY_ID: Final = _PEOPLE_AND_TEAMS.where(_PEOPLE.c.id == bindparam("of"))

LOCK_CHECKIN: Final = select(_CHECKINS).where(_CHECKINS.c.id == bindparam("of")).with_for_update()

ANSWERS_OF: Final = select(_ANSWERS.c.checkin_id, _ANSWERS.c.item, _ANSWERS.c.value).where(
    _ANSWERS.c.checkin_id.in_(bindparam("checkins", expanding=True))
)

CHECKINS_SINCE: Final = (
    select(_CHECKINS)
    .where(_CHECKINS.c.person_id == bindparam("person"), _CHECKINS.c.at >= bindparam("since"))
    .order_by(_CHECKINS.c.at, _CHECKINS.c.opened_at)
)

OPEN_CHECKINS: Final = (
    select(_CHECKINS)
    .where(_CHECKINS.c.person_id == bindparam("person"), _CHECKINS.c.state == CheckinState.OPEN.value)
    .order_by(_CHECKINS.c.at, _CHECKINS.c.opened_at)
)


@cache
def put_checkin(dialect: str) -> Any:
    """Store a check-in; returns its id, or no row when there is one for its occurrence."""
    return insert_into(dialect, CheckinRow).on_conflict_do_nothing().returning(_CHECKINS.c.id)


# `was` is the instant that was read: a schedule that somebody else has moved since is left alone.
MOVE_SCHEDULE: Final = (
    update(_SCHEDULES)
    .where(_SCHEDULES.c.id == bindparam("of"), _SCHEDULES.c.next_at.is_not_distinct_from(bindparam("was")))
    .values(next_at=bindparam("to"))
)


@cache
def assessment_before(kind: str) -> Any:
    """Find the assessment on which the next one builds. At one instant the pulse goes first."""
    earlier = _ASSESSMENTS.c.at < bindparam("until")
    if kind != "pulse":
        earlier = or_(earlier, and_(_ASSESSMENTS.c.at == bindparam("until"), _ASSESSMENTS.c.kind == "pulse"))
    mine = select(_ASSESSMENTS).where(_ASSESSMENTS.c.person_id == bindparam("person"), earlier)
    return mine.order_by(_ASSESSMENTS.c.at.desc(), _ASSESSMENTS.c.kind.desc()).limit(1)


ASSESSMENT_OF: Final = select(_ASSESSMENTS).where(_ASSESSMENTS.c.checkin_id == bindparam("of"))


@cache
def put_assessment(dialect: str) -> Any:
    """Store an assessment; a newer one of the same check-in takes its place."""
    statement = insert_into(dialect, AssessmentRow)
    columns = ("level", "alert_level", "reasons", "detail", "history", "rules_version", "updated_at")
    newer = {name: statement.excluded[name] for name in columns}
    return statement.on_conflict_do_update(index_elements=["checkin_id"], set_=newer)


SET_MESSAGE: Final = (
    update(_CHECKINS).where(_CHECKINS.c.id == bindparam("of")).values(message_id=bindparam("message_id"))
)

# `read_at` is the version that was read: a row that somebody else has changed since is left alone.
SAVE_CHECKIN: Final = (
    update(_CHECKINS)
    .where(_CHECKINS.c.id == bindparam("of"), _CHECKINS.c.version == bindparam("read_at"))
    .values({name: bindparam(name) for name in ("state", "position", "skipped", "remind_at", "finished_at")})
    .values(version=_CHECKINS.c.version + 1)
)


@cache
def put_answer(dialect: str) -> Any:
    """Store an answer; a later one to the same item takes its place."""
    statement = insert_into(dialect, AnswerRow)
    newer = {name: statement.excluded[name] for name in ("value", "answered_at", "received_at")}
    return statement.on_conflict_do_update(index_elements=["checkin_id", "item"], set_=newer)


LOCK_ALERT: Final = select(_ALERTS).where(_ALERTS.c.id == bindparam("of")).with_for_update()

ALERT_BY_SOURCE: Final = select(_ALERTS).where(_ALERTS.c.source == bindparam("source"))

ALERTS_RESOLVED: Final = (
    select(_ALERTS)
    .where(_ALERTS.c.person_id == bindparam("person"), _ALERTS.c.resolved_at >= bindparam("since"))
    .order_by(_ALERTS.c.resolved_at, _ALERTS.c.opened_at, _ALERTS.c.id)
)


@cache
def put_message(dialect: str) -> Any:
    """Store an outgoing message; returns its id, or no row when its `dedup_key` was used before."""
    return insert_into(dialect, OutboxRow).on_conflict_do_nothing().returning(_OUTBOX.c.id)


# With the second condition, which says nothing new, the index of what is waiting or on its way for a chat is used.
WAITING: Final = and_(_OUTBOX.c.state == PENDING, _OUTBOX.c.state.in_([PENDING, SENDING]))


def _supersede(column: str) -> Any:
    return (
        update(_OUTBOX)
        .where(_OUTBOX.c.chat_key == bindparam("chat"), _OUTBOX.c[column] == bindparam("same"))
        .where(WAITING)
        .values(state=OutgoingState.SUPERSEDED.value, done_at=bindparam("done_at"))
    )


# Messages of a chat that have not left yet, and that a newer one (`same` message, `same` thing) makes pointless.
SUPERSEDE_EDITS: Final = _supersede("edit_id")
SUPERSEDE_RECEIPTS: Final = _supersede("receipt")

FREE_AT: Final = select(_PACE.c.free_at).where(_PACE.c.key == bindparam("of"))


@cache
def set_pace(dialect: str) -> Any:
    """Store from when on a chat, or the bot, is free."""
    statement = insert_into(dialect, PaceRow)
    return statement.on_conflict_do_update(index_elements=["key"], set_={"free_at": statement.excluded.free_at})


@cache
def hold_pace(dialect: str) -> Any:
    """Store from when on a chat, or the bot, is free, unless that is later already."""
    statement = insert_into(dialect, PaceRow)
    later = statement.excluded.free_at
    return statement.on_conflict_do_update(
        index_elements=["key"], set_={"free_at": later}, where=later > PaceRow.__table__.c.free_at
    )


CLAIM: Final = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("of"))
    .values(
        state=OutgoingState.SENDING.value,
        claimed_by=bindparam("claimed_by"),
        lease_until=bindparam("lease_until"),
        attempts=_OUTBOX.c.attempts + 1,
    )
)

ADDRESSES: Final = select(_PEOPLE.c.id, _PEOPLE.c.telegram_sealed, _PEOPLE.c.language, _PEOPLE.c.timezone).where(
    _PEOPLE.c.id.in_(bindparam("people", expanding=True))
)

# Where a person is reached, and whether a message to them is on its way at this moment.
REACHED: Final = select(
    _PEOPLE.c.telegram_sealed,
    _PEOPLE.c.language,
    _PEOPLE.c.timezone,
    exists().where(_OUTBOX.c.chat_key == bindparam("chat"), _OUTBOX.c.state == SENDING),
).where(_PEOPLE.c.id == bindparam("of"))

SENT: Final = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("of"))
    .values(state=OutgoingState.SENT.value, claimed_by=None, lease_until=None)
    .values(done_at=bindparam("done_at"), message_id=bindparam("message_id"))
)
