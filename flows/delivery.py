"""The outbox from the sender's side: claim, settle, and what a refusal means for people and alerts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from core.alerts import AlertState
from core.messages import Kind, Notice, Outgoing, OutgoingState
from core.notes import NoteState
from flows import copies, old_message
from flows.deps import Deps
from flows.turn import Turn
from storage import alerts, checkins, groups, leases, outbox, people, settling
from storage.database import DATABASE_AWAY, WriteSession
from storage.leases import LEASE
from storage.outbox import Budget
from storage.settling import Attempt

BUDGET: Final = Budget()
SOON: Final = timedelta(milliseconds=100)  # after its place a message has usually arrived


class Result(StrEnum):
    """What came of an attempt to send."""

    SENT = "sent"
    NOT_SENT = "not_sent"  # Telegram certainly did not take it: try again
    UNSURE = "unsure"  # the answer was lost
    SLOW_DOWN = "slow_down"  # 429
    REFUSED = "refused"  # Telegram will never take this message
    UNREACHABLE = "unreachable"  # nor any other to this person
    MOVED = "moved"  # the group has another id now
    GONE = "gone"  # the message to edit does not exist any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """One message and what came of it."""

    outgoing: Outgoing
    result: Result
    message_id: int | None = None
    retry_in: timedelta | None = None
    new_chat: int | None = None  # of a group that has moved
    error: str = ""  # a code or Telegram's own words; never ours to a person


def is_away(error: BaseException) -> bool:
    """Say whether the database is away or busy: the same call may succeed later."""
    return isinstance(error, DATABASE_AWAY)


def traceback_of(error: Exception) -> Exception | None:
    """Return what a log shows of a fault besides its kind; None while the database is away: the kind says enough."""
    return None if is_away(error) else error


def is_alone(deps: Deps) -> bool:
    """Say whether this process alone sends: on SQLite commands only store, PostgreSQL may be shared."""
    return deps.db.is_sqlite


async def claim(deps: Deps, *, limit: int, edits: int | None = None) -> list[Outgoing]:
    """Take messages that may leave now: up to `limit` new ones, and so many `edits` (None: as many)."""
    budget = replace(BUDGET, alone=is_alone(deps))
    async with deps.db.transaction() as session:
        return await outbox.claim(
            session, owner=deps.instance, now=deps.clock(), lease=LEASE, limit=limit, edits=edits, budget=budget
        )


async def hold_on(deps: Deps, ids: Collection[int]) -> int:
    """Keep messages that take long in hand. Return how many are still held."""
    async with deps.db.transaction() as session:
        return await leases.renew(session, ids, owner=deps.instance, until=deps.clock() + LEASE)


async def place_again(deps: Deps, outgoing: Outgoing) -> datetime | None:
    """Say when a message in hand that is late may leave: what has missed its place would go with what others send now.

    An edit needs no place. None: this process was away for so long that another one has the message now.
    """
    async with deps.db.transaction() as session:
        now = deps.clock()
        attempt = _attempt(outgoing)
        if not await leases.keep(session, attempt.id, attempt.number, owner=deps.instance, until=now + LEASE):
            return None
        return now if attempt.is_edit else await outbox.place_again(session, outgoing, now, BUDGET)


async def anything_due(deps: Deps) -> bool:
    """Say whether a message is waiting, without taking the writer's place."""
    async with deps.db.reading() as session:
        return await outbox.any_due(session, deps.clock())


async def settle(deps: Deps, results: Sequence[Settled]) -> list[Settled]:
    """Store what came of messages, all in one transaction.

    When a fault of one of them spoils it, each is stored by itself: the others must not be held up. Return those of
    which nothing more could be stored than that they are done with.
    """
    try:
        await _settle_all(deps, results)
    except DATABASE_AWAY:
        raise
    except Exception:
        if len(results) == 1:
            await _settle_barely(deps, results[0])
            return list(results)
        return [failed for settled in results for failed in await settle(deps, [settled])]
    return []


async def _settle_barely(deps: Deps, settled: Settled) -> None:
    """Note only that a message arrived, or never will: else it would be sent again each time that its lease is over."""
    async with deps.db.transaction() as session:
        now = deps.clock()
        if settled.result is Result.SENT:
            await settling.sent(session, settled.outgoing.id, settled.message_id, now)
        elif settled.result in (Result.GONE, Result.REFUSED, Result.UNREACHABLE):
            await settling.give_up(session, _attempt(settled.outgoing), OutgoingState.DEAD, settled.error, now)


async def _settle_all(deps: Deps, results: Sequence[Settled]) -> None:
    async with deps.db.transaction() as session:
        now = deps.clock()
        for settled in results:
            await _settle(session, settled, now)
        await _hold_chats(session, results, now)
        turn = Turn(deps=deps, session=session, now=now)
        for settled in sorted(results, key=lambda one: str(one.outgoing.params.get("alert"))):
            await _catch_up(turn, settled)
            await _leave(turn, settled)
        await outbox.put(session, turn.notices, now)


