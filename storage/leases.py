"""A message in hand is held by a lease that its holder renews: a holder that is gone is found out within seconds."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, select, update

from core.messages import OutgoingState
from storage.database import WriteSession
from storage.sql import changed
from storage.tables_outbox import OutboxRow

LEASE: Final = timedelta(seconds=10)  # what a holder that is gone keeps from others; whoever lives renews it


async def renew(session: WriteSession, ids: Collection[int], *, owner: str, until: datetime) -> int:
    """Hold messages on. Return how many: one that another process has taken over meanwhile is not held any more.

    What is being settled at this moment is passed over. It needs no lease any more, and to wait for it while holding
    other messages would be half of a deadlock.
    """
    held = (
        select(OutboxRow.id)
        .where(OutboxRow.id.in_(list(ids)), OutboxRow.claimed_by == owner)
        .where(OutboxRow.state == OutgoingState.SENDING.value)
        .with_for_update(skip_locked=True)
    )
    mine = list(await session.scalars(held))
    return await changed(session, update(OutboxRow).where(OutboxRow.id.in_(mine)).values(lease_until=until))


async def keep(session: WriteSession, id_: int, number: int, *, owner: str, until: datetime) -> bool:
    """Hold one attempt on. False: another process has taken the message over, and may have sent it."""
    mine = and_(OutboxRow.claimed_by == owner, OutboxRow.attempts == number)
    held = and_(OutboxRow.id == id_, OutboxRow.state == OutgoingState.SENDING.value, mine)
    return await changed(session, update(OutboxRow).where(held).values(lease_until=until)) == 1
