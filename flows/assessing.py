"""The answers of a check-in become an assessment, and an assessment that crosses a limit becomes an alert."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from core.assessment import Assessment, CheckinAnswers, Resolved, note_resolved
from core.assessment import assess_one as judge
from core.checkins import Checkin
from core.history import History
from core.levels import Level
from core.messages import Kind
from core.parameters import ScoringParameters
from core.people import Person, Role
from flows import alerting
from flows.turn import Turn
from storage import alerts, checkins, people
from storage.checkins import StoredAssessment

# Answers that raise an alert by themselves.
REQUEST_ITEMS: Final = frozenset({"reach_out", "boundary", "boundary_kind", "boundary_when"})


async def assess(turn: Turn, person: Person, checkin: Checkin) -> Mapping[str, Any]:
    """Score a check-in, and again those after it; raise what is to be raised. Return what the result screen needs."""
    questionnaire = turn.deps.program.find(checkin.kind)
    if questionnaire is None or not questionnaire.affects_level or not checkin.answers:
        return {"questionnaire": checkin.kind, "level": Level.STEADY.code, "reasons": [], "told": []}
    before = await checkins.assessment_before(turn.session, person.id, checkin.at, checkin.kind)
    history = History.from_json(before.history) if before else History()
    own: Assessment | None = None
    for event in await _events(turn, person, checkin, since=before.at if before else None):
        if isinstance(event, Resolved):
            history = note_resolved(history, event)
            continue
        answers = CheckinAnswers(kind=event.kind, at=event.at, answers=event.answers)
        history, scored = judge(history, answers, _parameters(turn))
        await checkins.put_assessment(
            turn.session,
            _stored(event, scored, history),
            person_id=person.id,
            rules_version=scored.rules_version,
            now=turn.now,
        )
        if event.id == checkin.id:
            own = scored
    if own is None:
        raise LookupError("the check-in is not stored")
    return await _raise(turn, person, checkin, own)


async def _events(turn: Turn, person: Person, checkin: Checkin, *, since: datetime | None) -> list[Checkin | Resolved]:
    """Return this check-in, the answered ones after it, and what supervisors closed, in time order."""
    events: list[tuple[tuple[datetime, int], Checkin | Resolved]] = []
    for other in await checkins.since(turn.session, person.id, checkin.at):
        # The check-in in hand may be newer than its row.
        answered = checkin if other.id == checkin.id else other
        place = _place(answered)
        if other.id == checkin.id or (answered.answers and not answered.is_open and place > _place(checkin)):
            events.append((place, answered))
    # What a supervisor closed is told anew when it rises again.
    for alert in await alerts.resolved_of(turn.session, person.id, since or checkin.at):
        if alert.resolved_at is not None:
            events.append(((alert.resolved_at, 2), Resolved(at=alert.resolved_at, level=alert.level)))
    return [event for _, event in sorted(events, key=lambda pair: pair[0])]


async def _tell_leads(turn: Turn, person: Person, checkin: Checkin, assessment: Assessment) -> None:
    """No supervision for weeks is about the organization, not about the mentor: the leads hear of it, once a streak."""
    weeks = round(assessment.facts.get("no_supervision_times", 3))
    if weeks % turn.deps.program.scoring.rules.no_supervision:
        return
    for lead in await people.staff(turn.session):
        if lead.role is Role.LEAD and lead.can_receive:
            params = {"mentor": person.name, "weeks": weeks}
            key = f"no_supervision:{checkin.id.hex}:{lead.id.hex}"
            turn.tell(lead, Kind.LEAD_NOTE, params=params, dedup_key=key)
    await turn.log("no_supervision_told", person.id, actor="system", weeks=weeks)


def requests(turn: Turn, checkin: Checkin) -> tuple[Level, tuple[str, ...]] | None:
    """Return the alert that some answers ask for by themselves, whatever the scores: None if they do not."""
    questionnaire = turn.deps.program.find(checkin.kind)
    answers = {item: value for item, value in checkin.answers.items() if item in REQUEST_ITEMS}
    if questionnaire is None or not questionnaire.affects_level or not answers:
        return None
    _, alone = judge(History(), CheckinAnswers(kind=checkin.kind, at=checkin.at, answers=answers), _parameters(turn))
    if alone.alert is None or alone.alert < Level.CONCERN:
        return None
    return alone.alert, alone.reasons


def _parameters(turn: Turn) -> ScoringParameters:
    return turn.deps.program.scoring


def _place(checkin: Checkin) -> tuple[datetime, int]:
    """Return the order of scoring: by time, and at one instant the pulse goes first."""
    return checkin.at, int(checkin.kind != "pulse")


def _stored(checkin: Checkin, assessment: Assessment, history: History) -> StoredAssessment:
    return StoredAssessment(
        checkin_id=checkin.id,
        kind=checkin.kind,
        at=checkin.at,
        level=int(assessment.level),
        alert_level=int(assessment.alert) if assessment.alert is not None else None,
        reasons=assessment.reasons,
        detail={
            "strain": assessment.strain,
            "weekly": assessment.weekly,
            "load": assessment.load,
            "z": assessment.z,
            "limit": assessment.limit,
            "facts": dict(assessment.facts),
            "inputs": dict(checkin.answers),
        },
        history=history.as_json(),
    )


async def _raise(turn: Turn, person: Person, checkin: Checkin, assessment: Assessment) -> Mapping[str, Any]:
    told: list[str] = []
    alert_level = assessment.alert
    if alert_level is not None and alert_level >= Level.CONCERN:
        told = await alerting.raise_alert(
            turn,
            person,
            source=f"checkin:{checkin.id.hex}",
            level=alert_level,
            reasons=assessment.reasons,
            facts=assessment.facts,
        )
    if "no_supervision" in assessment.flags:
        await _tell_leads(turn, person, checkin, assessment)
    if alert_level is Level.WATCH:
        await turn.log("nudged", person.id, actor="system", reasons=list(assessment.reasons))
    return {
        "questionnaire": checkin.kind,
        "level": assessment.level.code,
        "alert": alert_level.code if alert_level is not None else None,
        "reasons": list(assessment.reasons),
        "facts": dict(assessment.facts),
        "strain": assessment.strain,
        "told": told,
        "debrief": "debrief" in assessment.flags,
    }
