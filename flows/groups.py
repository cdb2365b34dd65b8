"""Linking a Telegram group, or a topic of it, to a team: alerts whose chain has the step `group` go there."""

from core.messages import Kind
from core.people import Role
from flows.deps import Deps
from flows.turn import Incoming, taking
from storage import groups, people


async def link(deps: Deps, incoming: Incoming, title: str, team: str) -> None:
    """/link in a group: alerts of a team, or without a name of the lead's own team or of every team, come here.

    Leads alone may do so: everybody in the group will see that somebody is needed.
    """
    async with taking(deps, incoming) as turn:
        if turn is None or turn.person is None or turn.person.left_at is not None:
            return  # nothing is said to strangers in a group
        if turn.person.role is not Role.LEAD:
            turn.reply(Kind.GROUP, refused=True)
            return
        team_id = await people.team_named(turn.session, team) if team else turn.person.team_id
        if team and team_id is None:
            turn.reply(Kind.GROUP, unknown=team[:80])
            return
        await groups.link(turn.session, incoming.chat_id, incoming.thread_id, title, team_id, turn.person, turn.now)
        await turn.log("group_linked", team=team_id.hex if team_id else None)
        name = await people.team_name(turn.session, team_id) if team_id else None
        here = await groups.for_team(turn.session, team_id)
        mine = next(one for one in here if (one.chat_id, one.thread_id) == (incoming.chat_id, incoming.thread_id))
        turn.tell_group(mine.id, Kind.GROUP, linked=True, team=name)
        if not turn.deps.program.calls_groups:
            turn.reply(Kind.GROUP, unused=True)


async def unlink(deps: Deps, incoming: Incoming) -> None:
    """/unlink in a group: no alerts come here any more."""
    async with taking(deps, incoming) as turn:
        if turn is None or turn.person is None or turn.person.role is not Role.LEAD:
            return
        ended = await groups.unlink(turn.session, incoming.chat_id, incoming.thread_id, turn.now)
        await turn.log("group_unlinked")
        turn.reply(Kind.GROUP, unlinked=bool(ended))
