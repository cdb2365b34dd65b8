"""Erasing one mentor: what they said and their name go, rows that only count stay."""

import json
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, delete, select, update

from core.alerts import AlertState
from core.checkins import CheckinState
from core.levels import Level
from core.messages import Kind
from core.notes import NoteState
from core.people import Person, Role
from storage import notices, people
from storage.database import ReadSession, WriteSession, vault_of
from storage.tables_alerts import AlertRow
from storage.tables_checkins import AnswerRow, AssessmentRow, CheckinRow, NoteRow, ScheduleRow
from storage.tables_meetings import MeetingRow
from storage.tables_outbox import OutboxRow
from storage.tables_pace import VisitRow
from storage.tables_people import InviteRow, PersonRow
from storage.tables_service import PoisonRow
from storage.tables_team import ContactRow

# Messages to a supervisor that are about themselves; those about mentors stay.
OWN_KINDS: Final = tuple(
    kind.value
    for kind in (
        Kind.CHECKIN,
        Kind.CHECKIN_DONE,
        Kind.CHECKIN_CLOSED,
        Kind.EDIT,
        Kind.EDIT_ITEM,
        Kind.NUDGE,
        Kind.CRISIS,
        Kind.MENTOR_STATUS,
        Kind.FOLLOW_UP,
        Kind.TALK_TIMES,
        Kind.SILENCE,
        Kind.HISTORY,
        Kind.HISTORY_PICTURE,
        Kind.MY_DATA_FILE,
    )
)


async def needs_a_person(session: ReadSession, person_id: UUID) -> bool:
    """Say whether an alert that cannot wait is not resolved, or a note still waits for a tap that may raise one."""
    alert = select(AlertRow.id).where(
        AlertRow.person_id == person_id,
        AlertRow.state != AlertState.RESOLVED.value,
        AlertRow.level >= int(Level.URGENT),
    )
    note = select(NoteRow.id).where(NoteRow.person_id == person_id, NoteRow.state == NoteState.ASKED.value)
    return any([(await session.scalars(found.limit(1))).first() is not None for found in (alert, note)])


def _left(before: datetime) -> Select[UUID]:
    """Mentors who left before an instant and are not erased: erasing takes away when they joined."""
    return select(PersonRow.id).where(
        PersonRow.role == Role.MENTOR.value, PersonRow.left_at <= before, PersonRow.joined_at.is_not(None)
    )


async def left_before(session: ReadSession, before: datetime) -> list[UUID]:
    """Return the mentors who left before an instant and are not erased."""
    return list(await session.scalars(_left(before)))


async def lock_left(session: WriteSession, person_id: UUID, before: datetime) -> bool:
    """Hold somebody who left before an instant until this transaction ends. False if they did not."""
    return (await session.scalars(_left(before).where(PersonRow.id == person_id).with_for_update())).first() is not None


async def erase(session: WriteSession, person: Person, placeholder: str, now: datetime) -> None:
    """Erase what somebody said, what it came to, and who they are.

    Kept: that check-ins were asked and alerts were raised, when, and at which level; the audit trail, which has no
    words. An alert that is not resolved keeps its reason codes: somebody still has to close it.
    """
    mine = select(CheckinRow.id).where(CheckinRow.person_id == person.id)
    await session.execute(delete(AssessmentRow).where(AssessmentRow.person_id == person.id))
    await session.execute(delete(AnswerRow).where(AnswerRow.checkin_id.in_(mine)))
    await session.execute(delete(NoteRow).where(NoteRow.person_id == person.id))
    await session.execute(delete(ScheduleRow).where(ScheduleRow.person_id == person.id))
    await session.execute(delete(VisitRow).where(VisitRow.person_id == person.id))
    await session.execute(delete(ContactRow).where(ContactRow.person_id == person.id))
    await session.execute(delete(MeetingRow).where(MeetingRow.person_id == person.id))
    await _end_checkins(session, person.id, now)
    await _empty_alerts(session, person.id)
    await _empty_messages(session, person, placeholder)
    await _drop_poison(session, person)
    unused = update(InviteRow).where(InviteRow.person_id == person.id, InviteRow.used_at.is_(None))
    await session.execute(unused.values(used_at=now))
    await _unname(session, person.id, placeholder, now)


