"""The life of a home-visit timer. All that moves it stands here: a table, and functions that return the next value."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

LONGEST: Final = timedelta(hours=12)  # whoever is inside for longer meant another day


class VisitState(StrEnum):
    """Where a timer stands."""

    CHOOSING = "choosing"  # the mentor is about to type the time
    INSIDE = "inside"
    ASKED = "asked"  # "are you out?" was asked at least once
    OVERDUE = "overdue"  # nobody answered: people are being called
    OUT = "out"
    CANCELLED = "cancelled"  # never started, or the mentor left the program


class VisitEvent(StrEnum):
    """What can happen to a timer."""

    START = "start"
    ASK = "ask"
    GIVE_UP = "give_up"
    OUT = "out"
    MORE = "more"  # more time, also after people were called
    CANCEL = "cancel"


# The whole life of a timer. A pair that is not here is an error.
TRANSITIONS: Final[Mapping[tuple[VisitState, VisitEvent], VisitState]] = MappingProxyType(
    {
        (VisitState.CHOOSING, VisitEvent.START): VisitState.INSIDE,
        (VisitState.CHOOSING, VisitEvent.CANCEL): VisitState.CANCELLED,
        (VisitState.INSIDE, VisitEvent.ASK): VisitState.ASKED,
        (VisitState.INSIDE, VisitEvent.OUT): VisitState.OUT,
        (VisitState.INSIDE, VisitEvent.MORE): VisitState.INSIDE,
        (VisitState.INSIDE, VisitEvent.CANCEL): VisitState.CANCELLED,
        (VisitState.ASKED, VisitEvent.ASK): VisitState.ASKED,
        (VisitState.ASKED, VisitEvent.GIVE_UP): VisitState.OVERDUE,
        (VisitState.ASKED, VisitEvent.OUT): VisitState.OUT,
        (VisitState.ASKED, VisitEvent.MORE): VisitState.INSIDE,
        (VisitState.ASKED, VisitEvent.CANCEL): VisitState.CANCELLED,
        (VisitState.OVERDUE, VisitEvent.OUT): VisitState.OUT,
        (VisitState.OVERDUE, VisitEvent.MORE): VisitState.INSIDE,
    }
)


class VisitMoveRefused(Exception):
    """The event does not apply to a timer in this state. Nothing has changed."""

    def __init__(self, state: VisitState, event: VisitEvent) -> None:
        super().__init__(f"{event} does not apply to a timer that is {state}")
        self.state = state


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One timer of one mentor: times alone, never where or with whom. Every instant is aware and in UTC."""

    id: UUID
    person_id: UUID
    state: VisitState
    started_at: datetime
    back_at: datetime | None = None  # None while the time is being chosen
    next_at: datetime | None = None  # when to ask, or to call people; None: nothing is due
    asked: int = 0  # how often "are you out?" was sent for this `back_at`
    repeats: int = 3  # after the first time; as the program stood at the start
    repeat_every: timedelta = timedelta(minutes=5)
    version: int = 1

    def after(self, event: VisitEvent) -> VisitState:
        """Return the state that the event leads to, or raise VisitMoveRefused."""
        try:
            return TRANSITIONS[self.state, event]
        except KeyError:
            raise VisitMoveRefused(self.state, event) from None

    @property
    def runs(self) -> bool:
        """Whether somebody is waited for."""
        return self.state in (VisitState.INSIDE, VisitState.ASKED, VisitState.OVERDUE)


def start(visit: Visit, back_at: datetime) -> Visit:
    """Begin to wait until that time."""
    return replace(visit, state=visit.after(VisitEvent.START), back_at=back_at, next_at=back_at, asked=0)


def more(visit: Visit, back_at: datetime) -> Visit:
    """Wait until a new time, whatever was asked before."""
    return replace(visit, state=visit.after(VisitEvent.MORE), back_at=back_at, next_at=back_at, asked=0)


def end(visit: Visit, event: VisitEvent) -> Visit:
    """End the timer by `OUT` or `CANCEL`."""
    return replace(visit, state=visit.after(event), next_at=None)


def due(visit: Visit, now: datetime) -> Visit | None:
    """Do what is due: ask, ask again, or give up and call people. None when nothing is due.

    What an outage delayed is asked first and not counted as silence: each question gets its whole time.
    """
    if visit.next_at is None or now < visit.next_at:
        return None
    if visit.asked <= visit.repeats:
        state = visit.after(VisitEvent.ASK)
        return replace(visit, state=state, asked=visit.asked + 1, next_at=now + visit.repeat_every)
    return replace(visit, state=visit.after(VisitEvent.GIVE_UP), next_at=None)


def calls_at(visit: Visit) -> datetime | None:
    """Return when people are called if nobody answers; None while no time was chosen."""
    return visit.back_at + visit.repeat_every * (visit.repeats + 1) if visit.back_at else None
