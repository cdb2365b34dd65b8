"""A consent whose meaning has changed is asked for again before the next check-in; until then nothing is asked."""

from datetime import datetime, timedelta
from typing import Any, Final

from core.consent import in_force, still_holds
from core.messages import Kind
from core.people import Person
from flows.turn import Turn
from storage import mine

# Asked when the next check-in is due, and once more if that was overlooked. Then it is theirs to come back to.
AGAIN_AFTER: Final = timedelta(days=7)
MOST: Final = 2


def has_agreed(turn: Turn, person: Person) -> bool:
    """Say whether somebody agreed to what is in force."""
    return person.consented_at is not None and still_holds(person.consent_version, turn.deps.program.consent_version)


def page(person: Person, number: int = 1) -> dict[str, Any]:
    """Return what a page of the consent needs. `again`: they agreed to an earlier one."""
    return {"page": number, "name": person.first_name, "again": person.consented_at is not None}


async def ask_again(turn: Turn, person: Person, *, not_before: datetime | None = None) -> bool:
    """Ask for the changed consent, at most twice. False if it was asked often enough, or lately."""
    version = str(in_force(person.language, turn.deps.program.consent_version))
    asked = await mine.consent_asked(turn.session, person.id, version)
    if len(asked) >= MOST or (asked and turn.now - asked[-1] < AGAIN_AFTER):
        return False
    await turn.log("consent_asked", person.id, actor="system", version=version)
    turn.tell(person, Kind.CONSENT, params=page(person), not_before=not_before)
    return True
