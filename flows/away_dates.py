"""Being away from one day to another, chosen by tap: also days that are still to come."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from core.messages import Kind
from core.people import Person
from flows import reminding
from flows.belonging import NOT_WHILE_AWAY, away_params, known
from flows.deps import Deps
from flows.turn import Incoming, Turn, taking
from storage import checkins, people, settling

PAGE: Final = 12  # days on one screen
FURTHEST: Final = 120  # days ahead
LONGEST: Final = 366


async def ask(deps: Deps, incoming: Incoming, *, first: date | None, page: int) -> None:
    """Ask for the first day, and then for the last one."""
    async with taking(deps, incoming) as turn:
        if turn is None or (person := known(turn)) is None:
            return
        _ask(turn, person, first, page)


def _ask(turn: Turn, person: Person, first: date | None, page: int) -> None:
    start = first or _today(turn, person)
    page = min(max(page, 0), FURTHEST // PAGE)
    days = [start + timedelta(days=page * PAGE + n) for n in range(PAGE)]
    turn.reply(
        Kind.AWAY_DAYS,
        first=first.isoformat() if first else None,
        days=[day.isoformat() for day in days],
        page=page,
        last=FURTHEST // PAGE,
        role=person.role.value,
    )


def _today(turn: Turn, person: Person) -> date:
    return turn.now.astimezone(ZoneInfo(person.timezone)).date()


async def go(deps: Deps, incoming: Incoming, first: date, last: date) -> None:
    """Be away from the first day to the last, both included."""
    async with taking(deps, incoming) as turn:
        if turn is None or (person := known(turn)) is None:
            return
        today = _today(turn, person)
        if last < first or last < today or last - first > timedelta(days=LONGEST):
            _ask(turn, person, None, 0)
            return
        start = turn.now if first <= today else _midnight(turn, person, first)
        until = _midnight(turn, person, last + timedelta(days=1))
        await people.change(turn.session, person.id, away_from=start, away_until=until)
        await turn.log("away", person.id, until=until.isoformat())
        away = replace(person, away_from=start, away_until=until)
        if away.is_away(turn.now):
            await settling.drop_pending(turn.session, person.id, NOT_WHILE_AWAY, turn.now)
            for checkin in await checkins.open_of(turn.session, person.id):
                await reminding.put_away(turn, person, checkin)
        turn.reply(Kind.AWAY, saved=True, **away_params(away, turn.now))


def _midnight(turn: Turn, person: Person, day: date) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(person.timezone)).astimezone(turn.now.tzinfo)
