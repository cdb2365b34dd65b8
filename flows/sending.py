"""`keepwell send`: a check-in now, to one mentor or to a team."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from core.people import Person, Role
from flows import asking, consenting
from flows.deps import Deps
from flows.turn import working
from storage import audit, people


class SendRefused(Exception):
    """Nothing was sent. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mentor's check-in."""

    name: str
    sent: bool
    why: str = ""


async def send(
    deps: Deps, checkin: str, *, to: str | None = None, team: str | None = None, even_if_away: bool = False
) -> list[Outcome]:
    """Queue a check-in for a mentor or a team. Consent and leaving are always respected."""
    if deps.program.find(checkin) is None:
        known = ", ".join(questionnaire.id for questionnaire in deps.program.checkins)
        raise SendRefused(f"there is no check-in {checkin!r} in the program; it has {known}")
    return [
        await _send(deps, person, checkin, even_if_away=even_if_away)
        for person in await _wanted(deps, checkin, to=to, team=team)
    ]


async def _wanted(deps: Deps, checkin: str, *, to: str | None, team: str | None) -> list[Person]:
    async with deps.db.reading() as session:
        if to is not None:
            person = await people.by_name(session, to)
            if person is None:
                raise SendRefused("nobody of that name is on the roster; see the names with `keepwell roster list`")
            questionnaire = deps.program.find(checkin)
            if questionnaire is None or person.role.value not in questionnaire.roles:
                raise SendRefused(f"that person is a {person.role.value}; check-ins go to mentors")
            return [person]
        team_id = await people.team_named(session, team or "")
        if team_id is None:
            raise SendRefused(f"there is no team {team!r}; see the teams with `keepwell roster list`")
        return [person for person in await people.of_team(session, team_id) if person.role is Role.MENTOR]


async def _send(deps: Deps, person: Person, checkin: str, *, even_if_away: bool) -> Outcome:
    async with working(deps) as turn:
        person = await people.get(turn.session, person.id)
        questionnaire = deps.program.find(checkin)
        if why := _refusal(person, turn.now, even_if_away=even_if_away):
            # The answer says whether they are away, have left or have blocked the bot.
            await audit.write(turn.session, turn.now, audit.OPERATOR, "status_seen", person.id)
            return Outcome(person.name, False, why)
        if not consenting.has_agreed(turn, person):
            await audit.write(turn.session, turn.now, audit.OPERATOR, "status_seen", person.id)
            await consenting.ask_again(turn, person)
            return Outcome(person.name, False, "has to agree to the changed consent first, and is asked to")
        if questionnaire is None:
            raise LookupError(checkin)
        occurrence = asking.own_occurrence(turn, person, f"sent {secrets.token_hex(6)}")
        await asking.open_checkin(turn, person, questionnaire, occurrence=occurrence, quiet=asking.no_quiet())
        await audit.write(turn.session, turn.now, audit.OPERATOR, "checkin_sent", person.id, checkin=checkin)
        return Outcome(person.name, True)


def _refusal(person: Person, now: datetime, *, even_if_away: bool) -> str:
    if person.left_at is not None:
        return "has left the program"
    if person.telegram_id is None:
        return "has not joined yet"
    if person.consented_at is None or not person.agreed_in_this_role:
        return "has not agreed to take part"
    if person.unreachable_since is not None:
        return "has blocked the bot"
    if person.is_away(now) and not even_if_away:
        return "is away; use --even-if-away to send all the same"
    return ""
