"""Against too many messages about the same thing: which alerts are told together, and how many concerns are enough.

Nothing here makes an alert less than it is. An alert that joins another one is in the list and the export like any
other; it is told in the message of that one, and moves with it. Crises are exempt from all of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from core.alerts import Alert, AlertState
from core.levels import Level
from core.rules import BY_CODE

# Several mentors of a team: fewer say nothing about the team, and in a small team they could be read off.
SEVERAL: Final = 3
TEAM_AT_LEAST: Final = 5
TOGETHER_WITHIN: Final = timedelta(days=14)
NOT_AGAIN_WITHIN: Final = timedelta(days=28)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fatigue:
    """What spares the people who are told. None: nothing does."""

    bundle_within: timedelta | None = None  # alerts about one mentor that arise so soon after each other
    same_reason_after: timedelta | None = None  # the same reason again, while the first alert is not resolved
    concerns_a_day: int | None = None  # to one person


def host_for(
    level: Level, reasons: Sequence[str], others: Iterable[Alert], fatigue: Fatigue, now: datetime
) -> Alert | None:
    """Return the alert about the same mentor in whose message a new one is told; None: in a message of its own.

    Never one that is less serious, and never for a crisis. An alert that somebody has taken is joined only by what
    they know already: nobody has taken what they have not read.
    """
    if level is Level.CRISIS:
        return None
    fitting = [one for one in others if one.state is not AlertState.RESOLVED and not one.joined_to]
    for one in sorted(fitting, key=lambda alert: -alert.level):
        known = set(reasons) <= set(one.reasons)
        if one.level < level or (one.state is AlertState.ACKNOWLEDGED and not known):
            continue
        if _within(one, fatigue.bundle_within, now):
            return one
        if known and _within(one, fatigue.same_reason_after, now) and not _asks_today(level, reasons):
            return one
    return None


def _within(alert: Alert, span: timedelta | None, now: datetime) -> bool:
    return span is not None and now - alert.opened_at <= span


def _asks_today(level: Level, reasons: Sequence[str]) -> bool:
    """Whoever asks for somebody today once more is heard once more."""
    return level >= Level.URGENT and any(not _is_score(code) for code in reasons)


def _is_score(code: str) -> bool:
    return code in BY_CODE and BY_CODE[code].scores


def speaks_of_strain(reasons: Iterable[str]) -> bool:
    """Say whether an alert comes from scores, and not only from what a mentor asked for."""
    return any(_is_score(code) for code in reasons)


def follow(alert: Alert, host: Alert) -> Alert:
    """Return an alert as it stands beside the one whose message tells it: whoever takes that one takes both."""
    taken_at = max(host.acknowledged_at, alert.opened_at) if host.acknowledged_at else None
    return replace(
        alert,
        state=host.state,
        acknowledged_by=host.acknowledged_by,
        acknowledged_at=taken_at,
        resolved_by=host.resolved_by,
        resolved_at=max(host.resolved_at, alert.opened_at) if host.resolved_at else None,
        outcome=host.outcome,
        reached_at=max(host.reached_at, alert.opened_at) if host.reached_at else None,
        next_step_at=host.next_step_at,
    )


def on_its_own(alert: Alert, now: datetime) -> Alert:
    """Return an alert that goes its own way from now on, from the first step of its chain."""
    return replace(
        alert,
        joined_to=None,
        state=AlertState.OPEN,
        acknowledged_by=None,
        acknowledged_at=None,
        round=0,
        step=0,
        next_step_at=now,
    )


def is_several(worse: int, team: int) -> bool:
    """Say whether so many mentors of a team under strain are a word about conditions: three at least, and a third."""
    return team >= TEAM_AT_LEAST and worse >= SEVERAL and worse * 3 >= team
