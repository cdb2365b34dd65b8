"""Several mentors of a team under strain at the same time: a word to the leads about conditions, naming nobody."""

from core.alerts import Alert
from core.fatigue import NOT_AGAIN_WITHIN, TOGETHER_WITHIN, is_several, speaks_of_strain
from core.messages import Kind
from core.people import Role
from flows.turn import Turn
from storage import facts, people, team

SAID: str = "conditions:"  # before the team, as a fact with its time


async def look(turn: Turn, alert: Alert) -> bool:
    """After an alert from scores, see whether it is one of several in its team. Return whether the leads are told.

    Teams of fewer than five who take part are never told about: whoever knows the team could read off the people.
    """
    if alert.team_id is None or not speaks_of_strain(alert.reasons):
        return False
    since = await facts.when(turn.session, SAID + alert.team_id.hex)
    if since is not None and turn.now - since < NOT_AGAIN_WITHIN:
        return False
    here = set(await team.taking_part(turn.session, alert.team_id, turn.now))
    raised = await team.raised_in(turn.session, alert.team_id, turn.now - TOGETHER_WITHIN)
    worse = {who for who, reasons in raised if who in here and speaks_of_strain(reasons)}
    if not is_several(len(worse), len(here)):
        return False
    await facts.put(turn.session, SAID + alert.team_id.hex, "", turn.now)
    name = await people.team_name(turn.session, alert.team_id)
    leads = [one for one in await people.staff(turn.session) if one.role is Role.LEAD and one.can_receive]
    for lead in leads:
        turn.tell(lead, Kind.LEAD_NOTE, params={"conditions": True, "team": name})
    await turn.log("conditions_told", actor="system", team=alert.team_id.hex)
    return True
