"""What came of alerts: counts of outcomes, of one mentor and of a team. No names, no reasons."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from core.alerts import AlertState
from core.people import Role
from storage.database import ReadSession
from storage.tables_alerts import AlertRow
from storage.tables_people import PersonRow
from storage.tables_team import ContactRow


async def outcomes_of(session: ReadSession, person_id: UUID, since: datetime) -> Mapping[str, int]:
    """Return how often each outcome closed an alert about one mentor since an instant."""
    closed = select(AlertRow.outcome).where(
        AlertRow.person_id == person_id, AlertRow.state == AlertState.RESOLVED.value, AlertRow.resolved_at >= since
    )
    return Counter(outcome for outcome in await session.scalars(closed) if outcome)


async def meetings_of(session: ReadSession, person_id: UUID, since: datetime) -> int:
    """Return how many meetings and calls with a mentor were noted since an instant."""
    statement = select(func.count()).select_from(ContactRow)
    return await session.scalar(statement.where(ContactRow.person_id == person_id, ContactRow.at >= since)) or 0


async def outcomes_of_others(
    session: ReadSession, team_id: UUID, besides: UUID, since: datetime
) -> tuple[Mapping[str, int], int]:
    """Return the same for the others of a team, and about how many different people these alerts were."""
    # What a lead did about a supervisor of the team is no news for the mentors.
    mentors = select(PersonRow.id).where(PersonRow.role == Role.MENTOR.value)
    closed = select(AlertRow.person_id, AlertRow.outcome).where(
        AlertRow.team_id == team_id,
        AlertRow.person_id.in_(mentors),
        AlertRow.person_id != besides,
        AlertRow.state == AlertState.RESOLVED.value,
        AlertRow.resolved_at >= since,
    )
    rows = (await session.execute(closed)).all()
    return Counter(outcome for _, outcome in rows if outcome), len({person for person, _ in rows})
