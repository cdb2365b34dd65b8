"""Who may do what about whom: a table, read by the flows and by the tests."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from core.people import Person, Role
from core.visibility import Group, Step


class Act(StrEnum):
    """What somebody wants to do about a mentor."""

    ANSWER = "answer"  # a check-in
    CHANGE_SETTINGS = "change_settings"
    HANDLE_ALERT = "handle_alert"  # acknowledge, resolve
    SEE_ALERTS = "see_alerts"
    SEE_TEAM = "see_team"  # who may need somebody: level, reasons, due date, never answers
    SEE_ANSWERS = "see_answers"  # the latest answers, of the groups that the mentor shows
    LOG_CONTACT = "log_contact"  # that they met, and what they agreed on


def _self(actor: Person, mentor: Person) -> bool:
    return actor.id == mentor.id


def _supervises(actor: Person, mentor: Person) -> bool:
    """The mentor's own supervisor, a supervisor of the team, or a lead; nobody supervises themselves.

    About a supervisor with a pulse of their own it is the leads alone: no colleague, whoever is named as theirs.
    """
    if actor.id == mentor.id or actor.left_at is not None:
        return False
    if mentor.role is not Role.MENTOR:
        return actor.role is Role.LEAD
    if actor.role is Role.LEAD or actor.id == mentor.supervisor_id:
        return actor.role is not Role.MENTOR
    return actor.role is Role.SUPERVISOR and actor.team_id is not None and actor.team_id == mentor.team_id


def _in_charge(actor: Person, mentor: Person) -> bool:
    """Whoever supervises, unless the mentor would rather have somebody else."""
    return actor.id != mentor.avoids and _supervises(actor, mentor)


def _is_shown_answers(actor: Person, mentor: Person) -> bool:
    """Whoever is in charge, of a mentor who shows the answers of some group."""
    return _in_charge(actor, mentor) and any(mentor.visibility.step(group) is Step.ANSWERS for group in Group)


# What is not in this table is allowed to nobody.
ACCESS: Final[Mapping[Act, Callable[[Person, Person], bool]]] = MappingProxyType(
    {
        Act.ANSWER: _self,
        Act.CHANGE_SETTINGS: _self,
        Act.HANDLE_ALERT: _in_charge,
        Act.SEE_ALERTS: _in_charge,
        # Nobody is told that a mentor would rather have somebody else: a name that is missing would tell.
        Act.SEE_TEAM: _supervises,
        Act.SEE_ANSWERS: _is_shown_answers,
        Act.LOG_CONTACT: _supervises,
    }
)


def may(actor: Person, act: Act, mentor: Person) -> bool:
    """Say whether somebody may do this about a mentor."""
    return ACCESS[act](actor, mentor)


def may_when_called(actor: Person, mentor: Person) -> bool:
    """Say whether somebody who was called as on call may handle that one alert, from whichever team they are."""
    if mentor.role is not Role.MENTOR:
        return _in_charge(actor, mentor)
    return actor.role is not Role.MENTOR and actor.left_at is None and actor.id not in (mentor.id, mentor.avoids)
