"""What is kept about one mentor, as the mentor reads it. Names of staff appear, other mentors never."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from core.checkins import CheckinState
from core.levels import Level
from core.looks import LOOKS, OF_ALL, OF_ONE
from core.people import Person, Role
from core.timetable import Action
from storage import audit
from storage.database import ReadSession, vault_of
from storage.notices import words_about
from storage.tables_alerts import AlertNoticeRow, AlertRow
from storage.tables_checkins import AnswerRow, AssessmentRow, CheckinRow, NoteRow, ScheduleRow
from storage.tables_pace import VisitRow
from storage.tables_people import InviteRow, PersonRow
from storage.tables_service import AuditRow
from storage.tables_team import ContactRow

PULSE: Final = "pulse"


@dataclass(frozen=True, slots=True)
class AskedPulse:
    """One pulse that reached the phone and is over, or was answered. `strain`: 0 to 100, None where there is none."""

    at: datetime
    answered: bool
    strain: float | None


@dataclass(frozen=True, slots=True)
class Look:
    """That somebody looked, and at what (`Seen`). `by`: a name of the staff, OPERATOR, or None: not on the staff."""

    at: datetime
    by: str | None
    action: str


async def pulses(session: ReadSession, person_id: UUID, since: datetime) -> list[AskedPulse]:
    """Return a mentor's pulses since an instant, in time order; those that are still open and empty do not count."""
    answered = exists().where(AnswerRow.checkin_id == CheckinRow.id)
    statement = (
        select(CheckinRow.at, answered | AssessmentRow.id.is_not(None), AssessmentRow.detail["strain"].as_float())
        .outerjoin(AssessmentRow, AssessmentRow.checkin_id == CheckinRow.id)
        .where(
            CheckinRow.person_id == person_id,
            CheckinRow.kind == PULSE,
            CheckinRow.at >= since,
            CheckinRow.message_id.is_not(None) | answered,
            CheckinRow.state.not_in([CheckinState.OPEN.value, CheckinState.CANCELLED.value]) | answered,
        )
        .order_by(CheckinRow.at)
    )
    return [AskedPulse(at, bool(told), strain) for at, told, strain in await session.execute(statement)]


async def pulses_away(session: ReadSession, person_id: UUID, since: datetime) -> list[datetime]:
    """Return when a pulse was not asked because the mentor was away."""
    statement = select(AuditRow.at, AuditRow.detail).where(
        AuditRow.subject_id == person_id, AuditRow.action == "checkin_skipped", AuditRow.at >= since
    )
    rows = await session.execute(statement.order_by(AuditRow.at))
    return [at for at, detail in rows if detail.get("checkin") == PULSE and detail.get("why") == Action.SKIP_AWAY.value]


async def consent_asked(session: ReadSession, person_id: UUID, version: str) -> list[datetime]:
    """Return when somebody was asked again for a version of the consent, in time order."""
    asked = (AuditRow.subject_id == person_id) & (AuditRow.action == "consent_asked")
    rows = await session.execute(select(AuditRow.at, AuditRow.detail).where(asked).order_by(AuditRow.id))
    return [at for at, detail in rows if detail.get("version") == version]


def _looks(person: Person, since: datetime) -> ColumnElement[bool]:
    about = and_(AuditRow.subject_id == person.id, AuditRow.action.in_(list(OF_ONE)))
    everybody = and_(AuditRow.subject_id.is_(None), AuditRow.action.in_(list(OF_ALL)))
    return and_(or_(about, everybody), AuditRow.actor != person.id.hex, AuditRow.at >= since)


async def looks(session: ReadSession, person: Person, *, limit: int, offset: int) -> tuple[list[Look], int]:
    """Return a page of who looked at a mentor's data, the newest first, and how many looks there were in all."""
    since = await _on_the_roster_since(session, person)
    where = _looks(person, since)
    total = await session.scalar(select(func.count()).select_from(AuditRow).where(where)) or 0
    statement = select(AuditRow).where(where).order_by(AuditRow.at.desc(), AuditRow.id.desc())
    rows = (await session.scalars(statement.limit(limit).offset(offset))).all()
    names = await staff_names(session)
    return [Look(row.at, _who(_reader(row), names), LOOKS[row.action].value) for row in rows], total


def _reader(row: AuditRow) -> str:
    """Return who saw it: whoever pressed, or whom the system told."""
    to = row.detail.get("to")
    return to if row.actor == audit.SYSTEM and isinstance(to, str) else row.actor


async def _on_the_roster_since(session: ReadSession, person: Person) -> datetime:
    return (await session.scalars(select(PersonRow.created_at).where(PersonRow.id == person.id))).one()


async def staff_names(session: ReadSession) -> dict[str, str]:
    """Return the names of supervisors and leads by the hex of their id."""
    vault = vault_of(session)
    rows = await session.execute(select(PersonRow.id, PersonRow.name_sealed).where(PersonRow.role != Role.MENTOR.value))
    return {id_.hex: vault.open(sealed) for id_, sealed in rows}


def _who(actor: str, names: Mapping[str, str]) -> str | None:
    return actor if actor in (audit.SYSTEM, audit.OPERATOR) else names.get(actor)


