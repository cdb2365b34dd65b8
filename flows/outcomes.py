""" "Something else": a few words of a supervisor about how an alert was closed. The mentor can read them."""

from datetime import timedelta
from typing import Final

from core.alerts import Alert
from core.messages import Kind
from core.people import Person, Role
from flows.deps import Deps
from flows.turn import Incoming, Turn, taking
from storage import alerts, notices, people

WRITTEN_WITHIN: Final = timedelta(hours=1)
LONGEST: Final = 500  # characters


async def ask(turn: Turn, alert: Alert, mentor: Person, actor: Person) -> None:
    """Ask for words: the next text of that person, within the hour."""
    await notices.ask_for_words(turn.session, alert.id, actor.id, turn.now + WRITTEN_WITHIN)
    turn.tell(actor, Kind.OUTCOME_WORDS, params={"ask": True, "mentor": mentor.name, "alert": alert.id.hex})


async def taken(turn: Turn, person: Person, text: str) -> bool:
    """Take a text as the words that somebody was asked for. False if they were not, or are no staff any more."""
    if person.role is Role.MENTOR or person.left_at is not None:
        return False
    alert_id = await notices.words_asked(turn.session, person.id, turn.now)
    alert = await alerts.get(turn.session, alert_id) if alert_id else None
    if alert is None:
        return False
    mentor = await people.get(turn.session, alert.person_id)
    if len(text) > LONGEST:
        turn.tell(person, Kind.OUTCOME_WORDS, params={"too_long": True, "most": LONGEST, "mentor": mentor.name})
        return True
    await notices.put_words(turn.session, alert.id, text, turn.now)
    await turn.log("outcome_written", mentor.id, alert=alert.id.hex)
    turn.tell(person, Kind.OUTCOME_WORDS, params={"saved": True, "mentor": mentor.name})
    if mentor.takes_part:
        params = {"status": "written", "level": alert.level.code, "by": person.name, "at": turn.now.isoformat()}
        turn.tell(mentor, Kind.MENTOR_STATUS, params=params)
    return True


async def leave(deps: Deps, incoming: Incoming) -> None:
    """No words: what was pressed says enough."""
    async with taking(deps, incoming) as turn:
        if turn is None or turn.person is None:
            return
        await notices.no_words(turn.session, turn.person.id)
        turn.reply(Kind.OUTCOME_WORDS, left=True)
