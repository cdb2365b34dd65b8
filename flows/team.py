"""/team: who of a supervisor's mentors may need somebody, and how the team's weeks went."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from core.access import Act, may
from core.alerts import AlertState
from core.history import History
from core.levels import Level
from core.messages import Kind
from core.people import Person, Role
from core.priorities import Need, Standing, due_at, ordered, pages
from core.rules import RULES
from core.silence import Hello, stage
from core.team_weeks import SMALLEST, WEEK, WEEKS, monday_of, team_weeks
from core.visibility import Group
from flows.belonging import known
from flows.deps import Deps
from flows.disclosing import as_seen
from flows.turn import Incoming, Turn, taking
from storage import assessments, people, team
from storage.database import ReadSession
from storage.team import AlertSeen

TEAMS_ON_A_PAGE: Final = 8
# The most serious reason is said first.
SERIOUSNESS: Final = {rule.code: place for place, rule in enumerate(RULES)}


def staff(turn: Turn) -> Person | None:
    """Return the supervisor or lead of the update; refuse everybody else."""
    person = known(turn)
    if person is not None and person.role is Role.MENTOR:
        turn.reply(Kind.REFUSAL, reason="staff_only")
        return None
    return person


async def show_team(deps: Deps, incoming: Incoming) -> None:
    """Show a supervisor the first page of the list, and a lead the teams."""
    async with taking(deps, incoming) as turn:
        if turn is None or (reader := staff(turn)) is None:
            return
        if reader.role is not Role.LEAD:
            await _show(turn, reader, None, 0)
            return
        found = await team.teams(turn.session)
        if len(found) == 1:
            await _show(turn, reader, found[0].id, 0)
        else:
            await _show_teams(turn, 0)


async def show_teams(deps: Deps, incoming: Incoming, page: int) -> None:
    """Show a lead a page of the teams."""
    async with taking(deps, incoming) as turn:
        if turn is None or (reader := staff(turn)) is None:
            return
        if reader.role is Role.LEAD:
            await _show_teams(turn, page)
        else:
            await _show(turn, reader, None, 0)


async def show_page(deps: Deps, incoming: Incoming, team_id: UUID | None, page: int) -> None:
    """Show a page of the list; `team_id` is of a lead's choice, supervisors have their own mentors."""
    async with taking(deps, incoming) as turn:
        if turn is not None and (reader := staff(turn)) is not None:
            await _show(turn, reader, team_id, page)


