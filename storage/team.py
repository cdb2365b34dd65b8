"""How several mentors at once are: their alerts, their pulses, their answers; and how large each team is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import exists, func, select

from core.alerts import AlertState
from core.checkins import CheckinState
from core.levels import Level
from core.people import Role
from core.team_weeks import Pulse
from storage.database import ReadSession
from storage.tables_alerts import AlertRow
from storage.tables_checkins import AnswerRow, AssessmentRow, CheckinRow
from storage.tables_people import PersonRow, TeamRow

PULSE: Final = "pulse"
SLOT_LENGTH: Final = len("09:00")  # check-ins of the mentor's own have longer slots
LONGEST_LOOK: Final = timedelta(days=90)  # for pulses that were missed in a row


@dataclass(frozen=True, slots=True)
class AlertSeen:
    """An alert as far as a list shows it."""

    id: UUID
    person_id: UUID
    level: Level
    state: AlertState
    reasons: tuple[str, ...]
    facts: Mapping[str, Any]
    opened_at: datetime
    acknowledged_by: UUID | None
    acknowledged_at: datetime | None
    reached_at: datetime | None
    resolved_at: datetime | None
    acknowledge_within: timedelta
    outcome: str | None


@dataclass(frozen=True, slots=True)
class TeamSize:
    """A team and how many mentors it has; no id for the mentors without a team."""

    id: UUID | None
    name: str
    mentors: int


def _seen(row: AlertRow) -> AlertSeen:
    return AlertSeen(
        id=row.id,
        person_id=row.person_id,
        level=Level(row.level),
        state=AlertState(row.state),
        reasons=tuple(row.reasons),
        facts=row.facts,
        opened_at=row.opened_at,
        acknowledged_by=row.acknowledged_by,
        acknowledged_at=row.acknowledged_at,
        reached_at=row.reached_at,
        resolved_at=row.resolved_at,
        acknowledge_within=timedelta(seconds=row.policy["acknowledge_within"]),
        outcome=row.outcome,
    )


async def open_alerts(session: ReadSession, ids: Sequence[UUID]) -> list[AlertSeen]:
    """Return the alerts about these mentors that are not resolved, the oldest first."""
    statement = select(AlertRow).where(AlertRow.person_id.in_(ids), AlertRow.state != AlertState.RESOLVED.value)
    return [_seen(row) for row in await session.scalars(statement.order_by(AlertRow.opened_at, AlertRow.id))]


async def alerts_since(session: ReadSession, ids: Sequence[UUID], since: datetime) -> list[AlertSeen]:
    """Return the alerts about these mentors that were opened since an instant, the newest first."""
    statement = select(AlertRow).where(AlertRow.person_id.in_(ids), AlertRow.opened_at >= since)
    return [_seen(row) for row in await session.scalars(statement.order_by(AlertRow.opened_at.desc(), AlertRow.id))]


async def teams(session: ReadSession) -> list[TeamSize]:
    """Return every team that has mentors, by name, and last the mentors without one."""
    statement = (
        select(TeamRow.id, TeamRow.name, func.count())
        .select_from(PersonRow)
        .outerjoin(TeamRow, TeamRow.id == PersonRow.team_id)
        .where(PersonRow.role == Role.MENTOR.value, PersonRow.left_at.is_(None))
        .group_by(TeamRow.id, TeamRow.name)
    )
    found = [TeamSize(id_, name or "", count) for id_, name, count in await session.execute(statement)]
    return sorted(found, key=lambda team: (team.id is None, team.name.casefold()))


async def open_by_team(session: ReadSession) -> dict[UUID | None, int]:
    """Return for each team of how many mentors an alert is not resolved."""
    statement = (
        select(PersonRow.team_id, func.count(PersonRow.id.distinct()))
        .join(AlertRow, AlertRow.person_id == PersonRow.id)
        .where(AlertRow.state != AlertState.RESOLVED.value, PersonRow.role == Role.MENTOR.value)
        .group_by(PersonRow.team_id)
    )
    return {row[0]: row[1] for row in await session.execute(statement)}


async def raised_in(session: ReadSession, team_id: UUID, since: datetime) -> list[tuple[UUID, list[str]]]:
    """Return about whom alerts of a team were opened since an instant, each with its reason codes."""
    statement = select(AlertRow.person_id, AlertRow.reasons).where(
        AlertRow.team_id == team_id, AlertRow.opened_at >= since
    )
    return [(row.person_id, list(row.reasons)) for row in await session.execute(statement)]


async def missed_in_a_row(session: ReadSession, ids: Sequence[UUID], now: datetime) -> dict[UUID, int]:
    """Return how many of the latest pulses in a row each mentor left unanswered; open ones do not count yet."""
    answered = exists().where(AnswerRow.checkin_id == CheckinRow.id)
    statement = (
        select(CheckinRow.person_id, answered)
        .where(
            CheckinRow.person_id.in_(ids),
            CheckinRow.kind == PULSE,
            CheckinRow.at >= now - LONGEST_LOOK,
            CheckinRow.at <= now,
            CheckinRow.message_id.is_not(None) | answered,
            (CheckinRow.state != CheckinState.OPEN.value) | answered,
        )
        .order_by(CheckinRow.at.desc())
    )
    missed: dict[UUID, int] = {}
    ended: set[UUID] = set()
    for person, was_answered in await session.execute(statement):
        if was_answered:
            ended.add(person)
        elif person not in ended:
            missed[person] = missed.get(person, 0) + 1
    return missed


async def pulses(session: ReadSession, ids: Sequence[UUID], since: date) -> list[Pulse]:
    """Return the pulses of these mentors from a local date on that reached a phone and are over."""
    answered = exists().where(AnswerRow.checkin_id == CheckinRow.id)
    statement = (
        select(
            CheckinRow.person_id,
            CheckinRow.local_date,
            answered,
            func.length(CheckinRow.slot) == SLOT_LENGTH,
            AssessmentRow.detail["strain"].as_float(),
        )
        .outerjoin(AssessmentRow, AssessmentRow.checkin_id == CheckinRow.id)
        .where(
            CheckinRow.person_id.in_(ids),
            CheckinRow.kind == PULSE,
            CheckinRow.local_date >= since,
            CheckinRow.state.not_in([CheckinState.OPEN.value, CheckinState.CANCELLED.value]),
            CheckinRow.message_id.is_not(None) | answered,
        )
    )
    rows = await session.execute(statement)
    return [Pulse(person, day, bool(told), bool(asked), strain) for person, day, told, asked, strain in rows]


async def answers_since(
    session: ReadSession, person_id: UUID, kind: str, since: datetime
) -> list[tuple[tuple[str, ...], dict[str, str]]]:
    """Return items and answers of the check-ins of a kind that were answered since an instant, the newest first."""
    found = await _answered_since(session, person_id, kind, since)
    return [(items, answers) for _, items, answers in found]


async def answers_by_time(
    session: ReadSession, person_id: UUID, kind: str, since: datetime
) -> list[tuple[datetime, dict[str, str]]]:
    """Return the instants and answers of the check-ins of a kind that were answered since an instant, the newest
    first; the answers in the order of the items."""
    found = await _answered_since(session, person_id, kind, since)
    return [(at, {item: answers[item] for item in items if item in answers}) for at, items, answers in found]


async def _answered_since(
    session: ReadSession, person_id: UUID, kind: str, since: datetime
) -> list[tuple[datetime, tuple[str, ...], dict[str, str]]]:
    late = select(AnswerRow.checkin_id).where(AnswerRow.answered_at >= since)
    rows = await session.scalars(
        select(CheckinRow)
        .where(CheckinRow.person_id == person_id, CheckinRow.kind == kind, CheckinRow.id.in_(late))
        .order_by(CheckinRow.at.desc())
    )
    found: dict[UUID, tuple[datetime, tuple[str, ...], dict[str, str]]] = {
        row.id: (row.at, tuple(row.items), {}) for row in rows
    }
    for answer in await session.scalars(select(AnswerRow).where(AnswerRow.checkin_id.in_(list(found)))):
        found[answer.checkin_id][2][answer.item] = answer.value
    return [entry for entry in found.values() if entry[2]]


async def taking_part(session: ReadSession, team_id: UUID | None, now: datetime) -> list[UUID]:
    """Return the mentors of a team, or those without one, who take part and are not away."""
    away = (PersonRow.away_from <= now) & (PersonRow.away_until.is_(None) | (PersonRow.away_until > now))
    statement = select(PersonRow.id).where(
        PersonRow.role == Role.MENTOR.value,
        PersonRow.team_id == team_id,
        PersonRow.telegram_index.is_not(None),
        PersonRow.consented_at.is_not(None),
        PersonRow.left_at.is_(None),
        PersonRow.away_from.is_(None) | ~away,
    )
    return list(await session.scalars(statement.order_by(PersonRow.created_at, PersonRow.id)))
