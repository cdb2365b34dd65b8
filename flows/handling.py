"""What supervisors do about an alert besides taking and closing it: reached, put off, handed over, not mine."""

from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from core import handling as core
from core.access import Act, may
from core.alerts import Alert, AlertState
from core.levels import Level
from core.messages import Kind
from core.people import Person
from flows import copies, joined, responding
from flows.deps import Deps
from flows.turn import Incoming, Turn, taking
from storage import people

SNOOZE_HOURS: Final = 4
SNOOZE_MORNING: Final = time(9)
MOST_NAMES: Final = 12


async def reached(deps: Deps, incoming: Incoming, alert_id: UUID) -> None:
    """ "I reached them": the mentor knows that already; the others stop looking."""
    async with taking(deps, incoming) as turn:
        if turn is None or (found := await responding.for_staff(turn, alert_id)) is None:
            return
        alert, mentor, actor = found
        if alert.state is not AlertState.RESOLVED:
            alert = core.reach(alert, actor.id, turn.now)
            await _store(turn, alert, mentor, "alert_reached")
        elif alert.state is AlertState.RESOLVED:
            await copies.too_late(turn, alert, mentor, actor)
            return
        turn.reply(Kind.ALERT_UPDATE, **await copies.alert_params(turn, alert, mentor, actor))


async def ask_snooze(deps: Deps, incoming: Incoming, alert_id: UUID) -> None:
    """Show how long an alert can be put off. A crisis cannot."""
    async with taking(deps, incoming) as turn:
        if turn is None or (found := await responding.for_staff(turn, alert_id)) is None:
            return
        alert, mentor, actor = found
        offer = alert.state is not AlertState.RESOLVED and alert.level is not Level.CRISIS
        params = await copies.alert_params(turn, alert, mentor, actor)
        turn.reply(Kind.ALERT_UPDATE, asking_snooze=offer, **params)


async def snooze(deps: Deps, incoming: Incoming, alert_id: UUID, choice: str) -> None:
    """Put an alert off: 4 hours, or tomorrow at nine in the supervisor's own morning. Then it is open again."""
    async with taking(deps, incoming) as turn:
        if turn is None or (found := await responding.for_staff(turn, alert_id)) is None:
            return
        alert, mentor, actor = found
        if alert.state is not AlertState.RESOLVED and alert.level is not Level.CRISIS:
            until = snoozed_until(choice, actor.timezone, turn.now)
            was_open = alert.state is AlertState.OPEN
            alert = core.snooze(alert, actor.id, until, turn.now)
            await _store(turn, alert, mentor, "alert_snoozed", until=until.isoformat())
            if was_open:
                copies.tell_mentor(turn, mentor, alert, "taken_later", actor)
        turn.reply(Kind.ALERT_UPDATE, **await copies.alert_params(turn, alert, mentor, actor))


def snoozed_until(choice: str, zone: str, now: datetime) -> datetime:
    """Return the instant that a choice stands for: "4h", or "9" for the next nine o'clock in the morning."""
    if choice == "4h":
        return now + timedelta(hours=SNOOZE_HOURS)
    where = ZoneInfo(zone)
    today = now.astimezone(where).date()
    morning = datetime.combine(today, SNOOZE_MORNING, where).astimezone(now.tzinfo)
    if morning <= now:
        morning = datetime.combine(today + timedelta(days=1), SNOOZE_MORNING, where).astimezone(now.tzinfo)
    # On the day with 25 hours the morning can be more than a day away.
    return min(morning, now + core.LONGEST_SNOOZE)


async def ask_hand_over(deps: Deps, incoming: Incoming, alert_id: UUID) -> None:
    """Show to whom an alert can be given."""
    async with taking(deps, incoming) as turn:
        if turn is None or (found := await responding.for_staff(turn, alert_id)) is None:
            return
        alert, mentor, actor = found
        params = await copies.alert_params(turn, alert, mentor, actor)
        names: list[Any] = []
        if alert.state is not AlertState.RESOLVED:
            names = [[p.id.hex, p.name] for p in await _others(turn, mentor, actor)][:MOST_NAMES]
        turn.reply(Kind.ALERT_UPDATE, hand_over_to=names, asking_hand_over=bool(names), **params)


async def _others(turn: Turn, mentor: Person, actor: Person) -> list[Person]:
    staff = await people.staff(turn.session)
    able = [p for p in staff if p.id != actor.id and p.can_receive and not p.is_away(turn.now)]
    return [p for p in able if may(p, Act.HANDLE_ALERT, mentor)]


async def hand_over(deps: Deps, incoming: Incoming, alert_id: UUID, short_id: str) -> None:
    """Give an alert to somebody: they are told at once; if they do not take it in time the chain starts anew."""
    async with taking(deps, incoming) as turn:
        if turn is None or (found := await responding.for_staff(turn, alert_id)) is None:
            return
        alert, mentor, actor = found
        to = next((p for p in await _others(turn, mentor, actor) if p.id.hex.startswith(short_id)), None)
        given: dict[str, Any] = {}
        if to is not None and alert.state is not AlertState.RESOLVED:
            alert = core.hand_over(alert, turn.now)
            await _store(turn, alert, mentor, "alert_handed_over", to=to.id.hex)
            await copies.tell_staff(turn, alert, mentor, to, "handed_over", actor)
            copies.tell_mentor(turn, mentor, alert, "handed_over", to)
            given = {"given_to": to.name}
        turn.reply(Kind.ALERT_UPDATE, **given, **await copies.alert_params(turn, alert, mentor, actor))


async def decline(deps: Deps, incoming: Incoming, alert_id: UUID) -> None:
    """ "Not mine": the next step is due at once, and this person is asked again only when nobody else is there."""
    async with taking(deps, incoming) as turn:
        if turn is None or (found := await responding.for_staff(turn, alert_id)) is None:
            return
        alert, mentor, actor = found
        if alert.state is not AlertState.RESOLVED:
            promised = alert.acknowledged_by == actor.id and alert.reached_at is None
            alert = core.decline(alert, actor.id, turn.now)
            await _store(turn, alert, mentor, "alert_declined")
            if promised:  # the mentor was told that this person would reach out
                copies.tell_mentor(turn, mentor, alert, "passed_on", actor)
        turn.reply(Kind.ALERT_UPDATE, declined=True, **await copies.alert_params(turn, alert, mentor, actor))


async def _store(turn: Turn, alert: Alert, mentor: Person, action: str, **detail: Any) -> None:
    await joined.save(turn.session, alert)
    await turn.log(action, mentor.id, alert=alert.id.hex, **detail)
    await copies.refresh_copies(turn, alert, mentor)
