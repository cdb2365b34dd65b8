"""The life of an alert, from open to resolved."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from core.levels import Level
from core.policy import Policy


class AlertState(StrEnum):
    """Where an alert stands."""

    OPEN = "open"  # somebody is being looked for
    ACKNOWLEDGED = "acknowledged"  # a human being has taken it
    RESOLVED = "resolved"  # it was told what was done


class AlertEvent(StrEnum):
    """What can happen to an alert."""

    ACKNOWLEDGE = "acknowledge"  # "I'm on it": the chase stops until the acknowledgement lapses
    LAPSE = "lapse"  # acknowledged, and then nothing was done in time
    RESOLVE = "resolve"  # somebody says what was done
    REACH = "reach"  # "I reached them": taken, and there is more to do
    SNOOZE = "snooze"  # taken, and put off to a named time
    HAND_OVER = "hand_over"  # to one named person; the chain goes on if that person does not take it
    DECLINE = "decline"  # "not mine": the next step at once
    REOPEN = "reopen"  # the mentor says that it did not help


# The whole life of an alert. A pair that is not here is an error.
TRANSITIONS: Final[Mapping[tuple[AlertState, AlertEvent], AlertState]] = MappingProxyType(
    {
        (AlertState.OPEN, AlertEvent.ACKNOWLEDGE): AlertState.ACKNOWLEDGED,
        (AlertState.OPEN, AlertEvent.RESOLVE): AlertState.RESOLVED,
        (AlertState.ACKNOWLEDGED, AlertEvent.LAPSE): AlertState.OPEN,
        (AlertState.ACKNOWLEDGED, AlertEvent.RESOLVE): AlertState.RESOLVED,
        (AlertState.OPEN, AlertEvent.REACH): AlertState.ACKNOWLEDGED,
        (AlertState.ACKNOWLEDGED, AlertEvent.REACH): AlertState.ACKNOWLEDGED,
        (AlertState.OPEN, AlertEvent.SNOOZE): AlertState.ACKNOWLEDGED,
        (AlertState.ACKNOWLEDGED, AlertEvent.SNOOZE): AlertState.ACKNOWLEDGED,
        (AlertState.OPEN, AlertEvent.HAND_OVER): AlertState.OPEN,
        (AlertState.ACKNOWLEDGED, AlertEvent.HAND_OVER): AlertState.OPEN,
        (AlertState.OPEN, AlertEvent.DECLINE): AlertState.OPEN,
        (AlertState.ACKNOWLEDGED, AlertEvent.DECLINE): AlertState.OPEN,
        (AlertState.RESOLVED, AlertEvent.REOPEN): AlertState.OPEN,
    }
)


class Outcome(StrEnum):
    """What was done about an alert."""

    TALKED = "talked"
    TIME_OFF = "time_off"
    COVER = "cover"
    CLINICAL = "clinical"
    OTHER = "other"


class AlertMoveRefused(Exception):
    """The event does not apply to an alert in this state. Nothing has changed."""

    def __init__(self, state: AlertState, event: AlertEvent) -> None:
        super().__init__(f"{event} does not apply to an alert that is {state}")
        self.state = state


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One concern about one mentor. Every instant is aware and in UTC."""

    id: UUID
    person_id: UUID
    team_id: UUID | None
    source: str  # "checkin:<id>", "talk:<id>" …: one alert for one thing
    level: Level
    reasons: tuple[str, ...]  # rule codes
    facts: Mapping[str, Any]  # the numbers that the sentences need
    policy: Policy  # as it stood on opening
    opened_at: datetime
    state: AlertState = AlertState.OPEN
    cycle: int = 0  # whole chains that ended unanswered
    round: int = 0
    step: int = 0  # index of the step to be taken next
    next_step_at: datetime | None = None  # None: nobody is being chased
    acknowledged_by: UUID | None = None
    acknowledged_at: datetime | None = None
    resolved_by: UUID | None = None
    resolved_at: datetime | None = None
    outcome: str | None = None
    reached_at: datetime | None = None  # somebody has talked with the mentor
    declined: tuple[UUID, ...] = ()  # said "not mine": asked again only when nobody else is there
    follow_up_at: datetime | None = None  # when the mentor is asked whether it helped
    follow_up: str | None = None  # asked, yes, no, left, silent
    joined_to: UUID | None = None  # the alert in whose message it is told, and with which it moves
    version: int = 1

    def after(self, event: AlertEvent) -> AlertState:
        """Return the state that the event leads to, or raise AlertMoveRefused."""
        try:
            return TRANSITIONS[self.state, event]
        except KeyError:
            raise AlertMoveRefused(self.state, event) from None


def acknowledge(alert: Alert, by: UUID, now: datetime) -> Alert:
    """Take the alert. The chase stops until the acknowledgement lapses."""
    return replace(
        alert,
        state=alert.after(AlertEvent.ACKNOWLEDGE),
        acknowledged_by=by,
        acknowledged_at=now,
        next_step_at=alert.policy.waking(now + alert.policy.acknowledgement_lapses_after),
    )


def resolve(alert: Alert, by: UUID, outcome: Outcome, now: datetime) -> Alert:
    """Close the alert with what was done. Resolving an open one acknowledges it too."""
    return replace(
        alert,
        state=alert.after(AlertEvent.RESOLVE),
        acknowledged_by=alert.acknowledged_by or by,
        acknowledged_at=alert.acknowledged_at or now,
        resolved_by=by,
        resolved_at=now,
        outcome=outcome.value,
        next_step_at=None,
    )


def raise_level(alert: Alert, level: Level, reasons: tuple[str, ...], policy: Policy, now: datetime) -> Alert:
    """Make an alert that is not resolved more serious: the chain of the higher level starts at once."""
    merged = alert.reasons + tuple(code for code in reasons if code not in alert.reasons)
    if level <= alert.level:
        return replace(alert, reasons=merged)
    return replace(
        alert,
        state=AlertState.OPEN,
        level=level,
        reasons=merged,
        policy=policy,
        cycle=0,
        round=0,
        step=0,
        next_step_at=now,
        acknowledged_by=None,
        acknowledged_at=None,
        joined_to=None,
    )


def lower(alert: Alert, level: Level, reasons: tuple[str, ...], policy: Policy, now: datetime) -> Alert:
    """Make an alert that is not resolved less serious, because the mentor has said something since.

    It stays somebody's: the chain of the lower level chases it, from where it stands, until a human being closes it.
    """
    if alert.state is AlertState.RESOLVED or level > alert.level:
        raise AlertMoveRefused(alert.state, AlertEvent.LAPSE)
    if level == alert.level:
        return replace(alert, reasons=reasons)
    is_open = alert.state is AlertState.OPEN
    return replace(
        alert,
        level=level,
        reasons=reasons,
        policy=policy,
        round=min(alert.round, policy.repeat - 1),
        step=min(alert.step, len(policy.steps)),
        # Those who were told read what has changed; the next one is told when they had the time of this level.
        next_step_at=policy.step_ends(now) if is_open else alert.next_step_at,
    )


def start_anew(alert: Alert, now: datetime) -> Alert:
    """Begin the chain again at once: the mentor asked once more, and whoever took the alert cannot be reached."""
    if alert.state is AlertState.RESOLVED:
        raise AlertMoveRefused(alert.state, AlertEvent.LAPSE)
    return replace(
        alert, state=AlertState.OPEN, acknowledged_by=None, acknowledged_at=None, round=0, step=0, next_step_at=now
    )
