"""What can be exported: answers, alerts and the audit trail as plain rows."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.levels import Level
from core.visibility import AS_USUAL, Visibility, group_of_item
from storage.database import ReadSession, vault_of
from storage.tables_alerts import AlertRow
from storage.tables_checkins import AnswerRow, CheckinRow
from storage.tables_people import PersonRow, TeamRow
from storage.tables_service import AuditRow

ANSWER_COLUMNS = ("mentor", "checkin_id", "checkin", "occurrence", "item", "value", "answered_at", "received_at")
ALERT_COLUMNS = (
    "id",
    "mentor",
    "team",
    "level",
    "state",
    "reasons",
    "opened_at",
    "acknowledged_by",
    "acknowledged_at",
    "resolved_at",
    "outcome",
)
AUDIT_COLUMNS = ("at", "actor", "action", "subject")


async def _names(session: ReadSession) -> dict[UUID, str]:
    vault = vault_of(session)
    return {
        id_: vault.open(sealed) for id_, sealed in await session.execute(select(PersonRow.id, PersonRow.name_sealed))
    }


async def _seen(session: ReadSession) -> dict[UUID, Visibility]:
    """Return what was chosen by those who chose something."""
    chosen = select(PersonRow.id, PersonRow.visibility).where(PersonRow.visibility.is_not(None))
    return {id_: Visibility.from_json(stored) for id_, stored in await session.execute(chosen)}


async def answers(session: ReadSession) -> AsyncIterator[dict[str, Any]]:
    """Yield all answers but those that mentors keep private, each once, in the order in which they were asked."""
    names, seen = await _names(session), await _seen(session)
    statement = (
        select(CheckinRow, AnswerRow)
        .join(AnswerRow, AnswerRow.checkin_id == CheckinRow.id)
        .order_by(CheckinRow.at, CheckinRow.id, AnswerRow.received_at, AnswerRow.item)
    )
    for checkin, answer in await session.execute(statement):
        if seen.get(checkin.person_id, AS_USUAL).hides(group_of_item(checkin.kind, answer.item)):
            continue
        yield {
            "mentor": names[checkin.person_id],
            "checkin_id": str(checkin.id),
            "checkin": checkin.kind,
            "occurrence": checkin.at,
            "item": answer.item,
            "value": answer.value,
            "answered_at": answer.answered_at,
            "received_at": answer.received_at,
        }


async def alerts(session: ReadSession) -> AsyncIterator[dict[str, Any]]:
    """Yield all alerts, the oldest first, without the reasons that mentors keep private."""
    names, seen = await _names(session), await _seen(session)
    teams = {row.id: row.name for row in await session.scalars(select(TeamRow))}
    for row in await session.scalars(select(AlertRow).order_by(AlertRow.opened_at, AlertRow.id)):
        yield {
            "id": str(row.id),
            "mentor": names[row.person_id],
            "team": teams.get(row.team_id, "") if row.team_id else "",
            "level": Level(row.level).code,
            "state": row.state,
            "reasons": list(seen.get(row.person_id, AS_USUAL).reasons(row.reasons)),
            "opened_at": row.opened_at,
            "acknowledged_by": names.get(row.acknowledged_by) if row.acknowledged_by else None,
            "acknowledged_at": row.acknowledged_at,
            "resolved_at": row.resolved_at,
            "outcome": row.outcome,
        }


async def audit(session: ReadSession) -> AsyncIterator[dict[str, Any]]:
    """Yield the audit trail, the oldest line first."""
    names = await _names(session)
    for row in await session.scalars(select(AuditRow).order_by(AuditRow.id)):
        actor = row.actor if len(row.actor) != 32 else names.get(UUID(row.actor), row.actor)
        subject = names.get(row.subject_id) if row.subject_id else None
        yield {"at": row.at, "actor": actor, "action": row.action, "subject": subject}
