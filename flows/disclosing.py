"""What others are told of an assessment: everything that is raised, but for what the mentor keeps private."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from core.assessment import Assessment
from core.checkins import Checkin
from core.levels import Level
from core.people import Person
from core.visibility import Closed, Disclosed, Reasoned, disclosed
from flows.turn import Turn
from storage import alerts, assessments
from storage.team import AlertSeen

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


async def told(turn: Turn, person: Person, checkin: Checkin, assessment: Assessment) -> Disclosed:
    """Return what of a check-in may be told, and what of it raises an alert."""
    if not person.visibility.was_changed:
        return Disclosed(assessment.alert or Level.STEADY, assessment.reasons, assessment.raised, ())
    earlier = await assessments.reasons_before(turn.session, person.id, checkin.at, checkin.kind)
    closed = [
        Closed(alert.resolved_at, alert.level)
        for alert in await alerts.resolved_of(turn.session, person.id, EPOCH)
        if alert.resolved_at is not None and alert.resolved_at < checkin.at
    ]
    before: list[Reasoned | Closed] = [*(Reasoned(at, reasons) for at, reasons in earlier), *closed]
    numbers = turn.deps.program.scoring.rules
    return disclosed(Reasoned(checkin.at, assessment.reasons), before, person.visibility, numbers)


def as_seen(alert: AlertSeen, mentor: Person) -> AlertSeen:
    """Return an alert as a list shows it, without what the mentor keeps private."""
    seen = mentor.visibility
    return replace(alert, reasons=seen.reasons(alert.reasons), facts=seen.facts(alert.facts))
