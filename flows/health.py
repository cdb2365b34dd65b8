"""Is everything moving? Read by /healthz, by the watchdog and by `keepwell doctor`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.people import Person, Role
from flows import auditing, duty
from flows.deps import Deps
from storage import alerts, facts, groups, people, updates
from storage.database import ReadSession

# A tick comes every second; after this long something hangs.
TICK_LATE: Final = timedelta(seconds=60)
STEP_LATE: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Health:
    """What was found. Nothing in here names anybody."""

    problems: tuple[str, ...]
    last_tick: datetime | None
    buried_updates: int

    @property
    def ok(self) -> bool:
        """Say whether all is well."""
        return not self.problems


async def check(deps: Deps) -> Health:
    """Look whether ticks, alerts, messages and all else that is due move."""
    now = deps.clock()
    async with deps.db.reading() as session:
        last_tick = await facts.when(session, facts.LAST_TICK)
        stuck = await alerts.stuck(session)
        overdue = await alerts.overdue(session, now - STEP_LATE)
        buried = await updates.buried(session)
    problems = []
    if last_tick is None or now - last_tick > TICK_LATE:
        problems.append("no tick for a minute: the scheduler hangs or the service is down")
    if stuck:
        problems.append(f"{stuck} unresolved alerts have no next step")
    if overdue:
        problems.append(f"{overdue} alerts are past their next step")
    if deps.program.calls_the_rota:
        problems += duty.unreadable(deps.program, now)
    problems += await auditing.standing_still(deps, now=now)
    return Health(tuple(problems), last_tick, buried)


async def unanswered(deps: Deps) -> list[str]:
    """Return what a person must see to although everything moves: alerts that nobody of a whole chain has taken."""
    async with deps.db.reading() as session:
        count = await alerts.unanswered(session)
    return [f"{count} open alerts: everybody in the chain was asked, and nobody has taken them"] if count else []


async def staffing(deps: Deps) -> list[str]:
    """Return what keeps alerts from reaching anybody: one line per fault, without names of mentors."""
    async with deps.db.reading() as session:
        everybody = await people.everyone(session)
        faults = await _groups(session, everybody) if deps.program.calls_groups else []
    if not any(person.role is Role.LEAD for person in everybody):
        faults.append("there is no lead on the roster: nobody is told when a chain ends unanswered")
    for team in sorted({person.team for person in everybody if person.role is Role.MENTOR}):
        supervisors = [p for p in everybody if p.role is Role.SUPERVISOR and p.team == team]
        if not supervisors:
            faults.append(f"team {team}: no supervisor on the roster")
        elif not any(_listens(person, deps.clock()) for person in supervisors):
            faults.append(f"team {team}: no supervisor has joined and can be reached; alerts go to the lead")
    if everybody and not any(p.role is Role.LEAD and _listens(p, deps.clock()) for p in everybody):
        faults.append("no lead has joined and can be reached")
    return faults


async def _groups(session: ReadSession, everybody: Sequence[Person]) -> list[str]:
    mentors = [person for person in everybody if person.role is Role.MENTOR]
    teams = {person.team_id: person.team or "without a team" for person in mentors}
    lacking = sorted([name for team_id, name in teams.items() if not await groups.for_team(session, team_id)])
    if not lacking:
        return []
    which = f"team {', '.join(lacking)}" if len(lacking) < len(teams) else "any team"
    return [f"a policy has the step `group`, and no group is linked for {which}: a lead sends /link TEAM in a group"]


def _listens(person: Person, now: datetime) -> bool:
    return person.can_receive and not person.is_away(now)


async def head_count(deps: Deps) -> dict[str, int]:
    """Return how many people are on the roster, joined, taking part and unreachable."""
    async with deps.db.reading() as session:
        everybody = await people.everyone(session)
    return {
        "on the roster": len(everybody),
        "joined": sum(person.telegram_id is not None for person in everybody),
        "taking part": sum(person.takes_part for person in everybody),
        "unreachable": sum(person.unreachable_since is not None for person in everybody),
    }