async def erase_own_pulse(session: WriteSession, person_id: UUID, now: datetime) -> None:
    """Erase what a supervisor answered and what it came to, and take back their consent.

    They stay who they are to others: the name, the chat and the alerts that they handle are kept.
    """
    mine = select(CheckinRow.id).where(CheckinRow.person_id == person_id)
    await session.execute(delete(AssessmentRow).where(AssessmentRow.person_id == person_id))
    await session.execute(delete(AnswerRow).where(AnswerRow.checkin_id.in_(mine)))
    await session.execute(delete(NoteRow).where(NoteRow.person_id == person_id))
    await session.execute(delete(ScheduleRow).where(ScheduleRow.person_id == person_id))
    await session.execute(delete(MeetingRow).where(MeetingRow.person_id == person_id))
    await session.execute(delete(OutboxRow).where(OutboxRow.person_id == person_id, OutboxRow.kind.in_(OWN_KINDS)))
    await _end_checkins(session, person_id, now)
    await _empty_alerts(session, person_id)
    await people.change(session, person_id, consented_at=None, consent_version=None, declined_at=now)


async def _end_checkins(session: WriteSession, person_id: UUID, now: datetime) -> None:
    asked = update(CheckinRow).where(CheckinRow.person_id == person_id)
    is_open = asked.where(CheckinRow.state == CheckinState.OPEN.value)
    ended = {"state": CheckinState.CANCELLED.value, "finished_at": now, "remind_at": None}
    await session.execute(is_open.values(**ended))
    await session.execute(asked.values(message_id=None, skipped=[], position=0))


async def _empty_alerts(session: WriteSession, person_id: UUID) -> None:
    mine = await session.scalars(select(AlertRow.id).where(AlertRow.person_id == person_id))
    await notices.forget_words(session, mine.all())
    alerts = update(AlertRow).where(AlertRow.person_id == person_id)
    await session.execute(alerts.values(facts={}, follow_up_at=None, follow_up=None))
    await session.execute(alerts.where(AlertRow.state == AlertState.RESOLVED.value).values(reasons=[]))


async def _empty_messages(session: WriteSession, person: Person, placeholder: str) -> None:
    """Delete the messages to somebody, and take the name out of those to the staff."""
    vault = vault_of(session)
    await session.execute(delete(OutboxRow).where(OutboxRow.person_id == person.id))
    if person.telegram_id is not None:  # before they joined they were written to as a stranger
        keys = vault.indexes(str(person.telegram_id))
        await session.execute(delete(OutboxRow).where(OutboxRow.person_id.is_(None), OutboxRow.chat_key.in_(keys)))
    alerts = select(AlertRow.id).where(AlertRow.person_id == person.id)
    about = {person.id.hex, *(id_.hex for id_ in await session.scalars(alerts))}
    staff = select(PersonRow.id).where(PersonRow.role != Role.MENTOR.value)
    rows = await session.execute(
        select(OutboxRow.id, OutboxRow.payload_sealed).where(OutboxRow.person_id.in_(staff)).with_for_update()
    )
    for id_, sealed in rows.all():
        text = vault.open(sealed)
        payload = json.loads(text)
        # A first name alone may be somebody else's, except where the message is about this person.
        first = person.first_name if any(key in text for key in about) else None
        if (changed := _renamed(payload, person.name, first, placeholder)) != payload:
            values = {"payload_sealed": vault.seal_json(changed)}
            await session.execute(update(OutboxRow).where(OutboxRow.id == id_).values(**values))


def _renamed(value: Any, name: str, first: str | None, placeholder: str) -> Any:
    if isinstance(value, str):
        return placeholder if value == first else value.replace(name, placeholder)
    if isinstance(value, list):
        return [_renamed(inner, name, first, placeholder) for inner in value]
    if isinstance(value, dict):
        return {key: _renamed(inner, name, first, placeholder) for key, inner in value.items()}
    return value


async def _drop_poison(session: WriteSession, person: Person) -> None:
    """Delete updates of somebody that could not be handled: their words stand in them."""
    vault = vault_of(session)
    rows = (await session.execute(select(PoisonRow.update_id, PoisonRow.body_sealed))).all()
    for update_id, sealed in rows:
        parts = [part for part in vault.open_json(sealed).values() if isinstance(part, dict)]
        senders = [sender.get("id") for part in parts if isinstance(sender := part.get("from"), dict)]
        if person.telegram_id is not None and person.telegram_id in senders:
            await session.execute(delete(PoisonRow).where(PoisonRow.update_id == update_id))


async def _unname(session: WriteSession, person_id: UUID, placeholder: str, now: datetime) -> None:
    """Put a neutral name in the place of the name, and let the Telegram account go."""
    await people.rename(session, person_id, placeholder)
    gone = ("telegram_sealed", "telegram_index", "consented_at", "consent_version", "declined_at", "joined_at")
    more = (
        "unreachable_since",
        "away_from",
        "away_until",
        "quiet_from",
        "quiet_until",
        "avoids_id",
        "caseload_cap",
        "visibility",
    )
    await people.change(session, person_id, **dict.fromkeys((*gone, *more, "contract_hours")), left_at=now)
