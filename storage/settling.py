"""What becomes of a claimed message: sent, tried again, maybe sent, or given up.

Whoever settles names the attempt: a process that was paused for longer than its lease must not undo what another one
has done with the same message meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import aliased

from core.messages import RULES, Kind, OutgoingState, WhenUnsure
from storage import statements
from storage.database import ReadSession, WriteSession
from storage.sql import changed
from storage.statements import PENDING, SENDING, WAITING
from storage.tables_outbox import OutboxRow


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to send one message."""

    id: int
    number: int  # 1 is the first
    kind: Kind
    is_edit: bool


async def sent(session: WriteSession, id_: int, message_id: int | None, now: datetime) -> None:
    """Settle a message that arrived, whoever sent it."""
    await session.execute(statements.SENT, {"of": id_, "done_at": now, "message_id": message_id})


async def give_up(session: WriteSession, attempt: Attempt, state: OutgoingState, error: str, now: datetime) -> bool:
    """Settle a message that will not be tried again: DEAD, MAYBE or SUPERSEDED. False: the attempt is not in force."""
    return await _release(session, attempt, state=state.value, done_at=now, error=error[:200])


async def again(
    session: WriteSession,
    attempt: Attempt,
    *,
    due_at: datetime,
    error: str,
    unsure: bool = False,
    as_new: bool = False,
) -> bool:
    """Put a message back to be tried later. `as_new` sends it anew when the message to edit is gone.

    An older edit does not come back over a newer one, nor an older message about one thing. False if nothing was put
    back.
    """
    if not as_new and await _newer_exists(session, attempt.id):
        await give_up(session, attempt, OutgoingState.SUPERSEDED, "there is a newer one", due_at)
        return False
    values: dict[str, Any] = {"edit_id": None} if as_new else {}
    if unsure:
        values["unsure"] = True
    return await _release(
        session, attempt, state=OutgoingState.PENDING.value, due_at=due_at, error=error[:200], **values
    )


async def unsure(session: WriteSession, attempt: Attempt, *, error: str, due_at: datetime, now: datetime) -> bool:
    """Decide about a message that was maybe sent, by its kind. True if it will be repeated."""
    if not attempt.is_edit and RULES[attempt.kind].when_unsure is WhenUnsure.DROP:
        await give_up(session, attempt, OutgoingState.MAYBE, error, now)
        return False
    return await again(session, attempt, due_at=due_at, error=error, unsure=True)


async def outdated(session: ReadSession) -> list[int]:
    """Return edits that were put back at the very moment at which a newer one was stored. They are never claimed."""
    newer = aliased(OutboxRow)
    statement = select(OutboxRow.id).where(
        OutboxRow.state == PENDING,
        OutboxRow.edit_id.is_not(None),
        OutboxRow.attempts > 0,
        exists().where(
            newer.chat_key == OutboxRow.chat_key, newer.edit_id == OutboxRow.edit_id, newer.id > OutboxRow.id
        ),
    )
    return list(await session.scalars(statement))


async def drop(session: WriteSession, ids: Sequence[int], now: datetime) -> None:
    """Settle messages that wait and must not leave any more."""
    waiting = and_(OutboxRow.id.in_(ids), OutboxRow.state == OutgoingState.PENDING.value)
    await session.execute(update(OutboxRow).where(waiting).values(state=OutgoingState.SUPERSEDED.value, done_at=now))


async def orphans(session: ReadSession, now: datetime, except_owner: str | None) -> list[Attempt]:
    """Return messages whose holder is gone: the lease is over, or (one process only) the holder is not this one."""
    gone: ColumnElement[bool] = OutboxRow.lease_until <= now
    if except_owner is not None:
        gone = or_(gone, OutboxRow.claimed_by != except_owner)
    statement = select(OutboxRow.id, OutboxRow.attempts, OutboxRow.kind, OutboxRow.edit_id)
    rows = await session.execute(statement.where(and_(OutboxRow.state == SENDING, gone)))
    return [Attempt(id_, number, Kind(kind), edit is not None) for id_, number, kind, edit in rows]


async def drop_pending(session: WriteSession, person_id: UUID, kinds: Sequence[Kind], now: datetime) -> int:
    """Take back messages of these kinds that have not left yet. Return how many."""
    statement = (
        update(OutboxRow)
        .where(OutboxRow.chat_key == person_id.hex, WAITING)
        .where(OutboxRow.kind.in_([kind.value for kind in kinds]))
        .values(state=OutgoingState.SUPERSEDED.value, done_at=now)
    )
    return await changed(session, statement)


async def drop_receipt(session: WriteSession, person_id: UUID, receipt: str, now: datetime) -> int:
    """Take back messages about one thing that have not left yet: it is over, or is said anew. Return how many."""
    values = {"chat": person_id.hex, "same": receipt, "done_at": now}
    return await changed(session, statements.SUPERSEDE_RECEIPTS, values)


async def _release(session: WriteSession, attempt: Attempt, **values: Any) -> bool:
    statement = (
        update(OutboxRow)
        .where(OutboxRow.id == attempt.id, OutboxRow.attempts == attempt.number)
        .where(OutboxRow.state == OutgoingState.SENDING.value)
        .values(claimed_by=None, lease_until=None, **values)
    )
    return await changed(session, statement) == 1


async def _newer_exists(session: ReadSession, id_: int) -> bool:
    """Say whether a later edit of the same message was stored, or a later message about the same thing."""
    columns = select(OutboxRow.chat_key, OutboxRow.edit_id, OutboxRow.receipt)
    chat, edit, receipt = (await session.execute(columns.where(OutboxRow.id == id_))).one()
    if edit is not None:
        same = OutboxRow.edit_id == edit
    elif receipt is not None:
        same = and_(OutboxRow.receipt == receipt, OutboxRow.edit_id.is_(None))
    else:
        return False
    statement = select(OutboxRow.id).where(OutboxRow.chat_key == chat, same, OutboxRow.id > id_)
    return (await session.scalars(statement.limit(1))).first() is not None
