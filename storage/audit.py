"""The audit trail: who did what about whom. Ids and codes only."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from storage.database import WriteSession
from storage.tables_service import AuditRow

SYSTEM = "system"
OPERATOR = "operator"


async def write(
    session: WriteSession, now: datetime, actor: UUID | str, action: str, subject: UUID | None = None, **detail: Any
) -> None:
    """Add a line. `actor` is a person's id, SYSTEM or OPERATOR; `detail` holds ids, codes and numbers."""
    who = actor.hex if isinstance(actor, UUID) else actor
    await session.execute(insert(AuditRow).values(at=now, actor=who, action=action, subject_id=subject, detail=detail))
