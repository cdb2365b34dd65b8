"""Telegram groups to which alerts of a team go. Chat and title are sealed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select, update

from core.people import Person
from storage.database import ReadSession, WriteSession, vault_of
from storage.sql import changed
from storage.tables_people import GroupRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group, or one topic of a forum."""

    id: UUID
    chat_id: int
    thread_id: int | None
    title: str
    team_id: UUID | None  # None: every team
    language: str
    timezone: str


def _to_group(session: ReadSession, row: GroupRow) -> Group:
    vault = vault_of(session)
    return Group(
        id=row.id,
        chat_id=int(vault.open(row.chat_sealed)),
        thread_id=row.thread_id,
        title=vault.open(row.title_sealed),
        team_id=row.team_id,
        language=row.language,
        timezone=row.timezone,
    )


async def for_team(session: ReadSession, team_id: UUID | None) -> list[Group]:
    """Return the groups that serve a team: its own, or else those of every team."""
    rows = (
        await session.scalars(select(GroupRow).where(GroupRow.gone_at.is_(None)).order_by(GroupRow.linked_at))
    ).all()
    own = [row for row in rows if row.team_id is not None and row.team_id == team_id]
    return [_to_group(session, row) for row in own or [row for row in rows if row.team_id is None]]


async def by_ids(session: ReadSession, ids: Collection[UUID]) -> dict[UUID, Group]:
    """Return groups by id, also those that are not linked any more."""
    if not ids:
        return {}
    rows = await session.scalars(select(GroupRow).where(GroupRow.id.in_(ids)))
    return {row.id: _to_group(session, row) for row in rows}


async def link(
    session: WriteSession,
    chat_id: int,
    thread_id: int | None,
    title: str,
    team_id: UUID | None,
    by: Person,
    now: datetime,
) -> None:
    """Link a group, or a topic of it, to a team, or with None to every team. What it was linked to before ends."""
    await unlink(session, chat_id, thread_id, now)
    vault = vault_of(session)
    session.add(
        GroupRow(
            id=uuid4(),
            chat_sealed=vault.seal(str(chat_id)),
            chat_index=vault.index(chat_id),
            thread_id=thread_id,
            title_sealed=vault.seal(title),
            team_id=team_id,
            language=by.language,
            timezone=by.timezone,
            linked_by=by.id,
            linked_at=now,
        )
    )
    await session.flush()


async def unlink(session: WriteSession, chat_id: int, thread_id: int | None, now: datetime) -> int:
    """Send no more alerts to a group. Return how many links ended."""
    statement = update(GroupRow).where(
        GroupRow.chat_index.in_(vault_of(session).indexes(chat_id)),
        GroupRow.thread_id == thread_id if thread_id is not None else GroupRow.thread_id.is_(None),
        GroupRow.gone_at.is_(None),
    )
    return await changed(session, statement.values(gone_at=now))


async def gone(session: WriteSession, group_id: UUID, now: datetime) -> None:
    """Note that Telegram takes no messages for a group any more."""
    await session.execute(update(GroupRow).where(GroupRow.id == group_id).values(gone_at=now))


async def moved(session: WriteSession, group_id: UUID, chat_id: int) -> None:
    """Write down the new id of a group that became a supergroup."""
    vault = vault_of(session)
    values = {"chat_sealed": vault.seal(str(chat_id)), "chat_index": vault.index(chat_id)}
    old = await session.scalar(select(GroupRow.chat_index).where(GroupRow.id == group_id))
    await session.execute(update(GroupRow).where(GroupRow.chat_index == old).values(**values))


async def titles(session: ReadSession, ids: Sequence[UUID]) -> list[str]:
    """Return what groups are called, in the order of the ids."""
    found = await by_ids(session, ids)
    return [found[id_].title for id_ in ids if id_ in found]
