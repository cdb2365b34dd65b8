"""One more question, in a new message; or none any more, for somebody who is away."""

from dataclasses import replace
from datetime import datetime

from core import timetable
from core.checkins import Checkin
from core.people import Person
from core.questionnaire import Questionnaire
from flows import asking, telling
from flows.turn import Turn
from flows.waking import quiet_hours
from storage import checkins


async def put_away(turn: Turn, person: Person, checkin: Checkin) -> None:
    """Remind of a check-in no more; what cannot wait in it is passed on."""
    await telling.pass_on(turn, person, checkin)
    await checkins.save(turn.session, replace(checkin, remind_at=None), turn.now)


async def remind(turn: Turn, person: Person, checkin: Checkin, questionnaire: Questionnaire) -> None:
    """Ask once more, in a new message; the old one says where to go as soon as that has arrived.

    Where the time came early, for something that cannot wait, it is passed on, and the reminder keeps its own time.
    """
    is_new = telling.cannot_wait(turn, person, checkin) is not None and not await telling.is_known(turn, checkin)
    await telling.pass_on(turn, person, checkin)
    usual = _usual_reminder(turn, person, checkin, questionnaire) if is_new else turn.now
    if usual is None or usual > turn.now:
        await checkins.save(turn.session, replace(checkin, remind_at=usual), turn.now)
        return
    await checkins.save(turn.session, replace(checkin, remind_at=None), turn.now)
    asking.show(turn, person, checkin, questionnaire, in_place=False, reminder=True)


def _usual_reminder(turn: Turn, person: Person, checkin: Checkin, questionnaire: Questionnaire) -> datetime | None:
    opened_at = checkin.opened_at or checkin.at
    quiet = quiet_hours(turn, person)
    return timetable.reminder_at(opened_at, questionnaire.remind_after, checkin.expires_at, person.timezone, quiet)
