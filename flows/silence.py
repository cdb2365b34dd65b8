"""A mentor does not answer: first a private word, later a question, at last a neutral hello. Never a score."""

from typing import Final

from core.checkins import Checkin
from core.history import History
from core.levels import Level
from core.messages import Kind
from core.people import Person, Role
from core.silence import Hello, due
from core.visibility import Group
from flows.turn import Turn
from flows.waking import waking
from storage import alerts, assessments, checkins, people

PULSE: Final = "pulse"


async def after_missed(turn: Turn, person: Person, checkin: Checkin) -> None:
    """A pulse ended without any answer: do what this many in a row call for.

    Only pulses that reached the phone count. Away people and blocked bots are not sent any, so they are not silent.
    """
    if checkin.kind != PULSE or checkin.answers or checkin.message_id is None or not person.takes_part:
        return
    if person.is_away(turn.now) or person.unreachable_since is not None:
        return
    # The check-in in hand is not stored as missed yet.
    missed = 1 + await checkins.missed_in_a_row(turn.session, person.id, PULSE, before=checkin.at)
    latest = await assessments.before(turn.session, person.id, turn.now, "weekly")
    is_open = latest is not None and History.from_json(latest.history).change.alert.level is not Level.STEADY
    # An earlier hello would tell of a pulse that is kept private.
    changed = is_open and not person.visibility.hides(Group.PULSE)
    for hello in due(missed, changed, turn.deps.program.scoring.silence):
        await turn.log(f"silence_{hello.value}", person.id, actor="system", missed=missed)
        if hello is Hello.SUPERVISOR:
            await _ask_for_a_hello(turn, person, checkin)
        else:
            key = f"silence:{checkin.id.hex}"
            # A pulse of the morning ends in the evening: a word about silence waits for the next day.
            params = {"stage": hello.value}
            turn.tell(person, Kind.SILENCE, params=params, dedup_key=key, not_before=waking(turn, person))


async def _ask_for_a_hello(turn: Turn, person: Person, checkin: Checkin) -> None:
    """Ask one person for a friendly hello: the own supervisor, or else the team's first. No alert, and no chase."""
    if await alerts.unresolved_of(turn.session, person.id):
        return  # somebody is looking after this mentor already
    staff = [p for p in await people.staff(turn.session) if p.can_receive and not p.is_away(turn.now)]
    staff = [p for p in staff if p.id != person.avoids]
    own = [p for p in staff if p.id == person.supervisor_id]
    team = [p for p in staff if p.role is Role.SUPERVISOR and p.team_id == person.team_id]
    leads = [p for p in staff if p.role is Role.LEAD]
    if person.role is not Role.MENTOR:  # no colleague hears of a supervisor's own pulse
        own, team = [p for p in own if p in leads], []
    for who in (own or team or leads)[:1]:
        key = f"hello:{checkin.id.hex}"
        await turn.log("hello_asked", person.id, actor="system", to=who.id.hex)
        params = {"mentor": person.name}
        turn.tell(who, Kind.STAFF_HELLO, params=params, dedup_key=key, not_before=waking(turn, who))
        params = {"stage": Hello.SUPERVISOR.value, "told": who.name}
        turn.tell(person, Kind.SILENCE, params=params, dedup_key=f"{key}:mentor", not_before=waking(turn, person))
