"""What people do about an alert besides taking it and closing it: each returns the alert as it is afterwards."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from core.alerts import Alert, AlertEvent, AlertMoveRefused, AlertState
from core.levels import Level

# After "I reached them" there is a day to say what was done, before it is asked again.
REACHED_HOLDS: Final = timedelta(hours=24)
# Nothing is put off for longer.
LONGEST_SNOOZE: Final = timedelta(hours=24)
# A mentor who does not say whether it helped within this time is looked after once more.
FOLLOW_UP_WITHIN: Final = timedelta(hours=48)


class SnoozeRefused(Exception):
    """A crisis is never put off, and nothing is put off for ever."""


def reach(alert: Alert, by: UUID, now: datetime) -> Alert:
    """Somebody talked with the mentor. Whoever did so owns the alert; the outcome is still to come."""
    held = max(alert.policy.acknowledgement_lapses_after, REACHED_HOLDS)
    return replace(
        _owned(alert, by, now, AlertEvent.REACH),
        reached_at=alert.reached_at or now,
        next_step_at=alert.policy.waking(now + held),
    )


def snooze(alert: Alert, by: UUID, until: datetime, now: datetime) -> Alert:
    """Put an alert off, at most for a day; at the begin of working hours after that it is open again.

    Raise SnoozeRefused for a crisis.
    """
    if alert.level is Level.CRISIS or not now < until <= now + LONGEST_SNOOZE:
        raise SnoozeRefused
    return replace(_owned(alert, by, now, AlertEvent.SNOOZE), next_step_at=alert.policy.waking(until))


def hand_over(alert: Alert, now: datetime) -> Alert:
    """Give an alert to a named person, who is told apart. Nobody owns it until somebody takes it."""
    return replace(
        alert,
        state=alert.after(AlertEvent.HAND_OVER),
        acknowledged_by=None,
        acknowledged_at=None,
        round=0,
        step=0,
        next_step_at=alert.policy.step_ends(now),
    )


def decline(alert: Alert, by: UUID, now: datetime) -> Alert:
    """Somebody says "not mine". If they owned it, or were the last who was told, the next step is due at once."""
    owned_by_other = alert.state is AlertState.ACKNOWLEDGED and alert.acknowledged_by != by
    state = alert.after(AlertEvent.DECLINE)
    if alert.state is AlertState.OPEN and by in alert.declined:
        return alert  # pressed twice
    declined = alert.declined if by in alert.declined else (*alert.declined, by)
    if owned_by_other:
        return replace(alert, declined=declined)
    return replace(alert, state=state, declined=declined, acknowledged_by=None, acknowledged_at=None, next_step_at=now)


def reopen(alert: Alert, now: datetime, *, why: str) -> Alert:
    """The mentor says that it did not help, or did not answer: the chain starts anew. `why`: no or silent."""
    return replace(
        alert,
        state=alert.after(AlertEvent.REOPEN),
        acknowledged_by=None,
        acknowledged_at=None,
        resolved_by=None,
        resolved_at=None,
        outcome=None,
        reached_at=None,
        cycle=0,
        round=0,
        step=0,
        next_step_at=now,
        follow_up=why,
        follow_up_at=None,
    )


def ask_whether_it_helped(alert: Alert, now: datetime) -> Alert:
    """The mentor is being asked. No answer in time is an answer too, once."""
    return replace(alert, follow_up="asked", follow_up_at=now + FOLLOW_UP_WITHIN)


def answered(alert: Alert, answer: str) -> Alert:
    """The mentor said yes, or "leave it"."""
    if alert.state is not AlertState.RESOLVED:
        raise AlertMoveRefused(alert.state, AlertEvent.REOPEN)
    return replace(alert, follow_up=answer, follow_up_at=None)


def _owned(alert: Alert, by: UUID, now: datetime, event: AlertEvent) -> Alert:
    state = alert.after(event)
    since = alert.acknowledged_at if alert.acknowledged_by == by else now
    return replace(alert, state=state, acknowledged_by=by, acknowledged_at=since or now)
