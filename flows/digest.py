"""Once a week, what a supervisor's week asks for; and to leads, how soon help comes. Praise alone sends no message."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from core.access import Act, may
from core.messages import Kind
from core.people import Person, Role
from core.priorities import Need, Standing, ordered
from core.responsiveness import Answered, Responsiveness, responsiveness
from core.team_weeks import SMALLEST, WEEK, monday_of, team_weeks
from flows.contacts import SUPERVISION, Agreement
from flows.deps import Deps
from flows.team import mentors_for, stand
from flows.turn import Turn, working
from storage import contacts, digests, people, team
from storage.database import ReadSession
from storage.team import AlertSeen, TeamSize

MONDAY: Final = 0
FROM: Final = time(8, 30)
# Later than this on Monday it would be no preview of the week; an outage of that length drops it.
UNTIL: Final = time(20, 30)
LOW: Final = 0.6  # of the check-ins were answered: less is worth a word
FOUR_WEEKS: Final = timedelta(weeks=4)
TEAMS_TOLD: Final = 6
ALARMS: Final = (Need.CRISIS, Need.URGENT, Need.CONCERN)
NAMED: Final = (*ALARMS, Need.UNREACHABLE, Need.SILENT)
# From Monday 08:30 in the east, UTC+14, to 20:30 in the west, UTC-12: hours since the start of Sunday in UTC.
FIRST_HOUR, LAST_HOUR = 18, 56


@dataclass(frozen=True, slots=True)
class Due:
    """A digest that is to be decided."""

    person_id: UUID
    week: str


def week_of(person: Person, now: datetime) -> str | None:
    """Return the ISO week whose digest is due to a person now, such as "2026-W10"; None outside Monday's hours."""
    local = now.astimezone(ZoneInfo(person.timezone))
    if local.weekday() != MONDAY or not FROM <= local.time() < UNTIL:
        return None
    year, week, _ = local.isocalendar()
    return f"{year}-W{week:02}"


def is_monday_somewhere(now: datetime) -> bool:
    """Say whether a digest can be due to anybody on earth: on other days nobody is looked up."""
    hours = (now.isoweekday() % 7) * 24 + now.hour
    return FIRST_HOUR <= hours <= LAST_HOUR


async def due(deps: Deps, *, now: datetime) -> list[Due]:
    """Return whose digest is to be decided. Whoever is away gets none for that week."""
    if not is_monday_somewhere(now):
        return []
    async with deps.db.reading() as session:
        staff = [p for p in await people.staff(session) if p.can_receive and not p.is_away(now)]
        found = [Due(person.id, week) for person in staff if (week := week_of(person, now))]
        decided = await digests.decided(session, sorted({one.week for one in found}))
    return [one for one in found if (one.person_id, one.week) not in decided]


async def take(deps: Deps, one: Due, *, now: datetime) -> str:
    """Decide one digest: `sent`, `nothing` to say, or decided `elsewhere`. One of all replicas wins."""
    async with deps.db.reading() as session:
        reader = await people.get(session, one.person_id)
    if reader.role is Role.LEAD:
        async with deps.db.reading() as session:  # long for many teams: no writer waits for it
            params = await _of_lead(session, deps, reader, now)
    async with working(deps, now=now) as turn:
        if reader.role is not Role.LEAD:
            params = await _of_supervisor(turn, reader)
        telling, about = params.pop("worth"), params.pop("about", [])
        if not await digests.decide(turn.session, reader.id, one.week, now, sent=telling):
            return "elsewhere"
        if reader.role is Role.LEAD:
            await _tell_no_supervision(turn, reader, params.pop("unsupervised"))
        if not telling:
            return "nothing"
        turn.tell(reader, Kind.DIGEST, params=params, dedup_key=f"digest:{reader.id.hex}:{one.week}")
        await turn.log("digest_sent", actor="system", to=reader.id.hex, week=one.week)
        for mentor_id in about:
            await turn.log("digest_told", mentor_id, actor="system", to=reader.id.hex)
        return "sent"


async def _of_supervisor(turn: Turn, reader: Person) -> dict[str, Any]:
    mentors = await mentors_for(turn.session, reader, None)
    here = [mentor for mentor in mentors if mentor.takes_part and not mentor.is_away(turn.now)]
    standings, _ = await stand(turn, mentors, reader)
    entries = ordered(standings)
    names = {mentor.id: mentor.name for mentor in mentors}
    ids = [mentor.id for mentor in here]
    promised = await contacts.promised(turn.session, reader.id, Agreement.NEXT_WEEK, turn.now - WEEK)
    unsupervised = await _unsupervised(turn.session, turn.deps, ids, turn.now)
    told = [standing.person_id for need, standing in entries if need in NAMED]
    params: dict[str, Any] = {
        "about": list(dict.fromkeys([*told, *unsupervised, *(id_ for id_ in promised if id_ in names)])),
        "alerts": [
            {"name": standing.name, "need": need.value, "taken": standing.taken}
            for need, standing in entries
            if need in ALARMS
        ],
        "unreachable": _named(entries, Need.UNREACHABLE),
        "silent": _named(entries, Need.SILENT),
        "unsupervised": [names[id_] for id_ in unsupervised],
        "promised": [names[id_] for id_ in promised if id_ in names],
        "weeks": turn.deps.program.scoring.rules.no_supervision,
    }
    asks = any(params[key] for key in ("alerts", "unreachable", "silent", "unsupervised", "promised"))
    params |= await _answers(turn.session, ids, reader, turn.now)
    told_of = [mentor.id for mentor in mentors if may(reader, Act.SEE_ALERTS, mentor)]
    recent = responsiveness(answered(await team.alerts_since(turn.session, told_of, turn.now - WEEK)))
    params |= {"lead": False, "in_time": recent.alerts if recent.all_in_time else 0}
    return params | {"worth": asks or _is_low(params)}


