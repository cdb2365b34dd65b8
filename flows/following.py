""" "Did that help?": the loop is closed by the mentor, without pushing."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from core import handling as core
from core.alerts import AlertState
from core.messages import Kind
from core.people import Person
from flows import chasing, joined
from flows.deps import Deps
from flows.turn import Incoming, Turn, taking, working
from storage import alerts, people


async def due(deps: Deps, *, now: datetime, limit: int) -> list[UUID]:
    """Return alerts whose mentors are to be asked, or did not answer."""
    async with deps.db.reading() as session:
        return await alerts.follow_ups_due(session, now, limit)


async def take(deps: Deps, alert_id: UUID, *, now: datetime) -> str:
    """Ask whether it helped; after no answer look after the mentor once more. Return what was done."""
    async with working(deps, now=now) as turn:
        alert = await alerts.lock(turn.session, alert_id)
        if alert is None or alert.follow_up_at is None or alert.follow_up_at > now:
            return "nothing"
        mentor = await people.get(turn.session, alert.person_id)
        if alert.state is not AlertState.RESOLVED or not mentor.takes_part:
            await joined.save(turn.session, replace(alert, follow_up_at=None))
            return "dropped"
        if alert.follow_up != "asked":
            await joined.save(turn.session, core.ask_whether_it_helped(alert, now))
            by = await people.get(turn.session, alert.resolved_by) if alert.resolved_by else None
            params = {"alert": alert.id.hex, "by": by.name if by else "", "ask": True}
            turn.tell(mentor, Kind.FOLLOW_UP, params=params, dedup_key=f"follow_up:{alert.id.hex}:{alert.version}")
            return "asked"
        await _reopen(turn, alert_id, mentor, why="silent")
        return "reopened"


async def put_off(deps: Deps, alert_id: UUID, *, until: datetime) -> None:
    """Put off a follow-up that could not be handled."""
    async with deps.db.transaction() as session:
        await alerts.postpone_follow_up(session, alert_id, until)


async def answer(deps: Deps, incoming: Incoming, alert_id: UUID, said: str) -> None:
    """Take the mentor's answer: yes, no, or "leave it". A "no" starts the chain anew."""
    async with taking(deps, incoming) as turn:
        if turn is None:
            return
        alert = await alerts.lock(turn.session, alert_id)
        if (
            alert is None
            or turn.person is None
            or alert.person_id != turn.person.id
            or said not in ("yes", "no", "left")
        ):
            turn.reply(Kind.REFUSAL, anew=True, reason="not_yours")
            return
        told: list[str] = []
        if alert.state is AlertState.RESOLVED:
            if said == "no":
                told = await _reopen(turn, alert_id, turn.person, why="no")
            else:
                await joined.save(turn.session, core.answered(alert, said))
                await turn.log(f"follow_up_{said}", turn.person.id, alert=alert.id.hex)
        turn.reply(Kind.FOLLOW_UP, alert=alert.id.hex, said=said, told=told)


async def _reopen(turn: Turn, alert_id: UUID, mentor: Person, *, why: str) -> list[str]:
    alert = await alerts.lock(turn.session, alert_id)
    if alert is None:
        return []
    await turn.log("alert_reopened", mentor.id, alert=alert.id.hex, why=why)
    return await chasing.chase(turn, core.reopen(alert, turn.now, why=why), mentor)
