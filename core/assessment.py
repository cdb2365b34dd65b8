"""One check-in judged in the light of the earlier ones: a pure fold over a mentor's check-ins in the order of time.

A check-in that comes late, or is corrected, belongs between others: fold again from the history before it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from core.assessment_facts import LATEST, facts_of
from core.change import MICROSECOND, Compared, after_pulse, after_weekly
from core.history import History
from core.levels import Level
from core.memory import Memory
from core.parameters import DEFAULT_PARAMETERS, RuleParameters, ScoringParameters, Workload
from core.rules import Moment, Runs, holding, level_of
from core.scores import Answer, load, reaches, strain

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
PULSE: Final = "pulse"
WEEKLY: Final = "weekly"
# A pulse and a weekly at one instant: the pulse first.
ORDER: Final[Mapping[str, int]] = MappingProxyType({PULSE: 0, WEEKLY: 1})


class OutOfOrder(ValueError):
    """A check-in that is not later than the latest one of the history. Fold again from the history before it."""


@dataclass(frozen=True, slots=True)
class CheckinAnswers:
    """What one mentor answered at one instant to one questionnaire. Unanswered items are left out.

    `kind` is the questionnaire's id. Only `pulse` and `weekly` are scored; of anything else (a note, the
    "I need a person now" button, a boundary told by itself) only requests, boundaries and signals act.
    `signals` holds `risk_note` for a note with immediate risk that was confirmed or left unanswered, and `talk`.
    """

    kind: str
    at: datetime  # aware
    answers: Mapping[str, Answer]
    signals: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Resolved:
    """At that instant a supervisor resolved an alert of that level with an outcome."""

    at: datetime  # aware
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What a check-in comes to, and why. Scores are 0 to 100; None where a value does not exist."""

    at: datetime
    kind: str
    strain: float | None = None  # pulses
    weekly: float | None = None  # weeklies
    load: float | None = None  # weeklies
    z: float | None = None  # scored pulses after the baseline: the value that was compared
    limit: float | None = None
    level: Level = Level.STEADY
    reasons: tuple[str, ...] = ()  # codes of the rules that hold, in the order of the table
    alert: Level | None = None  # the highest level that is raised here
    raised: tuple[str, ...] = ()  # the reasons that raise it, or a lower one at the same time
    flags: tuple[str, ...] = ()  # not levels: `debrief` is offered to the mentor, `no_supervision` goes to the lead
    facts: Mapping[str, float] = field(default_factory=dict)  # numbers for the sentences: see core/assessment_facts.py
    inputs: Mapping[str, Answer] = field(default_factory=dict)  # the answers
    rules_version: str = ""


