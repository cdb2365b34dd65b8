"""The outbox: messages are stored with what caused them, and claimed within the send budget."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal_column, or_, select, update
from sqlalchemy.orm import aliased

from core.messages import Kind, Notice, Outgoing, OutgoingState, Priority
from storage.database import ReadSession, WriteSession, vault_of
from storage.sql import insert, one_writer
from storage.tables import OutboxRow, PaceRow, PersonRow

BOT: Final = "bot"
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
    longest_pause: timedelta = timedelta(seconds=10)  # a first place further ahead comes from a clock that was set back


async def put(session: WriteSession, notices: Iterable[Notice], now: datetime) -> list[int | None]:
    """Store messages in the transaction that caused them. None stands for a message whose key was used before.

    A newer edit of a message, or a newer message about one thing, takes the place of one that has not left yet.
    """
    ids: list[int | None] = []
    vault = vault_of(session)
    for notice in notices:
        key = notice.person_id.hex if notice.person_id else vault.index(str(notice.stranger))
        older = _older(notice)
        if older is not None:
            await session.execute(
                update(OutboxRow)
                .where(OutboxRow.chat_key == key, older, OutboxRow.state == OutgoingState.PENDING.value)
                .values(state=OutgoingState.SUPERSEDED.value, done_at=now)
            )
        statement = (
            insert(session, OutboxRow)
            .values(
                person_id=notice.person_id,
                stranger_sealed=None if notice.person_id else vault.seal(str(notice.stranger)),
                chat_key=key,
                kind=notice.kind.value,
                payload_sealed=vault.seal_json(dict(notice.params)),
                edit_id=notice.edit,
                priority=int(notice.leaves_with),
                state=OutgoingState.PENDING.value,
                due_at=notice.not_before or now,
                attempts=0,
                unsure=False,
                dedup_key=notice.dedup_key,
                receipt=notice.receipt,
                created_at=now,
            )
            .on_conflict_do_nothing()
            .returning(OutboxRow.id)
        )
        ids.append((await session.scalars(statement)).first())
    return ids


def _older(notice: Notice) -> ColumnElement[bool] | None:
    if notice.edit is not None:
        return OutboxRow.edit_id == notice.edit
    return OutboxRow.receipt == notice.receipt if notice.receipt is not None else None


async def claim(
    session: WriteSession, *, owner: str, now: datetime, lease: timedelta, limit: int, budget: Budget
) -> list[Outgoing]:
    """Take messages that may leave now, the most urgent first, each with its place in the send budget.

    Edits cost no budget. New messages get places at even distances, not further ahead than the horizon, so that a
    crisis that arrives now waits no longer. One message per chat is under way at a time, so their order holds.
    """
    await one_writer(session, CLAIM_LOCK)
    free_at = max(now, await _free_at(session))
    if free_at > now + budget.longest_pause:
        free_at = now
    places = max(0, int((now + budget.horizon - free_at) / budget.interval) + 1)
    edits = await _pick(session, OutboxRow.edit_id.is_not(None), now, limit)
    # More candidates than places: some of them may be for one chat.
    news = await _pick(session, OutboxRow.edit_id.is_(None), now, min(places, limit) * 3) if places else []
    chosen: list[tuple[OutboxRow, datetime]] = []
    taken: set[str] = set()
    for row in (*edits, *news):
        if row.chat_key in taken:
            continue
        if row.edit_id is None:
            if places == 0:
                break
            send_at, free_at, places = free_at, free_at + budget.interval, places - 1
        else:
            send_at = now
        taken.add(row.chat_key)
        chosen.append((row, send_at))
    if not chosen:
        return []
    await _set_pace(session, BOT, free_at)
    claimed = []
    for row, send_at in chosen:
        if row.edit_id is None:
            await _set_pace(session, row.chat_key, send_at + budget.per_chat)
        row.state, row.claimed_by, row.lease_until = OutgoingState.SENDING.value, owner, send_at + lease
        row.attempts += 1
        claimed.append((row, send_at))
    await session.flush()
    people = await _addresses(session, {row.person_id for row, _ in claimed if row.person_id})
    return [_to_outgoing(session, row, send_at, people) for row, send_at in claimed]


def _as_indexed(row: type[OutboxRow]) -> ColumnElement[bool]:
    """Return the condition of the index by chat in its own words: SQLite uses a partial index for nothing less."""
    return row.state.in_([literal_column("'pending'"), literal_column("'sending'")])


async def _pick(session: WriteSession, lane: ColumnElement[bool], now: datetime, limit: int) -> Sequence[OutboxRow]:
    busy = aliased(OutboxRow)
    earlier = aliased(OutboxRow)
    in_flight = exists().where(busy.chat_key == OutboxRow.chat_key, busy.state == OutgoingState.SENDING.value)
    paced = exists().where(PaceRow.key == OutboxRow.chat_key, PaceRow.free_at > now, OutboxRow.edit_id.is_(None))
    # A message that waits for its next attempt keeps its place before those that were said after it.
    overtaken = exists().where(
        and_(
            earlier.chat_key == OutboxRow.chat_key, earlier.state == OutgoingState.PENDING.value, _as_indexed(earlier)
        ),
        and_(earlier.attempts > 0, earlier.attempts < PATIENCE, earlier.edit_id.is_(None), OutboxRow.edit_id.is_(None)),
        and_(earlier.id < OutboxRow.id, earlier.priority <= OutboxRow.priority),
    )
    statement: Select[OutboxRow] = (
        select(OutboxRow)
        .where(OutboxRow.state == OutgoingState.PENDING.value, OutboxRow.due_at <= now, lane)
        .where(or_(~in_flight, OutboxRow.priority == int(Priority.CRISIS)), ~paced, ~overtaken)
        .order_by(OutboxRow.priority, OutboxRow.due_at, OutboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=OutboxRow)
    )
    return (await session.scalars(statement)).all()


async def _addresses(session: ReadSession, ids: set[UUID]) -> dict[UUID, tuple[int | None, str, str]]:
    vault = vault_of(session)
    statement = select(PersonRow.id, PersonRow.telegram_sealed, PersonRow.language, PersonRow.timezone)
    rows = await session.execute(statement.where(PersonRow.id.in_(ids)))
    return {id_: (int(vault.open(sealed)) if sealed else None, lang, zone) for id_, sealed, lang, zone in rows}


def _to_outgoing(
    session: ReadSession, row: OutboxRow, send_at: datetime, people: dict[UUID, tuple[int | None, str, str]]
) -> Outgoing:
    vault = vault_of(session)
    params = vault.open_json(row.payload_sealed)
    if row.person_id is not None:
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
        attempts=row.attempts,
        repeated=row.unsure,
        receipt=row.receipt,
        send_at=send_at,
    )


async def _free_at(session: ReadSession) -> datetime:
    found = await session.scalar(select(PaceRow.free_at).where(PaceRow.key == BOT))
    return found or datetime.fromisoformat("1970-01-01T00:00:00+00:00")


async def _set_pace(session: WriteSession, key: str, free_at: datetime) -> None:
    statement = insert(session, PaceRow).values(key=key, free_at=free_at)
    await session.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"free_at": free_at}))


async def hold(session: WriteSession, chat_key: str, until: datetime) -> None:
    """Keep a chat, or BOT, free of new messages until an instant: Telegram asked for it."""
    current = await session.scalar(select(PaceRow.free_at).where(PaceRow.key == chat_key))
    if current is None or current < until:
        await _set_pace(session, chat_key, until)


def chat_key(session: ReadSession, outgoing: Outgoing) -> str:
    """Return what the pace of the message's chat goes by."""
    return outgoing.person_id.hex if outgoing.person_id else vault_of(session).index(str(outgoing.chat_id))


async def next_due(session: ReadSession, now: datetime) -> datetime | None:
    """Return when the next message that is not due yet will be."""
    statement = select(func.min(OutboxRow.due_at)).where(
        OutboxRow.state == OutgoingState.PENDING.value, OutboxRow.due_at > now
    )
    return await session.scalar(statement)


async def oldest_waiting(session: ReadSession, now: datetime) -> datetime | None:
    """Return since when the oldest message that is due has been waiting."""
    statement = select(func.min(OutboxRow.due_at)).where(
        OutboxRow.state == OutgoingState.PENDING.value, OutboxRow.due_at <= now
    )
    return await session.scalar(statement)
