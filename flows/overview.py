"""What is open: a supervisor's list of alerts."""

from core.messages import Kind
from core.people import Role
from flows import copies, responding
from flows.deps import Deps
from flows.turn import Incoming, taking
from storage import alerts, notices, people

SHOWN = 10


async def open_alerts(deps: Deps, incoming: Incoming) -> None:
    """Show every alert that is not resolved and that this person may handle, the most serious first, each with its
    buttons. Looking leaves a line in the audit trail."""
    async with taking(deps, incoming) as turn:
        if turn is None:
            return
        reader = turn.person
        if reader is None or reader.role is Role.MENTOR:
            turn.reply(Kind.REFUSAL, reason="stranger" if reader is None else "staff_only")
            return
        shown = 0
        found = sorted(await alerts.unresolved(turn.session, None), key=lambda alert: -alert.level)
        for alert in found:
            if alert.joined_to is not None:
                continue  # it stands in the message of the other one
            mentor = await people.get(turn.session, alert.person_id)
            if shown == SHOWN or not await responding.may_handle(turn, alert, mentor):
                continue
            shown += 1
            notice = await alerts.add_notice(turn.session, alert.id, reader.id, "list", turn.now)
            await notices.opened(turn.session, alert.id, reader.id, turn.now)  # whoever asks for the list opens it
            await turn.log("alert_seen", mentor.id, alert=alert.id.hex)
            params = await copies.alert_params(turn, alert, mentor, reader)
            turn.tell(reader, Kind.ALERT_UPDATE, params=params, receipt=f"notice:{notice}")
        if not shown:
            turn.reply(Kind.HELP, role=reader.role.value, nothing_open=True)
