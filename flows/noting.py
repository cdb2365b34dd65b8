"""Free text of a mentor: it is kept, read for risk, and answered within seconds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from core.levels import Level
from core.messages import Kind, Priority
from core.notes import Answer, Found, NoteEvent, NoteMoveRefused, NoteState, Response, after, respond
from core.people import Person
from flows import alerting, typed
from flows.deps import Deps
from flows.turn import Incoming, Turn, taking, working
from language.read import read_note
from language.reading import Reading
from storage import notes, people
from storage.notes import Note

MOST_KEPT = 4_096  # characters: what Telegram lets through


async def take_text(deps: Deps, incoming: Incoming, text: str) -> None:
    """Take what somebody typed: a number that a check-in asks for, or a note."""
    async with taking(deps, incoming) as turn:
        if turn is None:
            return
        if turn.person is not None and await typed.answered(turn, turn.person, text):
            return
        reading = read_note(text[:MOST_KEPT])
        response = respond([Found(f.kind.value, f.urgency.value, f.category) for f in reading.flags])
        if turn.person is None or not turn.person.takes_part or not deps.program.notes.enabled:
            await _not_kept(turn, response)
            return
        await _keep(turn, turn.person, text, reading, response)


async def _not_kept(turn: Turn, response: Response) -> None:
    """Somebody whose notes are not kept. Danger is answered all the same, with the lines."""
    if response.answer is Answer.CONFIRM:
        turn.reply(Kind.CRISIS, lines_only=True, told=[])
    elif turn.person is None:
        turn.reply(Kind.REFUSAL, reason="stranger")
    else:
        turn.reply(Kind.HELP, role=turn.person.role.value)


async def _keep(turn: Turn, person: Person, text: str, reading: Reading, response: Response) -> None:
    asks = response.answer is Answer.CONFIRM
    incoming = turn.incoming
    note = Note(
        id=uuid4(),
        person_id=person.id,
        state=NoteState.ASKED if asks else NoteState.KEPT,
        confirm_by=_confirm_by(turn, response),
        message_id=incoming.message_id if incoming else None,
        reading=_sealed_reading(reading, response),
    )
    written_at = incoming.sent_at if incoming and incoming.sent_at else turn.now
    await notes.add(turn.session, note, text=text[:MOST_KEPT], written_at=written_at, received_at=turn.now)
    told: list[str] = []
    if response.answer in (Answer.HELP, Answer.UNREAD):
        code = "asks_today" if response.answer is Answer.HELP else "note_not_read"
        told = await alerting.raise_alert(
            turn, person, source=f"note:{note.id.hex}", level=Level.URGENT, reasons=(code,), facts={}
        )
    await turn.log("note_taken", person.id, answer=response.answer.value)
    turn.tell(
        person,
        Kind.NOTE,
        params={
            "note": note.id.hex,
            "answer": response.answer.value,
            "told": told,
            "names": reading.seems_to_name,
            "minutes": round(turn.deps.program.notes.confirm_within.total_seconds() / 60),
            "escalates": response.unanswered is Level.CRISIS,
        },
        priority=Priority.CRISIS if asks else None,
    )


def _confirm_by(turn: Turn, response: Response) -> datetime | None:
    if response.unanswered is None:
        return None
    return turn.now + turn.deps.program.notes.confirm_within


def _sealed_reading(reading: Reading, response: Response) -> Mapping[str, Any]:
    """Return what is kept of a reading: never the words that fired a rule."""
    return {
        "language": reading.language,
        "tone": reading.tone,
        "strain": reading.strain,
        "flags": [[f.kind.value, f.urgency.value, f.category] for f in reading.flags],
        "unanswered": int(response.unanswered) if response.unanswered is not None else None,
    }


async def confirm(deps: Deps, incoming: Incoming, note_id: UUID, event: NoteEvent) -> None:
    """The mentor says whom a note is about, or what to do with it."""
    async with taking(deps, incoming) as turn:
        if turn is None:
            return
        note = await notes.lock(turn.session, note_id)
        if note is None or turn.person is None or note.person_id != turn.person.id:
            turn.reply(Kind.REFUSAL, anew=True, reason="not_yours")
            return
        try:
            state = after(note.state, event)
        except NoteMoveRefused:
            turn.reply(Kind.NOTE, note=note.id.hex, answer="settled", state=note.state.value)
            return
        await notes.move(turn.session, note.id, state)
        await turn.log(f"note_{state.value}", turn.person.id)
        await _act(turn, turn.person, note, state)


async def _act(turn: Turn, person: Person, note: Note, state: NoteState) -> None:
    told: list[str] = []
    source = f"note:{note.id.hex}"
    match state:
        case NoteState.ME:
            told = await alerting.raise_alert(
                turn, person, source=source, level=Level.CRISIS, reasons=("risk_note",), facts={}
            )
        case NoteState.DISCLOSED:
            told = await alerting.raise_alert(
                turn, person, source=source, level=Level.URGENT, reasons=("asks_today",), facts={}
            )
        case NoteState.WITHDRAWN:
            if note.message_id is not None:
                turn.tell(person, Kind.WITHDRAW, edit=note.message_id)
            await notes.wipe(turn.session, note.id)
        case _:
            pass
    told_before = note.state is NoteState.UNANSWERED
    turn.reply(Kind.NOTE, note=note.id.hex, answer="settled", state=state.value, told=told, told_before=told_before)


async def debrief(deps: Deps, incoming: Incoming, note_id: UUID) -> None:
    """After a note about somebody else the mentor wants to talk it over today."""
    async with taking(deps, incoming) as turn:
        if turn is None:
            return
        note = await notes.lock(turn.session, note_id)
        if note is None or turn.person is None or note.person_id != turn.person.id:
            turn.reply(Kind.REFUSAL, anew=True, reason="not_yours")
            return
        told = await alerting.raise_alert(
            turn, turn.person, source=f"debrief:{note.id.hex}", level=Level.URGENT, reasons=("asks_today",), facts={}
        )
        turn.reply(Kind.NOTE, note=note.id.hex, answer="settled", state=NoteState.DISCLOSED.value, told=told)


async def due(deps: Deps, *, now: datetime, limit: int) -> list[UUID]:
    """Return the notes whose time for an answer has passed."""
    async with deps.db.reading() as session:
        return await notes.due(session, now, limit)


async def time_passed(deps: Deps, note_id: UUID, *, now: datetime) -> bool:
    """No tap in time counts: as a crisis where the note spoke of immediate danger. False if it was answered."""
    async with working(deps, now=now) as turn:
        note = await notes.lock(turn.session, note_id)
        if note is None or note.confirm_by is None or note.confirm_by > now:
            return False
        if note.state is not NoteState.ASKED:
            await notes.move(turn.session, note.id, note.state)
            return False
        await notes.move(turn.session, note.id, after(note.state, NoteEvent.TIME_PASSED))
        person = await people.get(turn.session, note.person_id)
        level = Level(note.reading.get("unanswered") or Level.CRISIS)
        told = await alerting.raise_alert(
            turn, person, source=f"note:{note.id.hex}", level=level, reasons=("risk_note",), facts={}
        )
        if level is not Level.CRISIS:
            turn.tell(person, Kind.NOTE, params={"note": note.id.hex, "answer": "time_passed", "told": told})
        return True


async def put_off(deps: Deps, note_id: UUID, *, until: datetime) -> None:
    """Put off a note that could not be handled. It stays due: nothing is forgotten."""
    async with deps.db.transaction() as session:
        await notes.move(session, note_id, NoteState.ASKED, confirm_by=until)


async def only_text(deps: Deps, incoming: Incoming) -> None:
    """Say that pictures, voices and files are not read, and not kept."""
    async with taking(deps, incoming) as turn:
        if turn is not None:
            turn.reply(Kind.REFUSAL, reason="stranger" if turn.person is None else "text_only")