async def _settle(session: WriteSession, settled: Settled, now: datetime) -> None:
    outgoing, attempt = settled.outgoing, _attempt(settled.outgoing)
    retry_at = now + (settled.retry_in or timedelta(seconds=1))
    match settled.result:
        case Result.SENT:
            await settling.sent(session, outgoing.id, settled.message_id, now)
            await _receipt(session, outgoing, settled.message_id, now)
        case Result.SLOW_DOWN:
            await settling.again(session, attempt, due_at=retry_at, error=settled.error)
            # Telegram does not say whether the chat or the bot was too fast: everybody takes a short breath.
            breath = min(retry_at, now + timedelta(seconds=1))
            await outbox.hold(session, {outbox.chat_key(session, outgoing): retry_at, outbox.BOT: breath})
        case Result.NOT_SENT:
            await settling.again(session, attempt, due_at=retry_at, error=settled.error)
        case Result.UNSURE:
            await settling.unsure(session, attempt, error=settled.error, due_at=retry_at, now=now)
        case Result.MOVED if outgoing.group_id is not None and settled.new_chat is not None:
            await groups.moved(session, outgoing.group_id, settled.new_chat)
            await settling.again(session, attempt, due_at=now, error=settled.error)
        case Result.GONE if outgoing.receipt or outgoing.kind.value.startswith("checkin"):
            await settling.again(session, attempt, due_at=now, error=settled.error, as_new=True)
        case Result.GONE | Result.REFUSED | Result.UNREACHABLE | Result.MOVED:
            await settling.give_up(session, attempt, OutgoingState.DEAD, settled.error, now)
            if settled.result is Result.UNREACHABLE and outgoing.group_id is not None:
                await groups.gone(session, outgoing.group_id, now)
            if settled.result is Result.UNREACHABLE and outgoing.person_id is not None:
                await _mark_unreachable(session, outgoing.person_id, now)
            if outgoing.kind is Kind.WITHDRAW and settled.result is Result.REFUSED:
                await _say_that_it_stays(session, outgoing, now)
            await _failed(session, outgoing, now)


async def _hold_chats(session: WriteSession, results: Sequence[Settled], now: datetime) -> None:
    """Leave chats alone for as long as usual also when their message arrived later than at its place."""
    late = [
        settled.outgoing
        for settled in results
        if settled.result is Result.SENT and settled.outgoing.edit is None and now - settled.outgoing.send_at > SOON
    ]
    if late:
        keys = [outbox.chat_key(session, outgoing) for outgoing in late]
        await outbox.hold(session, {key: now + BUDGET.pause(key) for key in keys})


async def _catch_up(turn: Turn, settled: Settled) -> None:
    """Change an alert that was on its way while somebody acted: it must not ask for what is done."""
    outgoing = settled.outgoing
    if settled.result is not Result.SENT or settled.message_id is None or outgoing.kind is not Kind.ALERT:
        return
    alert = await alerts.lock(turn.session, UUID(outgoing.params["alert"]))
    if alert is None or alert.state.value == outgoing.params["state"] or outgoing.person_id is None:
        return
    mentor = await people.get(turn.session, alert.person_id)
    await copies.change(turn, alert, mentor, outgoing.person_id, settled.message_id)


async def _leave(turn: Turn, settled: Settled) -> None:
    """Say in the message in which a check-in stood that it goes on in the reminder, which has arrived.

    Whoever has answered to the end while it was on its way reads there that nothing is open any more.
    """
    outgoing = settled.outgoing
    old = outgoing.params.get("leaves")
    if settled.result is not Result.SENT or old is None or outgoing.edit is not None:
        return
    checkin = await checkins.get(turn.session, UUID(outgoing.params["checkin"]))
    if checkin is not None and checkin.is_open:
        old_message.moved_below(turn, checkin, old)
    elif checkin is not None:
        old_message.is_over(turn, checkin, settled.message_id)


def _attempt(outgoing: Outgoing) -> Attempt:
    return Attempt(outgoing.id, outgoing.attempts, outgoing.kind, outgoing.edit is not None)


async def _receipt(session: WriteSession, outgoing: Outgoing, message_id: int | None, now: datetime) -> None:
    if outgoing.receipt is None or message_id is None:
        return
    what, _, key = outgoing.receipt.partition(":")
    if what == "checkin":
        await checkins.set_message(session, UUID(key), message_id)
    elif what == "notice":
        await alerts.notice_sent(session, int(key), message_id, now)


async def _failed(session: WriteSession, outgoing: Outgoing, now: datetime) -> None:
    """An alert that cannot reach anybody of its step moves on at once; so does one whose owner cannot be reached when
    the mentor asks again: the acknowledgement lapses."""
    if outgoing.receipt is None or not outgoing.receipt.startswith("notice:"):
        return
    alert_id = await alerts.notice_failed(session, int(outgoing.receipt.partition(":")[2]), now)
    alert = await alerts.lock(session, alert_id) if alert_id else None
    if alert is None or alert.state is AlertState.RESOLVED:
        return
    if alert.state is AlertState.OPEN or alert.acknowledged_by == outgoing.person_id:
        await alerts.postpone(session, alert.id, now)


async def _say_that_it_stays(session: WriteSession, outgoing: Outgoing, now: datetime) -> None:
    """Telegram does not delete a message that is older than two days: the mentor can, and is told so."""
    params = {**outgoing.params, "answer": "settled", "state": NoteState.WITHDRAWN.value, "stays": True}
    screen = outgoing.params.get("screen")
    await outbox.put(session, [Notice(kind=Kind.NOTE, person_id=outgoing.person_id, params=params, edit=screen)], now)


async def _mark_unreachable(session: WriteSession, person_id: UUID, now: datetime) -> None:
    person = await people.get(session, person_id)
    if person.unreachable_since is None:
        await people.change(session, person_id, unreachable_since=now)


async def recover(deps: Deps, *, alone: bool) -> int:
    """Decide about messages whose holder is gone. `alone`: no other process works on this database."""
    async with deps.db.reading() as session:
        found = await settling.orphans(session, deps.clock(), deps.instance if alone else None)
        outdated = await settling.outdated(session)
    if not found and not outdated:
        return 0
    async with deps.db.transaction() as session:
        now = deps.clock()
        await settling.drop(session, outdated, now)
        for orphan in await settling.orphans(session, now, deps.instance if alone else None):
            await settling.unsure(session, orphan, error="its sender stopped", due_at=now, now=now)
    return len(found) + len(outdated)
