"""The outbox: messages are stored with what caused them, and claimed within the send budget."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Row, Select, and_, bindparam, exists, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from core.messages import Kind, Notice, Outgoing, OutgoingState, Priority
from storage import groups, statements
from storage.database import ReadSession, WriteSession, vault_of
from storage.sql import dialect_of, one_writer, table_of
from storage.statements import PENDING, SENDING, WAITING
from storage.tables_outbox import OutboxRow, PaceRow
from storage.vault import Vault

BOT: Final = "bot"
GROUP: Final = "g"  # begins the keys of groups; those of people are hexadecimal
PATIENCE: Final = 5  # after so many attempts a message no longer holds up those behind it in its chat
CLAIM_LOCK: Final = 7_301  # advisory lock of the send budget


@dataclass(frozen=True, slots=True)
class Budget:
    """Telegram's limits: 30 messages in any second, and one a second to a chat.

    The margin is small because each sender also looks back at what it has sent in the last second.
    """

    interval: timedelta = timedelta(milliseconds=33.6)  # 29.8 a second
    per_chat: timedelta = timedelta(seconds=1)
    horizon: timedelta = timedelta(milliseconds=250)  # how far ahead places are given out: what a crisis waits at most
    per_group: timedelta = timedelta(seconds=3)  # 20 a minute
    longest_pause: timedelta = timedelta(seconds=10)  # a first place further ahead comes from a clock that was set back
    # One process alone sends: a crisis need not wait for its place, for that process looks back at what it has sent.
    alone: bool = False

    def pause(self, chat_key: str) -> timedelta:
        """Return how long a chat is left alone after a message: people and groups have limits of their own."""
        return self.per_group if chat_key.startswith(GROUP) and self.per_chat > timedelta(0) else self.per_chat


async def put(session: WriteSession, notices: Iterable[Notice], now: datetime) -> list[int | None]:
    """Store messages in the transaction that caused them. None stands for a message whose key was used before.

    A newer edit of a message, or a newer message about one thing, takes the place of one that has not left yet.
    """
    ids: list[int | None] = []
    vault = vault_of(session)
    for notice in notices:
        key = _key(session, notice)
        await supersede(session, key, notice, now)
        values = row_of(vault, key, notice, now)
        ids.append(await session.scalar(statements.put_message(dialect_of(session)), values))
    return ids


async def supersede(session: WriteSession, key: str, notice: Notice, now: datetime) -> None:
    """Let a message take the place of older ones of its chat that have not left yet: the same edit, the same thing."""
    if notice.edit is not None:
        older = {"chat": key, "same": notice.edit, "done_at": now}
        await session.execute(statements.SUPERSEDE_EDITS, older)
    elif notice.receipt is not None:
        older = {"chat": key, "same": notice.receipt, "done_at": now}
        await session.execute(statements.SUPERSEDE_RECEIPTS, older)


def row_of(vault: Vault, key: str, notice: Notice, now: datetime) -> dict[str, Any]:
    """Return the columns of a message that waits."""
    return {
        "person_id": notice.person_id,
        "group_id": notice.group_id,
        "stranger_sealed": vault.seal(str(notice.stranger)) if notice.stranger is not None else None,
        "chat_key": key,
        "kind": notice.kind.value,
        "payload_sealed": vault.seal_json(dict(notice.params)),
        "edit_id": notice.edit,
        "priority": int(notice.leaves_with),
        "state": OutgoingState.PENDING.value,
        "due_at": notice.not_before or now,
        "attempts": 0,
        "unsure": False,
        "dedup_key": notice.dedup_key,
        "receipt": notice.receipt,
        "created_at": now,
    }


def _key(session: ReadSession, message: Notice | Outgoing) -> str:
    """Return what the pace of a message's chat goes by; groups are told apart by their first letter."""
    if message.group_id is not None:
        return GROUP + message.group_id.hex
    chat = message.stranger if isinstance(message, Notice) else message.chat_id
    return message.person_id.hex if message.person_id else vault_of(session).index(str(chat))


