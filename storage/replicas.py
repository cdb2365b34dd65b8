"""What each running process says of itself, so that a command knows what it may change under their hands."""

from datetime import datetime
from typing import Final

from sqlalchemy import delete

from storage import facts
from storage.database import WriteSession, vault_of
from storage.sql import changed
from storage.tables_service import FactRow

KEYS_OF: Final = "keys:"  # followed by the name of the process


async def say_keys(session: WriteSession, instance: str, now: datetime) -> None:
    """Say which secret keys this process can read with, by their fingerprints."""
    await facts.put(session, f"{KEYS_OF}{instance}", ",".join(vault_of(session).fingerprints), now)


async def sign_off(session: WriteSession, instance: str) -> None:
    """Say that this process stops: nobody has to wait for it."""
    await session.execute(delete(FactRow).where(FactRow.key == f"{KEYS_OF}{instance}"))


async def forget(session: WriteSession, before: datetime) -> int:
    """Forget processes that have said nothing since an instant."""
    gone = delete(FactRow).where(FactRow.key.startswith(KEYS_OF), FactRow.at < before)
    return await changed(session, gone)
