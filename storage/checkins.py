"""Schedules, check-ins, answers and assessments."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, delete, exists, func, select, update

from core.checkins import Checkin, CheckinState
from storage import statements
from storage.database import ReadSession, WriteSession
from storage.people import local_time
from storage.sql import changed, dialect_of, insert, inserted
from storage.tables import AnswerRow, AssessmentRow, CheckinRow, ScheduleRow

LONGEST_SILENCE: Final = 60  # check-ins; what is asked about is far shorter


@dataclass(frozen=True, slots=True)
class Schedule:
    """When one mentor is asked one questionnaire next."""

    id: UUID
    person_id: UUID
    checkin: str
    at_local: time | None
    next_at: datetime | None
    by_day: Mapping[int, time] | None = None  # own weekdays, each with its time; None: the program's days


@dataclass(frozen=True, slots=True)
class StoredAssessment:
    """What one check-in came to, and the state of the scoring after it."""

    checkin_id: UUID
    kind: str
    at: datetime
    level: int
    alert_level: int | None
    reasons: tuple[str, ...]
    detail: Mapping[str, Any]
    history: Mapping[str, Any]


def _to_schedule(row: ScheduleRow) -> Schedule:
    return Schedule(row.id, row.person_id, row.checkin, local_time(row.at_local), row.next_at, _by_day(row.pattern))


def _by_day(pattern: str | None) -> Mapping[int, time] | None:
    """Return the times by weekday of "0@17:00 2@09:00"."""
    if pattern is None:
        return None
    return {int(day): time.fromisoformat(at) for day, _, at in (one.partition("@") for one in pattern.split())}


async def set_days(session: WriteSession, person_id: UUID, checkin: str, by_day: Mapping[int, time] | None) -> None:
    """Store somebody's own weekdays of a check-in, each with its time; None: the program's days."""
    pattern = None if by_day is None else " ".join(f"{day}@{at:%H:%M}" for day, at in sorted(by_day.items()))
    mine = update(ScheduleRow).where(ScheduleRow.person_id == person_id, ScheduleRow.checkin == checkin)
    await session.execute(mine.values(pattern=pattern))


async def schedules_of(session: ReadSession, person_id: UUID) -> dict[str, Schedule]:
    """Return the schedules of a person by questionnaire."""
    rows = await session.scalars(select(ScheduleRow).where(ScheduleRow.person_id == person_id))
    return {row.checkin: _to_schedule(row) for row in rows}


async def set_schedule(
    session: WriteSession, person_id: UUID, checkin: str, *, at_local: time | None, next_at: datetime | None
) -> None:
    """Store when a person is asked next."""
    local = at_local.strftime("%H:%M") if at_local else None
    values = {"at_local": local, "next_at": next_at}
    statement = insert(session, ScheduleRow).values(id=uuid4(), person_id=person_id, checkin=checkin, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["person_id", "checkin"], set_=values))


async def due_schedules(session: ReadSession, now: datetime, limit: int) -> list[Schedule]:
    """Return schedules whose time has come, the oldest first."""
    statement = select(ScheduleRow).where(ScheduleRow.next_at <= now).order_by(ScheduleRow.next_at).limit(limit)
    return [_to_schedule(row) for row in await session.scalars(statement)]


async def next_scheduled(session: ReadSession) -> datetime | None:
    """Return the next instant at which anybody is asked."""
    statement = select(ScheduleRow.next_at).where(ScheduleRow.next_at.is_not(None)).order_by(ScheduleRow.next_at)
    return await session.scalar(statement.limit(1))


async def move_schedule(session: WriteSession, schedule: Schedule, next_at: datetime | None) -> bool:
    """Move a schedule on. False if another replica did so first."""
    statement = (
        update(ScheduleRow)
        .where(ScheduleRow.id == schedule.id, ScheduleRow.next_at == schedule.next_at)
        .values(next_at=next_at)
    )
    return await changed(session, statement) == 1


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
    where = [CheckinRow.person_id == person_id, CheckinRow.state == CheckinState.OPEN.value]
    return await _load(session, *where, *([CheckinRow.kind == kind] if kind else []))


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
    return await _load(session, CheckinRow.person_id == person_id, CheckinRow.at >= at)


async def add(session: WriteSession, checkin: Checkin, *, local_date: date, slot: str, program_version: str) -> bool:
    """Store a new check-in. False if there is one for this occurrence already."""
    statement = insert(session, CheckinRow).values(
        id=checkin.id,
        person_id=checkin.person_id,
        kind=checkin.kind,
        local_date=local_date,
        slot=slot,
        at=checkin.at,
        items=list(checkin.items),
        skipped=[],
        state=checkin.state.value,
        position=checkin.position,
        remind_at=checkin.remind_at,
        expires_at=checkin.expires_at,
        opened_at=checkin.opened_at,
        program_version=program_version,
        version=1,
    )
    return await inserted(session, statement, CheckinRow.id)


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


async def due_ids(session: ReadSession, now: datetime, limit: int) -> list[UUID]:
    """Return open check-ins to be reminded of or closed."""
    statement = (
        select(CheckinRow.id)
        .where(
            CheckinRow.state == CheckinState.OPEN.value, (CheckinRow.remind_at <= now) | (CheckinRow.expires_at <= now)
        )
        .limit(limit)
    )
    return list(await session.scalars(statement))


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


async def assessment_before(session: ReadSession, person_id: UUID, at: datetime, kind: str) -> StoredAssessment | None:
    """Return the assessment that the next one builds on. At one instant the pulse goes first."""
    earlier: ColumnElement[bool] = AssessmentRow.at < at
    if kind != "pulse":
        earlier = earlier | and_(AssessmentRow.at == at, AssessmentRow.kind == "pulse")
    statement = (
        select(AssessmentRow)
        .where(AssessmentRow.person_id == person_id, earlier)
        .order_by(AssessmentRow.at.desc(), AssessmentRow.kind.desc())
        .limit(1)
    )
    row = (await session.scalars(statement)).first()
    return _to_assessment(row) if row else None


async def reasons_before(
    session: ReadSession, person_id: UUID, at: datetime, kind: str
) -> list[tuple[datetime, tuple[str, ...]]]:
    """Return when somebody's earlier check-ins were, and which reasons held at them, in time order."""
    earlier: ColumnElement[bool] = AssessmentRow.at < at
    if kind != "pulse":
        earlier = earlier | and_(AssessmentRow.at == at, AssessmentRow.kind == "pulse")
    rows = await session.execute(
        select(AssessmentRow.at, AssessmentRow.reasons)
        .where(AssessmentRow.person_id == person_id, earlier)
        .order_by(AssessmentRow.at, AssessmentRow.kind)
    )
    return [(when, tuple(reasons)) for when, reasons in rows]


