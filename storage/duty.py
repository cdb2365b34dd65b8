"""Shifts that change hands, and planned absence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from storage.database import ReadSession, WriteSession
from storage.sql import changed
from storage.tables_duty import LeaveRow, SwapRow

OFFERED: Final = "offered"
TAKEN: Final = "taken"
WITHDRAWN: Final = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A shift that somebody gives away. Every instant is aware and in UTC."""

    id: UUID
    giver_id: UUID
    taker_id: UUID | None
    team: str | None  # None: every team
    start: datetime
    end: datetime
    state: str  # offered, taken, withdrawn


def _to_offer(row: SwapRow) -> Offer:
    return Offer(
        id=row.id,
        giver_id=row.giver_id,
        taker_id=row.taker_id,
        team=row.team or None,
        start=row.start_at,
        end=row.end_at,
        state=row.state,
    )


async def offer(
    session: WriteSession, *, giver_id: UUID, team: str | None, start: datetime, end: datetime, now: datetime
) -> Offer:
    """Store that somebody gives a shift away; the same one is offered once."""
    same = select(SwapRow).where(
        SwapRow.giver_id == giver_id,
        SwapRow.team == (team or ""),
        SwapRow.end_at == end,
        SwapRow.state == OFFERED,
    )
    row = (await session.scalars(same)).first()
    if row is None:
        row = SwapRow(
            id=uuid4(),
            giver_id=giver_id,
            team=team or "",
            start_at=start,
            end_at=end,
            state=OFFERED,
            offered_at=now,
        )
        session.add(row)
        await session.flush()
    return _to_offer(row)


async def find(session: ReadSession, offer_id: UUID) -> Offer | None:
    """Return an offer as it is now."""
    statement = select(SwapRow).where(SwapRow.id == offer_id).execution_options(populate_existing=True)
    row = (await session.scalars(statement)).first()
    return _to_offer(row) if row else None


async def settle(session: WriteSession, offer_id: UUID, state: str, taker_id: UUID | None, now: datetime) -> bool:
    """Let an offer be taken or withdrawn. False if it is over: of two who press at once, one takes it."""
    statement = update(SwapRow).where(SwapRow.id == offer_id, SwapRow.state == OFFERED, SwapRow.end_at > now)
    return await changed(session, statement.values(state=state, taker_id=taker_id, settled_at=now)) == 1


async def offers(session: ReadSession, now: datetime) -> list[Offer]:
    """Return the offers that nobody has taken and that are not over, the first shift first."""
    statement = select(SwapRow).where(SwapRow.state == OFFERED, SwapRow.end_at > now)
    return [_to_offer(row) for row in await session.scalars(statement.order_by(SwapRow.start_at, SwapRow.id))]


async def taken(session: ReadSession, start: datetime, end: datetime) -> list[Offer]:
    """Return the shifts that changed hands and lie between two instants, in the order in which they were taken."""
    statement = select(SwapRow).where(SwapRow.state == TAKEN, SwapRow.end_at > start, SwapRow.start_at < end)
    return [_to_offer(row) for row in await session.scalars(statement.order_by(SwapRow.settled_at, SwapRow.id))]


async def plan_leave(session: WriteSession, person_id: UUID, start: datetime, end: datetime) -> bool:
    """Plan an absence, or take it back when there is one that begins then. Say whether it is planned now."""
    gone = delete(LeaveRow).where(LeaveRow.person_id == person_id, LeaveRow.start_at == start)
    if await changed(session, gone):
        return False
    session.add(LeaveRow(person_id=person_id, start_at=start, end_at=end))
    await session.flush()
    return True


async def end_leave(session: WriteSession, person_id: UUID, now: datetime) -> int:
    """Take back the absence that runs now. Return how many there were."""
    running = delete(LeaveRow).where(LeaveRow.person_id == person_id, LeaveRow.start_at <= now, LeaveRow.end_at > now)
    return await changed(session, running)


async def leaves(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, tuple[tuple[datetime, datetime], ...]]:
    """Return when these people are absent, in order."""
    found: dict[UUID, tuple[tuple[datetime, datetime], ...]] = {}
    statement = select(LeaveRow).where(LeaveRow.person_id.in_(ids)).order_by(LeaveRow.start_at)
    for row in await session.scalars(statement):
        found[row.person_id] = (*found.get(row.person_id, ()), (row.start_at, row.end_at))
    return found


async def forget(session: WriteSession, before: datetime) -> int:
    """Delete what ended before an instant."""
    gone = await changed(session, delete(SwapRow).where(SwapRow.end_at < before))
    return gone + await changed(session, delete(LeaveRow).where(LeaveRow.end_at < before))