async def claim(
    session: WriteSession,
    *,
    owner: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    budget: Budget,
    edits: int | None = None,
) -> list[Outgoing]:
    """Take messages that may leave now, the most urgent first, each with its place in the send budget.

    `limit`: so many new ones at most; `edits`: so many edits, None for as many.

    Edits cost no budget. New messages get places at even distances, not further ahead than the horizon, so that a
    crisis that arrives now waits no longer, and not at all where one process alone sends. One message per chat is under
    way at a time, so their order holds.
    """
    free_at = await _next_place(session, now, budget)
    places = min(limit, max(0, int((now + budget.horizon - free_at) / budget.interval) + 1))
    changes = await _pick(session, PICK_EDITS, now, limit if edits is None else edits)
    # More candidates than places: some of them may be for one chat.
    candidates = 3 * (max(places, 1) if budget.alone and limit else places)
    news = await _pick(session, PICK_NEW, now, candidates) if candidates else []
    chosen: list[tuple[Any, datetime]] = []
    taken: set[str] = set()
    for row in (*changes, *news):
        if row.chat_key in taken:
            continue
        if row.edit_id is None:
            at_once = budget.alone and row.priority == Priority.CRISIS
            if places <= 0 and not at_once:
                break
            send_at = now if at_once else free_at
            free_at, places = free_at + budget.interval, places - 1
        else:
            send_at = now
        taken.add(row.chat_key)
        chosen.append((row, send_at))
    if not chosen:
        return []
    paces = {row.chat_key: send_at + budget.pause(row.chat_key) for row, send_at in chosen if row.edit_id is None}
    if paces:
        await _set_paces(session, {BOT: free_at, **paces})
    claims = [{"of": row.id, "claimed_by": owner, "lease_until": send_at + lease} for row, send_at in chosen]
    await session.execute(statements.CLAIM, claims)
    people = await _addresses(session, {row.person_id for row, _ in chosen if row.person_id})
    linked = await groups.by_ids(session, {row.group_id for row, _ in chosen if row.group_id})
    return [_to_outgoing(session, row, send_at, people, linked) for row, send_at in chosen]


def _picking(lane: ColumnElement[bool]) -> Select[Any]:
    """Return the statement that finds messages that may leave `now`, not more than `limit`."""
    now = bindparam("now", type_=OutboxRow.due_at.type)
    busy = aliased(OutboxRow)
    earlier = aliased(OutboxRow)
    in_flight = exists().where(busy.chat_key == OutboxRow.chat_key, busy.state == SENDING)
    paced = exists().where(PaceRow.key == OutboxRow.chat_key, PaceRow.free_at > now, OutboxRow.edit_id.is_(None))
    # A message that waits for its next attempt keeps its place before those that were said after it.
    overtaken = exists().where(
        and_(earlier.chat_key == OutboxRow.chat_key, earlier.state == PENDING),
        earlier.state.in_([PENDING, SENDING]),
        and_(earlier.attempts > 0, earlier.attempts < PATIENCE, earlier.edit_id.is_(None), OutboxRow.edit_id.is_(None)),
        and_(earlier.id < OutboxRow.id, earlier.priority <= OutboxRow.priority),
    )
    # Put back at the very moment at which a newer edit was stored, it would show what is no longer true.
    newer = aliased(OutboxRow)
    outdated = and_(
        OutboxRow.attempts > 0,
        exists().where(
            newer.chat_key == OutboxRow.chat_key, newer.edit_id == OutboxRow.edit_id, newer.id > OutboxRow.id
        ),
    )
    return (
        select(*table_of(OutboxRow).c)
        .where(OutboxRow.state == PENDING, OutboxRow.due_at <= now, lane, ~outdated)
        .where(or_(~in_flight, OutboxRow.priority == int(Priority.CRISIS)), ~paced, ~overtaken)
        .order_by(OutboxRow.priority, OutboxRow.due_at, OutboxRow.id)
        .limit(bindparam("limit", type_=Integer))
        .with_for_update(skip_locked=True, of=OutboxRow)
    )


# They run with every message, so they are built once.
PICK_EDITS: Final = _picking(OutboxRow.edit_id.is_not(None))
PICK_NEW: Final = _picking(OutboxRow.edit_id.is_(None))


async def _pick(session: WriteSession, statement: Select[Any], now: datetime, limit: int) -> Sequence[Row[Any]]:
    rows: Sequence[Row[Any]] = (await session.execute(statement, {"now": now, "limit": limit})).all()
    return rows


