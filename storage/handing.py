"""An edit that leaves with the transaction that made it: it is stored as being sent, and needs no claim.

Most messages are edits: the next question in place of the one that was tapped. They cost no send budget, so nothing is
to be shared out, and a claim of its own would be a second transaction for each tap. A process that dies before it has
sent such an edit leaves a lease behind like any other holder.
"""

from datetime import datetime, timedelta
from typing import Any

from core.messages import Notice, Outgoing, OutgoingState
from storage import statements
from storage.database import WriteSession, vault_of
from storage.outbox import row_of, supersede
from storage.sql import dialect_of


async def put_held(
    session: WriteSession, notice: Notice, *, owner: str, now: datetime, lease: timedelta
) -> Outgoing | None:
    """Store an edit as being sent by `owner`, and return it.

    None, and nothing is stored, when it has to wait its turn: only one message to a chat is under way at a time. Older
    edits of the same message are superseded first: one that is being claimed at this moment is then seen as under way.
    """
    if notice.edit is None or notice.person_id is None or notice.not_before is not None or notice.dedup_key is not None:
        return None
    key = notice.person_id.hex
    await supersede(session, key, notice, now)
    found = (await session.execute(statements.REACHED, {"of": notice.person_id, "chat": key})).one()
    sealed, language, timezone, is_busy = found
    if is_busy or sealed is None:
        return None
    vault = vault_of(session)
    held: dict[str, Any] = {
        "state": OutgoingState.SENDING.value,
        "claimed_by": owner,
        "lease_until": now + lease,
        "attempts": 1,
    }
    values = row_of(vault, key, notice, now) | held
    id_ = await session.scalar(statements.put_message(dialect_of(session)), values)
    if id_ is None:
        return None
    return Outgoing(
        id=id_,
        kind=notice.kind,
        chat_id=int(vault.open(sealed)),
        person_id=notice.person_id,
        language=language,
        timezone=timezone,
        params=dict(notice.params),
        edit=notice.edit,
        priority=notice.leaves_with,
        attempts=1,
        repeated=False,
        receipt=notice.receipt,
        send_at=now,
    )
