"""A supervisor responds to an alert: takes it, closes it."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from core import alerts as core
from core.access import Act, may, may_when_called
from core.alerts import Alert, AlertState, Outcome
from core.messages import Kind
from core.people import Person
from core.policy import PERSON, Step
from flows import copies, joined, outcomes
from flows.deps import Deps
from flows.turn import Incoming, Turn, taking
from storage import alerts, notices, people


async def acknowledge(deps: Deps, incoming: Incoming, alert_id: UUID) -> None:
    """A supervisor takes an alert. The mentor is told who, and every other phone shows it."""
    async with taking(deps, incoming) as turn:
        if turn is None or (found := await for_staff(turn, alert_id)) is None:
            return
        alert, mentor, actor = found
        if alert.state is AlertState.OPEN:
            alert = core.acknowledge(alert, actor.id, turn.now)
            await joined.save(turn.session, alert)
            await turn.log("alert_acknowledged", mentor.id, alert=alert.id.hex)
            copies.tell_mentor(turn, mentor, alert, "taken", actor)
            await copies.refresh_copies(turn, alert, mentor)
            turn.reply(Kind.ALERT_UPDATE, **await copies.alert_params(turn, alert, mentor, actor))
            return
        await copies.too_late(turn, alert, mentor, actor)


async def ask_outcome(deps: Deps, incoming: Incoming, alert_id: UUID, *, cancel: bool = False) -> None:
    """Show the choice of what was done, or the alert again."""
    async with taking(deps, incoming) as turn:
        if turn is None or (found := await for_staff(turn, alert_id)) is None:
            return
        alert, mentor, actor = found
        asking = not cancel and alert.state is not AlertState.RESOLVED
        turn.reply(Kind.ALERT_UPDATE, asking_outcome=asking, **await copies.alert_params(turn, alert, mentor, actor))


async def resolve(deps: Deps, incoming: Incoming, alert_id: UUID, outcome: Outcome) -> None:
    """A supervisor says what was done. The chase is over."""
    async with taking(deps, incoming) as turn:
        if turn is None or (found := await for_staff(turn, alert_id)) is None:
            return
        alert, mentor, actor = found
        if alert.state is not AlertState.RESOLVED:
            was_open = alert.state is AlertState.OPEN
            alert = core.resolve(alert, actor.id, outcome, turn.now)
            alert = with_follow_up(alert, turn.now)
            await joined.save(turn.session, alert)
            await turn.log("alert_resolved", mentor.id, alert=alert.id.hex, outcome=outcome.value)
            if was_open:
                copies.tell_mentor(turn, mentor, alert, "taken", actor)
            copies.tell_mentor(turn, mentor, alert, "resolved", actor)
            await copies.refresh_copies(turn, alert, mentor)
            turn.reply(Kind.ALERT_UPDATE, **await copies.alert_params(turn, alert, mentor, actor))
            if outcome is Outcome.OTHER:
                await outcomes.ask(turn, alert, mentor, actor)
            return
        await copies.too_late(turn, alert, mentor, actor)


def with_follow_up(alert: Alert, now: datetime) -> Alert:
    """Plan to ask the mentor whether it helped; not again after they said nothing once, or "leave it"."""
    wait = alert.policy.follow_up_after
    if wait is None or alert.follow_up in ("silent", "left"):
        return alert
    return replace(alert, follow_up=None, follow_up_at=now + wait)


async def for_staff(turn: Turn, alert_id: UUID) -> tuple[Alert, Person, Person] | None:
    """Return alert, mentor and actor; refuse people who may not handle it, without saying more."""
    alert = await alerts.lock(turn.session, alert_id)
    mentor = await people.get(turn.session, alert.person_id) if alert else None
    if alert is None or mentor is None or turn.person is None or not await may_handle(turn, alert, mentor):
        turn.reply(Kind.REFUSAL, anew=True, reason="not_yours")
        if alert is not None and turn.person is not None:
            await turn.log("alert_refused", alert.person_id, alert=alert.id.hex)
        return None
    if turn.incoming is not None and turn.incoming.in_group:
        # The alert comes into their own chat: in the group it says neither who nor why.
        notice = await alerts.add_notice(turn.session, alert.id, turn.person.id, Step.GROUP.code, turn.now)
        turn.receipt = f"notice:{notice}"
    # Whoever acts has seen it: from now on their messages say who and why.
    await notices.opened(turn.session, alert.id, turn.person.id, turn.now)
    await turn.log("alert_seen", mentor.id, alert=alert.id.hex)
    return alert, mentor, turn.person


async def may_handle(turn: Turn, alert: Alert, mentor: Person) -> bool:
    """Say whether the person of this update may see and handle an alert: who is in charge, or was called by a step."""
    if turn.person is None:
        return False
    if may(turn.person, Act.HANDLE_ALERT, mentor):
        return True
    called = await alerts.told_at(turn.session, alert.id, turn.person.id, (Step.ONCALL.code, PERSON))
    return called and may_when_called(turn.person, mentor)
