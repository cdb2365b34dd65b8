"""Times for a talk: a supervisor proposes some by tap, the mentor picks one, or another time, or leaves it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from core import meetings as core
from core.alerts import Alert, AlertState
from core.levels import Level
from core.meetings import MeetingState
from core.messages import Kind
from core.people import Person
from flows import copies, responding
from flows.deps import Deps
from flows.turn import Incoming, Turn, taking
from flows.waking import quiet_hours
from storage import alerts, meetings, people
from storage.meetings import Meeting


async def begin(deps: Deps, incoming: Incoming, alert_id: UUID) -> None:
    """Show the times that a supervisor can propose, none of them chosen yet."""
    async with taking(deps, incoming) as turn:
        if turn is None or (found := await _proposer(turn, alert_id)) is None:
            return
        alert, mentor, actor = found
        meeting = Meeting(alert_id=alert.id, person_id=mentor.id, by_id=actor.id)
        await meetings.save(turn.session, meeting, turn.now)
        _show_draft(turn, alert, mentor, meeting)


async def pick(deps: Deps, incoming: Incoming, alert_id: UUID, at: datetime) -> None:
    """Add a time to the draft, or take it away again."""
    async with taking(deps, incoming) as turn:
        if turn is None or (found := await _proposer(turn, alert_id)) is None:
            return
        alert, mentor, actor = found
        meeting = await _draft(turn, alert, mentor, actor)
        if at in _slots(turn, alert, mentor):
            meeting = replace(meeting, options=core.toggled(meeting.options, at))
            await meetings.save(turn.session, meeting, turn.now)
        _show_draft(turn, alert, mentor, meeting)


async def send(deps: Deps, incoming: Incoming, alert_id: UUID) -> None:
    """Ask the mentor. Whoever proposes a time has the alert."""
    async with taking(deps, incoming) as turn:
        if turn is None or (found := await _proposer(turn, alert_id)) is None:
            return
        alert, mentor, actor = found
        meeting = await _draft(turn, alert, mentor, actor)
        options = tuple(sorted(at for at in meeting.options if at > turn.now))
        if not options:
            _show_draft(turn, alert, mentor, meeting)
            return
        await meetings.save(turn.session, replace(meeting, options=options, state=MeetingState.ASKED), turn.now)
        await turn.log("talk_proposed", mentor.id, alert=alert.id.hex, times=len(options))
        params = {"alert": alert.id.hex, "by": actor.name, "options": [at.isoformat() for at in options]}
        turn.tell(mentor, Kind.TALK_TIMES, params=params | {"view": "ask"})
        turn.reply(Kind.TALK_PLAN, view="sent", name=mentor.name, **_said(alert, options))


async def _proposer(turn: Turn, alert_id: UUID) -> tuple[Alert, Person, Person] | None:
    """Return alert, mentor and actor, if the actor has the alert and a time can still be proposed; else show it."""
    found = await responding.for_staff(turn, alert_id)
    if found is None:
        return None
    alert, mentor, actor = found
    mine = alert.state is AlertState.ACKNOWLEDGED and alert.acknowledged_by == actor.id
    meeting = await meetings.lock(turn.session, alert.id)
    if meeting is not None and meeting.state is MeetingState.LEFT:
        turn.reply(Kind.TALK_PLAN, view="left", name=mentor.name, **_said(alert))
        return None
    if not mine or not mentor.can_receive or alert.level is Level.CRISIS:
        turn.reply(Kind.ALERT_UPDATE, **await copies.alert_params(turn, alert, mentor, actor))
        return None
    return found


async def _draft(turn: Turn, alert: Alert, mentor: Person, actor: Person) -> Meeting:
    """Return the draft of this supervisor; an older proposal gives way."""
    meeting = await meetings.lock(turn.session, alert.id)
    if meeting is not None and meeting.by_id == actor.id and meeting.state is MeetingState.DRAFT:
        return meeting
    return Meeting(alert_id=alert.id, person_id=mentor.id, by_id=actor.id)


def _slots(turn: Turn, alert: Alert, mentor: Person) -> list[datetime]:
    return core.slots(turn.now, mentor.timezone, alert.level, quiet_hours(turn, mentor))


def _show_draft(turn: Turn, alert: Alert, mentor: Person, meeting: Meeting) -> None:
    chosen = set(meeting.options)
    slots = [{"at": at.isoformat(), "chosen": at in chosen} for at in _slots(turn, alert, mentor)]
    turn.reply(Kind.TALK_PLAN, view="draft", name=mentor.name, zone=mentor.timezone, slots=slots, **_said(alert))


def _said(alert: Alert, options: tuple[datetime, ...] = ()) -> dict[str, Any]:
    return {"alert": alert.id.hex, "options": [at.isoformat() for at in options]}


async def answer(deps: Deps, incoming: Incoming, alert_id: UUID, said: str) -> None:
    """Take the mentor's answer: a Unix time that was proposed, "other", or "left". The last word counts."""
    async with taking(deps, incoming) as turn:
        if turn is None:
            return
        alert = await alerts.lock(turn.session, alert_id)
        meeting = await meetings.lock(turn.session, alert_id)
        if alert is None or meeting is None or turn.person is None or meeting.person_id != turn.person.id:
            turn.reply(Kind.REFUSAL, anew=True, reason="not_yours")
            return
        by = await people.get(turn.session, meeting.by_id)
        after = _after(meeting, said, turn.now)
        if after is None or alert.state is AlertState.RESOLVED:
            # Times of an older proposal, a time that has passed, or an alert that is closed.
            turn.reply(Kind.TALK_TIMES, view="old", alert=alert.id.hex, by=by.name)
            return
        if after != meeting:
            await _take(turn, alert, after, by)
        at = after.at.isoformat() if after.at else None
        turn.reply(Kind.TALK_TIMES, view=after.state.value, alert=alert.id.hex, by=by.name, at=at)


def _after(meeting: Meeting, said: str, now: datetime) -> Meeting | None:
    """Return the proposal after an answer, None if the answer does not fit it any more."""
    if meeting.state is MeetingState.DRAFT:
        return None
    if said in (MeetingState.OTHER.value, MeetingState.LEFT.value):
        return replace(meeting, state=MeetingState(said), at=None)
    at = next((one for one in meeting.options if f"{one.timestamp():.0f}" == said), None)
    if at is None or at <= now:
        return None
    return replace(meeting, state=MeetingState.AGREED, at=at)


async def _take(turn: Turn, alert: Alert, meeting: Meeting, by: Person) -> None:
    await meetings.save(turn.session, meeting, turn.now)
    await turn.log(f"talk_{meeting.state.value}", meeting.person_id, alert=alert.id.hex)
    if meeting.state is MeetingState.LEFT:
        await alerts.save(turn.session, core.left_alone(alert))
    elif meeting.at is not None and (waiting := core.agreed(alert, meeting.by_id, meeting.at)) != alert:
        await alerts.save(turn.session, waiting)
    mentor = turn.person
    if mentor is not None:
        options = (meeting.at,) if meeting.at else ()
        params = {"view": meeting.state.value, "name": mentor.name, **_said(alert, options)}
        turn.tell(by, Kind.TALK_PLAN, params=params)
        await turn.log("talk_told", mentor.id, actor="system", alert=alert.id.hex, to=by.id.hex)


def unix(text: str) -> datetime:
    """Return the instant of a Unix time; raise ValueError when it is none."""
    if not text.isascii() or not text.isdigit() or len(text) > 11:
        raise ValueError("no Unix time")
    return datetime.fromtimestamp(int(text), UTC)