def micros(at: datetime) -> int:
    """Return an aware instant as whole microseconds since 1970, or raise ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("an instant has a time zone")
    return (at - EPOCH) // MICROSECOND


def assess_one(
    history: History,
    checkin: CheckinAnswers,
    parameters: ScoringParameters = DEFAULT_PARAMETERS,
    workload: Workload | None = None,
) -> tuple[History, Assessment]:
    """Judge one check-in; return the history with it, and its assessment.

    Raises OutOfOrder for a scored check-in that is not after the latest one. A check-in without any answer
    was not answered: it is judged by its signals alone and leaves nothing behind.
    """
    at, order = micros(checkin.at), ORDER.get(checkin.kind)
    if order is None or not checkin.answers:
        return history, _unscored(checkin, parameters)
    if history.latest is not None and (at, order) <= history.latest:
        raise OutOfOrder("the check-in is not later than the latest one of its history")
    judge = _assess_pulse if checkin.kind == PULSE else _assess_weekly
    return judge(history, checkin, at, parameters, workload or parameters.workload)


def note_resolved(history: History, resolved: Resolved) -> History:
    """Note that an alert was resolved: its level is told anew after three answers in a row stayed below it."""
    return replace(history, memory=history.memory.after_resolution(resolved.level))


def replay(
    events: Iterable[CheckinAnswers | Resolved],
    parameters: ScoringParameters = DEFAULT_PARAMETERS,
    workload: Workload | None = None,
) -> list[Assessment]:
    """Judge one mentor's check-ins, given in any order; return the assessments in the order of time.

    A resolution acts on what comes after its instant. Raises OutOfOrder for two check-ins of one kind at one instant.
    """
    history, assessments = History(), []
    for event in sorted(events, key=_place):
        if isinstance(event, Resolved):
            history = note_resolved(history, event)
        else:
            history, assessment = assess_one(history, event, parameters, workload)
            assessments.append(assessment)
    return assessments


def _place(event: CheckinAnswers | Resolved) -> tuple[int, int]:
    last = len(ORDER)
    return micros(event.at), last if isinstance(event, Resolved) else ORDER.get(event.kind, last)


def _assess_pulse(
    history: History, checkin: CheckinAnswers, at: int, parameters: ScoringParameters, workload: Workload
) -> tuple[History, Assessment]:
    score = strain(checkin.answers, parameters.pulse)
    change, compared = history.change, None
    if score is not None:
        change, compared = after_pulse(change, score, at, parameters)
    rules, before = parameters.rules, history.runs
    near = _is_near(history.pulse_at, at, rules)
    runs = Runs(strain_high=_count(before.strain_high, near, reaches(score, rules.strain_high)))
    moment = Moment(
        answers=checkin.answers,
        signals=checkin.signals,
        strain=score,
        recent=change.recent_at(at, parameters),
        change=change.level,
        runs=runs,
        parameters=parameters,
    )
    above = history.above
    if compared is not None and score is not None:
        above = (*above, score > compared.usual)[-LATEST:]
    facts = facts_of(history, change, above, moment, workload, at)
    memory, assessment = _conclude(history.memory, checkin, moment, at, facts, compared)
    after = History(
        change=change,
        runs=before if runs.strain_high == before.strain_high else replace(before, strain_high=runs.strain_high),
        memory=memory,
        latest=(at, ORDER[PULSE]),
        pulse_at=at,
        weekly_at=history.weekly_at,
        above=above,
        counts=history.counts,
    )
    return after, assessment


def _assess_weekly(
    history: History, checkin: CheckinAnswers, at: int, parameters: ScoringParameters, workload: Workload
) -> tuple[History, Assessment]:
    answers, rules, before = checkin.answers, parameters.rules, history.runs
    score = strain(answers, parameters.weekly_scale)
    burden = load(answers, parameters.load, workload)
    change, z = history.change, None
    if score is not None:
        change, z = after_weekly(change, score, at, parameters)
    hours = float(answers["hours"]) if "hours" in answers else None
    near = _is_near(history.weekly_at, at, rules)
    runs = Runs(
        weekly_rise=_count(before.weekly_rise, near, reaches(z, rules.rise_z)),
        weekly_high=_count(before.weekly_high, near, reaches(score, rules.weekly_high)),
        load_often=_count(before.load_often, near, reaches(burden, rules.load_often)),
        hours_long=_count(before.hours_long, near, reaches(hours, rules.hours_long)),
        no_supervision=_count(before.no_supervision, True, answers.get("supervision") == "none"),
    )
    moment = Moment(
        answers=answers,
        signals=checkin.signals,
        weekly=score,
        load=burden,
        recent=change.recent_at(at, parameters),
        change=change.level,
        runs=runs,
        parameters=parameters,
    )
    counted = {term.item: float(answers[term.item]) for term in parameters.load if term.item in answers}
    facts = facts_of(history, change, history.above, moment, workload, at)
    memory, assessment = _conclude(history.memory, checkin, moment, at, facts)
    after = History(
        change=change,
        runs=replace(runs, strain_high=before.strain_high) if before.strain_high else runs,
        memory=memory,
        latest=(at, ORDER[WEEKLY]),
        pulse_at=history.pulse_at,
        weekly_at=at,
        above=history.above,
        counts={**history.counts, **counted} if counted else history.counts,
    )
    return after, assessment


def _conclude(
    memory: Memory,
    checkin: CheckinAnswers,
    moment: Moment,
    at: int,
    facts: Mapping[str, float],
    compared: Compared | None = None,
) -> tuple[Memory, Assessment]:
    """Hold the rules against the moment, and say what is raised beyond what the scores have already told."""
    rules = holding(moment)
    scores = level_of([rule for rule in rules if rule.scores])
    rise = scores > memory.highest(at, moment.numbers)
    raised = [rule for rule in rules if not rule.scores or (rise and rule.level is scores)]
    assessment = Assessment(
        at=checkin.at,
        kind=checkin.kind,
        strain=moment.strain,
        weekly=moment.weekly,
        load=moment.load,
        z=compared.z if compared else None,
        limit=compared.limit if compared else None,
        level=level_of(rules),
        reasons=tuple([rule.code for rule in rules]),
        alert=level_of(raised) if raised else None,
        raised=tuple([rule.code for rule in raised]),
        flags=_flags(moment),
        facts=facts,
        inputs=checkin.answers,
        rules_version=moment.parameters.rules_version,
    )
    return memory.after(at, scores, moment.numbers), assessment


def _unscored(checkin: CheckinAnswers, parameters: ScoringParameters) -> Assessment:
    """Judge what stands outside the scored check-ins: requests, boundaries and signals act, each time."""
    moment = Moment(answers=checkin.answers, signals=checkin.signals, parameters=parameters)
    rules = holding(moment)
    codes = tuple(rule.code for rule in rules)
    return Assessment(
        at=checkin.at,
        kind=checkin.kind,
        level=level_of(rules),
        reasons=codes,
        alert=level_of(rules) if rules else None,
        raised=codes,
        inputs=checkin.answers,
        rules_version=parameters.rules_version,
    )


def _is_near(before: int | None, at: int, rules: RuleParameters) -> bool:
    """Whether the check-in before is close enough for a run to go on."""
    return before is not None and at - before <= rules.run_gap // MICROSECOND


def _count(before: int, near: bool, reached: bool) -> int:
    if not reached:
        return 0
    return before + 1 if near else 1


def _flags(moment: Moment) -> tuple[str, ...]:
    flags = []
    if float(moment.answers.get("crises", 0)) > 0:
        flags.append("debrief")
    if moment.runs.no_supervision >= moment.numbers.no_supervision:
        flags.append("no_supervision")
    return tuple(flags)
