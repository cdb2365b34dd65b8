"""People, teams and invites."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update

from core.people import Person, Role
from core.visibility import Visibility
from storage import duty, statements
from storage.database import ReadSession, WriteSession, vault_of
from storage.sql import changed, insert
from storage.tables_people import InviteRow, PersonRow, TeamRow


def local_time(text: str | None) -> time | None:
    """Return the time of day written as "HH:MM"."""
    return time.fromisoformat(text) if text else None


def _to_person(session: ReadSession, row: Any, team: str | None) -> Person:
    vault = vault_of(session)
    return Person(
        id=row.id,
        name=vault.open(row.name_sealed),
        role=Role(row.role),
        team_id=row.team_id,
        team=team or "",
        supervisor_id=row.supervisor_id,
        language=row.language,
        timezone=row.timezone,
        telegram_id=int(vault.open(row.telegram_sealed)) if row.telegram_sealed else None,
        joined_at=row.joined_at,
        consented_at=row.consented_at,
        consent_version=row.consent_version,
        declined_at=row.declined_at,
        left_at=row.left_at,
        unreachable_since=row.unreachable_since,
        away_from=row.away_from,
        away_until=row.away_until,
        quiet_from=local_time(row.quiet_from),
        quiet_until=local_time(row.quiet_until),
        avoids=row.avoids_id,
        one_message=row.one_message,
        contentless=row.contentless,
        visibility=Visibility.from_json(row.visibility),
    )


async def _many(session: ReadSession, *where: Any) -> list[Person]:
    statement = (
        select(PersonRow, TeamRow.name)
        .outerjoin(TeamRow, TeamRow.id == PersonRow.team_id)
        .where(*where)
        .order_by(PersonRow.created_at, PersonRow.id)
    )
    found = [_to_person(session, row, team) for row, team in await session.execute(statement)]
    return await _with_leaves(session, found)


async def _with_leaves(session: ReadSession, found: list[Person]) -> list[Person]:
    """Return these people with their planned absence, which only the staff has."""
    staff = [person.id for person in found if person.role is not Role.MENTOR]
    absent = await duty.leaves(session, staff) if staff else {}
    return [replace(person, leaves=absent[person.id]) if person.id in absent else person for person in found]


async def _one(session: ReadSession, *where: Any) -> Person | None:
    return next(iter(await _many(session, *where)), None)


async def by_telegram(session: ReadSession, telegram_id: int) -> Person | None:
    """Return the person behind a Telegram account."""
    digests = vault_of(session).indexes(telegram_id)
    row = (await session.execute(statements.PERSON_BY_TELEGRAM, {"digests": digests})).first()
    if row is None:
        return None
    (person,) = await _with_leaves(session, [_to_person(session, row, row.team_name)])
    return person


async def by_name(session: ReadSession, name: str) -> Person | None:
    """Return the person of that name; case and outer spaces do not matter."""
    return await _one(session, PersonRow.name_index.in_(vault_of(session).indexes(name_key(name))))


async def get(session: ReadSession, person_id: UUID) -> Person:
    """Return a person, or raise LookupError."""
    row = (await session.execute(statements.PERSON_BY_ID, {"of": person_id})).first()
    if row is None:
        raise LookupError("no such person")
    (person,) = await _with_leaves(session, [_to_person(session, row, row.team_name)])
    return person


async def everyone(session: ReadSession) -> list[Person]:
    """Return all people, in the order of the roster."""
    return await _many(session)


async def staff(session: ReadSession) -> list[Person]:
    """Return supervisors and leads, in the order of the roster."""
    return await _many(session, PersonRow.role != Role.MENTOR.value)


async def of_team(session: ReadSession, team_id: UUID) -> list[Person]:
    """Return the people of a team."""
    return await _many(session, PersonRow.team_id == team_id)


async def mentors_of_team(session: ReadSession, team_id: UUID | None) -> list[Person]:
    """Return the mentors of a team, or those without one."""
    return await _many(session, PersonRow.role == Role.MENTOR.value, PersonRow.team_id == team_id)


async def mentors_around(session: ReadSession, supervisor: Person) -> list[Person]:
    """Return the mentors of a supervisor and those of the supervisor's team."""
    near = PersonRow.supervisor_id == supervisor.id
    if supervisor.team_id is not None:
        near = near | (PersonRow.team_id == supervisor.team_id)
    return await _many(session, PersonRow.role == Role.MENTOR.value, near)


async def team_named(session: ReadSession, name: str) -> UUID | None:
    """Return the id of the team of that name."""
    return await session.scalar(select(TeamRow.id).where(TeamRow.name == name))


