"""An alert that has to say something else since: the mentor answered after all, or corrected an answer.

It is never closed here, and never falls silent: a human being closes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core import alerts as core
from core.alerts import Alert, AlertState
from core.levels import Level
from core.people import Person
from flows import alerting
from flows.turn import Turn
from storage import alerts, people


async def lower(
    turn: Turn, alert: Alert, mentor: Person, level: Level, reasons: Sequence[str], facts: Mapping[str, Any]
) -> bool:
    """Let an alert say what holds now, at a level that is not higher, on every phone that has it.

    False if it was closed meanwhile.
    """
    locked = await alerts.lock(turn.session, alert.id)
    if locked is None or locked.state is AlertState.RESOLVED or level > locked.level:
        return False
    policy = turn.deps.program.policy(level) if level < locked.level else locked.policy
    lowered = core.lower(locked, level, tuple(reasons), policy, turn.now)
    lowered = replace(lowered, facts={**locked.facts, **facts})
    if not await alerts.save(turn.session, lowered):
        return False
    detail: dict[str, Any] = {"level": level.code, "level_before": locked.level.code}
    detail["reasons_before"] = list(locked.reasons)
    await turn.log("alert_corrected", mentor.id, alert=alert.id.hex, **detail)
    await alerting.refresh_copies(turn, lowered, mentor)
    return True


async def those_told(turn: Turn, alert: Alert) -> list[Person]:
    """Return everybody who was told of an alert and can still be written to, each once."""
    ids = list(dict.fromkeys(copy.person_id for copy in await alerts.copies(turn.session, alert.id)))
    found = await people.supervisors_by_ids(turn.session, ids)
    return [found[id_] for id_ in ids if id_ in found and found[id_].can_receive]
