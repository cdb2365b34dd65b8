"""What time alone does: reminders, check-ins that end, and updates that may be forgotten."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from core.checkins import CheckinEvent
from flows import consenting, ending, reminding
from flows.deps import Deps
from flows.turn import Turn, working
from storage import (
    checkins,
    contacts,
    digests,
    duty,
    facts,
    guesses,
    notices,
    people,
    replicas,
    retention,
    updates,
    visits,
)

# Telegram keeps an update for 24 hours; a day more costs little.
UPDATES_KEPT: Final = timedelta(days=3)
# What was sent is needed for repetitions and for finding faults, no longer.
MESSAGES_KEPT: Final = timedelta(days=14)
REPLICAS_KEPT: Final = timedelta(days=1)


async def due_checkins(deps: Deps, *, now: datetime, limit: int) -> list[UUID]:
    """Return open check-ins to be reminded of or closed, in an order that is the same on all replicas."""
    async with deps.db.reading() as session:
        return sorted(await checkins.due_ids(session, now, limit))


async def look_after_together(deps: Deps, ids: Sequence[UUID], *, now: datetime) -> list[str]:
    """Close each check-in whose time is over, or ask once more, in one transaction: what one raises undoes all of it.

    Return what was done with each: expired, reminded, silenced or nothing.
    """
    async with working(deps, now=now) as turn:
        return [await _look_after(turn, checkin_id) for checkin_id in ids]


async def _look_after(turn: Turn, checkin_id: UUID) -> str:
    checkin = await checkins.lock(turn.session, checkin_id)
    if checkin is None or not checkin.is_open:
        return "nothing"
    person = await people.get(turn.session, checkin.person_id)
    questionnaire = turn.deps.program.find(checkin.kind)
    if checkin.expires_at <= turn.now or questionnaire is None:
        await ending.close(turn, person, checkin, CheckinEvent.EXPIRE)
        return "expired"
    if checkin.remind_at is None or checkin.remind_at > turn.now:
        return "nothing"
    if (
        person.is_away(turn.now)
        or person.unreachable_since is not None
        or not consenting.has_agreed(turn, person)
        or not person.takes_part
    ):
        await reminding.put_away(turn, person, checkin)
        return "silenced"
    await reminding.remind(turn, person, checkin, questionnaire)
    return "reminded"


async def put_off(deps: Deps, checkin_id: UUID, *, until: datetime) -> None:
    """Put off a check-in that could not be handled, so that it does not hold up the others."""
    async with deps.db.transaction() as session:
        await checkins.put_off(session, checkin_id, until)


async def forget_updates(deps: Deps, *, now: datetime) -> int:
    """Forget update ids that Telegram cannot deliver again, and links that did not work."""
    async with deps.db.transaction() as session:
        return await updates.forget(session, now - UPDATES_KEPT) + await guesses.forget(session, now - UPDATES_KEPT)


async def forget_old_data(deps: Deps, *, now: datetime) -> int:
    """Delete what is older than the program keeps it. Return how many rows."""
    keep = deps.program.retention
    async with deps.db.transaction() as session:
        gone = await retention.buried(session, now - keep.notes)  # words of people stand in them
        gone += await replicas.forget(session, now - REPLICAS_KEPT)
        gone += await retention.answers(session, now - keep.answers)
        gone += await retention.scores(session, now - keep.scores)
        gone += await retention.notes(session, now - keep.notes)
        gone += await notices.forget_old_words(session, now - keep.notes)
        gone += await retention.messages(session, now - MESSAGES_KEPT)
        gone += await visits.forget(session, now - keep.notes)
        gone += await contacts.forget(session, now - keep.scores)
        gone += await digests.forget(session, now - keep.scores)
        gone += await duty.forget(session, now - keep.scores)
        return gone


async def sign_off(deps: Deps) -> None:
    """Note that this process stops."""
    async with deps.db.transaction() as session:
        await replicas.sign_off(session, deps.instance)


async def sign_of_life(deps: Deps, *, now: datetime) -> None:
    """Note that the service ticks."""
    async with deps.db.transaction() as session:
        await facts.put(session, facts.LAST_TICK, deps.instance, now)
        await replicas.say_keys(session, deps.instance, now)
