"""People and messages in a database, for tests of the storage."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from core.messages import Kind, Notice, Outgoing, OutgoingState
from core.people import Role
from storage import outbox, people
from storage.database import Database
from storage.outbox import Budget
from storage.tables_outbox import OutboxRow

LEASE = timedelta(seconds=60)
BUDGET = Budget()
SECOND = timedelta(seconds=1)


async def some_people(db: Database, count: int, now: datetime) -> list[UUID]:
    """Add mentors with a chat each."""
    made = []
    async with db.transaction() as session:
        for number in range(count):
            made.append(
                await people.add(
                    session,
                    name=f"Person {number}",
                    role=Role.MENTOR,
                    team_id=None,
                    language="en",
                    timezone="America/Chicago",
                    now=now,
                )
            )
            await people.bind(session, made[-1], 1_000 + number, now)
    return made


async def put(db: Database, now: datetime, *notices: Notice) -> list[int | None]:
    """Store messages in a transaction of their own."""
    async with db.transaction() as session:
        return await outbox.put(session, notices, now)


async def claim(db: Database, now: datetime, *, owner: str = "one", limit: int = 20, **budget: Any) -> list[Outgoing]:
    """Claim what may leave now."""
    pace = Budget(**budget) if budget else BUDGET
    async with db.transaction() as session:
        return await outbox.claim(session, owner=owner, now=now, lease=LEASE, limit=limit, budget=pace)


async def claim_until_empty(db: Database, now: datetime, **options: Any) -> list[Outgoing]:
    """Claim again and again with a moved clock, as a sender does, and note each message as sent at its place."""
    found: list[Outgoing] = []
    idle = 0
    while idle < 20:
        got = await claim(db, now, **options)
        async with db.transaction() as session:
            arrived = update(OutboxRow).where(OutboxRow.id.in_([outgoing.id for outgoing in got]))
            await session.execute(arrived.values(state=OutgoingState.SENT.value, lease_until=None, claimed_by=None))
        found += got
        idle = 0 if got else idle + 1
        now += timedelta(milliseconds=140)
    return found


async def rows(db: Database) -> list[OutboxRow]:
    """Return the whole outbox."""
    async with db.reading() as session:
        return list(await session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


async def states(db: Database) -> list[OutgoingState]:
    """Return the state of every message."""
    return [OutgoingState(row.state) for row in await rows(db)]


def says(person: UUID, text: str, **values: Any) -> Notice:
    """Return a message of an ordinary kind."""
    return Notice(kind=values.pop("kind", Kind.HELP), person_id=person, params={"text": text}, **values)


def texts(outgoings: list[Outgoing]) -> list[str]:
    """Return what messages say, in the order in which they leave."""
    return [str(outgoing.params["text"]) for outgoing in sorted(outgoings, key=lambda one: one.send_at)]
