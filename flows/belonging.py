"""Being away, coming back, and the screens that only show something."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from core.messages import Kind
from core.people import Person, Role
from flows import reminding, scheduling
from flows.deps import Deps
from flows.turn import Incoming, Turn, taking
from storage import checkins, duty, people, settling

# Days away by tap; 0 = the rest of today, None = until they say so.
AWAY_CHOICES: Final[dict[str, int | None]] = {"today": 0, "3d": 3, "7d": 7, "14d": 14, "open": None}
# What waits to be sent and is not wanted any more by whoever is away.
NOT_WHILE_AWAY: Final = (Kind.CHECKIN, Kind.CONSENT, Kind.NUDGE, Kind.SILENCE)


async def show(deps: Deps, incoming: Incoming, kind: Kind, **params: Any) -> None:
    """Show a screen that depends on nothing but who asks: help, privacy, language."""
    async with taking(deps, incoming) as turn:
        if turn is None:
            return
        if turn.person is None:
            turn.reply(Kind.REFUSAL, reason="stranger")
            return
        turn.reply(kind, role=turn.person.role.value, current=turn.person.language, **params)


async def show_settings(deps: Deps, incoming: Incoming) -> None:
    """Show language, time zone, time of the pulse and quiet hours."""
    async with taking(deps, incoming) as turn:
        if turn is None or not (person := known(turn)):
            return
        turn.reply(Kind.SETTINGS, **await scheduling.settings(turn, person))


async def ask_zone(deps: Deps, incoming: Incoming, *, more: bool = False, joining: bool = False) -> None:
    """Show the choice of time zones."""
    async with taking(deps, incoming) as turn:
        if turn is None or not (person := known(turn)):
            return
        turn.reply(Kind.ASK_ZONE, current=person.timezone, more=more, joining=joining)


async def ask_time(deps: Deps, incoming: Incoming, *, joining: bool = False) -> None:
    """Show the choice of times for the pulse."""
    async with taking(deps, incoming) as turn:
        if turn is None or not (person := known(turn)):
            return
        turn.reply(Kind.ASK_TIME, joining=joining, **await scheduling.time_choices(turn, person))


async def ask_quiet(deps: Deps, incoming: Incoming) -> None:
    """Show the choice of quiet hours."""
    async with taking(deps, incoming) as turn:
        if turn is None or not (person := known(turn)):
            return
        turn.reply(Kind.SETTINGS, choose_quiet=True, **await scheduling.settings(turn, person))


async def refuse(deps: Deps, incoming: Incoming, reason: str) -> None:
    """Say no, and why."""
    async with taking(deps, incoming) as turn:
        if turn is not None:
            turn.reply(Kind.REFUSAL, anew=True, reason=reason)


async def set_quiet(deps: Deps, incoming: Incoming, start: time, end: time) -> None:
    """Store the quiet hours of a person."""
    async with taking(deps, incoming) as turn:
        if turn is None or not (person := known(turn)):
            return
        await people.change(turn.session, person.id, quiet_from=start, quiet_until=end)
        await turn.log("quiet_hours_chosen", person.id)
        changed = replace(person, quiet_from=start, quiet_until=end)
        turn.reply(Kind.SETTINGS, saved=True, **await scheduling.settings(turn, changed))


async def set_contentless(deps: Deps, incoming: Incoming, *, yes: bool) -> None:
    """Let alerts say neither who nor why before this supervisor opens them, or let them say it at once."""
    async with taking(deps, incoming) as turn:
        if turn is None or not (person := known(turn)) or person.role is Role.MENTOR:
            return
        await people.change(turn.session, person.id, contentless=yes)
        await turn.log("settings_changed", person.id)
        changed = replace(person, contentless=yes)
        turn.reply(Kind.SETTINGS, saved=True, **await scheduling.settings(turn, changed))


async def ask_avoid(deps: Deps, incoming: Incoming) -> None:
    """Show what "somebody else, please" means, or how to take it back."""
    async with taking(deps, incoming) as turn:
        if turn is None or not (person := known(turn)) or person.role is not Role.MENTOR:
            return
        boss = person.avoids or person.supervisor_id
        name = (await people.get(turn.session, boss)).name if boss else None
        turn.reply(Kind.AVOID, name=name, avoids=person.avoids is not None)


async def avoid(deps: Deps, incoming: Incoming, *, yes: bool) -> None:
    """Route around the mentor's own supervisor, or ask that person again. Nobody is told, and no list shows it."""
    async with taking(deps, incoming) as turn:
        if turn is None or not (person := known(turn)) or person.role is not Role.MENTOR:
            return
        await people.change(turn.session, person.id, avoids_id=person.supervisor_id if yes else None)
        # The mentor's own line: an export for others must not give it away.
        await turn.log("settings_changed", person.id)
        turn.reply(Kind.AVOID, saved=True, avoids=yes and person.supervisor_id is not None)


