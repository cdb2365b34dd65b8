"""From an invite link to the first check-in: who are you, do you agree, where and when."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Final

from core.consent import CONSENT_PAGES, Agreement
from core.messages import Kind
from core.people import Person, Role
from core.timetable import validate_zone
from flows import consenting, leaving, scheduling
from flows.belonging import left
from flows.deps import Deps
from flows.turn import Incoming, Turn, taking
from storage import guesses, people

# Tokens have 128 bits and more: nobody finds one. Whoever tries is slowed down all the same, and costs little.
WRONG_LINKS: Final = 10
WRONG_LINKS_WITHIN: Final = timedelta(hours=1)


async def start(deps: Deps, incoming: Incoming, payload: str) -> None:
    """Handle /start, with or without an invite."""
    async with taking(deps, incoming) as turn:
        if turn is None:
            return
        if payload:
            await _use_invite(turn, payload)
        elif turn.person is None:
            turn.reply(Kind.REFUSAL, reason="stranger")
        else:
            await _welcome(turn, turn.person)


async def _use_invite(turn: Turn, token: str) -> None:
    known = turn.person
    if known is None and await _guesses(turn) >= WRONG_LINKS:
        turn.reply(Kind.REFUSAL, reason="invite_wait")
        return
    invite = await people.find_invite(turn.session, token)
    if invite is None:
        if known is not None:
            await _welcome(turn, known)
        else:
            await _note_guess(turn)
            turn.reply(Kind.REFUSAL, reason="invite_unknown")
        return
    if known is not None and known.id == invite.person_id:
        await people.use_invite(turn.session, token, turn.now)
        await _welcome(turn, known)  # a second tap on one's own link
    elif invite.used_at is not None:
        turn.reply(Kind.REFUSAL, reason="invite_used")
    elif known is not None:
        turn.reply(Kind.REFUSAL, reason="already_joined", name=known.name)
    elif not await people.use_invite(turn.session, token, turn.now):
        # Pressed at the same moment somewhere else, or too late.
        turn.reply(Kind.REFUSAL, reason="invite_used" if turn.now < invite.expires_at else "invite_expired")
    else:
        assert turn.incoming is not None  # noqa: S101 - an invite only comes with an update
        await people.bind(turn.session, invite.person_id, turn.incoming.telegram_id, turn.now)
        turn.person = await people.get(turn.session, invite.person_id)
        await turn.log("joined", turn.person.id)
        await _welcome(turn, turn.person)


async def _guesses(turn: Turn) -> int:
    """Return how many links of this account have not worked of late."""
    if turn.incoming is None:
        return 0
    return await guesses.count(turn.session, turn.incoming.telegram_id, turn.now, WRONG_LINKS_WITHIN)


async def _note_guess(turn: Turn) -> None:
    if turn.incoming is not None:
        await guesses.note(turn.session, turn.incoming.telegram_id, turn.now, WRONG_LINKS_WITHIN)


async def _welcome(turn: Turn, person: Person) -> None:
    if person.left_at is not None:
        turn.reply(Kind.LEFT, **left(turn, person))
    elif person.role is not Role.MENTOR:
        turn.reply(Kind.STAFF_WELCOME, role=person.role.value, name=person.first_name)
        if consenting.can_be_asked(turn, person) and not consenting.has_agreed(turn, person):
            turn.reply(Kind.CONSENT, anew=True, **consenting.page(person))
    elif not consenting.has_agreed(turn, person):
        turn.reply(Kind.CONSENT, **consenting.page(person))
    else:
        turn.reply(Kind.HELP, role=person.role.value)


async def show_consent(deps: Deps, incoming: Incoming, page: int) -> None:
    """Turn to a page of the consent."""
    async with taking(deps, incoming) as turn:
        if turn is None or turn.person is None or not consenting.can_be_asked(turn, turn.person):
            return
        turn.reply(Kind.CONSENT, **consenting.page(turn.person, min(max(page, 1), CONSENT_PAGES)))


async def agree(deps: Deps, incoming: Incoming, shown: Agreement | None = None) -> None:
    """Store that somebody agreed, and ask for the time zone. Agreeing twice is agreeing once.

    `shown`: what stood on the screen with the button. An older one is no consent to what is in force: it is shown anew.
    """
    async with taking(deps, incoming) as turn:
        if turn is None or turn.person is None or turn.person.left_at:
            return
        if not consenting.can_be_asked(turn, turn.person):
            return
        person = turn.person
        again = person.consented_at is not None and person.agreed_in_this_role
        if not consenting.has_agreed(turn, person):
            agreed = shown or consenting.agreement(turn, person)
            if not consenting.is_in_force(turn, person, agreed):
                turn.reply(Kind.CONSENT, **consenting.page(person))
                return
            values = {"consented_at": turn.now, "consent_version": str(agreed), "declined_at": None}
            await people.change(turn.session, person.id, **values)
            await turn.log("consented", person.id, version=str(agreed))
            person = replace(person, consented_at=turn.now, consent_version=str(agreed))
            await scheduling.plan(turn, person)
            if again:
                turn.reply(Kind.HELP, role=person.role.value, agreed=True)
                return
        turn.reply(Kind.ASK_ZONE, current=person.timezone, joining=True)


async def decline(deps: Deps, incoming: Incoming) -> None:
    """Store that somebody does not want to take part. Nothing is asked; they may change their mind at any time.

    A supervisor can take a yes back in the same way, and stays a supervisor: a mentor who has enough leaves.
    """
    async with taking(deps, incoming) as turn:
        if turn is None or turn.person is None:
            return
        of_mentor = turn.person.role is Role.MENTOR
        if not turn.person.takes_part and not consenting.can_be_asked(turn, turn.person):
            return
        if of_mentor and consenting.has_agreed(turn, turn.person):  # a button of before they agreed
            turn.reply(Kind.HELP, role=turn.person.role.value)
            return
        person = replace(turn.person, consented_at=None, consent_version=None, declined_at=turn.now)
        gone = {"consented_at": None, "consent_version": None, "declined_at": turn.now}
        await people.change(turn.session, person.id, **gone)
        await turn.log("declined", person.id)
        if turn.person.consented_at is not None:  # they had agreed
            await leaving.stop_asking(turn, person)
        turn.reply(Kind.DECLINED, **({} if of_mentor else {"of_supervisor": True}))


async def choose_language(deps: Deps, incoming: Incoming, language: str, *, back_to: str) -> None:
    """Change the language, and show the screen that the person came from in it."""
    async with taking(deps, incoming) as turn:
        if turn is None or turn.person is None or language not in turn.deps.program.languages:
            return
        await people.change(turn.session, turn.person.id, language=language)
        await turn.log("language_chosen", turn.person.id, language=language)
        if back_to == "consent":
            turn.reply(Kind.CONSENT, **consenting.page(turn.person))
        else:
            turn.reply(Kind.ASK_LANGUAGE, current=language, saved=True)


async def choose_zone(deps: Deps, incoming: Incoming, zone: str, *, joining: bool) -> None:
    """Store the time zone. Check-ins keep their local time in the new zone."""
    async with taking(deps, incoming) as turn:
        if turn is None or turn.person is None:
            return
        zone = validate_zone(zone)
        person = replace(turn.person, timezone=zone)
        await people.change(turn.session, person.id, timezone=zone)
        await turn.log("zone_chosen", person.id, zone=zone)
        if person.takes_part:
            await scheduling.plan(turn, person)
        if joining and person.takes_part:
            turn.reply(Kind.ASK_TIME, joining=True, **await scheduling.time_choices(turn, person))
        else:
            turn.reply(Kind.SETTINGS, saved=True, **await scheduling.settings(turn, person))


async def choose_time(deps: Deps, incoming: Incoming, at: time, *, joining: bool) -> None:
    """Store when the pulse is to come, in local time."""
    async with taking(deps, incoming) as turn:
        if turn is None or turn.person is None or not turn.person.takes_part:
            return
        await scheduling.plan(turn, turn.person, pulse_at=at)
        await turn.log("time_chosen", turn.person.id, at=at.strftime("%H:%M"))
        facts = await scheduling.settings(turn, turn.person)
        if joining:
            turn.reply(Kind.READY, name=turn.person.first_name, **facts)
        else:
            turn.reply(Kind.SETTINGS, saved=True, **facts)
