"""A consent whose meaning has changed is asked for again before the next check-in; until then nothing is asked."""

from datetime import datetime, timedelta
from typing import Any, Final

from core.consent import Agreement, holds, in_force, still_holds
from core.messages import Kind
from core.people import Person, Role
from flows.turn import Turn
from storage import mine

# Asked when the next check-in is due, and once more if that was overlooked. Then it is theirs to come back to.
AGAIN_AFTER: Final = timedelta(days=7)
MOST: Final = 2


def has_agreed(turn: Turn, person: Person) -> bool:
    """Say whether somebody agreed to what is in force."""
    if person.consented_at is None or not person.agreed_in_this_role:
        return False
    return still_holds(person.consent_version, turn.deps.program.consent_version)


def can_be_asked(turn: Turn, person: Person) -> bool:
    """Say whether the program has anything for somebody to agree to: for supervisors only where it says so."""
    return turn.deps.program.asks(person.role)


def own_pulse(turn: Turn, person: Person) -> dict[str, bool]:
    """Return what screens need to know of a supervisor who has, had or may have a pulse: nothing for others."""
    if person.role is not Role.SUPERVISOR:
        return {}
    has = person.takes_part or person.declined_at is not None or can_be_asked(turn, person)
    return {"own_pulse": True} if has else {}


def agreement(turn: Turn, person: Person) -> Agreement:
    """Return what somebody agrees to now."""
    of_supervisor = person.role is not Role.MENTOR
    return in_force(person.language, turn.deps.program.consent_version, of_supervisor=of_supervisor)


def is_in_force(turn: Turn, person: Person, agreed: Agreement) -> bool:
    """Say whether what stood on a screen is what somebody can agree to now, in the role that they have."""
    same_role = agreed.is_of_supervisor is (person.role is not Role.MENTOR)
    return same_role and holds(agreed, turn.deps.program.consent_version)


def page(person: Person, number: int = 1) -> dict[str, Any]:
    """Return what a page of the consent needs. `again`: they agreed to an earlier one."""
    again = person.consented_at is not None and person.agreed_in_this_role
    of_supervisor = {} if person.role is Role.MENTOR else {"of_supervisor": True}
    return {"page": number, "name": person.first_name, "again": again, **of_supervisor}


async def ask_again(turn: Turn, person: Person, *, not_before: datetime | None = None) -> bool:
    """Ask for the changed consent, at most twice. False if it was asked often enough, or lately."""
    version = str(agreement(turn, person))
    asked = await mine.consent_asked(turn.session, person.id, version)
    if len(asked) >= MOST or (asked and turn.now - asked[-1] < AGAIN_AFTER):
        return False
    await turn.log("consent_asked", person.id, actor="system", version=version)
    turn.tell(person, Kind.CONSENT, params=page(person), not_before=not_before)
    return True