def known(turn: Turn) -> Person | None:
    """Return the person of the update; refuse strangers and people who left."""
    if turn.person is None:
        turn.reply(Kind.REFUSAL, reason="stranger")
        return None
    if turn.person.left_at is not None:
        turn.reply(Kind.LEFT, **left(turn, turn.person))
        return None
    return turn.person


def left(turn: Turn, person: Person) -> dict[str, Any]:
    """Return what somebody who left reads. `until`: when a mentor's data are erased; staff have none of that kind."""
    until = None
    if person.role is Role.MENTOR and person.left_at is not None:
        until = (person.left_at + turn.deps.program.retention.left).isoformat()
    return {"can_return": True, "until": until}


async def show_away(deps: Deps, incoming: Incoming) -> None:
    """Ask for how long, or say that the person is away."""
    async with taking(deps, incoming) as turn:
        if turn is None or not (person := known(turn)):
            return
        turn.reply(Kind.AWAY, **away_params(person, turn.now))


async def go_away(deps: Deps, incoming: Incoming, choice: str) -> None:
    """Stop asking (or alerting) until the chosen day. An open check-in is put away without a word about it."""
    async with taking(deps, incoming) as turn:
        if turn is None or not (person := known(turn)) or choice not in AWAY_CHOICES:
            return
        until = _until(AWAY_CHOICES[choice], person.timezone, turn.now)
        await people.change(turn.session, person.id, away_from=turn.now, away_until=until)
        await turn.log("away", person.id, until=until.isoformat() if until else None)
        await settling.drop_pending(turn.session, person.id, NOT_WHILE_AWAY, turn.now)
        for checkin in await checkins.open_of(turn.session, person.id):
            await reminding.put_away(turn, person, checkin)
        away = replace(person, away_from=turn.now, away_until=until)
        turn.reply(Kind.AWAY, saved=True, **away_params(away, turn.now))


async def come_back(deps: Deps, incoming: Incoming) -> None:
    """End being away. What was missed is not asked again."""
    async with taking(deps, incoming) as turn:
        if turn is None or not (person := known(turn)):
            return
        await people.change(turn.session, person.id, away_from=None, away_until=None)
        await duty.end_leave(turn.session, person.id, turn.now)
        await turn.log("back", person.id)
        back = replace(person, away_from=None, away_until=None, leaves=())
        if back.takes_part:
            await scheduling.plan(turn, back)
        turn.reply(Kind.AWAY, saved=True, **away_params(back, turn.now))


def away_params(person: Person, now: datetime) -> dict[str, Any]:
    """Return what the screen of being away needs: also that somebody will be away from a day to come."""
    until = person.away_until.isoformat() if person.away_until else None
    ahead = person.away_from is not None and now < person.away_from
    return {
        "away": person.is_away(now),
        "until": until,
        "starts": person.away_from.isoformat() if ahead and person.away_from else None,
        "role": person.role.value,
        "choices": list(AWAY_CHOICES),
    }


def _until(days: int | None, zone: str, now: datetime) -> datetime | None:
    """Return the local midnight after so many whole days."""
    if days is None:
        return None
    where = ZoneInfo(zone)
    day = now.astimezone(where).date() + timedelta(days=max(days, 1))
    return datetime.combine(day, time(0), where).astimezone(now.tzinfo)


async def unreachable(deps: Deps, incoming: Incoming, *, blocked: bool) -> None:
    """Note that somebody blocked the bot, or let it in again."""
    async with taking(deps, incoming) as turn:
        if turn is None or turn.person is None:
            return
        since = turn.now if blocked else None
        await people.change(turn.session, turn.person.id, unreachable_since=since)
        await turn.log("unreachable" if blocked else "reachable", turn.person.id)
