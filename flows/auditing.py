"""The auditor: nothing that is promised may stand still. What can be mended is mended here, and the operator hears."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flows import scheduling
from flows.deps import Deps
from flows.turn import working
from storage import facts, outbox, people, watching

# Ticks come every second or two; what is later than this, nobody takes.
LATE: Final = timedelta(minutes=5)
CRY_LATE: Final = timedelta(minutes=2)
SEND_LATE: Final = timedelta(minutes=10)
# What failed is tried again after a minute: after two without a failure it is over.
FAILING_FOR: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Mended:
    """What an audit had to mend."""

    alerts: int
    plans: int


async def mend(deps: Deps, *, now: datetime) -> Mended:
    """Give every alert that is not resolved a next step, and everybody who takes part a next check-in."""
    async with working(deps, now=now) as turn:
        stuck = await watching.wake_stuck(turn.session, now)
        for alert_id in stuck:
            await turn.log("alert_mended", alert=alert_id.hex)
        left_out = []
        if any(checkin.cadence for checkin in deps.program.checkins):
            left_out = await watching.never_asked(turn.session)
        for person_id in left_out:
            await scheduling.plan(turn, await people.get(turn.session, person_id))
        if stuck:
            await facts.put(turn.session, f"{facts.FAILING}alerts without a next step", str(len(stuck)), now)
    return Mended(len(stuck), len(left_out))


async def note_failure(deps: Deps, what: str, error: str) -> None:
    """Remember that something due could not be handled, for whoever asks whether all is well."""
    async with deps.db.transaction() as session:
        await facts.put(session, f"{facts.FAILING}{what}", error, deps.clock())


async def standing_still(deps: Deps, *, now: datetime) -> list[str]:
    """Return what was due and was not taken, one line each, without names."""
    async with deps.db.reading() as session:
        late = await watching.late(session, now - LATE)
        cries = await watching.cries_waiting(session, now - CRY_LATE)
        oldest = await outbox.oldest_waiting(session, now)
        failing = await watching.failing(session, now - FAILING_FOR)
    counts = {
        "check-ins to be sent": late.schedules,
        "reminders or ends of check-ins": late.checkins,
        "notes that wait for an answer": late.notes,
        "timers of home visits": late.visits,
        "questions whether it helped": late.follow_ups,
        "messages whose sender is gone": late.held,
    }
    found = [f"{count} {what} are more than five minutes late" for what, count in counts.items() if count]
    if cries:
        found.append(f"{cries} messages of a call for help have waited for more than two minutes")
    if oldest is not None and now - oldest > SEND_LATE:
        found.append("messages have been waiting for more than ten minutes: is Telegram reachable?")
    found += [f"could not be handled: {what} (look for tick_failed in the log)" for what in failing]
    return found