async def _show_teams(turn: Turn, page: int) -> None:
    found = await team.teams(turn.session)
    open_ = await team.open_by_team(turn.session)
    last = max(0, (len(found) - 1) // TEAMS_ON_A_PAGE)
    page = min(max(page, 0), last)
    shown = found[page * TEAMS_ON_A_PAGE : (page + 1) * TEAMS_ON_A_PAGE]
    turn.reply(
        Kind.TEAMS,
        page=page,
        last=last,
        teams=[
            {
                "id": one.id.hex if one.id else None,
                "name": one.name,
                "mentors": one.mentors,
                "open": open_.get(one.id, 0),
            }
            for one in shown
        ],
    )


async def _show(turn: Turn, reader: Person, team_id: UUID | None, page: int) -> None:
    mentors = await mentors_for(turn.session, reader, team_id)
    shown = await list_of(turn, mentors, reader, page)
    for entry in shown["entries"]:
        await turn.log("team_seen", UUID(entry["mentor"]))
    turn.reply(Kind.TEAM, **shown | {"team": team_id.hex if team_id and shown["by_team"] else None})


async def list_of(turn: Turn, mentors: Sequence[Person], reader: Person, page: int = 0) -> dict[str, Any]:
    """Return what a page of the list of these mentors needs."""
    standings, alerts = await stand(turn, mentors, reader)
    made = pages(ordered(standings))
    page = min(max(page, 0), len(made) - 1)
    by_team = reader.role is Role.LEAD
    return {
        "name": mentors[0].team if mentors and by_team else reader.team,
        "by_team": by_team,
        "page": page,
        "last": len(made) - 1,
        "steady": sum(1 for entries in made for need, _ in entries if need is Need.STEADY),
        "mentors": len(standings),
        "entries": [
            _entry(need, standing, alerts.get(standing.person_id, []), reader, turn.now)
            for need, standing in made[page]
        ],
    }


async def mentors_for(session: ReadSession, reader: Person, team_id: UUID | None) -> list[Person]:
    """Return the mentors whose list somebody may see: a lead's by team, a supervisor's own and those of the team."""
    if reader.role is Role.LEAD:
        found = await people.mentors_of_team(session, team_id)
    else:
        found = await people.mentors_around(session, reader)
    return [mentor for mentor in found if may(reader, Act.SEE_TEAM, mentor)]


async def stand(
    turn: Turn, mentors: Sequence[Person], reader: Person
) -> tuple[list[Standing], dict[UUID, list[AlertSeen]]]:
    """Return where these mentors stand for a reader, and the alerts about each that are not resolved.

    Whoever does not take part is left out, unless an alert about them is open: saying no has no consequence. A mentor
    who would rather have somebody else is listed like one of whom there is nothing to say.
    """
    told_of = [mentor for mentor in mentors if may(reader, Act.SEE_ALERTS, mentor)]
    by_id = {mentor.id: mentor for mentor in told_of}
    by_person: dict[UUID, list[AlertSeen]] = {}
    for alert in await team.open_alerts(turn.session, [mentor.id for mentor in told_of]):
        by_person.setdefault(alert.person_id, []).append(as_seen(alert, by_id[alert.person_id]))
    listed = [mentor for mentor in mentors if mentor.takes_part or mentor.id in by_person]
    silent = await _silent(turn, told_of)
    standings = [
        _alarmed(_standing(mentor, turn.now, silent=mentor.id in silent), by_person.get(mentor.id, []), reader.timezone)
        for mentor in listed
    ]
    return standings, by_person


def _standing(mentor: Person, now: datetime, *, silent: bool) -> Standing:
    away = mentor.is_away(now)
    return Standing(
        person_id=mentor.id,
        name=mentor.name,
        unreachable_since=mentor.unreachable_since,
        silent=silent,
        away=away,
        away_until=mentor.away_until if away else None,
    )


def _alarmed(standing: Standing, alerts: Sequence[AlertSeen], zone: str) -> Standing:
    """Return where a mentor stands with the most serious of these alerts; one that nobody has goes first."""
    if not alerts:
        return standing
    top = min(alerts, key=lambda a: (-a.level, a.state is AlertState.ACKNOWLEDGED, a.opened_at))
    codes = {code for alert in alerts for code in alert.reasons}
    return replace(
        standing,
        level=top.level,
        opened_at=top.opened_at,
        due_at=due_at(top.level, top.opened_at, zone),
        taken=top.state is AlertState.ACKNOWLEDGED,
        reasons=tuple(sorted(codes, key=lambda code: -SERIOUSNESS.get(code, len(SERIOUSNESS)))),
    )


async def _silent(turn: Turn, mentors: Sequence[Person]) -> set[UUID]:
    """Return who has been silent for so long that a supervisor is asked for a hello. What comes before is private."""
    parameters = turn.deps.program.scoring.silence
    private = {mentor.id for mentor in mentors if mentor.visibility.hides(Group.PULSE)}
    found = set()
    for person_id, missed in (await team.missed_in_a_row(turn.session, [m.id for m in mentors], turn.now)).items():
        changed = False
        if parameters.hello_when_changed <= missed < parameters.hello and person_id not in private:
            latest = await assessments.before(turn.session, person_id, turn.now, "weekly")
            changed = latest is not None and History.from_json(latest.history).change.alert.level is not Level.STEADY
        if stage(missed, changed, parameters) is Hello.SUPERVISOR:
            found.add(person_id)
    return found


def _entry(
    need: Need, standing: Standing, alerts: Sequence[AlertSeen], reader: Person, now: datetime
) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for alert in alerts:
        facts |= alert.facts
    until = standing.unreachable_since or standing.away_until
    return {
        "mentor": standing.person_id.hex,
        "name": standing.name,
        "need": need.value,
        "reasons": list(standing.reasons),
        "facts": facts,
        "taken": standing.taken,
        "mine": standing.taken and {a.acknowledged_by for a in alerts if a.level == standing.level} == {reader.id},
        "due": standing.due_at.isoformat() if standing.due_at else None,
        "overdue": standing.is_overdue(now),
        "time": until.isoformat() if until else None,
    }


async def show_trend(deps: Deps, incoming: Incoming, team_id: UUID | None) -> None:
    """Send the picture of the team's twelve weeks, or say why there is none."""
    async with taking(deps, incoming) as turn:
        if turn is None or (reader := staff(turn)) is None:
            return
        mentors = [mentor for mentor in await mentors_for(turn.session, reader, team_id) if mentor.takes_part]
        name = mentors[0].team if mentors and reader.role is Role.LEAD else reader.team
        await turn.log("trend_seen", mentors=len(mentors))
        if len(mentors) < SMALLEST:
            turn.reply(Kind.TREND, anew=True, name=name, smallest=SMALLEST, weeks=[])
            return
        today = turn.now.astimezone(ZoneInfo(reader.timezone)).date()
        since = monday_of(today) - WEEK * WEEKS
        private = {mentor.id for mentor in mentors if mentor.visibility.hides(Group.PULSE)}
        pulses = [
            replace(pulse, strain=None) if pulse.person_id in private else pulse
            for pulse in await team.pulses(turn.session, [mentor.id for mentor in mentors], since)
        ]
        weeks = [
            {"monday": week.monday.isoformat(), "share": week.share, "band": week.band.value if week.band else None}
            for week in team_weeks(pulses, today)
        ]
        turn.reply(Kind.TREND, anew=True, name=name, smallest=SMALLEST, weeks=weeks)
