""" "My shift is over": today's pulse comes now instead of at its time."""

from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from core import timetable
from core.messages import Kind
from core.people import Person
from core.questionnaire import Questionnaire
from core.timetable import Occurrence
from flows import asking, old_message, scheduling
from flows.belonging import known
from flows.deps import Deps
from flows.scheduling import PULSE
from flows.turn import Incoming, Turn, taking
from storage import checkins, schedules

# What is understood as a whole message, without a command, in both languages.
WORDS: Final = frozenset(
    {"shift over", "shift is over", "my shift is over", "end of shift", "off shift"}
    | {"fin de turno", "fin del turno", "turno terminado", "terminé mi turno", "termine mi turno", "salí de turno"}
)


async def over(deps: Deps, incoming: Incoming) -> None:
    """/shift: ask today's pulse now."""
    async with taking(deps, incoming) as turn:
        if turn is not None and (person := known(turn)) is not None:
            await _over(turn, person)


async def typed(turn: Turn, person: Person, text: str) -> bool:
    """Take "shift over" as the command. False if a text is something else."""
    if not person.takes_part or " ".join(text.casefold().strip(" .!").split()) not in WORDS:
        return False
    await _over(turn, person)
    return True


async def _over(turn: Turn, person: Person) -> None:
    pulse = turn.deps.program.find(PULSE)
    if not person.takes_part or pulse is None or person.role.value not in pulse.roles:
        turn.reply(Kind.REFUSAL, reason="not_taking_part", role=person.role.value)
        return
    if open_now := await checkins.open_of(turn.session, person.id, PULSE):
        asking.show(turn, person, open_now[-1], pulse, in_place=False)
        if open_now[-1].message_id is not None:
            old_message.moved_below(turn, open_now[-1], open_now[-1].message_id)
        return
    today = turn.now.astimezone(ZoneInfo(person.timezone)).date()
    occurrence = await _of_today(turn, person, pulse, today)
    if occurrence is None:
        asked = await checkins.asked_on(turn.session, person.id, PULSE, today)
        turn.reply(Kind.SHIFT, asked=asked)
        return
    await asking.open_checkin(turn, person, pulse, occurrence=occurrence, quiet=asking.no_quiet())
    await scheduling.plan(turn, person)  # the one of today has been asked: the next is another day's
    await turn.log("shift_over", person.id)


async def _of_today(turn: Turn, person: Person, pulse: Questionnaire, today: date) -> Occurrence | None:
    """Return today's occurrence that is still to come, as of now; None when today has none."""
    stored = (await schedules.of_person(turn.session, person.id)).get(PULSE)
    cadence = scheduling.cadence_of(turn, person, pulse, stored)
    following = timetable.next_occurrence(cadence, person.timezone, turn.now) if cadence else None
    if following is None or following.local_date != today:
        return None
    if await checkins.asked_on(turn.session, person.id, PULSE, today):
        return None
    return Occurrence(following.local_date, following.slot, turn.now)
