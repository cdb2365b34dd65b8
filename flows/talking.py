"""/talk: "I need a person now", from anywhere."""

from core.alerts import AlertState
from core.levels import Level
from core.messages import Kind
from flows import alerting, chasing, copies
from flows.deps import Deps
from flows.turn import Incoming, taking
from storage import alerts


async def talk(deps: Deps, incoming: Incoming) -> None:
    """Show the crisis lines at once and call people along the crisis chain.

    It works before consent and after leaving: whoever is on the roster and asks for a person is never refused. Somebody
    who is on no roster gets the lines, and is told that nobody here can be called.
    """
    async with taking(deps, incoming) as turn:
        if turn is None:
            return
        mentor = turn.person
        if mentor is None or not (mentor.takes_part or turn.deps.program.asks(mentor.role)):
            turn.reply(Kind.CRISIS, anew=True, told=[], nobody_here=True, zone=mentor.timezone if mentor else "UTC")
            return
        calls = [a for a in await alerts.unresolved_of(turn.session, mentor.id) if a.source.startswith("talk:")]
        call = await alerts.lock(turn.session, calls[-1].id) if calls else None
        if call is not None and call.state is not AlertState.RESOLVED:
            told = await chasing.ask_again(turn, call, mentor)
            await turn.log("asked_again", mentor.id, alert=call.id.hex)
            turn.tell(mentor, Kind.CRISIS, params=copies.crisis_params(mentor, told) | {"again": True})
            return
        await alerting.raise_alert(
            turn, mentor, source=f"talk:{incoming.update_id}", level=Level.CRISIS, reasons=("talk",), facts={}
        )
