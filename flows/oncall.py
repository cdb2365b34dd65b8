"""Who is on call: the rota of the program with the people of the roster."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from core import rota
from core.duty import filled, serves, shift_of
from core.messages import Kind, Priority
from core.people import Person, Role
from core.rota import Gap, Shift
from flows import duty, swapping
from flows.deps import Deps
from flows.team import staff
from flows.turn import Incoming, Turn, taking, working
from flows.waking import waking
from program.model import Program
from storage import people
from storage.database import ReadSession

AHEAD: Final = timedelta(days=7)
OFFERS_SHOWN: Final = 3
GAPS_SHOWN: Final = 10  # to the operator
LOOKED_AT: Final = timedelta(days=28)  # of a calendar, for names that nobody has


@dataclass(frozen=True, slots=True)
class Week:
    """The next days of some teams: the shifts with somebody in them, and the times without, by team."""

    shifts: Sequence[Shift]
    gaps: Sequence[tuple[str, Gap]]


async def week(
    session: ReadSession, program: Program, teams: Sequence[str], everybody: Sequence[Person], now: datetime
) -> Week:
    """Return who is on call for these teams in the next seven days, and when nobody is."""
    until = now + AHEAD
    shifts = await duty.planned(session, program, everybody, now, until)
    taken = [part for shift in shifts for part in filled(shift, everybody, now)]
    mine = [one for one in taken if any(one in rota.for_team([one], team) for team in teams)]
    free = [(team, gap) for team in teams for gap in rota.gaps(rota.for_team(taken, team), now, until)]
    return Week(rota.merged(mine), sorted(free, key=lambda one: (one[1].start, one[0])))


def teams_of(everybody: Iterable[Person]) -> list[str]:
    """Return the names of the teams that have mentors; a mentor without a team makes the team ""."""
    return sorted({person.team for person in everybody if person.role is Role.MENTOR and person.left_at is None})


async def show(deps: Deps, incoming: Incoming) -> None:
    """/oncall: who is on call now and in the next seven days, for a supervisor's team or for all teams of a lead."""
    async with taking(deps, incoming) as turn:
        if turn is None or (reader := staff(turn)) is None:
            return
        everybody = await people.everyone(turn.session)
        teams = teams_of(everybody)
        if reader.team_id is not None:
            teams = [reader.team]
        found = await week(turn.session, deps.program, teams, everybody, turn.now)
        own = await swapping.own_shifts(turn, reader, everybody)
        offers = await swapping.open_for(turn, reader, everybody)
        turn.reply(Kind.ONCALL, **shown(deps.program, found, teams), own=bool(own), offers=offers[:OFFERS_SHOWN])


async def warn_leads(deps: Deps, *, now: datetime) -> int:
    """Show leads the next seven days when nobody is on call in some of them: once a week, outside their quiet hours.

    Return how many were told. Nobody is, when no policy calls the rota.
    """
    if not deps.program.calls_the_rota:
        return 0
    told = 0
    async with working(deps, now=now) as turn:
        everybody = await people.everyone(turn.session)
        for lead in everybody:
            if lead.role is not Role.LEAD or not serves(lead, now):
                continue
            teams = [lead.team] if lead.team_id is not None else teams_of(everybody)
            year, number, _ = now.astimezone(ZoneInfo(lead.timezone)).isocalendar()
            told += await warn(turn, lead, everybody, teams, key=f"{year}-W{number:02}")
    return told


async def warn(turn: Turn, lead: Person, everybody: Sequence[Person], teams: Sequence[str], *, key: str) -> bool:
    """Show a lead the next seven days if nobody is on call in some of them; once under one key. Say if that is so."""
    program = turn.deps.program
    found = await week(turn.session, program, teams, everybody, turn.now)
    if found.gaps:
        turn.tell(
            lead,
            Kind.ONCALL,
            params=shown(program, found, teams) | {"warns": True},
            priority=Priority.DIGEST,
            not_before=waking(turn, lead),
            dedup_key=f"oncall:{lead.id.hex}:{key}",
        )
    return bool(found.gaps)


def shown(program: Program, found: Week, teams: Sequence[str]) -> dict[str, Any]:
    """Return what the screen needs: each shift and each gap, in the order in which they begin."""
    several = len(teams) > 1
    # A gap of every team is said once.
    same = {gap for _, gap in found.gaps if sum(gap == other for _, other in found.gaps) == len(teams)}
    spans: list[tuple[datetime, datetime, str | None, str | None]] = [
        (one.start, one.end, one.team if several else None, one.person) for one in found.shifts
    ]
    spans += [(gap.start, gap.end, None, None) for gap in same]
    spans += [(gap.start, gap.end, team if several else None, None) for team, gap in found.gaps if gap not in same]
    spans.sort(key=lambda span: (span[0], span[1], span[2] or ""))
    return {
        "rota": program.has_rota,
        "called": program.calls_the_rota,
        "entries": [
            {"from": start.isoformat(), "until": end.isoformat(), "team": team or "", "name": name}
            for start, end, team, name in spans
        ],
    }


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong with the rota: `faults` now, `notes` in the days to come or to be thought about."""

    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


async def look(deps: Deps) -> Findings:
    """Compare the rota with the roster, for the operator. Without a policy that calls it there is nothing to say."""
    now = deps.clock()
    async with deps.db.reading() as session:
        everybody = await people.everyone(session)
        found = (await week(session, deps.program, teams_of(everybody), everybody, now)).gaps
    notes = list(unknown_names(deps.program, everybody, now))
    broken = duty.unreadable(deps.program, now)
    if not deps.program.calls_the_rota:
        return Findings(tuple(broken), tuple(notes))
    faults = broken + [
        f"{_whose(team)}: nobody is on call until {_utc(gap.end)}" for team, gap in found if gap.start <= now
    ]
    later = [
        f"{_whose(team)}: nobody is on call from {_utc(gap.start)} to {_utc(gap.end)}"
        for team, gap in found
        if gap.start > now
    ]
    notes += later[:GAPS_SHOWN]
    if len(later) > GAPS_SHOWN:
        notes.append(f"{len(later) - GAPS_SHOWN} more times in the next seven days at which nobody is on call")
    return Findings(tuple(faults), tuple(notes))


def _whose(team: str) -> str:
    return f"team {team}" if team else "mentors without a team"


def _utc(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"


def unknown_names(program: Program, everybody: Sequence[Person], now: datetime) -> Iterable[str]:
    """Return a line for each name in the rota, or in a calendar in the next weeks, that nobody on the roster has who
    can be on call, and for each team that is not there."""
    named = [
        (f"the rota names {name}", name) for entry in program.rota for name in (entry.person, entry.backup) if name
    ]
    for calendar in program.calendars:
        shifts = [shift_of(event, everybody) for event in calendar.events(now, now + LOOKED_AT)]
        names = [name for shift in shifts for name in (shift.person, shift.backup) if name]
        named += [(f"the calendar {calendar.written} names {name[:60]}", name) for name in names]
    for says, name in dict.fromkeys(named):
        person = rota.named(everybody, name)
        if person is None:
            yield f"{says}, who is not on the roster"
        elif person.role is Role.MENTOR:
            yield f"{says}, who is a mentor: only supervisors and leads can be on call"
        elif person.telegram_id is None:
            yield f"{says}, who has not joined"
    teams = [person.team for person in everybody]
    own = [("the rota", entry.team) for entry in program.rota] + [("[oncall]", one.team) for one in program.calendars]
    for where, team in dict.fromkeys(own):
        if team and not any(rota.same_name(team, known) for known in teams):
            yield f"{where} names the team {team}, which is not on the roster"
