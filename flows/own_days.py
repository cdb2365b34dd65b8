"""The weekdays on which a mentor is asked the pulse, each with its own time: the end of a shift, for instance."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from typing import Any, Final

from core.messages import Kind
from core.people import Person
from flows import scheduling
from flows.belonging import known
from flows.deps import Deps
from flows.scheduling import PULSE
from flows.turn import Incoming, Turn, taking
from storage import people, schedules

# Offered for a single day besides the program's times: shifts end late.
LATE_TIMES: Final = (time(16), time(17), time(19), time(20), time(22))


async def show(deps: Deps, incoming: Incoming) -> None:
    """Show the days, each to be tapped on or off."""
    async with taking(deps, incoming) as turn:
        if turn is None or (person := _mentor(turn)) is None:
            return
        turn.reply(Kind.ASK_DAYS, **_shown(turn, await _days(turn, person)))


async def toggle(deps: Deps, incoming: Incoming, weekday: int) -> None:
    """Add a day or take it away, within what the program allows."""
    async with taking(deps, incoming) as turn:
        if turn is None or (person := _mentor(turn)) is None or weekday not in range(7):
            return
        days = await _days(turn, person)
        usual = next(iter(days.values()))
        changed = {day: at for day, at in days.items() if day != weekday}
        if weekday not in days:
            changed[weekday] = usual
        least, most = turn.deps.program.own_days
        if not least <= len(changed) <= most:
            turn.reply(Kind.ASK_DAYS, bound=True, **_shown(turn, days))
            return
        await _store(turn, person, changed)
        turn.reply(Kind.ASK_DAYS, saved=True, **_shown(turn, changed))


async def ask_time(deps: Deps, incoming: Incoming, weekday: int) -> None:
    """Show the choice of times for one day."""
    async with taking(deps, incoming) as turn:
        if turn is None or (person := _mentor(turn)) is None:
            return
        days = await _days(turn, person)
        if weekday not in days:
            turn.reply(Kind.ASK_DAYS, **_shown(turn, days))
            return
        choices = sorted({*turn.deps.program.pulse_times, *LATE_TIMES, days[weekday]})
        turn.reply(
            Kind.ASK_DAY_TIME, day=weekday, at=f"{days[weekday]:%H:%M}", choices=[f"{at:%H:%M}" for at in choices]
        )


async def set_time(deps: Deps, incoming: Incoming, weekday: int, at: time) -> None:
    """Store the time of one day."""
    async with taking(deps, incoming) as turn:
        if turn is None or (person := _mentor(turn)) is None:
            return
        days = await _days(turn, person)
        if weekday in days:
            days = {**days, weekday: at}
            await _store(turn, person, days)
        turn.reply(Kind.ASK_DAYS, saved=True, **_shown(turn, days))


async def toggle_one_message(deps: Deps, incoming: Incoming) -> None:
    """Get all questions of a check-in in one message, or one by one with buttons."""
    async with taking(deps, incoming) as turn:
        if turn is None or (person := known(turn)) is None or not person.takes_part:
            return
        one = not (turn.deps.program.one_message if person.one_message is None else person.one_message)
        await people.change(turn.session, person.id, one_message=one)
        await turn.log("settings_changed", person.id)
        turn.reply(Kind.SETTINGS, saved=True, **await scheduling.settings(turn, replace(person, one_message=one)))


def _mentor(turn: Turn) -> Person | None:
    person = known(turn)
    pulse = turn.deps.program.find(PULSE)
    if person is not None and (not person.takes_part or pulse is None or pulse.cadence is None):
        turn.reply(Kind.REFUSAL, reason="not_taking_part", role=person.role.value)
        return None
    return person


async def _days(turn: Turn, person: Person) -> Mapping[int, time]:
    """Return the days as they are now, each with its time."""
    stored = (await schedules.of_person(turn.session, person.id)).get(PULSE)
    if stored is not None and stored.by_day:
        return dict(sorted(stored.by_day.items()))
    cadence = turn.deps.program.checkin(PULSE).cadence
    if cadence is None:
        raise LookupError("the program sends no pulse by itself")
    at = stored.at_local if stored is not None and stored.at_local is not None else cadence.at
    return dict.fromkeys(cadence.days, at)


async def _store(turn: Turn, person: Person, days: Mapping[int, time]) -> None:
    if PULSE not in await schedules.of_person(turn.session, person.id):
        await scheduling.plan(turn, person)
    await schedules.set_days(turn.session, person.id, PULSE, days)
    await scheduling.plan(turn, person)
    await turn.log("days_chosen", person.id)


def _shown(turn: Turn, days: Mapping[int, time]) -> dict[str, Any]:
    least, most = turn.deps.program.own_days
    return {"days": {str(day): f"{at:%H:%M}" for day, at in sorted(days.items())}, "least": least, "most": most}
