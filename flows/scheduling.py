"""When a mentor is asked: planning the next occurrence of each questionnaire, and opening what is due."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any, Final

from core import timetable
from core.days_off import of_team
from core.people import Person
from core.questionnaire import Cadence, Questionnaire
from core.timetable import Action, Occurrence
from flows import asking, consenting
from flows.deps import Deps
from flows.turn import Turn, working
from flows.waking import quiet_hours
from program.days_off import days_off
from storage import checkins, facts, people, schedules
from storage.schedules import Schedule as Schedule  # the scheduler hands it back

PULSE: Final = "pulse"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a schedule that was due."""

    action: str  # sent, deferred, consent, skip_away, skip_late, skip_unreachable, gone, elsewhere
    checkin: str


def cadence_of(turn: Turn, person: Person, questionnaire: Questionnaire, schedule: Schedule | None) -> Cadence | None:
    """Return the cadence with the mentor's own days and times, without the days off of their team."""
    cadence = questionnaire.cadence
    if cadence is None:
        return None
    if schedule is not None and schedule.at_local is not None:
        cadence = replace(cadence, at=schedule.at_local)
    if schedule is not None and schedule.by_day:
        cadence = replace(cadence, days=tuple(sorted(schedule.by_day)), by_day=schedule.by_day)
    if turn.deps.program.days_off:
        cadence = replace(cadence, off=of_team(days_off(turn.deps.program.days_off, turn.now), person.team))
    return cadence


async def plan(turn: Turn, person: Person, *, pulse_at: time | None = None, keep_due: bool = False) -> None:
    """Store the next occurrence of every questionnaire for a mentor. Does no harm when done again.

    `keep_due`: what is due already, after an outage, stays so: the tick decides about it, and plans on from there.
    """
    known = await schedules.of_person(turn.session, person.id)
    for questionnaire in turn.deps.program.checkins:
        if person.role.value not in questionnaire.roles:
            continue
        stored = known.pop(questionnaire.id, None)
        at_local = stored.at_local if stored else None
        if pulse_at is not None and questionnaire.id == PULSE:
            at_local, stored = pulse_at, await _all_at(turn, person, stored, pulse_at)
        cadence = cadence_of(turn, person, questionnaire, stored)
        if cadence is not None and at_local is not None and stored is None:
            cadence = replace(cadence, at=at_local)
        following = await _following(turn, person, questionnaire, cadence) if cadence else None
        next_at = following.at if following else None
        if keep_due and cadence and stored and stored.next_at and stored.next_at <= turn.now:
            next_at = stored.next_at
        if not person.takes_part:
            next_at = None
        await schedules.put(turn.session, person.id, questionnaire.id, at_local=at_local, next_at=next_at)
    for gone in known.values():  # the program does not ask this any more
        await schedules.put(turn.session, person.id, gone.checkin, at_local=gone.at_local, next_at=None)


async def _all_at(turn: Turn, person: Person, stored: Schedule | None, at: time) -> Schedule | None:
    """One time for all days that the mentor picked."""
    if stored is None:
        return None
    if stored.by_day:
        stored = replace(stored, by_day=dict.fromkeys(stored.by_day, at))
        await schedules.set_days(turn.session, person.id, stored.checkin, stored.by_day)
    return replace(stored, at_local=at)


async def _following(turn: Turn, person: Person, questionnaire: Questionnaire, cadence: Cadence) -> Occurrence | None:
    """Return the next occurrence. Whoever was asked today and then chooses a later time is not asked twice that day."""
    found = timetable.next_occurrence(cadence, person.timezone, turn.now)
    while found and await checkins.asked_on(turn.session, person.id, questionnaire.id, found.local_date):
        found = timetable.next_occurrence(cadence, person.timezone, found.at)
    return found


async def plan_everybody(deps: Deps) -> int:
    """Plan anew for all mentors, after a change of the program. Return how many."""
    async with deps.db.reading() as session:
        mentors = [person for person in await people.everyone(session) if person.takes_part]
    for mentor in mentors:
        async with working(deps) as turn:
            await plan(turn, await people.get(turn.session, mentor.id), keep_due=True)
    return len(mentors)


async def plan_if_changed(deps: Deps) -> int:
    """Plan anew for everybody when the program is another one than last time. Return for how many."""
    async with deps.db.reading() as session:
        if await facts.get(session, facts.PROGRAM_VERSION) == deps.program.version:
            return 0
    planned = await plan_everybody(deps)
    async with working(deps) as turn:
        await facts.put(turn.session, facts.PROGRAM_VERSION, deps.program.version, turn.now)
    return planned


async def time_choices(turn: Turn, person: Person) -> dict[str, Any]:
    """Return what the screen that asks for the time of the pulse needs."""
    return {"choices": [f"{at:%H:%M}" for at in turn.deps.program.pulse_times], **await settings(turn, person)}


