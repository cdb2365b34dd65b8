"""Who may do what about whom: every role, every act, own team, other team and stranger."""

from dataclasses import replace

import pytest

from core.access import ACCESS, Act, may, may_when_called
from core.people import Person, Role
from tests.core.factories import NOW, OTHER_TEAM, TEAM, a_person

SAM = a_person()
STAFF_ACTS = (Act.HANDLE_ALERT, Act.SEE_ALERTS, Act.SEE_TEAM, Act.LOG_CONTACT)
OWN_ACTS = (Act.ANSWER, Act.CHANGE_SETTINGS)


def test_every_act_has_a_line_in_the_table() -> None:
    assert set(ACCESS) == set(Act)


@pytest.mark.parametrize("act", OWN_ACTS)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("team", [TEAM, OTHER_TEAM, None])
def test_only_mentors_themselves_answer_and_change_their_settings(act: Act, role: Role, team: object) -> None:
    assert may(SAM, act, SAM)
    assert not may(a_person(role, team_id=team), act, SAM)


@pytest.mark.parametrize("act", STAFF_ACTS)
@pytest.mark.parametrize(
    ("role", "team", "allowed"),
    [
        (Role.MENTOR, TEAM, False),
        (Role.MENTOR, OTHER_TEAM, False),
        (Role.MENTOR, None, False),
        (Role.SUPERVISOR, TEAM, True),
        (Role.SUPERVISOR, OTHER_TEAM, False),
        (Role.SUPERVISOR, None, False),
        (Role.LEAD, TEAM, True),
        (Role.LEAD, OTHER_TEAM, True),
        (Role.LEAD, None, True),
    ],
)
def test_alerts_are_for_supervisors_of_the_team_and_for_leads(
    act: Act, role: Role, team: object, allowed: bool
) -> None:
    assert may(a_person(role, team_id=team), act, SAM) is allowed


@pytest.mark.parametrize("act", STAFF_ACTS)
def test_a_mentors_own_supervisor_may_whatever_the_team(act: Act) -> None:
    far = a_person(Role.SUPERVISOR, team_id=OTHER_TEAM)
    assert may(far, act, replace(SAM, supervisor_id=far.id))


@pytest.mark.parametrize("act", STAFF_ACTS)
def test_an_own_supervisor_who_became_a_mentor_may_not(act: Act) -> None:
    once = a_person(Role.MENTOR)
    assert not may(once, act, replace(SAM, supervisor_id=once.id))


@pytest.mark.parametrize("act", STAFF_ACTS)
@pytest.mark.parametrize("role", Role)
def test_nobody_handles_an_alert_about_themselves(act: Act, role: Role) -> None:
    self: Person = a_person(role)
    assert not may(self, act, replace(self, supervisor_id=self.id))


@pytest.mark.parametrize("act", STAFF_ACTS)
@pytest.mark.parametrize("role", Role)
def test_whoever_left_may_not(act: Act, role: Role) -> None:
    assert not may(a_person(role, left_at=NOW), act, SAM)


@pytest.mark.parametrize("act", STAFF_ACTS)
def test_two_people_without_a_team_are_not_of_one_team(act: Act) -> None:
    assert not may(a_person(Role.SUPERVISOR, team_id=None), act, replace(SAM, team_id=None))


@pytest.mark.parametrize(
    ("act", "allowed"),
    [(Act.HANDLE_ALERT, False), (Act.SEE_ALERTS, False), (Act.SEE_TEAM, True), (Act.LOG_CONTACT, True)],
)
def test_whom_a_mentor_avoids_sees_the_name_and_nothing_about_it(act: Act, allowed: bool) -> None:
    """A name that is missing from the list would tell what the mentor was promised that nobody tells."""
    boss = a_person(Role.SUPERVISOR)
    assert may(boss, act, replace(SAM, supervisor_id=boss.id, avoids=boss.id)) is allowed


@pytest.mark.parametrize("act", STAFF_ACTS)
@pytest.mark.parametrize(
    ("role", "team", "allowed"),
    [
        (Role.MENTOR, TEAM, False),
        (Role.SUPERVISOR, TEAM, False),
        (Role.SUPERVISOR, OTHER_TEAM, False),
        (Role.SUPERVISOR, None, False),
        (Role.LEAD, TEAM, True),
        (Role.LEAD, OTHER_TEAM, True),
        (Role.LEAD, None, True),
    ],
)
def test_about_a_supervisor_it_is_leads_alone(act: Act, role: Role, team: object, allowed: bool) -> None:
    actor = a_person(role, team_id=team)
    for about in (a_person(Role.SUPERVISOR), a_person(Role.SUPERVISOR, supervisor_id=actor.id)):
        assert may(actor, act, about) is allowed
        assert may_when_called(actor, about) is allowed
    assert not may(about, act, about)
