"""What a note calls for. It may raise concern and never lowers any; the mentor is asked before anybody is told,
except where the answer does not come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from core.levels import Level

OWN_RISK: Final = "self_risk"
RISKS: Final = frozenset({OWN_RISK, "other_risk", "client_risk"})


class Answer(StrEnum):
    """What is said back to a note."""

    CONFIRM = "confirm"  # crisis lines, and: me / someone I support / not what I meant
    HELP = "help"  # a plain request: somebody is asked to reach out today
    UNREAD = "unread"  # in a language that nobody here reads: a person has to look
    RELAPSE = "relapse"  # private resources, and a choice to disclose
    BOUNDARY = "boundary"  # would somebody be welcome today?
    CARRY = "carry"  # somebody else's danger, past or told of: would somebody be welcome today?
    THANKS = "thanks"


class NoteState(StrEnum):
    """Where a note stands."""

    KEPT = "kept"  # nothing in it calls for anybody
    ASKED = "asked"  # me / someone I support / not what I meant
    ME = "me"  # the mentor said: it is about me; people are called
    SOMEONE = "someone"  # it is about somebody whom the mentor supports
    NOT_MEANT = "not_meant"  # it was not meant so
    UNANSWERED = "unanswered"  # the time passed: it counts as crisis
    DISCLOSED = "disclosed"  # about a relapse: the mentor wants a person to know
    PRIVATE = "private"  # about a relapse: it stays with the mentor
    WITHDRAWN = "withdrawn"  # taken back and wiped


class NoteEvent(StrEnum):
    """What can happen to a note."""

    IS_ME = "is_me"
    IS_SOMEONE = "is_someone"
    IS_NOT_MEANT = "is_not_meant"
    TIME_PASSED = "time_passed"
    DISCLOSE = "disclose"
    KEEP_PRIVATE = "keep_private"
    WITHDRAW = "withdraw"


# The whole life of a note. A pair that is not here is an error. A late tap still counts: after the time has passed the
# mentor may say what was meant. A note that was said to be about the writer's own danger is not withdrawn any more.
TRANSITIONS: Final[Mapping[tuple[NoteState, NoteEvent], NoteState]] = MappingProxyType(
    {
        (NoteState.ASKED, NoteEvent.IS_ME): NoteState.ME,
        (NoteState.ASKED, NoteEvent.IS_SOMEONE): NoteState.SOMEONE,
        (NoteState.ASKED, NoteEvent.IS_NOT_MEANT): NoteState.NOT_MEANT,
        (NoteState.ASKED, NoteEvent.TIME_PASSED): NoteState.UNANSWERED,
        (NoteState.UNANSWERED, NoteEvent.IS_ME): NoteState.ME,
        (NoteState.UNANSWERED, NoteEvent.IS_SOMEONE): NoteState.SOMEONE,
        (NoteState.UNANSWERED, NoteEvent.IS_NOT_MEANT): NoteState.NOT_MEANT,
        (NoteState.SOMEONE, NoteEvent.IS_ME): NoteState.ME,
        (NoteState.NOT_MEANT, NoteEvent.IS_ME): NoteState.ME,
        (NoteState.KEPT, NoteEvent.DISCLOSE): NoteState.DISCLOSED,
        (NoteState.KEPT, NoteEvent.KEEP_PRIVATE): NoteState.PRIVATE,
        (NoteState.PRIVATE, NoteEvent.DISCLOSE): NoteState.DISCLOSED,
        (NoteState.KEPT, NoteEvent.WITHDRAW): NoteState.WITHDRAWN,
        (NoteState.SOMEONE, NoteEvent.WITHDRAW): NoteState.WITHDRAWN,
        (NoteState.NOT_MEANT, NoteEvent.WITHDRAW): NoteState.WITHDRAWN,
        (NoteState.PRIVATE, NoteEvent.WITHDRAW): NoteState.WITHDRAWN,
    }
)


class NoteMoveRefused(Exception):
    """The event does not apply to a note in this state. Nothing has changed."""


def after(state: NoteState, event: NoteEvent) -> NoteState:
    """Return the state that an event leads to, or raise NoteMoveRefused."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise NoteMoveRefused(f"{event} does not apply to a note that is {state}") from None


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found in a note: kind, urgency and category as `language` names them."""

    kind: str
    urgency: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """What a note calls for. `unanswered`: the level that no tap in time amounts to."""

    answer: Answer
    unanswered: Level | None = None


def respond(found: Sequence[Found]) -> Response:
    """Decide what is said to a note. The gravest thing in it decides.

    Risk that was softened (negated, past, reported) is asked about too; without an answer it is a matter for today, and
    not for the crisis chain, or for nobody when little is left of it. What only stands in a fixed phrase or in talk of
    training calls for nothing.
    """
    risks = [f for f in found if f.kind in RISKS and f.urgency != "none"]
    own = [f for f in risks if f.kind == OWN_RISK]
    if any(f.urgency == "immediate" for f in risks):
        return Response(Answer.CONFIRM, Level.CRISIS)
    if own or any(f.urgency == "same_day" for f in risks):
        # Third person is a debrief, not the mentor's crisis: silence about somebody else's trouble tells nobody.
        today = any(f.urgency == "same_day" for f in own)
        return Response(Answer.CONFIRM, Level.URGENT if today else None)
    if any(f.category == "language_not_read" for f in found):
        return Response(Answer.UNREAD)
    if any(f.kind == "help_request" and f.urgency in ("immediate", "same_day") for f in found):
        return Response(Answer.HELP)
    if any(f.kind == "relapse" and f.urgency != "none" for f in found):
        return Response(Answer.RELAPSE)
    if any(f.kind == "boundary" and f.urgency != "none" for f in found):
        return Response(Answer.BOUNDARY)
    if risks:
        return Response(Answer.CARRY)
    return Response(Answer.THANKS)
