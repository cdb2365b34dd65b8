"""From answers to an alert: what cannot wait is raised before a check-in ends, and nothing is raised twice."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

from core.alerts import Alert, AlertState
from core.assessment import Assessment, CheckinAnswers
from core.assessment import assess_one as judge
from core.checkins import Checkin
from core.history import History
from core.levels import Level
from core.messages import Kind
from core.people import Person
from core.rules import BY_CODE, level_of
from core.visibility import Disclosed
from flows import alerting, copies
from flows.turn import Turn
from storage import alerts, people

# Answers that raise an alert by themselves.
REQUEST_ITEMS: Final = frozenset({"reach_out", "boundary", "boundary_kind", "boundary_when"})


def requests(turn: Turn, person: Person, checkin: Checkin) -> tuple[Level, tuple[str, ...]] | None:
    """Return the alert that some answers ask for by themselves, whatever the scores: None if they do not."""
    questionnaire = turn.deps.program.find(checkin.kind)
    answers = {item: value for item, value in checkin.answers.items() if item in REQUEST_ITEMS}
    if questionnaire is None or not questionnaire.affects_level or not answers:
        return None
    alone = CheckinAnswers(kind=checkin.kind, at=checkin.at, answers=answers)
    _, judged = judge(History(), alone, turn.deps.program.scoring)
    reasons = person.visibility.reasons(judged.reasons)
    level = level_of([BY_CODE[code] for code in reasons])
    return (level, reasons) if level >= Level.CONCERN else None


def cannot_wait(turn: Turn, person: Person, checkin: Checkin) -> tuple[Level, tuple[str, ...]] | None:
    """Return what answers ask for today or now: None if the end of the check-in is soon enough."""
    found = requests(turn, person, checkin)
    return found if found is not None and found[0] >= Level.URGENT else None


async def raise_early(turn: Turn, person: Person, checkin: Checkin) -> dict[str, Any] | None:
    """Raise what answers ask for by themselves before the check-in is complete: a cry for help does not wait.

    Return what the mentor is to be shown about it, None if nothing cannot wait.
    """
    found = cannot_wait(turn, person, checkin)
    if found is None:
        return None
    level, reasons = found
    alert, told = await _tell(turn, person, source_of(checkin), level, reasons, reasons, {})
    return await _shown(turn, person, alert, told)


async def pass_on(turn: Turn, person: Person, checkin: Checkin) -> None:
    """Raise what cannot wait of a check-in that somebody has put away, and say so to them: it is about them."""
    shown = await raise_early(turn, person, checkin)
    if shown is not None and shown["alert"] is not None:
        tell_result(turn, person, checkin, shown)


async def is_known(turn: Turn, checkin: Checkin) -> bool:
    """Say whether a check-in has raised an alert already."""
    return bool(await alerts_of(turn, source_of(checkin)))


def tell_result(turn: Turn, person: Person, checkin: Checkin, result: Mapping[str, Any], **options: Any) -> None:
    """Tell a mentor what came of answers when no result screen is before them, each thing once.

    `options` are fields of Notice.
    """
    said = sha256(repr((result.get("alert"), result["reasons"], result["told"])).encode()).hexdigest()[:16]
    params = {"checkin": checkin.id.hex, "questionnaire": checkin.kind, **result, "so_far": True, "debrief": False}
    key = f"so_far:{checkin.id.hex}:{said}"
    turn.tell(person, Kind.CHECKIN_DONE, params=params, dedup_key=key, **options)


async def tell_scores(
    turn: Turn, person: Person, checkin: Checkin, assessment: Assessment, seen: Disclosed
) -> dict[str, Any]:
    """Raise the alert of an assessment, as far as others are told of it.

    Return what the mentor reads of it: the reasons of the alert, and who knows.

    Nothing when no alert stands: one that was raised early stands, also if the answer to it was changed since.
    """
    source = source_of(checkin)
    if seen.level >= Level.CONCERN:
        alert, told = await _tell(turn, person, source, seen.level, seen.reasons, seen.raised, dict(assessment.facts))
        return await _shown(turn, person, alert, told)
    known = await alerts_of(turn, source)
    if not known or known[-1].state is AlertState.RESOLVED:
        return {}
    # What was corrected may have left nothing of it: it is open all the same.
    return await _shown(turn, person, known[-1], await copies.names_told(turn, known[-1]))


def source_of(checkin: Checkin) -> str:
    """Return the name under which the alert of a check-in is raised once."""
    return f"checkin:{checkin.id.hex}"


async def _tell(
    turn: Turn,
    person: Person,
    source: str,
    level: Level,
    reasons: Sequence[str],
    raised: Sequence[str],
    facts: Mapping[str, Any],
) -> tuple[Alert | None, list[str]]:
    """Open the alert of a source, or add to it. What comes up after somebody has closed it is an alert of its own.

    Return the alert that stands now, None if all of it was dealt with, and the names of those who were told.
    """
    known = await alerts_of(turn, source)
    dealt_with = {code for one in known if one.state is AlertState.RESOLVED for code in one.reasons}
    if dealt_with:
        reasons = [code for code in raised if code not in dealt_with]
        level = level_of([BY_CODE[code] for code in reasons])
        if level < Level.CONCERN:
            return None, []
    told = await raise_anew(turn, person, source, level, reasons, facts)
    return (await alerts_of(turn, source))[-1], told


async def raise_anew(
    turn: Turn,
    person: Person,
    source: str,
    level: Level,
    reasons: Sequence[str],
    facts: Mapping[str, Any] = MappingProxyType({}),
) -> list[str]:
    """Open the alert of a source, or add to it; when somebody has closed it, open another one.

    Return the names of those who are being told.
    """
    known = await alerts_of(turn, source)
    is_open = bool(known) and known[-1].state is not AlertState.RESOLVED
    name = known[-1].source if is_open else _numbered(source, len(known))
    return await alerting.raise_alert(turn, person, source=name, level=level, reasons=reasons, facts=facts)


async def alerts_of(turn: Turn, source: str) -> list[Alert]:
    """Return the alerts that one thing gave rise to, the oldest first: a new one each time that all were closed.

    Locked: an alert that is being closed at this moment must not swallow what is new.
    """
    found: list[Alert] = []
    while (one := await alerts.by_source(turn.session, _numbered(source, len(found)))) is not None:
        locked = await alerts.lock(turn.session, one.id)
        found.append(locked or one)
    return found


def _numbered(source: str, before: int) -> str:
    return f"{source}:{before + 1}" if before else source


async def _shown(turn: Turn, person: Person, alert: Alert | None, told: Sequence[str]) -> dict[str, Any]:
    """Return what a mentor reads: the very reasons of the alert, who was told, and who has taken it."""
    if alert is None:
        return {"alert": None, "told": [], "by": None, "at": None}
    by = await people.get(turn.session, alert.acknowledged_by) if alert.acknowledged_by else None
    return {
        "level": alert.level.code,
        "alert": alert.level.code,
        "reasons": list(person.visibility.reasons(alert.reasons)),
        "facts": person.visibility.facts(alert.facts),
        "told": list(told),
        "by": by.name if by else None,
        "at": alert.acknowledged_at.isoformat() if alert.acknowledged_at else None,
    }
