"""The numbers that a sentence about an assessment needs: "above your usual in 4 of the last 5; people 9 → 14".

Names of the facts (each is there only when it exists):
`usual`, `strain`, `recent` strain points; `above` of the `latest` scored pulses that were above the usual;
`change_days` since the change-alert opened; `weekly`, `weekly_usual`, `weekly_z`; `load`; `cap`, `contract` that it was
measured against; `people`, `people_before`, `people_points` (the same for every count of the load: now, in the weekly
before, and its part in the load); `strain_high_times`, `weekly_rise_times`, `weekly_high_times`, `load_often_times`,
`hours_long_times`, `no_supervision_times` in a row (all of them as soon as one is not 0).
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from typing import Final

from core.change import MICROSECOND, Change
from core.history import History
from core.levels import Level
from core.parameters import Workload
from core.rules import NO_RUNS, Moment
from core.scores import load_parts

LATEST: Final = 5  # scored pulses that "of the last 5" looks back on
_DAY: Final = timedelta(days=1) // MICROSECOND


def facts_of(
    before: History, change: Change, above: Sequence[bool], moment: Moment, workload: Workload, at: int
) -> Mapping[str, float]:
    """Return the facts of one check-in: `before` is the history that it met, `change` and `above` are what it made."""
    facts: dict[str, float] = {}
    _usual(facts, before, above, moment)
    if moment.change is not Level.STEADY:
        facts["change_days"] = (at - change.alert.opened_at) // _DAY
    if moment.recent is not None:
        facts["recent"] = moment.recent
    _weekly(facts, before, moment)
    if moment.load is not None:
        _load(facts, before, moment, workload)
    if moment.runs != NO_RUNS:
        facts.update({f"{run.name}_times": getattr(moment.runs, run.name) for run in fields(moment.runs)})
    return facts


def _usual(facts: dict[str, float], before: History, above: Sequence[bool], moment: Moment) -> None:
    if moment.strain is not None:
        facts["strain"] = moment.strain
    if before.change.learnt:
        facts["usual"] = before.change.usual
    if above:
        facts["above"] = sum(above)
        facts["latest"] = len(above)


def _weekly(facts: dict[str, float], before: History, moment: Moment) -> None:
    if moment.weekly is None:
        return
    facts["weekly"] = moment.weekly
    if before.change.weekly_learnt:
        facts["weekly_usual"] = before.change.weekly_usual
        facts["weekly_z"] = (moment.weekly - before.change.weekly_usual) / moment.parameters.weekly.sd


def _load(facts: dict[str, float], before: History, moment: Moment, workload: Workload) -> None:
    parts = load_parts(moment.answers, moment.parameters.load, workload)
    facts["load"] = sum(parts.values())
    facts["cap"], facts["contract"] = workload.cap, workload.contract
    for item, points in parts.items():
        facts[item] = float(moment.answers[item])
        facts[f"{item}_points"] = points
        if item in before.counts:
            facts[f"{item}_before"] = before.counts[item]