async def team_name(session: ReadSession, team_id: UUID) -> str:
    """Return what a team is called."""
    return (await session.scalars(select(TeamRow.name).where(TeamRow.id == team_id))).one()


async def ensure_team(session: WriteSession, name: str) -> UUID:
    """Return the id of the team of that name; make the team when there is none."""
    found = await team_named(session, name)
    if found is not None:
        return found
    await session.execute(insert(session, TeamRow).values(id=uuid4(), name=name).on_conflict_do_nothing())
    return (await session.scalars(select(TeamRow.id).where(TeamRow.name == name))).one()


def name_key(name: str) -> str:
    """Return what two spellings of one name share."""
    return " ".join(name.split()).casefold()


async def add(
    session: WriteSession, *, name: str, role: Role, team_id: UUID | None, language: str, timezone: str, now: datetime
) -> UUID:
    """Add a person to the roster."""
    vault, person_id = vault_of(session), uuid4()
    session.add(
        PersonRow(
            id=person_id,
            name_sealed=vault.seal(name),
            name_index=vault.index(name_key(name)),
            role=role.value,
            team_id=team_id,
            language=language,
            timezone=timezone,
            created_at=now,
        )
    )
    await session.flush()
    return person_id


async def change(session: WriteSession, person_id: UUID, **values: Any) -> None:
    """Set plain columns of a person. Names and Telegram ids have functions of their own."""
    for key in ("quiet_from", "quiet_until"):
        if isinstance(values.get(key), time):
            values[key] = values[key].strftime("%H:%M")
    statement = update(PersonRow).where(PersonRow.id == person_id)
    await session.execute(statement.values(**values, version=PersonRow.version + 1))


async def rename(session: WriteSession, person_id: UUID, name: str) -> None:
    """Change how a name is written."""
    vault = vault_of(session)
    await change(session, person_id, name_sealed=vault.seal(name), name_index=vault.index(name_key(name)))


async def bind(session: WriteSession, person_id: UUID, telegram_id: int, now: datetime) -> None:
    """Bind a Telegram account to a person. An account that was bound elsewhere is let go first."""
    vault = vault_of(session)
    await session.execute(
        update(PersonRow)
        .where(PersonRow.telegram_index.in_(vault.indexes(telegram_id)), PersonRow.id != person_id)
        .values(telegram_sealed=None, telegram_index=None)
    )
    await change(
        session,
        person_id,
        telegram_sealed=vault.seal(str(telegram_id)),
        telegram_index=vault.index(telegram_id),
        joined_at=now,
        unreachable_since=None,
        left_at=None,
    )


def digest(token: str) -> str:
    """Return what is stored of an invite token. Tokens are random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


async def add_invite(
    session: WriteSession, person_id: UUID, token: str, *, now: datetime, expires_at: datetime
) -> None:
    """Store a new invite. Links that were handed out before keep working until one of them is used."""
    session.add(
        InviteRow(id=uuid4(), person_id=person_id, token_digest=digest(token), created_at=now, expires_at=expires_at)
    )


async def find_invite(session: ReadSession, token: str) -> InviteRow | None:
    """Return the invite of a token."""
    return (await session.scalars(select(InviteRow).where(InviteRow.token_digest == digest(token)))).one_or_none()


async def use_invite(session: WriteSession, token: str, now: datetime) -> bool:
    """Use up an invite, and with it every other link of that person. False if somebody was quicker, or it expired."""
    statement = (
        update(InviteRow)
        .where(InviteRow.token_digest == digest(token), InviteRow.used_at.is_(None), InviteRow.expires_at > now)
        .values(used_at=now)
    )
    if await changed(session, statement) != 1:
        return False
    person_id = select(InviteRow.person_id).where(InviteRow.token_digest == digest(token)).scalar_subquery()
    others = update(InviteRow).where(InviteRow.person_id == person_id, InviteRow.used_at.is_(None))
    await session.execute(others.values(used_at=now))
    return True


async def has_open_invite(session: ReadSession, person_id: UUID, now: datetime) -> bool:
    """Say whether a link that still works is out."""
    statement = select(InviteRow.id).where(
        InviteRow.person_id == person_id, InviteRow.used_at.is_(None), InviteRow.expires_at > now
    )
    return (await session.scalars(statement)).first() is not None


async def supervisors_by_ids(session: ReadSession, ids: Sequence[UUID]) -> dict[UUID, Person]:
    """Return people by id."""
    return {p.id: p for p in await _many(session, PersonRow.id.in_(list(ids)))} if ids else {}
