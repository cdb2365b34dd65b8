"""Erasing: the mentor's words, answers and name go for good. Only counts stay.

While an alert that cannot wait is not resolved, nothing is erased: somebody is on the way to this person, and needs to
know to whom. An alert that can wait stays open without the name, until a person closes it.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from core.messages import Kind, Notice
from core.people import Person, Role
from flows import consenting
from flows.deps import Deps
from flows.mydata import reader
from flows.turn import Incoming, Turn, taking, working
from storage import alerts, erasing, people

# A confirmation that lay about for longer is asked for again: a phone may be in other hands by then.
CONFIRM_WITHIN: Final = timedelta(minutes=30)


async def ask(deps: Deps, incoming: Incoming) -> None:
    """Say what goes and what is kept, and ask: the first of two taps."""
    async with taking(deps, incoming) as turn:
        if turn is not None and (person := _mentor(turn)) is not None:
            await _ask(turn, person)


async def erase(deps: Deps, incoming: Incoming, asked_at: datetime) -> None:
    """Erase the mentor of this update: the second tap. `asked_at`: when it was asked."""
    async with taking(deps, incoming) as turn:
        if turn is None or (person := _mentor(turn)) is None:
            return
        age = turn.now - asked_at
        if age > CONFIRM_WITHIN or await erasing.needs_a_person(turn.session, person.id):
            await _ask(turn, person)
            return
        await turn.log("erased", person.id)
        if person.role is not Role.MENTOR:
            await erasing.erase_own_pulse(turn.session, person.id, turn.now)
            turn.reply(Kind.ERASED, own_pulse=True)
            return
        still_open = await alerts.unresolved_of(turn.session, person.id)
        await erasing.erase(turn.session, person, await _placeholder(turn), turn.now)
        # From here on the person is a stranger: what is said to them is not kept under their row.
        params = {"language": person.language, "still_open": len(still_open)}
        turn.person = None
        turn.notices.append(
            Notice(kind=Kind.ERASED, stranger=incoming.chat_id, params=params, edit=incoming.message_id)
        )


async def erase_again(deps: Deps, people_ids: Sequence[UUID]) -> None:
    """Erase people in a restored database who were erased after its backup was made: they were promised so."""
    for person_id in people_ids:
        async with working(deps) as turn:
            person = await people.get(turn.session, person_id)
            await turn.log("erased", person.id)
            if person.role is Role.MENTOR:
                await erasing.erase(turn.session, person, await _placeholder(turn), turn.now)
            else:
                await erasing.erase_own_pulse(turn.session, person.id, turn.now)


async def erase_left(deps: Deps, *, now: datetime) -> int:
    """Erase the mentors who left so long ago that they cannot come back. Return how many.

    Whoever is being called for is waited for, as with those who ask for it themselves.
    """
    before = now - deps.program.retention.left
    async with deps.db.reading() as session:
        found = await erasing.left_before(session, before)
    erased = 0
    for person_id in found:
        async with working(deps, now=now) as turn:
            if not await erasing.lock_left(turn.session, person_id, before):
                continue  # came back a moment ago
            if await erasing.needs_a_person(turn.session, person_id):
                continue
            person = await people.get(turn.session, person_id)
            await turn.log("erased", person.id)
            await erasing.erase(turn.session, person, await _placeholder(turn), turn.now)
            erased += 1
    return erased


def _mentor(turn: Turn) -> Person | None:
    person = reader(turn)
    if person is not None and person.role is not Role.MENTOR and not consenting.own_pulse(turn, person):
        turn.reply(Kind.REFUSAL, reason="not_taking_part", role=person.role.value)
        return None
    return person


async def _ask(turn: Turn, person: Person) -> None:
    refused = await erasing.needs_a_person(turn.session, person.id)
    own = consenting.own_pulse(turn, person)
    turn.reply(Kind.ERASE, refused=refused, asked_at=int(turn.now.timestamp()), **own)


async def _placeholder(turn: Turn) -> str:
    """Return a neutral name that nobody has: "Erased 1234"."""
    digits = 4
    while True:
        for _ in range(20):
            name = f"Erased {secrets.randbelow(9 * 10 ** (digits - 1)) + 10 ** (digits - 1)}"
            if await people.by_name(turn.session, name) is None:
                return name
        digits += 1
