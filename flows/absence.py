"""Days on which somebody of the staff cannot be called, planned ahead by tap."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from core.duty import serves
from core.messages import Kind
from core.people import Person, Role
from flows import oncall
from flows.deps import Deps
from flows.team import staff
from flows.turn import Incoming, Turn, taking
from storage import duty as stored
from storage import people

DAYS_ON_A_PAGE: Final = 14
PAGES: Final = 6


async def show(deps: Deps, incoming: Incoming, page: int) -> None:
    """Show the days of a page, with those on which the reader cannot be called."""
    async with taking(deps, incoming) as turn:
        if turn is not None and (reader := staff(turn)) is not None:
            turn.reply(Kind.DAYS_OFF, **await _days(turn, reader, page))


async def toggle(deps: Deps, incoming: Incoming, day: date) -> None:
    """Plan a day off, or take it back. Leads hear at once of a hole that this makes in the next seven days."""
    async with taking(deps, incoming) as turn:
        if turn is None or (reader := staff(turn)) is None:
            return
        today = turn.now.astimezone(ZoneInfo(reader.timezone)).date()
        ahead = (day - today).days
        if 0 <= ahead < DAYS_ON_A_PAGE * PAGES:
            before = await _free(turn)
            start, end = _whole(day, reader.timezone)
            planned = await stored.plan_leave(turn.session, reader.id, start, end)
            await turn.log("day_off_planned" if planned else "day_off_taken_back", reader.id, day=day.isoformat())
            if planned and await _free(turn) > before:
                await _tell_leads(turn, reader, start)
        reader = await people.get(turn.session, reader.id)
        turn.reply(Kind.DAYS_OFF, **await _days(turn, reader, max(0, ahead) // DAYS_ON_A_PAGE))


def _whole(day: date, zone: str) -> tuple[datetime, datetime]:
    where = ZoneInfo(zone)
    first, last = (datetime.combine(one, time(0), where) for one in (day, day + timedelta(days=1)))
    utc = ZoneInfo("UTC")
    return first.astimezone(utc), last.astimezone(utc)


async def _days(turn: Turn, reader: Person, page: int) -> dict[str, Any]:
    page = min(max(page, 0), PAGES - 1)
    today = turn.now.astimezone(ZoneInfo(reader.timezone)).date()
    first = today + timedelta(days=page * DAYS_ON_A_PAGE)
    days = [first + timedelta(days=ahead) for ahead in range(DAYS_ON_A_PAGE)]
    off = {start for start, _ in reader.leaves}
    return {
        "page": page,
        "last": PAGES - 1,
        "days": [{"day": day.isoformat(), "off": _whole(day, reader.timezone)[0] in off} for day in days],
    }


async def _free(turn: Turn) -> timedelta:
    """Return for how long nobody is on call in the next seven days, over all teams."""
    if not turn.deps.program.calls_the_rota:
        return timedelta(0)
    everybody = await people.everyone(turn.session)
    teams = oncall.teams_of(everybody)
    found = await oncall.week(turn.session, turn.deps.program, teams, everybody, turn.now)
    return sum((gap.end - gap.start for _, gap in found.gaps), timedelta(0))


async def _tell_leads(turn: Turn, reader: Person, start: datetime) -> None:
    everybody = await people.everyone(turn.session)
    for lead in everybody:
        if lead.role is Role.LEAD and lead.id != reader.id and serves(lead, turn.now):
            teams = [lead.team] if lead.team_id is not None else oncall.teams_of(everybody)
            await oncall.warn(turn, lead, everybody, teams, key=f"day_off:{reader.id.hex}:{start.date().isoformat()}")
