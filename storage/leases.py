"""A message in hand is held by a lease that its holder renews: a holder that is gone is found out within seconds."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update

from core.messages import OutgoingState
from storage.database import WriteSession
from storage.sql import changed
from storage.tables import OutboxRow


async def renew(session: WriteSession, ids: Collection[int], *, owner: str, until: datetime) -> int:
    """Hold messages on. Return how many: one that another process has taken over meanwhile is not held any more."""
    statement = (
        update(OutboxRow)
        .where(OutboxRow.id.in_(list(ids)), OutboxRow.claimed_by == owner)
        .where(OutboxRow.state == OutgoingState.SENDING.value)
        .values(lease_until=until)
    )
    return await changed(session, statement)