def _plain(value: Any) -> Any:
    """Return a value as JSON takes it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return value.hex
    return float(value) if isinstance(value, Decimal) else value


def _fields(row: Any, *names: str) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


async def everything(session: ReadSession, person: Person) -> dict[str, Any]:
    """Return all that is kept about somebody, as JSON takes it. The newest stands last in each list."""
    names = await staff_names(session)
    return {
        "profile": await _profile(session, person, names),
        "invites": [
            _fields(row, "created_at", "expires_at", "used_at")
            for row in await _rows(session, InviteRow, person.id, InviteRow.created_at)
        ],
        "schedules": [
            _fields(row, "checkin", "at_local", "next_at")
            for row in await _rows(session, ScheduleRow, person.id, ScheduleRow.checkin)
        ],
        "checkins": await _checkins(session, person.id),
        "notes": await _notes(session, person.id),
        "alerts": await _alerts(session, person.id, names),
        "contacts": [
            _fields(row, "at", "kind", "agreements") | {"by": names.get(row.by_id.hex)}
            for row in await _rows(session, ContactRow, person.id, ContactRow.at)
        ],
        "visits": [
            _fields(row, "started_at", "back_at", "state", "asked")
            for row in await _rows(session, VisitRow, person.id, VisitRow.started_at)
        ],
        "audit": await _audit(session, person, names),
    }


async def _rows(session: ReadSession, row: Any, person_id: UUID, order: Any) -> Sequence[Any]:
    return (await session.scalars(select(row).where(row.person_id == person_id).order_by(order))).all()


async def _profile(session: ReadSession, person: Person, names: Mapping[str, str]) -> dict[str, Any]:
    row = (await session.scalars(select(PersonRow).where(PersonRow.id == person.id))).one()
    plain = _fields(
        row,
        *("role", "language", "timezone", "created_at", "joined_at", "consented_at", "consent_version", "declined_at"),
        *("left_at", "unreachable_since", "away_from", "away_until", "quiet_from", "quiet_until"),
        *("caseload_cap", "contract_hours"),
    )
    supervisor = names.get(person.supervisor_id.hex) if person.supervisor_id else None
    avoids = names.get(person.avoids.hex) if person.avoids else None
    own = {"name": person.name, "telegram_id": person.telegram_id, "team": person.team}
    return {**own, "supervisor": supervisor, "asks_others_than": avoids, **plain}


async def _checkins(session: ReadSession, person_id: UUID) -> list[dict[str, Any]]:
    rows = await _rows(session, CheckinRow, person_id, CheckinRow.at)
    mine = select(CheckinRow.id).where(CheckinRow.person_id == person_id)
    answers: dict[UUID, list[dict[str, Any]]] = {row.id: [] for row in rows}
    given = select(AnswerRow).where(AnswerRow.checkin_id.in_(mine)).order_by(AnswerRow.received_at, AnswerRow.item)
    for answer in await session.scalars(given):
        answers[answer.checkin_id].append(_fields(answer, "item", "value", "answered_at", "received_at"))
    judged = {row.checkin_id: row for row in await _rows(session, AssessmentRow, person_id, AssessmentRow.at)}
    return [
        _fields(row, "id", "kind", "local_date", "slot", "at", "state", "items", "skipped", "opened_at", "finished_at")
        | {"answers": answers[row.id], "assessment": _assessment(judged.get(row.id))}
        for row in rows
    ]


def _assessment(row: AssessmentRow | None) -> dict[str, Any] | None:
    if row is None:
        return None
    plain = _fields(row, "at", "reasons", "detail", "history", "rules_version", "updated_at")
    alert = Level(row.alert_level).code if row.alert_level is not None else None
    return {"level": Level(row.level).code, "alert": alert, **plain}


async def _notes(session: ReadSession, person_id: UUID) -> list[dict[str, Any]]:
    vault = vault_of(session)
    return [
        _fields(row, "written_at", "received_at", "state")
        | {"text": vault.open(row.text_sealed), "reading": vault.open_json(row.reading_sealed)}
        for row in await _rows(session, NoteRow, person_id, NoteRow.written_at)
    ]


async def _alerts(session: ReadSession, person_id: UUID, names: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = await _rows(session, AlertRow, person_id, AlertRow.opened_at)
    told: dict[UUID, list[dict[str, Any]]] = {row.id: [] for row in rows}
    mine = select(AlertRow.id).where(AlertRow.person_id == person_id)
    for notice in await session.scalars(
        select(AlertNoticeRow).where(AlertNoticeRow.alert_id.in_(mine)).order_by(AlertNoticeRow.id)
    ):
        sent = _fields(notice, "step", "queued_at", "sent_at", "failed_at")
        told[notice.alert_id].append(
            {"who": names.get(notice.person_id.hex) if notice.person_id else "a group", **sent}
        )
    words = await words_about(session, [row.id for row in rows])
    return [
        {"id": row.id.hex, "level": Level(row.level).code, "outcome_words": words.get(row.id)}
        | _fields(row, "state", "reasons", "facts", "opened_at", "acknowledged_at", "reached_at", "resolved_at")
        | _fields(row, "outcome", "follow_up")
        | {
            "acknowledged_by": names.get(row.acknowledged_by.hex) if row.acknowledged_by else None,
            "resolved_by": names.get(row.resolved_by.hex) if row.resolved_by else None,
            "told": told[row.id],
        }
        for row in rows
    ]


async def _audit(session: ReadSession, person: Person, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the lines about somebody, and those about everybody; a staff member's id is shown as the name."""
    since = await _on_the_roster_since(session, person)
    known = {**names, person.id.hex: person.name}
    statement = select(AuditRow).where((AuditRow.subject_id == person.id) | _looks(person, since)).order_by(AuditRow.id)
    return [
        {
            "at": _plain(row.at),
            "actor": _who(row.actor, known),
            "action": row.action,
            "detail": {
                key: known.get(value, value) if isinstance(value, str) else value for key, value in row.detail.items()
            },
        }
        for row in await session.scalars(statement)
    ]
