"""The outbox from the sender's side: claim, settle, and what a refusal means for people and alerts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from core.messages import Outgoing, OutgoingState
from flows.deps import Deps
from storage import alerts, checkins, outbox, people
from storage.database import WriteSession
from storage.outbox import Budget, Orphan

LEASE: Final = timedelta(seconds=60)  # longer than any send may take
BUDGET: Final = Budget()


class Result(StrEnum):
    """What came of an attempt to send."""

    SENT = "sent"
    NOT_SENT = "not_sent"  # Telegram certainly did not take it: try again
    UNSURE = "unsure"  # the answer was lost
    SLOW_DOWN = "slow_down"  # 429
    REFUSED = "refused"  # Telegram will never take this message
    UNREACHABLE = "unreachable"  # nor any other to this person
    GONE = "gone"  # the message to edit does not exist any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """One message and what came of it."""

    outgoing: Outgoing
    result: Result
    message_id: int | None = None
    retry_in: timedelta | None = None
    error: str = ""  # a code or Telegram's own words; never ours to a person


async def claim(deps: Deps, *, limit: int) -> list[Outgoing]:
    """Take messages that may leave now."""
    async with deps.db.transaction() as session:
        return await outbox.claim(
            session, owner=deps.instance, now=deps.clock(), lease=LEASE, limit=limit, budget=BUDGET
        )


async def anything_due(deps: Deps) -> bool:
    """Say whether a message is waiting, without taking the writer's place."""
    async with deps.db.reading() as session:
        return await outbox.oldest_waiting(session, deps.clock()) is not None


async def settle(deps: Deps, results: Sequence[Settled]) -> None:
    """Store what came of messages, all in one transaction."""
    async with deps.db.transaction() as session:
        now = deps.clock()
        for settled in results:
            await _settle(session, settled, now)


async def _settle(session: WriteSession, settled: Settled, now: datetime) -> None:
    outgoing = settled.outgoing
    match settled.result:
        case Result.SENT:
            await outbox.sent(session, outgoing.id, settled.message_id, now)
            await _receipt(session, outgoing, settled.message_id, now)
        case Result.SLOW_DOWN:
            wait = settled.retry_in or timedelta(seconds=1)
            await _again(session, settled, now + wait)
            await outbox.hold(session, outbox.chat_key(session, outgoing), now + wait)
            # Telegram does not say whether the chat or the bot was too fast: everybody takes a short breath.
            await outbox.hold(session, outbox.BOT, now + min(wait, timedelta(seconds=1)))
        case Result.NOT_SENT:
            await _again(session, settled, now + (settled.retry_in or timedelta(seconds=1)))
        case Result.UNSURE:
            await _unsure(session, settled, now)
        case Result.GONE if outgoing.receipt or outgoing.kind.value.startswith("checkin"):
            await outbox.again(session, outgoing.id, due_at=now, error=settled.error, unsure=False, as_new=True)
        case Result.GONE | Result.REFUSED | Result.UNREACHABLE:
            await outbox.give_up(session, outgoing.id, OutgoingState.DEAD, settled.error, now)
            if settled.result is Result.UNREACHABLE and outgoing.person_id is not None:
                await _mark_unreachable(session, outgoing.person_id, now)
            await _failed(session, outgoing, now)


async def _again(session: WriteSession, settled: Settled, due_at: datetime) -> None:
    if await outbox.newer_edit_exists(session, settled.outgoing):
        await outbox.give_up(session, settled.outgoing.id, OutgoingState.SUPERSEDED, "a newer edit waits", due_at)
    else:
        await outbox.again(session, settled.outgoing.id, due_at=due_at, error=settled.error, unsure=False)


async def _unsure(session: WriteSession, settled: Settled, now: datetime) -> None:
    outgoing = settled.outgoing
    if await outbox.newer_edit_exists(session, outgoing):
        await outbox.give_up(session, outgoing.id, OutgoingState.SUPERSEDED, "a newer edit waits", now)
        return
    orphan = Orphan(outgoing.id, outgoing.kind, outgoing.edit is not None)
    due_at = now + (settled.retry_in or timedelta(seconds=1))
    await outbox.unsure(session, orphan, error=settled.error, due_at=due_at, now=now)


async def _receipt(session: WriteSession, outgoing: Outgoing, message_id: int | None, now: datetime) -> None:
    if outgoing.receipt is None or message_id is None:
        return
    what, _, key = outgoing.receipt.partition(":")
    if what == "checkin":
        await checkins.set_message(session, UUID(key), message_id)
    elif what == "notice":
        await alerts.notice_sent(session, int(key), message_id, now)


async def _failed(session: WriteSession, outgoing: Outgoing, now: datetime) -> None:
    """An alert that cannot reach anybody of its step moves on at once."""
    if outgoing.receipt is None or not outgoing.receipt.startswith("notice:"):
        return
    alert_id = await alerts.notice_failed(session, int(outgoing.receipt.partition(":")[2]), now)
    alert = await alerts.lock(session, alert_id) if alert_id else None
    if alert is not None and alert.state.value == "open":
        await alerts.postpone(session, alert.id, now)


async def _mark_unreachable(session: WriteSession, person_id: UUID, now: datetime) -> None:
    person = await people.get(session, person_id)
    if person.unreachable_since is None:
        await people.change(session, person_id, unreachable_since=now)


async def recover(deps: Deps, *, alone: bool) -> int:
    """Decide about messages whose holder is gone. `alone`: no other process works on this database."""
    async with deps.db.reading() as session:
        found = await outbox.orphans(session, deps.clock(), deps.instance if alone else None)
    if not found:
        return 0
    async with deps.db.transaction() as session:
        now = deps.clock()
        for orphan in await outbox.orphans(session, now, deps.instance if alone else None):
            await outbox.unsure(session, orphan, error="its sender stopped", due_at=now, now=now)
    return len(found)