async def _addresses(session: ReadSession, ids: set[UUID]) -> dict[UUID, tuple[int | None, str, str]]:
    vault = vault_of(session)
    rows = await session.execute(statements.ADDRESSES, {"people": list(ids)})
    return {id_: (int(vault.open(sealed)) if sealed else None, lang, zone) for id_, sealed, lang, zone in rows}


def _to_outgoing(
    session: ReadSession,
    row: Any,
    send_at: datetime,
    people: dict[UUID, tuple[int | None, str, str]],
    linked: dict[UUID, groups.Group],
) -> Outgoing:
    vault = vault_of(session)
    params = vault.open_json(row.payload_sealed)
    group = linked.get(row.group_id) if row.group_id else None
    chat: int | None
    if group is not None:
        chat, language, zone = group.chat_id, group.language, group.timezone
    elif row.person_id is not None:
        chat, language, zone = people[row.person_id]
    else:
        chat, language, zone = int(vault.open(row.stranger_sealed or "")), params.get("language", "en"), "UTC"
    return Outgoing(
        id=row.id,
        kind=Kind(row.kind),
        chat_id=chat or 0,
        person_id=row.person_id,
        language=language,
        timezone=zone,
        params=params,
        edit=row.edit_id,
        priority=Priority(row.priority),
        attempts=row.attempts + 1,  # as claimed
        repeated=row.unsure,
        receipt=row.receipt,
        send_at=send_at,
        group_id=row.group_id,
        thread_id=group.thread_id if group else None,
    )


async def _free_at(session: ReadSession) -> datetime:
    found: datetime | None = await session.scalar(statements.FREE_AT, {"of": BOT})
    return found or datetime.fromisoformat("1970-01-01T00:00:00+00:00")


async def _set_paces(session: WriteSession, free_at: Mapping[str, datetime]) -> None:
    values = [{"key": key, "free_at": at} for key, at in free_at.items()]
    await session.execute(statements.set_pace(dialect_of(session)), values)


async def hold(session: WriteSession, until: Mapping[str, datetime]) -> None:
    """Keep chats, or BOT, free of new messages until an instant, or longer if they are held longer already."""
    values = [{"key": key, "free_at": until[key]} for key in sorted(until)]
    await session.execute(statements.hold_pace(dialect_of(session)), values)


async def place_again(session: WriteSession, outgoing: Outgoing, now: datetime, budget: Budget) -> datetime:
    """Give a message in hand that has missed its place another one, and return when that is."""
    free_at = await _next_place(session, now, budget)
    key = _key(session, outgoing)
    await _set_paces(session, {BOT: free_at + budget.interval, key: free_at + budget.pause(key)})
    return free_at


async def _next_place(session: WriteSession, now: datetime, budget: Budget) -> datetime:
    """Return the first place that is free. Nobody else gets one before this transaction ends."""
    await one_writer(session, CLAIM_LOCK)
    free_at = max(now, await _free_at(session))
    return now if free_at > now + budget.longest_pause else free_at


def chat_key(session: ReadSession, outgoing: Outgoing) -> str:
    """Return what the pace of the message's chat goes by."""
    return _key(session, outgoing)


def _any_due(lane: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say whether anything is due. The index is ordered by priority: it is entered once for each."""
    due = OutboxRow.due_at <= bindparam("now", type_=OutboxRow.due_at.type)
    each = OutboxRow.priority.in_([literal_column(str(int(priority))) for priority in Priority])
    return exists().where(OutboxRow.state == PENDING, lane, each, due)


ANY_DUE: Final = select(or_(_any_due(OutboxRow.edit_id.is_not(None)), _any_due(OutboxRow.edit_id.is_(None))))


async def any_due(session: ReadSession, now: datetime) -> bool:
    """Say whether a message is due that nobody has taken yet."""
    return bool(await session.scalar(ANY_DUE, {"now": now}))


async def next_due(session: ReadSession, now: datetime) -> datetime | None:
    """Return when the next message that is not due yet will be."""
    statement = select(func.min(OutboxRow.due_at)).where(WAITING, OutboxRow.due_at > now)
    return await session.scalar(statement)


async def oldest_waiting(session: ReadSession, now: datetime) -> datetime | None:
    """Return since when the oldest message that is due has been waiting."""
    statement = select(func.min(OutboxRow.due_at)).where(WAITING, OutboxRow.due_at <= now)
    return await session.scalar(statement)
