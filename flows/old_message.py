"""The message in which a check-in stood: it says that the check-in goes on in a newer one, or is over."""

from typing import Any
from uuid import UUID

from core.checkins import Checkin
from core.messages import Kind
from flows.turn import Turn


def moved_below(turn: Turn, checkin: Checkin, message_id: int | None) -> None:
    """Say in a message that the check-in goes on below."""
    _say(turn, checkin.person_id, message_id, why="moved", questionnaire=checkin.kind)


def is_over(turn: Turn, checkin: Checkin, message_id: int | None) -> None:
    """Say in a message how the check-in ended."""
    answered = len(checkin.answers)
    _say(turn, checkin.person_id, message_id, why=checkin.state.value, questionnaire=checkin.kind, answered=answered)


def _say(turn: Turn, person_id: UUID, message_id: int | None, **params: Any) -> None:
    turn.tell(person_id, Kind.CHECKIN_CLOSED, edit=message_id, params=params)
