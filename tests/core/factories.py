"""People, policies and alerts for tests, with whatever matters to a test written out."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from core.alerts import Alert
from core.levels import Level
from core.people import Person, Role
from core.policy import Policy, Step

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TEAM, OTHER_TEAM = UUID(int=1), UUID(int=2)


def a_person(role: Role = Role.MENTOR, **values: Any) -> Person:
    """Return somebody of the team who has joined and agreed, unless it is said otherwise."""
    usual: dict[str, Any] = {
        "id": uuid4(),
        "name": f"A {role.value}",
        "team_id": TEAM,
        "team": "North",
        "supervisor_id": None,
        "language": "en",
        "timezone": "America/Chicago",
        "telegram_id": 7,
        "joined_at": NOW,
        "consented_at": NOW,
    }
    return Person(role=role, **(usual | values))


def a_policy(level: Level = Level.URGENT, **values: Any) -> Policy:
    """Return the shipped chain with short times."""
    usual: dict[str, Any] = {
        "steps": (Step.SUPERVISOR, Step.BACKUP, Step.LEAD),
        "acknowledge_within": 15 * MINUTE,
        "repeat": 3,
        "acknowledgement_lapses_after": 60 * MINUTE,
    }
    return Policy(level=level, **(usual | values))


def an_alert(mentor: Person, **values: Any) -> Alert:
    """Return an alert that has just been opened."""
    level = values.pop("level", Level.URGENT)
    usual: dict[str, Any] = {
        "id": uuid4(),
        "person_id": mentor.id,
        "team_id": mentor.team_id,
        "source": "checkin:1",
        "level": level,
        "reasons": ("asks_today",),
        "facts": {},
        "policy": a_policy(level),
        "opened_at": NOW,
        "next_step_at": NOW,
    }
    return Alert(**(usual | values))
