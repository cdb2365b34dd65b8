"""The latest answers of the groups that a mentor shows, for whoever is in charge."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from core.access import Act
from core.messages import Kind
from core.people import Person
from core.visibility import PULSE_CHECKIN, WEEKLY_CHECKIN, Group, group_of_item
from flows.agenda import shows
from flows.contacts import mentor_of
from flows.deps import Deps
from flows.team import staff
from flows.turn import Incoming, Turn, taking
from storage import team

LONGEST: Final = timedelta(days=42)


def shown_groups(mentor: Person) -> list[Group]:
    """Return the groups of which a mentor shows the answers."""
    return [group for group in Group if shows(mentor, group)]


async def show(deps: Deps, incoming: Incoming, mentor_id: UUID, group: Group, page: int) -> None:
    """Show the latest answers of a group; `page` is the page of the list to go back to."""
    async with taking(deps, incoming) as turn:
        if turn is None or (reader := staff(turn)) is None:
            return
        mentor = await mentor_of(turn, reader, mentor_id, Act.SEE_ANSWERS)
        if mentor is None:
            return
        if group not in shown_groups(mentor):
            turn.reply(Kind.REFUSAL, anew=True, reason="not_yours")
            return
        await turn.log("answers_seen", mentor.id, group=group.value)
        turn.reply(Kind.SHARED, page=page, **await answers_shown(turn, mentor, group))


async def answers_shown(turn: Turn, mentor: Person, group: Group) -> dict[str, Any]:
    """Return what the screen of a group needs: the newest check-in that has an answer to one of its items."""
    checkin = PULSE_CHECKIN if group is Group.PULSE else WEEKLY_CHECKIN
    since = turn.now - LONGEST
    newest: list[list[str]] = []
    at = None
    for when, answers in await team.answers_by_time(turn.session, mentor.id, checkin, since):
        newest = [[item, value] for item, value in answers.items() if group_of_item(checkin, item) is group]
        if newest:
            at = when
            break
    return {
        "mentor": mentor.id.hex,
        "name": mentor.name,
        "group": group.value,
        "groups": [one.value for one in shown_groups(mentor)],
        "checkin": checkin,
        "at": at.isoformat() if at else None,
        "answers": newest,
    }
