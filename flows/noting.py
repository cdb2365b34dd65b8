"""Free text of a mentor: it is kept, read for risk, and answered within seconds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from core.levels import Level
from core.messages import Kind, Priority
from core.notes import TRANSITIONS, Answer, Found, NoteEvent, NoteMoveRefused, NoteState, Response, after, respond
from core.people import Person, Role
from flows import copies, outcomes, several, shifts, telling, texting, typed, visiting
from flows.deps import Deps
from flows.turn import Incoming, Turn, taking, working
from language.read import read_note
from language.reading import Reading
from storage import notes, people
from storage.notes import Note

MOST_KEPT = 4_096  # characters: what Telegram lets through
# Notes that wait for no answer and have told nobody.
QUIET: Final = (NoteState.KEPT, NoteState.PRIVATE, NoteState.SOMEONE, NoteState.NOT_MEANT)


async def take_text(deps: Deps, incoming: Incoming, text: str) -> None:
    """Take what somebody typed: a number that a check-in asks for, a whole pulse, or a note."""
    async with taking(deps, incoming) as turn:
        if turn is None:
            return
        if turn.person is not None and (
            await outcomes.taken(turn, turn.person, _storable(text))
            or await visiting.typed(turn, turn.person, text)
            or await shifts.typed(turn, turn.person, text)
            or await typed.answered(turn, turn.person, text)
            or await several.answered(turn, turn.person, text)
            or await texting.answered(turn, turn.person, text)
        ):
            return
        await _take_note(turn, text)


async def take_edit(deps: Deps, incoming: Incoming, text: str) -> None:
    """Take a message that somebody wrote anew: its words count from now on, and those of before are wiped.

    A note about danger stays as it was asked about: nothing is taken back behind its question.
    """
    async with taking(deps, incoming) as turn:
        if turn is None or typed.is_like_a_number(text):
            return  # which question a number was for is not known any more: the buttons change answers
        if turn.person is not None and incoming.message_id is not None:
            await notes.wipe_message(turn.session, turn.person.id, incoming.message_id, QUIET)
        await _take_note(turn, text)


async def take_file(deps: Deps, incoming: Incoming, caption: str) -> None:
    """Say that pictures, voices and files are not read, and not kept. Words beside them are read for danger."""
    async with taking(deps, incoming) as turn:
        if turn is None:
            return
        if respond(_found(read_note(_storable(caption)))).answer in (Answer.CONFIRM, Answer.HELP):
            await _take_note(turn, caption)
        else:
            turn.reply(Kind.REFUSAL, reason="stranger" if turn.person is None else "text_only")


async def _take_note(turn: Turn, words: str) -> None:
    text = _storable(words)
    reading = read_note(text)
    response = respond(_found(reading))
    writes = turn.person is not None and turn.person.takes_part and turn.person.role is Role.MENTOR
    if turn.person is None or not writes or not turn.deps.program.notes.enabled:
        await _not_kept(turn, response)
        return
    await _keep(turn, turn.person, text, reading, response)


def _storable(text: str) -> str:
    """Return a text without what cannot be stored: half of a pair of surrogates, and more than Telegram sends."""
    return text.encode(errors="replace").decode()[:MOST_KEPT]


def _found(reading: Reading) -> list[Found]:
    return [Found(flag.kind.value, flag.urgency.value, flag.category) for flag in reading.flags]


async def _not_kept(turn: Turn, response: Response) -> None:
    """Somebody whose notes are not kept. Danger, and a mentor's call for help, are answered all the same."""
    person = turn.person
    mentor = person is not None and (person.takes_part or turn.deps.program.asks(person.role))
    only_leads = copies.only_leads(person) if person is not None else {}
    if response.answer is Answer.CONFIRM and not mentor:
        turn.reply(Kind.CRISIS, nobody_here=True, told=[])
    elif response.answer in (Answer.CONFIRM, Answer.HELP) and mentor:
        turn.reply(Kind.CRISIS, lines_only=True, told=[], **only_leads)
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
    await notes.add(turn.session, note, text=text, written_at=written_at, received_at=turn.now)
    told: list[str] = []
    if response.answer in (Answer.HELP, Answer.UNREAD):
        code = "asks_today" if response.answer is Answer.HELP else "note_not_read"
        told = await telling.raise_anew(turn, person, _source(note), Level.URGENT, (code,))
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
            "whole": reading.read_whole,
            "unanswered": response.unanswered.code if response.unanswered is not None else None,
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
        "names": reading.seems_to_name,
    }


