"""Notes, sealed."""

from datetime import datetime
from uuid import UUID

from storage.database import WriteSession, vault_of
from storage.tables import NoteRow


async def add(
    session: WriteSession,
    *,
    note_id: UUID,
    person_id: UUID,
    text: str,
    written_at: datetime,
    received_at: datetime,
    message_id: int | None,
) -> None:
    """Store a note."""
    vault = vault_of(session)
    session.add(
        NoteRow(
            id=note_id,
            person_id=person_id,
            text_sealed=vault.seal(text),
            reading_sealed=vault.seal_json({}),
            written_at=written_at,
            received_at=received_at,
            message_id=message_id,
            state="kept",
        )
    )
    await session.flush()
