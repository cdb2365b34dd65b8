"""The log of contacts: a tap says that they met or called, and what they agreed on; another tap takes it back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from core.access import Act, may
from core.messages import Kind
from core.people import Person, Role
from flows.deps import Deps
from flows.team import mentors_for, staff
from flows.turn import Incoming, Turn, taking
from storage import contacts, people
from storage.contacts import Contact

UNDO_WITHIN: Final = timedelta(minutes=10)


class ContactKind(StrEnum):
    """How somebody met a mentor."""

    ONE_TO_ONE = "one_to_one"
    GROUP = "group"
    CALL = "call"  # called or visited: no supervision


class Agreement(StrEnum):
    """What a supervisor and a mentor can agree on by tap."""

    LESS_CASELOAD = "less_caseload"
    TIME_OFF = "time_off"
    TRAINING = "training"
    NEXT_WEEK = "next_week"
    NOTHING = "nothing"


SUPERVISION: Final = (ContactKind.ONE_TO_ONE, ContactKind.GROUP)


async def mentor_of(turn: Turn, reader: Person, mentor_id: UUID, act: Act) -> Person | None:
    """Return a mentor about whom somebody may do this; refuse without saying more."""
    found = await people.supervisors_by_ids(turn.session, [mentor_id])
    mentor = found.get(mentor_id)
    if mentor is None or mentor.role is not Role.MENTOR or not may(reader, act, mentor):
        turn.reply(Kind.REFUSAL, anew=True, reason="not_yours")
        if mentor is not None:
            await turn.log("team_refused", mentor.id)
        return None
    return mentor


async def log_contact(deps: Deps, incoming: Incoming, mentor_id: UUID, kind: ContactKind) -> None:
    """Log a contact with one mentor. Pressed twice within the time for taking it back, it is logged once."""
    async with taking(deps, incoming) as turn:
        if turn is None or (reader := staff(turn)) is None:
            return
        mentor = await mentor_of(turn, reader, mentor_id, Act.LOG_CONTACT)
        if mentor is None:
            return
        logged = await _logged_just_now(turn, reader, mentor.id, kind)
        if logged is None:
            logged = (await contacts.add(turn.session, [mentor.id], by=reader.id, kind=kind, now=turn.now))[0]
            await turn.log("contact_logged", mentor.id, kind=kind.value)
        else:
            await turn.log("contact_seen", mentor.id)
        _show(turn, [logged], [mentor], reader)


async def log_group(deps: Deps, incoming: Incoming, team_id: UUID | None) -> None:
    """Log a group session with everybody of the list who takes part and is not away."""
    async with taking(deps, incoming) as turn:
        if turn is None or (reader := staff(turn)) is None:
            return
        mentors = [
            mentor
            for mentor in await mentors_for(turn.session, reader, team_id)
            if mentor.takes_part and not mentor.is_away(turn.now) and may(reader, Act.LOG_CONTACT, mentor)
        ]
        if not mentors:
            turn.reply(Kind.CONTACT, anew=True, nobody=True)
            return
        first = await _logged_just_now(turn, reader, mentors[0].id, ContactKind.GROUP)
        if first is None:
            ids = [mentor.id for mentor in mentors]
            logged = await contacts.add(turn.session, ids, by=reader.id, kind=ContactKind.GROUP, now=turn.now)
            for mentor in mentors:
                await turn.log("contact_logged", mentor.id, kind=ContactKind.GROUP.value)
        else:
            logged = await contacts.lock(turn.session, first.session_id)
            for one in logged:
                await turn.log("contact_seen", one.person_id)
        _show(turn, logged, mentors, reader)


async def agree(deps: Deps, incoming: Incoming, session_id: UUID, agreement: Agreement) -> None:
    """Add an agreement to a contact, or take it away again. "Nothing now" stands alone."""
    async with taking(deps, incoming) as turn:
        if turn is None or (found := await _own(turn, session_id)) is None:
            return
        reader, logged = found
        contact = logged[0]
        chosen = toggled(contact.agreements, agreement)
        await contacts.agree(turn.session, contact.id, chosen)
        await turn.log("agreement_logged", contact.person_id, agreements=list(chosen))
        mentors = await people.supervisors_by_ids(turn.session, [one.person_id for one in logged])
        _show(turn, await contacts.lock(turn.session, session_id), list(mentors.values()), reader)


def toggled(chosen: Sequence[str], agreement: Agreement) -> tuple[str, ...]:
    """Return the agreements after a tap on one of them, in the order of the list."""
    if agreement in chosen:
        after = {one for one in chosen if one != agreement}
    elif agreement is Agreement.NOTHING:
        after = {agreement.value}
    else:
        after = {*chosen, agreement.value} - {Agreement.NOTHING.value}
    return tuple(one.value for one in Agreement if one in after)


async def undo(deps: Deps, incoming: Incoming, session_id: UUID) -> None:
    """Take back what was logged within the last ten minutes."""
    async with taking(deps, incoming) as turn:
        if turn is None or (found := await _own(turn, session_id)) is None:
            return
        reader, logged = found
        mentors = list((await people.supervisors_by_ids(turn.session, [one.person_id for one in logged])).values())
        if not undoable(logged[0], turn.now):
            for one in logged:
                await turn.log("contact_seen", one.person_id)
            _show(turn, logged, mentors, reader, too_late=True)
            return
        await contacts.drop(turn.session, session_id)
        for one in logged:
            await turn.log("contact_undone", one.person_id, kind=one.kind)
        _show(turn, logged, mentors, reader, undone=True)


def undoable(contact: Contact, now: datetime) -> bool:
    """Say whether a contact may still be taken back."""
    return now - contact.at <= UNDO_WITHIN


async def _own(turn: Turn, session_id: UUID) -> tuple[Person, list[Contact]] | None:
    """Return the reader and what they logged; whoever logged it changes it."""
    reader = staff(turn)
    if reader is None:
        return None
    logged = await contacts.lock(turn.session, session_id)
    if not logged:
        turn.reply(Kind.CONTACT, gone=True)
        return None
    if logged[0].by_id != reader.id:
        turn.reply(Kind.REFUSAL, anew=True, reason="not_yours")
        return None
    return reader, logged


async def _logged_just_now(turn: Turn, reader: Person, mentor_id: UUID, kind: ContactKind) -> Contact | None:
    for contact in await contacts.of_mentor(turn.session, mentor_id, limit=3):
        if contact.by_id == reader.id and contact.kind == kind and undoable(contact, turn.now):
            return contact
    return None


def _show(turn: Turn, logged: Sequence[Contact], mentors: Sequence[Person], reader: Person, **marks: Any) -> None:
    contact = logged[0]
    group = contact.kind == ContactKind.GROUP and len(logged) > 1
    turn.reply(
        Kind.CONTACT,
        session=contact.session_id.hex,
        mentor=None if group else contact.person_id.hex,
        name=mentors[0].name if mentors else "",
        count=len(logged),
        how=contact.kind,
        at=contact.at.isoformat(),
        agreements=list(contact.agreements),
        undoable=undoable(contact, turn.now),
        team=mentors[0].team_id.hex if mentors and mentors[0].team_id and reader.role is Role.LEAD else None,
        **marks,
    )
