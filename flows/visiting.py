"""The home-visit timer: "I'm going in, back by 15:30". It asks, asks again, and then calls people."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from core import visits as core
from core.alerts import Alert, AlertState
from core.clock_words import read_soon
from core.levels import Level
from core.messages import Kind
from core.people import Person, Role
from core.visits import Visit, VisitEvent, VisitState
from flows import copies, correcting, foreseeing, telling
from flows.belonging import known
from flows.deps import Deps
from flows.stopping import stop_choosing
from flows.turn import Incoming, Turn, taking, working
from storage import people, visits

RUNNING: Final = (VisitState.INSIDE, VisitState.ASKED, VisitState.OVERDUE)
LENGTHS: Final = (30, 60, 120)  # minutes, offered by tap
# A time that is typed long after it was asked for is something else.
TYPING: Final = timedelta(minutes=30)
OVERDUE: Final = "visit_overdue"
ANSWERED: Final = "visit_answered"


async def show(deps: Deps, incoming: Incoming, words: str = "") -> None:
    """/visit: offer times, or show the timer that runs. With words, as in "/visit 15:30", start or move it at once."""
    async with taking(deps, incoming) as turn:
        if turn is None or (person := _mentor(turn)) is None:
            return
        running = await visits.latest_of(turn.session, person.id, *RUNNING)
        if words.strip():
            back_at = read_soon(words, turn.now, person.timezone)
            await _set(turn, person, running, back_at)
        elif running is not None:
            turn.reply(Kind.VISIT, **await _shown(turn, person, running))
        else:
            turn.reply(Kind.VISIT, what="choose", lengths=list(LENGTHS), zone=person.timezone)


async def start(deps: Deps, incoming: Incoming, minutes: int) -> None:
    """Start a timer, or give the one that runs more time, by tap."""
    async with taking(deps, incoming) as turn:
        if turn is None or (person := _mentor(turn)) is None:
            return
        running = await visits.latest_of(turn.session, person.id, *RUNNING)
        fits = 0 < minutes <= core.LONGEST // timedelta(minutes=1)
        await _set(turn, person, running, turn.now + timedelta(minutes=minutes) if fits else None)


async def ask_time(deps: Deps, incoming: Incoming) -> None:
    """The mentor wants to type the time."""
    async with taking(deps, incoming) as turn:
        if turn is None or (person := _mentor(turn)) is None:
            return
        await visits.add(turn.session, _new(turn, person))
        turn.reply(Kind.VISIT, what="type", zone=person.timezone)


async def typed(turn: Turn, person: Person, text: str) -> bool:
    """Take a text as the time that was just asked for. False if it is something else, which is read as what it is."""
    asked = await visits.latest_of(turn.session, person.id, VisitState.CHOOSING)
    if asked is None or turn.now - asked.started_at > TYPING or not turn.deps.program.visits.enabled:
        return False
    back_at = read_soon(text, turn.now, person.timezone)
    if back_at is None:
        return False
    running = await visits.latest_of(turn.session, person.id, *RUNNING)
    await _set(turn, person, running, back_at)
    return True


def _mentor(turn: Turn) -> Person | None:
    person = known(turn)
    if person is None:
        return None
    if not person.takes_part or person.role is not Role.MENTOR:
        turn.reply(Kind.REFUSAL, reason="not_taking_part", role=person.role.value)
        return None
    if not turn.deps.program.visits.enabled:
        turn.reply(Kind.VISIT, what="disabled")
        return None
    return person


def _new(turn: Turn, person: Person) -> Visit:
    numbers = turn.deps.program.visits
    return Visit(
        id=uuid4(),
        person_id=person.id,
        state=VisitState.CHOOSING,
        started_at=turn.now,
        repeats=numbers.repeats,
        repeat_every=numbers.repeat_every,
    )


async def _set(turn: Turn, person: Person, running: Visit | None, back_at: datetime | None) -> None:
    """Start a timer or move the one that runs. A time that does not fit changes nothing, and says what fits."""
    if back_at is None or back_at - turn.now > core.LONGEST:
        turn.reply(Kind.VISIT, what="unclear", zone=person.timezone, runs=running is not None)
        return
    await stop_choosing(turn, person)
    locked = await visits.lock(turn.session, running.id) if running else None
    if locked is None or not locked.runs:
        visit = core.start(_new(turn, person), back_at)
        await visits.add(turn.session, visit)
        await turn.log("visit_started", person.id)
    else:
        visit = core.more(locked, back_at)
        await visits.save(turn.session, visit)
        await turn.log("visit_moved", person.id)
        if locked.state is VisitState.OVERDUE:
            await _answered_after_all(turn, person, visit)
    turn.reply(Kind.VISIT, **await _shown(turn, person, visit))


async def _shown(turn: Turn, person: Person, visit: Visit, **more: Any) -> dict[str, Any]:
    """Return what the screens of a timer need."""
    calls_at = core.calls_at(visit)
    return {
        "what": visit.state.value,
        "visit": visit.id.hex,
        "back_at": visit.back_at.isoformat() if visit.back_at else None,
        "calls_at": calls_at.isoformat() if calls_at else None,
        "left": visit.repeats + 1 - visit.asked,
        "repeats": visit.repeats,
        "every": visit.repeat_every.total_seconds(),
        "calls": await foreseeing.first_told(turn, person, turn.deps.program.visits.level),
        "zone": person.timezone,
        **more,
    }


async def out(deps: Deps, incoming: Incoming, visit_id: UUID) -> None:
    """ "I'm out": the timer ends. Those who were called read it, and still close the alert themselves."""
    async with taking(deps, incoming) as turn:
        if turn is None:
            return
        visit = await visits.lock(turn.session, visit_id)
        person = turn.person
        if visit is None or person is None or visit.person_id != person.id:
            turn.reply(Kind.REFUSAL, anew=True, reason="not_yours")
            return
        told: list[str] = []
        if visit.runs:
            ended = core.end(visit, VisitEvent.OUT)
            await visits.save(turn.session, ended)
            await turn.log("visit_over", person.id)
            if visit.state is VisitState.OVERDUE or await _open_alert(turn, visit) is not None:
                told = await _answered_after_all(turn, person, ended)
            visit = ended
        turn.reply(Kind.VISIT, **await _shown(turn, person, visit, told=told))


async def _open_alert(turn: Turn, visit: Visit) -> Alert | None:
    found = await telling.alerts_of(turn, _source(visit))
    return found[-1] if found and found[-1].state is not AlertState.RESOLVED else None


async def _answered_after_all(turn: Turn, person: Person, visit: Visit) -> list[str]:
    """Tell those who were called that the mentor has answered. The alert stays theirs to close: a tap is no voice."""
    alert = await _open_alert(turn, visit)
    if alert is None:
        return []
    if not await correcting.lower(turn, alert, person, Level.CONCERN, (OVERDUE, ANSWERED), {}):
        return []
    facts = {"alert": alert.id.hex, "mentor": person.name, "out": visit.state is VisitState.OUT}
    until = visit.back_at.isoformat() if visit.back_at else None
    for reader in await correcting.those_told(turn, alert):
        await turn.log("visit_told", person.id, actor="system", to=reader.id.hex)
        turn.tell(reader, Kind.VISIT_NEWS, params={**facts, "at": turn.now.isoformat(), "back_at": until})
    return await copies.names_told(turn, alert)


def _source(visit: Visit) -> str:
    return f"visit:{visit.id.hex}"


async def due(deps: Deps, *, now: datetime, limit: int) -> list[UUID]:
    """Return the timers at which something is due."""
    async with deps.db.reading() as session:
        return await visits.due(session, now, limit)


async def take(deps: Deps, visit_id: UUID, *, now: datetime) -> str:
    """Ask whether the mentor is out, or call people. Quiet hours and being away do not count: it is their own wish.

    Return what was done.
    """
    async with working(deps, now=now) as turn:
        visit = await visits.lock(turn.session, visit_id)
        moved = core.due(visit, now) if visit else None
        if moved is None or not await visits.save(turn.session, moved):
            return "nothing"
        person = await people.get(turn.session, moved.person_id)
        if moved.state is VisitState.ASKED:
            turn.tell(person, Kind.VISIT_ASK, params=await _shown(turn, person, moved))
            return "asked"
        facts = {"back_at": moved.back_at.isoformat() if moved.back_at else None}
        level = turn.deps.program.visits.level
        told = await telling.raise_anew(turn, person, _source(moved), level, (OVERDUE,), facts)
        await turn.log("visit_overdue", person.id, actor="system")
        turn.tell(person, Kind.VISIT_ASK, params=await _shown(turn, person, moved, told=told))
        return "overdue"


async def put_off(deps: Deps, visit_id: UUID, *, until: datetime) -> None:
    """Put off a timer that could not be handled, so that it does not hold up the others."""
    async with deps.db.transaction() as session:
        await visits.postpone(session, visit_id, until)
