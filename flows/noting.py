"""Free text of a mentor outside a check-in is a note."""

from uuid import uuid4

from core.messages import Kind
from flows.deps import Deps
from flows.turn import Incoming, taking
from storage import notes


async def take_note(deps: Deps, incoming: Incoming, text: str) -> None:
    """Keep a mentor's note, sealed, and say truthfully what happens with it."""
    async with taking(deps, incoming) as turn:
        if turn is None:
            return
        person = turn.person
        if person is None:
            turn.reply(Kind.REFUSAL, reason="stranger")
            return
        if not person.takes_part or not deps.program.notes.enabled:
            turn.reply(Kind.HELP, role=person.role.value)
            return
        await notes.add(
            turn.session,
            note_id=uuid4(),
            person_id=person.id,
            text=text,
            written_at=incoming.sent_at or turn.now,
            received_at=turn.now,
            message_id=incoming.message_id,
        )
        turn.reply(Kind.NOTE)


async def only_text(deps: Deps, incoming: Incoming) -> None:
    """Say that pictures, voices and files are not read, and not kept."""
    async with taking(deps, incoming) as turn:
        if turn is not None:
            turn.reply(Kind.REFUSAL, reason="stranger" if turn.person is None else "text_only")