async def settings(turn: Turn, person: Person) -> dict[str, Any]:
    """Return a mentor's settings as the screens show them."""
    known = await schedules.of_person(turn.session, person.id)
    pulse, stored = turn.deps.program.find(PULSE), known.get(PULSE)
    at = (stored.at_local if stored else None) or (pulse.cadence.at if pulse and pulse.cadence else None)
    by_day = (stored.by_day if stored else None) or {}
    at = next(iter(by_day.values()), at)
    quiet = quiet_hours(turn, person)
    return {
        "zone": person.timezone,
        "at": at.strftime("%H:%M") if at else None,
        "days": sorted(by_day) if by_day else list(pulse.cadence.days) if pulse and pulse.cadence else [],
        "times": {str(day): f"{when:%H:%M}" for day, when in sorted(by_day.items())},
        "one_message": turn.deps.program.one_message if person.one_message is None else person.one_message,
        "next_at": stored.next_at.isoformat() if stored and stored.next_at else None,
        "quiet_from": quiet.start.strftime("%H:%M"),
        "quiet_until": quiet.end.strftime("%H:%M"),
        "away": person.is_away(turn.now),
        "away_until": person.away_until.isoformat() if person.away_until else None,
        "takes_part": person.takes_part,
        "role": person.role.value,
        "contentless": turn.deps.program.contentless or bool(person.contentless),
        "contentless_for_all": turn.deps.program.contentless,
    }


async def due(deps: Deps, *, now: datetime, limit: int) -> list[Schedule]:
    """Return schedules whose time has come, the oldest ones, in an order that is the same on all replicas.

    Whoever handles several in one transaction would otherwise wait for somebody who waits for them.
    """
    async with deps.db.reading() as session:
        return sorted(await schedules.due(session, now, limit), key=lambda schedule: schedule.id)


async def take_together(deps: Deps, several: Sequence[Schedule], *, now: datetime) -> list[Taken]:
    """Open the check-in that each schedule is due for, or skip it; move the schedule on. One of all replicas wins.

    All of it is one transaction: what one raises undoes it.
    """
    async with working(deps, now=now) as turn:
        return [await _take(turn, schedule) for schedule in several]


async def _take(turn: Turn, schedule: Schedule) -> Taken:
    person = await people.get(turn.session, schedule.person_id)
    questionnaire = turn.deps.program.find(schedule.checkin)
    cadence = cadence_of(turn, person, questionnaire, schedule) if questionnaire else None
    if questionnaire is None or cadence is None or schedule.next_at is None or not _is_asked(person, questionnaire):
        moved = await schedules.move(turn.session, schedule, None)
        return Taken("gone" if moved else "elsewhere", schedule.checkin)
    following = timetable.next_occurrence(cadence, person.timezone, turn.now)
    if not await schedules.move(turn.session, schedule, following.at if following else None):
        return Taken("elsewhere", schedule.checkin)
    occurrence = _due(questionnaire, cadence, person.timezone, schedule.next_at, turn.now)
    if occurrence is None:
        return Taken("gone", schedule.checkin)
    if person.unreachable_since is not None:
        return Taken("skip_unreachable", schedule.checkin)
    return await _act(turn, person, questionnaire, occurrence, schedule, following)


def _is_asked(person: Person, questionnaire: Questionnaire) -> bool:
    return person.takes_part and person.role.value in questionnaire.roles


def _due(
    questionnaire: Questionnaire, cadence: Cadence, zone: str, scheduled_at: datetime, now: datetime
) -> Occurrence | None:
    """Return the occurrence that a schedule is due for. One that was put off lies before the schedule's instant."""
    on_time = timetable.due_occurrence(cadence, zone, scheduled_at, now)
    return on_time or timetable.due_occurrence(cadence, zone, scheduled_at - questionnaire.expires_after, now)


async def _act(
    turn: Turn,
    person: Person,
    questionnaire: Questionnaire,
    occurrence: Occurrence,
    schedule: Schedule,
    following: Occurrence | None,
) -> Taken:
    decision = timetable.decide(
        occurrence,
        turn.now,
        zone=person.timezone,
        quiet=quiet_hours(turn, person),
        away=person.is_away(turn.now),
        expires_after=questionnaire.expires_after,
        next_at=following.at if following else None,
        chosen_by_mentor=schedule.at_local is not None or schedule.by_day is not None,
    )
    match decision.action:
        case Action.SEND | Action.DEFER if not consenting.has_agreed(turn, person):
            await consenting.ask_again(turn, person, not_before=decision.until)
            return Taken("consent", questionnaire.id)
        case Action.SEND | Action.DEFER:
            opened = await asking.open_checkin(
                turn,
                person,
                questionnaire,
                occurrence=occurrence,
                not_before=decision.until,
                quiet=quiet_hours(turn, person),
            )
            if opened is None:
                return Taken("elsewhere", questionnaire.id)
            return Taken("sent" if decision.until is None else "deferred", questionnaire.id)
        case skipped:
            await turn.log("checkin_skipped", person.id, actor="system", checkin=questionnaire.id, why=skipped.value)
            return Taken(skipped.value, questionnaire.id)


async def put_off(deps: Deps, schedule: Schedule, until: datetime) -> None:
    """Move a schedule that could not be handled, so that it does not hold up the others. Its occurrence is kept."""
    async with working(deps) as turn:
        await schedules.move(turn.session, schedule, until)


async def next_instant(deps: Deps) -> datetime | None:
    """Return when anybody is asked next."""
    async with deps.db.reading() as session:
        return await schedules.next_at(session)
