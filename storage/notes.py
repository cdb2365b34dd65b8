"""Notes, sealed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from core.notes import NoteState
from storage.database import ReadSession, WriteSession, vault_of
from storage.tables_checkins import NoteRow


@dataclass(frozen=True, slots=True)
class Note:
    """A note without its words: those are read only where they are needed."""

    id: UUID
    person_id: UUID
    state: NoteState
    confirm_by: datetime | None
    message_id: int | None
    reading: Mapping[str, Any]


async def add(session: WriteSession, note: Note, *, text: str, written_at: datetime, received_at: datetime) -> None:
    """Store a note."""
    vault = vault_of(session)
    session.add(
        NoteRow(
            id=note.id,
            person_id=note.person_id,
            text_sealed=vault.seal(text),
            reading_sealed=vault.seal_json(dict(note.reading)),
            written_at=written_at,
            received_at=received_at,
            message_id=note.message_id,
            state=note.state.value,
            confirm_by=note.confirm_by,
        )
    )
    await session.flush()


async def lock(session: WriteSession, note_id: UUID) -> Note | None:
    """Return a note; nobody else changes it before this transaction ends."""
    row = (await session.scalars(select(NoteRow).where(NoteRow.id == note_id).with_for_update())).first()
    if row is None:
        return None
    reading = vault_of(session).open_json(row.reading_sealed)
    return Note(row.id, row.person_id, NoteState(row.state), row.confirm_by, row.message_id, reading)


async def move(session: WriteSession, note_id: UUID, state: NoteState, *, confirm_by: datetime | None = None) -> None:
    """Store where a note stands now."""
    values = {"state": state.value, "confirm_by": confirm_by}
    await session.execute(update(NoteRow).where(NoteRow.id == note_id).values(**values))


async def postpone(session: WriteSession, note_id: UUID, until: datetime) -> None:
    """Wait longer for the answer to a note; one that was answered meanwhile stays as it is."""
    waits = update(NoteRow).where(NoteRow.id == note_id, NoteRow.confirm_by.is_not(None))
    await session.execute(waits.values(confirm_by=until))


async def wipe(session: WriteSession, note_id: UUID) -> None:
    """Delete the words of a note and what was read in them; that there was one stays."""
    vault = vault_of(session)
    values = {"text_sealed": vault.seal(""), "reading_sealed": vault.seal_json({}), "message_id": None}
    await session.execute(update(NoteRow).where(NoteRow.id == note_id).values(**values))


async def wipe_message(session: WriteSession, person_id: UUID, message_id: int, states: Collection[NoteState]) -> None:
    """Delete the words of the notes of one message that are in these states: it was edited, or is taken back."""
    of_message = select(NoteRow.id).where(NoteRow.person_id == person_id, NoteRow.message_id == message_id)
    found = await session.scalars(of_message.where(NoteRow.state.in_([state.value for state in states])))
    for note_id in found.all():
        await wipe(session, note_id)


async def due(session: ReadSession, now: datetime, limit: int) -> list[UUID]:
    """Return the notes whose time for an answer has passed."""
    statement = select(NoteRow.id).where(NoteRow.confirm_by <= now).order_by(NoteRow.confirm_by).limit(limit)
    return list(await session.scalars(statement))
