"""What check-ins came to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, select

from storage import statements
from storage.database import ReadSession, WriteSession
from storage.sql import dialect_of
from storage.tables_checkins import AssessmentRow


@dataclass(frozen=True, slots=True)
class StoredAssessment:
    """What one check-in came to, and the state of the scoring after it."""

    checkin_id: UUID
    kind: str
    at: datetime
    level: int
    alert_level: int | None
    reasons: tuple[str, ...]
    detail: Mapping[str, Any]
    history: Mapping[str, Any]


async def before(session: ReadSession, person_id: UUID, at: datetime, kind: str) -> StoredAssessment | None:
    """Return the assessment that the next one builds on. At one instant the pulse goes first."""
    row = (await session.execute(statements.assessment_before(kind), {"person": person_id, "until": at})).first()
    return _to_assessment(row) if row else None


async def reasons_before(
    session: ReadSession, person_id: UUID, at: datetime, kind: str
) -> list[tuple[datetime, tuple[str, ...]]]:
    """Return when somebody's earlier check-ins were, and which reasons held at them, in time order."""
    earlier: ColumnElement[bool] = AssessmentRow.at < at
    if kind != "pulse":
        earlier = earlier | and_(AssessmentRow.at == at, AssessmentRow.kind == "pulse")
    rows = await session.execute(
        select(AssessmentRow.at, AssessmentRow.reasons)
        .where(AssessmentRow.person_id == person_id, earlier)
        .order_by(AssessmentRow.at, AssessmentRow.kind)
    )
    return [(when, tuple(reasons)) for when, reasons in rows]


async def of_checkin(session: ReadSession, checkin_id: UUID) -> StoredAssessment | None:
    """Return the assessment of one check-in."""
    row = (await session.execute(statements.ASSESSMENT_OF, {"of": checkin_id})).first()
    return _to_assessment(row) if row else None


def _to_assessment(row: Any) -> StoredAssessment:
    return StoredAssessment(
        row.checkin_id, row.kind, row.at, row.level, row.alert_level, tuple(row.reasons), row.detail, row.history
    )


async def put(
    session: WriteSession, assessment: StoredAssessment, *, person_id: UUID, rules_version: str, now: datetime
) -> None:
    """Store an assessment; a newer one of the same check-in takes its place."""
    values = {
        "id": uuid4(),
        "checkin_id": assessment.checkin_id,
        "person_id": person_id,
        "kind": assessment.kind,
        "at": assessment.at,
        "level": assessment.level,
        "alert_level": assessment.alert_level,
        "reasons": list(assessment.reasons),
        "detail": dict(assessment.detail),
        "history": dict(assessment.history),
        "rules_version": rules_version,
        "updated_at": now,
    }
    await session.execute(statements.put_assessment(dialect_of(session)), values)
