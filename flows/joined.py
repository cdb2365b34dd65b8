"""Alerts that are told in the message of another one, and move with it."""

from collections.abc import Sequence
from uuid import UUID

from core import fatigue
from core.alerts import Alert, AlertState
from core.levels import Level
from core.people import Person
from flows.turn import Turn
from storage import alerts
from storage.database import WriteSession


async def host_for(turn: Turn, mentor: Person, level: Level, reasons: Sequence[str]) -> Alert | None:
    """Return the alert, locked, in whose message a new one about the mentor is told; None: in one of its own."""
    rules = turn.deps.program.fatigue
    others = await alerts.unresolved_of(turn.session, mentor.id)
    found = fatigue.host_for(level, reasons, others, rules, turn.now)
    if found is None:
        return None
    # Locked and judged again: somebody may be closing it at this moment.
    locked = await alerts.lock(turn.session, found.id)
    return fatigue.host_for(level, reasons, [locked] if locked else [], rules, turn.now)


async def save(session: WriteSession, alert: Alert) -> bool:
    """Store a changed alert, and with it those that are told in its message. False if somebody else was faster."""
    if not await alerts.save(session, alert):
        return False
    for other in await alerts.joined_to(session, alert.id):
        if other.state is not AlertState.RESOLVED:
            await alerts.save(session, fatigue.follow(other, alert))
    return True


async def lock(session: WriteSession, alert_id: UUID) -> Alert | None:
    """Return an alert, locked; before it the one in whose message it is told: everybody locks in that order."""
    found = await alerts.get(session, alert_id)
    if found is not None and found.joined_to is not None:
        await alerts.lock(session, found.joined_to)
    return await alerts.lock(session, alert_id)


async def goes_along(turn: Turn, alert: Alert) -> bool:
    """Take the step of an alert that is told in another one's message: it waits as that one waits.

    False when it has to go its own way: it is not joined, or the other one is closed or has become less serious.
    """
    host = await alerts.get(turn.session, alert.joined_to) if alert.joined_to else None
    if host is None or host.state is AlertState.RESOLVED or host.level < alert.level or host.joined_to is not None:
        return False
    await alerts.save(turn.session, fatigue.follow(alert, host))
    return True


async def told_in(turn: Turn, alert: Alert) -> Alert:
    """Return the alert whose message tells of this one: another one, or itself."""
    host = await alerts.get(turn.session, alert.joined_to) if alert.joined_to else None
    return host or alert