def _named(entries: Iterable[tuple[Need, Standing]], wanted: Need) -> list[str]:
    return [standing.name for need, standing in entries if need is wanted]


async def _unsupervised(session: ReadSession, deps: Deps, ids: Sequence[UUID], now: datetime) -> list[UUID]:
    """Return those whose last logged session is too long ago. Where none was ever logged, the log is not in use."""
    longest = WEEK * deps.program.scoring.rules.no_supervision
    last = await contacts.last_supervised(session, ids, SUPERVISION)
    return [id_ for id_ in ids if id_ in last and now - last[id_] >= longest]


async def _answers(session: ReadSession, ids: Sequence[UUID], reader: Person, now: datetime) -> dict[str, Any]:
    """Return the share of last week's check-ins that were answered, and how many mentors answered all of theirs;
    nothing where fewer than five people are behind it."""
    today = now.astimezone(ZoneInfo(reader.timezone)).date()
    pulses = await team.pulses(session, ids, monday_of(today) - WEEK)
    (week,) = team_weeks(pulses, today, weeks=1)
    asked = [pulse for pulse in pulses if pulse.asked and monday_of(pulse.day) == week.monday]
    people_asked = {pulse.person_id for pulse in asked}
    missed = {pulse.person_id for pulse in asked if not pulse.answered}
    enough = len(people_asked) >= SMALLEST
    return {
        "share": week.share,
        "asked": len(people_asked) if enough else 0,
        "all_answered": len(people_asked - missed) if enough else 0,
    }


def _is_low(params: dict[str, Any]) -> bool:
    return params["share"] is not None and params["share"] < LOW


def answered(alerts: Iterable[AlertSeen]) -> list[Answered]:
    """Return when what happened to these alerts."""
    return [
        Answered(
            opened_at=alert.opened_at,
            acknowledge_within=alert.acknowledge_within,
            acknowledged_at=alert.acknowledged_at,
            reached_at=alert.reached_at,
            resolved_at=alert.resolved_at,
        )
        for alert in alerts
    ]


async def _of_lead(session: ReadSession, deps: Deps, reader: Person, now: datetime) -> dict[str, Any]:
    open_ = await team.open_by_team(session)
    teams: list[dict[str, Any]] = []
    unsupervised: list[UUID] = []
    week: list[Answered] = []
    for one in await team.teams(session):
        ids = await team.taking_part(session, one.id, now)
        everybody = [person.id for person in await people.mentors_of_team(session, one.id)]
        alerts = await team.alerts_since(session, everybody, now - FOUR_WEEKS)
        week += answered(alert for alert in alerts if alert.opened_at >= now - WEEK)
        without = await _unsupervised(session, deps, ids, now)
        unsupervised += without
        told = await _answers(session, ids, reader, now)
        teams.append(_team(one, open_.get(one.id, 0), len(without), responsiveness(answered(alerts))) | told)
    recent = responsiveness(week)
    late = recent.in_time < recent.alerts
    worth = late or any(one["open"] or one["unsupervised"] or _is_low(one) for one in teams)
    teams = [one for one in teams if one["open"] or one["unsupervised"] or one["alerts"] or one["share"] is not None]
    teams.sort(key=lambda one: (-one["open"], -one["unsupervised"], one["share"] if one["share"] is not None else 1.0))
    return {
        "lead": True,
        "teams": teams[:TEAMS_TOLD],
        "more_teams": max(0, len(teams) - TEAMS_TOLD),
        "weeks": deps.program.scoring.rules.no_supervision,
        "in_time": recent.alerts if recent.all_in_time else 0,
        "unsupervised": unsupervised,
        "worth": worth,
    }


def _team(one: TeamSize, open_: int, unsupervised: int, found: Responsiveness) -> dict[str, Any]:
    spans = {"taken": found.to_acknowledge, "talked": found.to_talk, "resolved": found.to_resolve}
    return {
        "name": one.name,
        "open": open_,
        "unsupervised": unsupervised,
        "alerts": found.alerts,
        **{key: span.total_seconds() if span is not None else None for key, span in spans.items()},
    }


async def _tell_no_supervision(turn: Turn, reader: Person, ids: Sequence[UUID]) -> None:
    """No session logged for weeks is about the organization: the leads hear of it, again after as many weeks.

    Weekly check-ins that speak of supervision go before the log; those that say "none" have been told already.
    """
    every = turn.deps.program.scoring.rules.no_supervision
    last = await contacts.last_supervised(turn.session, ids, SUPERVISION)
    for id_ in ids:
        weeks = (turn.now - last[id_]) // WEEK
        mentor = await people.get(turn.session, id_)
        if weeks % every or not may(reader, Act.SEE_ALERTS, mentor):
            continue
        said = await team.answers_since(turn.session, id_, "weekly", last[id_])
        kinds = [answers["supervision"] for _, answers in said if "supervision" in answers]
        if any(kind != "none" for kind in kinds) or len(kinds) >= every:
            continue
        key = f"no_session:{id_.hex}:{turn.now.date().isoformat()}:{reader.id.hex}"
        params = {"mentor": mentor.name, "weeks": weeks, "logged": True}
        turn.tell(reader, Kind.LEAD_NOTE, params=params, dedup_key=key)
        await turn.log("no_supervision_told", id_, actor="system", weeks=weeks, to=reader.id.hex)
