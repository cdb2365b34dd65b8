"""A check-in that the mentor puts off."""

from dataclasses import replace

from core import timetable
from core.checkins import Checkin
from core.messages import Kind
from core.people import Person
from flows import telling
from flows.turn import Turn
from flows.waking import quiet_hours
from storage import checkins


async def later(turn: Turn, person: Person, checkin: Checkin, *, in_the_evening: bool) -> None:
    """Put off a check-in for an hour, or until this evening. What cannot wait in it is passed on at once."""
    await telling.pass_on(turn, person, checkin)
    quiet = quiet_hours(turn, person)
    wanted = turn.now + turn.deps.program.later_after
    again_at = timetable.snoozed_until(turn.now, wanted, checkin.expires_at, person.timezone, quiet)
    evening = timetable.this_evening(turn.now, turn.deps.program.evening, checkin.expires_at, person.timezone, quiet)
    if in_the_evening and evening is not None:
        again_at = evening
    await checkins.save(turn.session, replace(checkin, remind_at=again_at), turn.now)
    turn.reply(
        Kind.CHECKIN_CLOSED,
        why="later",
        checkin=checkin.id.hex,
        place=checkin.position,
        questionnaire=checkin.kind,
        again_at=again_at.isoformat(),
        evening=evening.isoformat() if evening and evening > again_at else None,
    )