async def assessment_of(session: ReadSession, checkin_id: UUID) -> StoredAssessment | None:
    """Return the assessment of one check-in."""
    row = (await session.scalars(select(AssessmentRow).where(AssessmentRow.checkin_id == checkin_id))).first()
    return _to_assessment(row) if row else None


def _to_assessment(row: AssessmentRow) -> StoredAssessment:
    return StoredAssessment(
        row.checkin_id, row.kind, row.at, row.level, row.alert_level, tuple(row.reasons), row.detail, row.history
    )


async def put_assessment(
    session: WriteSession, assessment: StoredAssessment, *, person_id: UUID, rules_version: str, now: datetime
) -> None:
    """Store an assessment; a newer one of the same check-in takes its place."""
    values = {
        "level": assessment.level,
        "alert_level": assessment.alert_level,
        "reasons": list(assessment.reasons),
        "detail": dict(assessment.detail),
        "history": dict(assessment.history),
        "rules_version": rules_version,
        "updated_at": now,
    }
    statement = insert(session, AssessmentRow).values(
        id=uuid4(),
        checkin_id=assessment.checkin_id,
        person_id=person_id,
        kind=assessment.kind,
        at=assessment.at,
        **values,
    )
    await session.execute(statement.on_conflict_do_update(index_elements=["checkin_id"], set_=values))


def ids(checkins: Iterable[Checkin]) -> Sequence[UUID]:
    """Return the ids of check-ins."""
    return [checkin.id for checkin in checkins]
