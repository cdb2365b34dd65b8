"""The answers of a check-in become an assessment, and an assessment that crosses a limit becomes an alert."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from core.assessment import Assessment, CheckinAnswers, Resolved, note_resolved
from core.assessment import assess_one as judge
from core.checkins import Checkin
from core.history import History
from core.levels import Level
from core.messages import Kind
from core.parameters import ScoringParameters
from core.people import Person, Role
from core.visibility import Group
from flows import copies, correcting, disclosing, telling
from flows.turn import Turn
from storage import alerts, assessments, checkins, people
from storage.assessments import StoredAssessment

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


async def assess(turn: Turn, person: Person, checkin: Checkin, *, corrected: bool = False) -> Mapping[str, Any]:
    """Score a check-in, and again those after it; raise what is to be raised. Return what the result screen needs.

    `corrected`: the mentor has changed an answer; alerts that follow from it say what holds now.
    """
    questionnaire = turn.deps.program.find(checkin.kind)
    if questionnaire is None or not questionnaire.affects_level or not checkin.answers:
        return {"questionnaire": checkin.kind, "level": Level.STEADY.code, "reasons": [], "told": []}
    own: Assessment | None = None
    risen: list[tuple[Checkin, Assessment]] = []
    for event, scored, told_before in await _scored(turn, person, checkin):
        if event.id == checkin.id:
            own = scored
        elif scored.alert is not None and scored.alert > told_before:
            # Whichever of two answers comes second triggers: an older one may raise what a newer one alone did not.
            risen.append((event, scored))
        elif corrected:
            await correcting.correct(turn, person, event, scored)
    if own is None:
        raise LookupError("the check-in is not stored")
    changed = await correcting.correct(turn, person, checkin, own) if corrected else None
    result = await _raise(turn, person, checkin, own) | {"corrected": changed}
    for event, scored in risen:
        other = await _raise(turn, person, event, scored)
        if _rank(other) > _rank(result):
            result |= {
                key: other[key]
                for key in ("level", "alert", "reasons", "facts", "kept", "own_facts", "told", "by", "at")
            }
    return result


async def _scored(turn: Turn, person: Person, checkin: Checkin) -> list[tuple[Checkin, Assessment, Level]]:
    """Score and store a check-in and those after it; with each comes the level of alert that it had before."""
    before = await assessments.before(turn.session, person.id, checkin.at, checkin.kind)
    history = History.from_json(before.history) if before else History()
    scored: list[tuple[Checkin, Assessment, Level]] = []
    for event in await _events(turn, person, checkin, since=before.at if before else EPOCH):
        if isinstance(event, Resolved):
            history = note_resolved(history, event)
            continue
        answers = CheckinAnswers(kind=event.kind, at=event.at, answers=event.answers)
        history, assessment = judge(history, answers, _parameters(turn))
        stored = await assessments.of_checkin(turn.session, event.id)
        await assessments.put(
            turn.session,
            _stored(event, assessment, history),
            person_id=person.id,
            rules_version=assessment.rules_version,
            now=turn.now,
        )
        scored.append((event, assessment, Level((stored.alert_level or 0) if stored else 0)))
    return scored


async def _events(turn: Turn, person: Person, checkin: Checkin, *, since: datetime) -> list[Checkin | Resolved]:
    """Return this check-in, the answered ones after it, and what supervisors closed, in time order."""
    events: list[tuple[tuple[datetime, int], Checkin | Resolved]] = []
    for other in await checkins.since(turn.session, person.id, checkin.at):
        # The check-in in hand may be newer than its row.
        answered = checkin if other.id == checkin.id else other
        place = _place(answered)
        if other.id == checkin.id or (_counts(turn, answered) and place > _place(checkin)):
            events.append((place, answered))
    # What a supervisor closed is told anew when it rises again.
    for alert in await alerts.resolved_of(turn.session, person.id, since):
        if alert.resolved_at is not None:
            events.append(((alert.resolved_at, 2), Resolved(at=alert.resolved_at, level=alert.level)))
    return [event for _, event in sorted(events, key=lambda pair: pair[0])]


def _counts(turn: Turn, checkin: Checkin) -> bool:
    """Say whether a check-in was answered, is over, and is of a kind that is scored."""
    questionnaire = turn.deps.program.find(checkin.kind)
    is_scored = questionnaire is not None and questionnaire.affects_level
    return is_scored and bool(checkin.answers) and not checkin.is_open


async def _raise(turn: Turn, person: Person, checkin: Checkin, assessment: Assessment) -> dict[str, Any]:
    seen = await disclosing.told(turn, person, checkin, assessment)
    alert = assessment.alert
    if seen.kept and alert is not None and seen.level < Level.CONCERN:
        alert = min(alert, Level.WATCH)  # what is kept private is handled like what the mentor alone is told
    result: dict[str, Any] = {
        "questionnaire": checkin.kind,
        "level": assessment.level.code,
        "alert": alert.code if alert is not None else None,
        "reasons": list(assessment.reasons),
        "facts": dict(assessment.facts),
        "kept": list(seen.kept),
        "own_facts": dict(assessment.facts) if seen.kept else {},
        "strain": assessment.strain,
        "told": [],
        "by": None,
        "at": None,
        "debrief": "debrief" in assessment.flags,
        **copies.only_leads(person),
    }
    result |= await telling.tell_scores(turn, person, checkin, assessment, seen)
    if "no_supervision" in assessment.flags:
        result["leads"] = await _tell_leads(turn, person, checkin, assessment)
    if alert is Level.WATCH:
        await turn.log("nudged", person.id, actor="system", reasons=list(assessment.reasons))
    return result


def _rank(result: Mapping[str, Any]) -> Level:
    return Level.from_code(result["alert"]) if result["alert"] else Level.STEADY


async def _tell_leads(turn: Turn, person: Person, checkin: Checkin, assessment: Assessment) -> list[str]:
    """No supervision for weeks is about the organization, not about the mentor: the leads hear of it, once a streak.

    Return their names: the mentor reads them, as with everything that is said about somebody.
    """
    if person.visibility.hides(Group.WORKLOAD):
        return []
    weeks = round(assessment.facts.get("no_supervision_times", 3))
    if weeks != turn.deps.program.scoring.rules.no_supervision:
        return []
    leads = [one for one in await people.staff(turn.session) if one.role is Role.LEAD and one.can_receive]
    for lead in leads:
        await turn.log("no_supervision_told", person.id, actor="system", weeks=weeks, to=lead.id.hex)
        params = {"mentor": person.name, "weeks": weeks}
        turn.tell(lead, Kind.LEAD_NOTE, params=params, dedup_key=f"no_supervision:{checkin.id.hex}:{lead.id.hex}")
    return [lead.name for lead in leads]


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
