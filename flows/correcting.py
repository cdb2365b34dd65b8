"""An alert that has to say something else since: the mentor answered after all, or corrected an answer.

It is never closed here, and never falls silent: a human being closes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core import alerts as core
from core.alerts import Alert, AlertState
from core.assessment import Assessment
from core.checkins import Checkin
from core.levels import Level
from core.people import Person
from core.rules import corrected, stands
from flows import copies, disclosing, joined, telling
from flows.turn import Turn
from storage import alerts, people


async def lower(
    turn: Turn, alert: Alert, mentor: Person, level: Level, reasons: Sequence[str], facts: Mapping[str, Any]
) -> bool:
    """Let an alert say what holds now, at a level that is not higher, on every phone that has it.

    False if it was closed meanwhile.
    """
    locked = await joined.lock(turn.session, alert.id)
    if locked is None or locked.state is AlertState.RESOLVED or level > locked.level:
        return False
    policy = turn.deps.program.policy(level) if level < locked.level else locked.policy
    lowered = core.lower(locked, level, tuple(reasons), policy, turn.now)
    lowered = replace(lowered, facts={**locked.facts, **facts})
    if not await joined.save(turn.session, lowered):
        return False
    detail: dict[str, Any] = {"level": level.code, "level_before": locked.level.code}
    detail["reasons_before"] = list(locked.reasons)
    await turn.log("alert_corrected", mentor.id, alert=alert.id.hex, **detail)
    await copies.refresh_copies(turn, lowered, mentor)
    return True


async def correct(turn: Turn, person: Person, checkin: Checkin, assessment: Assessment) -> str | None:
    """Let the alert of a check-in say what its corrected answers say. A call for help stays in it.

    Return "nothing_left", "call_stays" or "changed" when there is an alert to correct, else None: also when the
    answers ask for more than before, which is raised in the usual way.
    """
    known = await telling.alerts_of(turn, telling.source_of(checkin))
    if not known or known[-1].state is AlertState.RESOLVED:
        return None
    alert = known[-1]
    dealt_with = {code for one in known[:-1] for code in one.reasons}
    seen = await disclosing.told(turn, person, checkin, assessment)
    now = [code for code in seen.reasons if code not in dealt_with] if seen.level >= Level.CONCERN else []
    reasons, level = corrected(alert.reasons, now)
    if level > alert.level:
        return None  # it is raised in the usual way
    stays = any(stands(code) and code not in now for code in reasons)
    facts = {**dict(assessment.facts), "corrected_at": turn.now.isoformat(), "call_stays": stays}
    await lower(turn, alert, person, max(level, Level.CONCERN), reasons, facts)
    return "nothing_left" if not reasons else "call_stays" if stays else "changed"


async def those_told(turn: Turn, alert: Alert) -> list[Person]:
    """Return everybody who was told of an alert and can still be written to, each once."""
    alert = await joined.told_in(turn, alert)
    ids = list(dict.fromkeys(copy.person_id for copy in await alerts.copies(turn.session, alert.id) if copy.person_id))
    found = await people.supervisors_by_ids(turn.session, ids)
    return [found[id_] for id_ in ids if id_ in found and found[id_].can_receive]
