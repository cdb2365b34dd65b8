"""Who takes part, in which role, and whether they can be asked or told anything now."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from uuid import UUID

from core.consent import is_of_supervisor
from core.visibility import AS_USUAL, Visibility


class Role(StrEnum):
    """What a person does in the program."""

    MENTOR = "mentor"
    SUPERVISOR = "supervisor"
    LEAD = "lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody on the roster. Every instant is aware and in UTC."""

    id: UUID
    name: str
    role: Role
    team_id: UUID | None
    team: str
    supervisor_id: UUID | None
    language: str
    timezone: str  # IANA name
    telegram_id: int | None = None  # None: has not joined
    joined_at: datetime | None = None
    consented_at: datetime | None = None
    consent_version: str | None = None
    declined_at: datetime | None = None
    left_at: datetime | None = None
    unreachable_since: datetime | None = None  # Telegram refuses our messages
    away_from: datetime | None = None
    away_until: datetime | None = None  # None with away_from: until they say so
    leaves: tuple[tuple[datetime, datetime], ...] = ()  # planned times of absence, the end excluded
    quiet_from: time | None = None  # None: the program's quiet hours
    quiet_until: time | None = None
    one_message: bool | None = None  # all questions of a check-in in one message; None: the program's
    contentless: bool | None = None  # alerts say nothing before they are opened; None: as the program says
    avoids: UUID | None = None  # a supervisor whom this mentor does not want asked or shown; nobody tells that person
    visibility: Visibility = AS_USUAL  # what this mentor lets a supervisor see

    @property
    def first_name(self) -> str:
        """The name that others are shown in running text."""
        return self.name.split()[0] if self.name.split() else self.name

    def is_away(self, now: datetime) -> bool:
        """Say whether the person asked to be left alone at that instant."""
        if any(start <= now < end for start, end in self.leaves):
            return True
        if self.away_from is None or now < self.away_from:
            return False
        return self.away_until is None or now < self.away_until

    def away_edges(self) -> set[datetime]:
        """Return the instants at which being away begins or ends, as far as they are known."""
        edges = {edge for leave in self.leaves for edge in leave}
        return edges | {edge for edge in (self.away_from, self.away_until) if edge is not None}

    @property
    def takes_part(self) -> bool:
        """Somebody who joined, agreed and has not left: the only people who are ever asked.

        A supervisor agrees to a pulse of their own, where the program offers one; a lead is never asked.
        """
        if self.left_at is not None or None in (self.telegram_id, self.consented_at):
            return False
        return self.role is not Role.LEAD and self.agreed_in_this_role

    @property
    def agreed_in_this_role(self) -> bool:
        """Whether their consent, if any, is one of the role that they have now."""
        return is_of_supervisor(self.consent_version) is (self.role is not Role.MENTOR)

    @property
    def can_receive(self) -> bool:
        """Say whether a message has any chance of arriving."""
        return self.telegram_id is not None and self.left_at is None and self.unreachable_since is None
