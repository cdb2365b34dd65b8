"""Before supervision: what changed since the last session, what the mentor wants to talk about, what was agreed."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from core.access import Act, may
from core.messages import Kind
from core.people import Person, Role
from core.priorities import need_of
from core.questionnaire import Questionnaire
from core.visibility import Group, Step
from flows.contacts import SUPERVISION, mentor_of
from flows.deps import Deps
from flows.disclosing import as_seen
from flows.team import SERIOUSNESS, staff, stand
from flows.turn import Incoming, Turn, taking
from storage import contacts, team
from storage.contacts import Contact
from storage.team import AlertSeen

# How far an agenda looks back when no session was logged, or none for long.
LONGEST: Final = timedelta(days=42)
NO_SESSION: Final = timedelta(days=28)
ALERTS_SHOWN: Final = 3
UNTOLD: Final = "untold"  # a boundary of which a mentor keeps the kind private


async def show(deps: Deps, incoming: Incoming, mentor_id: UUID, page: int) -> None:
    """Show the page of one mentor; `page` is the page of the list to go back to."""
    async with taking(deps, incoming) as turn:
        if turn is None or (reader := staff(turn)) is None:
            return
        mentor = await mentor_of(turn, reader, mentor_id, Act.SEE_TEAM)
        if mentor is None:
            return
        await turn.log("agenda_seen", mentor.id)
        turn.reply(Kind.AGENDA, page=page, **await agenda(turn, mentor, reader))


async def agenda(turn: Turn, mentor: Person, reader: Person) -> dict[str, Any]:
    """Return what the page of a mentor needs. Only what the mentor marked for a talk is taken from answers."""
    met = await contacts.of_mentor(turn.session, mentor.id)
    last = next((contact for contact in met if contact.kind in SUPERVISION), None)
    since = max(last.at if last else turn.now - NO_SESSION, turn.now - LONGEST)
    standings, _ = await stand(turn, [mentor], reader)
    # Of a mentor who would rather have somebody else, nothing is told here.
    told = may(reader, Act.SEE_ALERTS, mentor)
    alerts = await team.alerts_since(turn.session, [mentor.id], since) if told else []
    return {
        "mentor": mentor.id.hex,
        "name": mentor.name,
        "team": mentor.team_id.hex if mentor.team_id and reader.role is Role.LEAD else None,
        "team_name": mentor.team,
        "need": need_of(standings[0]).value if standings else None,
        "last": last.at.isoformat() if last else None,
        "last_kind": last.kind if last else None,
        "since": since.isoformat(),
        "alerts": [_alert(as_seen(alert, mentor)) for alert in alerts[:ALERTS_SHOWN]],
        "more_alerts": max(0, len(alerts) - ALERTS_SHOWN),
        "boundaries": await _boundaries(turn, mentor, since) if told else [],
        "scenarios": await _scenarios(turn, mentor, since) if told else [],
        "agreements": _agreed(met),
        "shares": [group.value for group in Group if may(reader, Act.SEE_ANSWERS, mentor) and shows(mentor, group)],
    }


def shows(mentor: Person, group: Group) -> bool:
    """Say whether a mentor shows the answers of a group."""
    return mentor.visibility.step(group) is Step.ANSWERS


def _alert(alert: AlertSeen) -> dict[str, Any]:
    codes = sorted(alert.reasons, key=lambda code: -SERIOUSNESS.get(code, len(SERIOUSNESS)))
    return {
        "level": alert.level.code,
        "reasons": codes,
        "facts": dict(alert.facts),
        "at": alert.opened_at.isoformat(),
        "outcome": alert.outcome,
    }


async def _boundaries(turn: Turn, mentor: Person, since: datetime) -> list[str]:
    """Return the kinds of boundary challenges that the mentor wants to talk about: those with a chosen time."""
    private = mentor.visibility.hides(Group.BOUNDARIES)
    kinds: list[str] = []
    for _, answers in await team.answers_since(turn.session, mentor.id, "weekly", since):
        if answers.get("boundary_when"):
            # They asked for a talk: that is passed on, and what it is about is left to them.
            kinds += [UNTOLD] if private else answers.get("boundary_kind", "").split()
    return list(dict.fromkeys(kinds))


async def _scenarios(turn: Turn, mentor: Person, since: datetime) -> list[str]:
    """Return the practice situations that the mentor wants to bring, without what was chosen in them."""
    practice: Questionnaire | None = turn.deps.program.find("practice")
    if practice is None:
        return []
    drawn = {item.id for item in practice.items if not item.always}
    wanted = [
        item
        for items, answers in await team.answers_since(turn.session, mentor.id, "practice", since)
        if answers.get("practice_supervision") == "yes"
        for item in items
        if item in drawn
    ]
    return list(dict.fromkeys(wanted))


def _agreed(met: list[Contact]) -> dict[str, Any] | None:
    latest = next((contact for contact in met if contact.agreements), None)
    return {"what": list(latest.agreements), "at": latest.at.isoformat()} if latest else None
