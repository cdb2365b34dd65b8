"""/me: a mentor's own last twelve weeks, in words, and as a picture when they ask for it."""

from datetime import datetime, timedelta
from enum import StrEnum
from math import sqrt
from typing import Any, Final

from core.change import Change
from core.history import History, UnknownHistory
from core.messages import Kind
from core.people import Person, Role
from flows import editing
from flows.belonging import known
from flows.deps import Deps
from flows.turn import Incoming, Turn, taking
from storage import assessments, changed, mine

WEEKS: Final = 12
LATEST: Final = 5  # check-ins that are put into words
FEWEST: Final = 5  # other people whom a count must be about: a smaller one could point at somebody
MOMENT: Final = timedelta(microseconds=1)


class Beside(StrEnum):
    """How a check-in was beside what is usual for this mentor; while that is not known, beside the middle."""

    LIGHTER = "lighter"
    USUAL = "usual"
    BIT_HEAVIER = "bit_heavier"
    HEAVIER = "heavier"
    LIGHT = "light"
    FAIR = "fair"
    HEAVY = "heavy"
    UNSCORED = "unscored"  # too few answers


def beside(strain: float | None, change: Change, least: float) -> Beside:
    """Return how a strain (0 to 100) was beside the mentor's own usual range, which is one spread either side.

    `least`: the smallest spread that counts. Without a usual the words are those of the result of a check-in.
    """
    if strain is None:
        return Beside.UNSCORED
    if not change.learnt:
        return Beside.LIGHT if strain < 34 else Beside.FAIR if strain < 60 else Beside.HEAVY
    distance = (strain - change.usual) / spread(change, least)
    if distance < -1:
        return Beside.LIGHTER
    if distance <= 1:
        return Beside.USUAL
    return Beside.BIT_HEAVIER if distance <= 2 else Beside.HEAVIER


def spread(change: Change, least: float) -> float:
    """Return the standard deviation of a mentor's strain, in strain points."""
    return max(sqrt(max(change.variance, 0.0)), least)


async def show(deps: Deps, incoming: Incoming) -> None:
    """Show a mentor their own last weeks in words."""
    await _reply(deps, incoming, Kind.HISTORY)


async def show_picture(deps: Deps, incoming: Incoming) -> None:
    """Send the same as a picture, below the words."""
    await _reply(deps, incoming, Kind.HISTORY_PICTURE)


async def _reply(deps: Deps, incoming: Incoming, kind: Kind) -> None:
    async with taking(deps, incoming) as turn:
        if turn is None or not (person := known(turn)):
            return
        if person.role is not Role.MENTOR and not person.takes_part:
            turn.reply(Kind.REFUSAL, reason="not_taking_part", role=person.role.value)
            return
        turn.reply(kind, anew=True, **await weeks(turn, person))


async def weeks(turn: Turn, person: Person) -> dict[str, Any]:
    """Return a mentor's last weeks as a screen shows them."""
    since = turn.now - timedelta(weeks=WEEKS)
    asked = await mine.pulses(turn.session, person.id, since)
    away = await mine.pulses_away(turn.session, person.id, since)
    change = await _change(turn, person, turn.now)
    least = turn.deps.program.scoring.baseline.sd_floor
    low, high = _band(change, least)
    told = [pulse for pulse in asked if pulse.answered]
    return {
        "weeks": WEEKS,
        "since": since.isoformat(),
        "until": turn.now.isoformat(),
        "low": low,
        "high": high,
        "learnt": len(change.learning),
        "needed": turn.deps.program.scoring.baseline.pulses,
        "answered": len(told),
        "asked": len(asked),
        "away": len(away),
        "latest": [[one.at.isoformat(), beside(one.strain, change, least).value] for one in told[-LATEST:]],
        "points": [[one.at.isoformat(), one.strain] for one in told if one.strain is not None],
        "missed": [one.at.isoformat() for one in asked if not one.answered],
        "away_at": [at.isoformat() for at in away],
        "changed": await _changed(turn, person, since),
        "editable": editable.id.hex if (editable := await editing.of_today(turn, person)) else None,
    }


async def _changed(turn: Turn, person: Person, since: datetime) -> dict[str, Any]:
    """Return what came of answers: for this mentor, and for the team as counts, where they cannot point at anybody."""
    own = await changed.outcomes_of(turn.session, person.id, since)
    meetings = await changed.meetings_of(turn.session, person.id, since)
    team: dict[str, int] = {}
    if person.team_id is not None:
        others, about = await changed.outcomes_of_others(turn.session, person.team_id, person.id, since)
        team = dict(others) if about >= FEWEST else {}
    return {"own": dict(own), "meetings": meetings, "team": team}


async def _change(turn: Turn, person: Person, now: datetime) -> Change:
    latest = await assessments.before(turn.session, person.id, now + MOMENT, "weekly")
    if latest is None:
        return Change()
    try:
        return History.from_json(latest.history).change
    except UnknownHistory:
        return Change()


def _band(change: Change, least: float) -> tuple[float | None, float | None]:
    if not change.learnt:
        return None, None
    distance = spread(change, least)
    return max(0.0, change.usual - distance), min(100.0, change.usual + distance)
