"""How much waits and how much is open: a few small questions that partial indexes answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal_column, select

from core.alerts import AlertState
from core.levels import Level
from core.messages import Priority
from storage import alerts, facts, updates
from storage.database import ReadSession
from storage.tables_alerts import AlertRow
from storage.tables_outbox import OutboxRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauges:
    """How things stand. Ages are in seconds; None: nothing waits."""

    waiting: Mapping[Priority, int]
    oldest: Mapping[Priority, datetime]
    alerts: Mapping[tuple[AlertState, Level], int]
    overdue: int
    buried: int
    last_tick: datetime | None


async def read(session: ReadSession, now: datetime, late: datetime) -> Gauges:
    """Return how things stand. An alert whose step was due before `late` is overdue."""
    due = (
        select(OutboxRow.priority, func.count(), func.min(OutboxRow.due_at))
        .where(OutboxRow.state == literal_column("'pending'"), OutboxRow.due_at <= now)
        .group_by(OutboxRow.priority)
    )
    rows = (await session.execute(due)).all()
    unresolved = (
        select(AlertRow.state, AlertRow.level, func.count())
        .where(AlertRow.state.in_([state.value for state in AlertState if state is not AlertState.RESOLVED]))
        .group_by(AlertRow.state, AlertRow.level)
    )
    found = (await session.execute(unresolved)).all()
    return Gauges(
        waiting={Priority(priority): number for priority, number, _ in rows},
        oldest={Priority(priority): oldest for priority, _, oldest in rows},
        alerts={(AlertState(state), Level(level)): number for state, level, number in found},
        overdue=await alerts.overdue(session, late),
        buried=await updates.buried(session),
        last_tick=await facts.when(session, facts.LAST_TICK),
    )
