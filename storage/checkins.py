"""Check-ins with their answers."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, bindparam, delete, exists, func, select, union_all, update

from core.checkins import Checkin, CheckinState
from storage import statements
from storage.database import ReadSession, WriteSession
from storage.sql import changed, dialect_of
from storage.tables_checkins import AnswerRow, CheckinRow

LONGEST_SILENCE: Final = 60  # check-ins; what is asked about is far shorter


async def _load(session: ReadSession, *where: ColumnElement[bool]) -> list[Checkin]:
    # Rows are changed by plain statements, of which the session hears nothing.
    statement = select(CheckinRow).where(*where).order_by(CheckinRow.at, CheckinRow.opened_at)
    statement = statement.execution_options(populate_existing=True)
    return await _with_answers(session, (await session.scalars(statement)).all())


async def _with_answers(session: ReadSession, rows: Sequence[Any]) -> list[Checkin]:
    answers: dict[UUID, dict[str, str]] = {row.id: {} for row in rows}
    if rows:
        for checkin_id, item, value in await session.execute(statements.ANSWERS_OF, {"checkins": list(answers)}):
            answers[checkin_id][item] = value
    return [_to_checkin(row, answers[row.id]) for row in rows]


def _to_checkin(row: Any, answers: Mapping[str, str]) -> Checkin:
    return Checkin(
        id=row.id,
        person_id=row.person_id,
        kind=row.kind,
        occurrence=f"{row.local_date.isoformat()} {row.slot}",
        at=row.at,
        items=tuple(row.items),
        expires_at=row.expires_at,
        remind_at=row.remind_at,
        state=CheckinState(row.state),
        position=row.position,
        answers=answers,
        skipped=frozenset(row.skipped),
        message_id=row.message_id,
        opened_at=row.opened_at,
        finished_at=row.finished_at,
        version=row.version,
    )


async def get(session: ReadSession, checkin_id: UUID) -> Checkin | None:
    """Return a check-in with its answers."""
    return next(iter(await _load(session, CheckinRow.id == checkin_id)), None)


async def lock(session: WriteSession, checkin_id: UUID) -> Checkin | None:
    """Return a check-in with its answers; nobody else changes it before this transaction ends."""
    rows = (await session.execute(statements.LOCK_CHECKIN, {"of": checkin_id})).all()
    return next(iter(await _with_answers(session, rows)), None)


async def open_of(session: ReadSession, person_id: UUID, kind: str | None = None) -> list[Checkin]:
    """Return the open check-ins of a person."""
    rows = (await session.execute(statements.OPEN_CHECKINS, {"person": person_id})).all()
    return await _with_answers(session, [row for row in rows if kind is None or row.kind == kind])


async def completed_of(session: ReadSession, person_id: UUID, *, limit: int) -> list[Checkin]:
    """Return the check-ins that somebody completed last, the newest first."""
    newest = select(CheckinRow.id).where(
        CheckinRow.person_id == person_id, CheckinRow.state == CheckinState.COMPLETE.value
    )
    newest = newest.order_by(CheckinRow.at.desc()).limit(limit)
    found = await _load(session, CheckinRow.id.in_((await session.scalars(newest)).all()))
    return list(reversed(found))


async def since(session: ReadSession, person_id: UUID, at: datetime) -> list[Checkin]:
    """Return the check-ins of a person from an instant on, in time order."""
    rows = (await session.execute(statements.CHECKINS_SINCE, {"person": person_id, "since": at})).all()
    return await _with_answers(session, rows)


async def add(session: WriteSession, checkin: Checkin, *, local_date: date, slot: str, program_version: str) -> bool:
    """Store a new check-in. False if there is one for this occurrence already."""
    values = {
        "id": checkin.id,
        "person_id": checkin.person_id,
        "kind": checkin.kind,
        "local_date": local_date,
        "slot": slot,
        "at": checkin.at,
        "items": list(checkin.items),
        "skipped": [],
        "state": checkin.state.value,
        "position": checkin.position,
        "remind_at": checkin.remind_at,
        "expires_at": checkin.expires_at,
        "opened_at": checkin.opened_at,
        "program_version": program_version,
        "version": 1,
    }
    return await session.scalar(statements.put_checkin(dialect_of(session)), values) is not None


async def save(session: WriteSession, checkin: Checkin, now: datetime) -> bool:
    """Store what changed except answers. False if somebody else changed it since it was read."""
    values = {
        "of": checkin.id,
        "read_at": checkin.version,
        "state": checkin.state.value,
        "position": checkin.position,
        "skipped": sorted(checkin.skipped),
        "remind_at": checkin.remind_at,
        "finished_at": None if checkin.is_open else now,
    }
    return await changed(session, statements.SAVE_CHECKIN, values) == 1


async def set_message(session: WriteSession, checkin_id: UUID, message_id: int) -> None:
    """Remember the message in which a check-in is shown."""
    await session.execute(statements.SET_MESSAGE, {"of": checkin_id, "message_id": message_id})


async def put_answer(
    session: WriteSession, checkin_id: UUID, item: str, value: str, *, answered_at: datetime, received_at: datetime
) -> None:
    """Store an answer; a later one to the same item takes its place."""
    values = {"value": value, "answered_at": answered_at, "received_at": received_at}
    await session.execute(
        statements.put_answer(dialect_of(session)), {"checkin_id": checkin_id, "item": item, **values}
    )


async def drop_answer(session: WriteSession, checkin_id: UUID, item: str) -> None:
    """Take back an answer whose last value was tapped away."""
    await session.execute(delete(AnswerRow).where(AnswerRow.checkin_id == checkin_id, AnswerRow.item == item))


async def count_of(session: ReadSession, person_id: UUID, kind: str) -> int:
    """Return how many check-ins of a kind a person was sent."""
    statement = select(func.count()).select_from(CheckinRow)
    return await session.scalar(statement.where(CheckinRow.person_id == person_id, CheckinRow.kind == kind)) or 0


async def missed_in_a_row(session: ReadSession, person_id: UUID, kind: str, *, before: datetime) -> int:
    """Return how many check-ins in a row, up to an instant, reached the phone and were not answered at all."""
    answered = exists().where(AnswerRow.checkin_id == CheckinRow.id)
    sent = select(CheckinRow.at, answered).where(
        CheckinRow.person_id == person_id,
        CheckinRow.kind == kind,
        CheckinRow.at < before,
        CheckinRow.message_id.is_not(None) | answered,
    )
    missed = 0
    for _, was_answered in await session.execute(sent.order_by(CheckinRow.at.desc()).limit(LONGEST_SILENCE)):
        if was_answered:
            break
        missed += 1
    return missed


def _due(deadline: Any) -> Select[Any]:
    """Find open check-ins of which this deadline is over, by its index.

    Without the order PostgreSQL would look through the whole table: the deadlines of nearly all that are not open any
    more are over, so it expects many, and to have found enough of them soon.
    """
    found = select(CheckinRow.id, deadline.label("due_at")).where(CheckinRow.state == statements.OPEN)
    found = found.where(deadline <= bindparam("now", type_=deadline.type)).order_by(deadline)
    return select(found.limit(bindparam("limit", type_=Integer)).subquery())


_DUE: Final = union_all(_due(CheckinRow.remind_at), _due(CheckinRow.expires_at)).order_by("due_at")


async def due_ids(session: ReadSession, now: datetime, limit: int) -> list[UUID]:
    """Return open check-ins to be reminded of or closed, those that have waited longest."""
    found = await session.scalars(_DUE, {"now": now, "limit": limit})
    return list(dict.fromkeys(found))[:limit]  # of some both times are over


async def put_off(session: WriteSession, checkin_id: UUID, until: datetime) -> None:
    """Move what was due of a check-in that could not be handled; what is due later stays where it is."""
    for deadline in (CheckinRow.expires_at, CheckinRow.remind_at):
        due = update(CheckinRow).where(CheckinRow.id == checkin_id, deadline < until)
        await session.execute(due.values({deadline: until}))


async def asked_on(session: ReadSession, person_id: UUID, kind: str, day: date) -> bool:
    """Say whether a person was asked by schedule on a local date. Check-ins of their own have longer slots."""
    statement = select(CheckinRow.id).where(
        CheckinRow.person_id == person_id,
        CheckinRow.kind == kind,
        CheckinRow.local_date == day,
        func.length(CheckinRow.slot) == len("09:00"),
    )
    return (await session.scalars(statement.limit(1))).first() is not None
