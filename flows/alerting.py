"""An alert is raised with the answer that caused it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import uuid4

from core import alerts as core
from core.alerts import Alert, AlertState
from core.fatigue import follow
from core.levels import Level
from core.messages import Kind
from core.people import Person
from core.policy import Policy
from flows import chasing, conditions, copies, joined
from flows.turn import Turn
from storage import alerts, people

# The home-visit timer tells the mentor in words of its own.
SAYS_IT_ITSELF: Final = "visit:"


async def raise_alert(
    turn: Turn, mentor: Person, *, source: str, level: Level, reasons: Sequence[str], facts: Mapping[str, Any]
) -> list[str]:
    """Open an alert, or make the one of this source more serious, and take its first step in this transaction.

    Return the names of those who are being told, for the mentor to see.
    """
    known = await _known(turn, source)
    if known is not None and (known.state is AlertState.RESOLVED or level <= known.level):
        await _add_reasons(turn, known, mentor, reasons, facts)
        return await copies.names_told(turn, known)
    policy = await _policy(turn, mentor, level)
    host = await joined.host_for(turn, mentor, level, reasons) if known is None else None
    if known is not None:
        raised = core.raise_level(known, level, tuple(reasons), policy, turn.now)
        alert = replace(raised, facts={**known.facts, **facts})
    else:
        alert = Alert(
            id=uuid4(),
            person_id=mentor.id,
            team_id=mentor.team_id,
            source=source,
            level=level,
            reasons=tuple(reasons),
            facts=dict(facts),
            policy=policy,
            opened_at=turn.now,
            next_step_at=turn.now,
        )
        if host is not None:
            alert = follow(replace(alert, joined_to=host.id), host)
        if not await alerts.add(turn.session, alert):
            return []
    action = "alert_raised" if known else "alert_opened"
    await turn.log(action, mentor.id, actor="system", alert=alert.id.hex, level=level.code)
    if host is not None:
        await turn.log("alert_joined", mentor.id, actor="system", alert=alert.id.hex, to=host.id.hex)
        await copies.refresh_copies(turn, host, mentor)
        return await copies.names_told(turn, host)
    if known is None:
        await conditions.look(turn, alert)
    step = await chasing.go_on(turn, alert, mentor, at_once=True)
    if step and known:
        await copies.refresh_copies(turn, step.alert, mentor)
    told = await copies.names_of(turn, step.tell) if step else []
    if level is Level.CRISIS and not source.startswith(SAYS_IT_ITSELF):
        turn.tell(mentor, Kind.CRISIS, params=copies.crisis_params(mentor, told))
    return told


async def _policy(turn: Turn, mentor: Person, level: Level) -> Policy:
    """Return the chain of a level as it is frozen now: its working hours are those of whoever is told first."""
    policy = turn.deps.program.policy(level)
    if policy.working_hours is None or policy.working_hours.zone is not None:
        return policy
    boss = await people.get(turn.session, mentor.supervisor_id) if mentor.supervisor_id else mentor
    return policy.placed(boss.timezone)


async def _known(turn: Turn, source: str) -> Alert | None:
    """Return the alert of a source, locked: what becomes more serious must not be lost to a press at the same time."""
    found = await alerts.by_source(turn.session, source)
    return await joined.lock(turn.session, found.id) if found else None


async def _add_reasons(
    turn: Turn, alert: Alert, mentor: Person, reasons: Sequence[str], facts: Mapping[str, Any]
) -> None:
    """Add what has come up since to an alert that is not resolved, on the phones of those who were told too."""
    merged = core.raise_level(alert, alert.level, tuple(reasons), alert.policy, turn.now)
    if alert.state is AlertState.RESOLVED or merged.reasons == alert.reasons:
        return
    merged = replace(merged, facts={**alert.facts, **facts})
    if await joined.save(turn.session, merged):
        await copies.refresh_copies(turn, merged, mentor)
