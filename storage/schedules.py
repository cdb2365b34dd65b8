"""When each mentor is asked next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID, uuid4

from sqlalchemy import select, update

from storage import statements
from storage.database import ReadSession, WriteSession
from storage.people import local_time
from storage.sql import changed, insert
from storage.tables_checkins import ScheduleRow


@dataclass(frozen=True, slots=True)
class Schedule:
    """When one mentor is asked one questionnaire next."""

    id: UUID
    person_id: UUID
    checkin: str
    at_local: time | None
    next_at: datetime | None
    by_day: Mapping[int, time] | None = None  # own weekdays, each with its time; None: the program's days


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


async def of_person(session: ReadSession, person_id: UUID) -> dict[str, Schedule]:
    """Return the schedules of a person by questionnaire."""
    rows = await session.scalars(select(ScheduleRow).where(ScheduleRow.person_id == person_id))
    return {row.checkin: _to_schedule(row) for row in rows}


async def put(
    session: WriteSession, person_id: UUID, checkin: str, *, at_local: time | None, next_at: datetime | None
) -> None:
    """Store when a person is asked next."""
    local = at_local.strftime("%H:%M") if at_local else None
    values = {"at_local": local, "next_at": next_at}
    statement = insert(session, ScheduleRow).values(id=uuid4(), person_id=person_id, checkin=checkin, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["person_id", "checkin"], set_=values))


async def due(session: ReadSession, now: datetime, limit: int) -> list[Schedule]:
    """Return schedules whose time has come, the oldest first."""
    statement = select(ScheduleRow).where(ScheduleRow.next_at <= now).order_by(ScheduleRow.next_at).limit(limit)
    return [_to_schedule(row) for row in await session.scalars(statement)]


async def next_at(session: ReadSession) -> datetime | None:
    """Return the next instant at which anybody is asked."""
    statement = select(ScheduleRow.next_at).where(ScheduleRow.next_at.is_not(None)).order_by(ScheduleRow.next_at)
    return await session.scalar(statement.limit(1))


async def move(session: WriteSession, schedule: Schedule, next_at: datetime | None) -> bool:
    """Move a schedule on. False if another replica did so first."""
    values = {"of": schedule.id, "was": schedule.next_at, "to": next_at}
    return await changed(session, statements.MOVE_SCHEDULE, values) == 1