async def confirm(deps: Deps, incoming: Incoming, note_id: UUID, event: NoteEvent) -> None:
    """The mentor says whom a note is about, or what to do with it."""
    async with taking(deps, incoming) as turn:
        if turn is None:
            return
        note = await notes.lock(turn.session, note_id)
        if note is None and event is NoteEvent.IS_ME and turn.person is not None and turn.person.role is Role.MENTOR:
            # The note is forgotten by now. A cry for help is not refused.
            await telling.raise_anew(turn, turn.person, f"note:{note_id.hex}", Level.CRISIS, ("risk_note",))
            return
        if note is None or turn.person is None or note.person_id != turn.person.id:
            turn.reply(Kind.REFUSAL, anew=True, reason="not_yours")
            return
        try:
            state = after(note.state, event)
        except NoteMoveRefused:
            await _show_settled(turn, note, note.state)
            return
        await notes.move(turn.session, note.id, state)
        await turn.log(f"note_{state.value}", turn.person.id)
        await _act(turn, turn.person, note, state)
        await _show_settled(turn, note, state)


async def _act(turn: Turn, person: Person, note: Note, state: NoteState) -> None:
    match state:
        case NoteState.ME:
            await telling.raise_anew(turn, person, _source(note), Level.CRISIS, ("risk_note",))
        case NoteState.DISCLOSED:
            await telling.raise_anew(turn, person, _source(note), Level.URGENT, ("asks_today",))
        case NoteState.WITHDRAWN:
            if note.message_id is not None and turn.incoming is not None:
                params = {"note": note.id.hex, "screen": turn.incoming.message_id}
                turn.tell(person, Kind.WITHDRAW, edit=note.message_id, params=params)
                await notes.wipe_message(turn.session, person.id, note.message_id, QUIET)
            await notes.wipe(turn.session, note.id)
        case _:
            pass


async def _show_settled(turn: Turn, note: Note, state: NoteState) -> None:
    """Show where a note stands: also to a second tap, and to one on a screen that had not caught up."""
    known = await telling.alerts_of(turn, _source(note))
    alert = known[-1] if known else None
    told = await copies.names_told(turn, alert) if alert is not None else []
    turn.reply(
        Kind.NOTE,
        note=note.id.hex,
        answer="settled",
        state=state.value,
        told=told,
        alert=alert.state.value if alert is not None else None,
        names=bool(note.reading.get("names")) and (state, NoteEvent.WITHDRAW) in TRANSITIONS,
    )


def _source(note: Note) -> str:
    return f"note:{note.id.hex}"


async def debrief(deps: Deps, incoming: Incoming, note_id: UUID) -> None:
    """After a note about somebody else the mentor wants to talk it over today."""
    async with taking(deps, incoming) as turn:
        if turn is None:
            return
        note = await notes.lock(turn.session, note_id)
        if note is None or turn.person is None or note.person_id != turn.person.id:
            turn.reply(Kind.REFUSAL, anew=True, reason="not_yours")
            return
        told = await telling.raise_anew(turn, turn.person, f"debrief:{note.id.hex}", Level.URGENT, ("asks_today",))
        state = NoteState.DISCLOSED.value
        turn.reply(Kind.NOTE, note=note.id.hex, answer="settled", state=state, told=told, names=False)


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
        told = await telling.raise_anew(turn, person, _source(note), level, ("risk_note",))
        if level is not Level.CRISIS:
            turn.tell(person, Kind.NOTE, params={"note": note.id.hex, "answer": "time_passed", "told": told})
        return True


async def put_off(deps: Deps, note_id: UUID, *, until: datetime) -> None:
    """Put off a note that could not be handled. It stays due: nothing is forgotten."""
    async with deps.db.transaction() as session:
        await notes.postpone(session, note_id, until)
