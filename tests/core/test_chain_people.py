"""Who fills which step at a moment."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chain import Chain, chain_for
from core.levels import Level
from core.people import Person, Role
from core.policy import AnyStep, PersonStep, Step
from tests.core.factories import NOW, OTHER_TEAM, TEAM, a_person, an_alert

ANN, BEN, CAL = (a_person(Role.SUPERVISOR, name=name) for name in ("Ann", "Ben", "Cal"))
DANA = a_person(Role.LEAD, name="Dana", team_id=None, team="")
SAM = a_person(supervisor_id=ANN.id)
STAFF = [ANN, BEN, CAL, DANA]
UNABLE: list[dict[str, Any]] = [
    {"telegram_id": None},
    {"left_at": NOW},
    {"unreachable_since": NOW},
    {"away_from": NOW},
    {"away_from": NOW - timedelta(days=1), "away_until": NOW + timedelta(seconds=1)},
]


def chain(staff: list[Person], mentor: Person = SAM, level: Level = Level.URGENT, round_: int = 0) -> Chain:
    return chain_for(an_alert(mentor, level=level, round=round_), mentor, staff, NOW)


def test_the_usual_chain_is_own_supervisor_another_of_the_team_and_the_lead() -> None:
    assert chain(STAFF).by_step == {
        Step.SUPERVISOR: (ANN.id,),
        Step.BACKUP: (BEN.id,),
        Step.LEAD: (DANA.id,),
    }


@pytest.mark.parametrize("unable", UNABLE)
def test_who_cannot_be_told_is_passed_over(unable: dict[str, Any]) -> None:
    by_step = chain([replace(ANN, **unable), BEN, CAL, replace(DANA, **unable)]).by_step
    assert by_step == {Step.SUPERVISOR: (BEN.id,), Step.BACKUP: (CAL.id,), Step.LEAD: ()}


def test_somebody_who_is_back_is_told_again() -> None:
    back = replace(ANN, away_from=NOW - timedelta(days=1), away_until=NOW)
    assert chain([back]).by_step[Step.SUPERVISOR] == (ANN.id,)


def test_a_crisis_reaches_every_other_supervisor_of_the_team_at_once() -> None:
    assert chain(STAFF, level=Level.CRISIS).by_step[Step.BACKUP] == (BEN.id, CAL.id)


def test_below_a_crisis_the_others_take_turns_by_round() -> None:
    assert [chain(STAFF, round_=round_).by_step[Step.BACKUP] for round_ in range(3)] == [
        (BEN.id,),
        (CAL.id,),
        (BEN.id,),
    ]


def test_without_an_own_supervisor_the_first_of_the_team_is_told_and_is_not_her_own_backup() -> None:
    by_step = chain([ANN, DANA], mentor=a_person()).by_step
    assert by_step == {Step.SUPERVISOR: (ANN.id,), Step.BACKUP: (), Step.LEAD: (DANA.id,)}


def test_supervisors_of_other_teams_hear_nothing_unless_they_are_the_mentors_own() -> None:
    far = replace(BEN, team_id=OTHER_TEAM)
    assert chain([far, DANA]).by_step[Step.SUPERVISOR] == ()
    assert chain([far, DANA]).by_step[Step.BACKUP] == ()
    assert chain([far, DANA], mentor=replace(SAM, supervisor_id=far.id)).by_step[Step.SUPERVISOR] == (far.id,)


def test_a_mentor_without_a_team_does_not_reach_supervisors_without_one() -> None:
    loose = replace(BEN, team_id=None)
    assert chain([loose], mentor=replace(SAM, team_id=None, supervisor_id=None)).by_step[Step.SUPERVISOR] == ()


def test_an_own_supervisor_who_is_a_mentor_now_is_not_told() -> None:
    assert chain([replace(ANN, role=Role.MENTOR), BEN]).by_step[Step.SUPERVISOR] == (BEN.id,)


def test_leads_of_the_team_come_before_leads_of_others() -> None:
    near, far = replace(DANA, team_id=TEAM), a_person(Role.LEAD, team_id=OTHER_TEAM)
    assert chain([near, far]).by_step[Step.LEAD] == (near.id,)
    assert chain([far]).by_step[Step.LEAD] == (far.id,)


def test_nobody_is_told_about_themselves() -> None:
    """Somebody may have changed roles since the alert was opened."""
    once_a_mentor = replace(ANN, id=SAM.id)
    assert chain([once_a_mentor], mentor=SAM).by_step == {Step.SUPERVISOR: (), Step.BACKUP: (), Step.LEAD: ()}


def test_whoever_takes_the_place_of_a_supervisor_who_dropped_out_is_told_as_backup() -> None:
    """Ann's step has passed when Telegram says that she cannot be reached: Ben must not be passed over."""
    staff, alert = [replace(ANN, unreachable_since=NOW), BEN, DANA], an_alert(SAM, step=1)
    assert chain_for(alert, SAM, staff, NOW, {ANN.id}).by_step[Step.BACKUP] == (BEN.id,)
    assert chain_for(alert, SAM, staff, NOW, {ANN.id, BEN.id}).by_step[Step.BACKUP] == ()
    assert chain_for(alert, SAM, [ANN, DANA], NOW, {ANN.id}).by_step[Step.BACKUP] == ()
    assert chain_for(alert, SAM, [DANA], NOW, {ANN.id}).by_step[Step.BACKUP] == ()


people = st.builds(
    a_person,
    role=st.sampled_from(Role),
    team_id=st.sampled_from([TEAM, OTHER_TEAM, None]),
    telegram_id=st.sampled_from([7, None]),
    left_at=st.sampled_from([None, None, NOW]),
    unreachable_since=st.sampled_from([None, None, NOW]),
    away_from=st.sampled_from([None, None, NOW]),
)


@given(st.lists(people, max_size=8), st.sampled_from([Level.URGENT, Level.CRISIS]), st.integers(0, 5), st.data())
def test_whoever_is_told_can_hear_it_and_may_know(
    staff: list[Person], level: Level, round_: int, data: st.DataObject
) -> None:
    own = data.draw(st.sampled_from([None, *(person.id for person in staff)]))
    mentor = replace(SAM, supervisor_id=own)
    by_step = chain(staff, mentor, level, round_).by_step
    known = {person.id: person for person in staff}
    for ids in by_step.values():
        assert len(set(ids)) == len(ids)
        for person in (known[id_] for id_ in ids):
            assert person.can_receive
            assert not person.is_away(NOW)
            assert person.role is not Role.MENTOR
            assert person.role is Role.LEAD or person.id == own or person.team_id == mentor.team_id
    assert not set(by_step[Step.SUPERVISOR]) & set(by_step[Step.BACKUP])


@pytest.mark.parametrize("first", [*Step, PersonStep("Ben")])
@pytest.mark.parametrize("level", [Level.CONCERN, Level.URGENT, Level.CRISIS])
def test_about_a_supervisor_only_leads_are_told_whatever_the_steps(first: AnyStep, level: Level) -> None:
    """Neither who is on call, nor a named colleague, nor a group hears of it; and the first step is never empty."""
    about = replace(ANN, supervisor_id=BEN.id)
    far = a_person(Role.LEAD, name="Eve", team_id=OTHER_TEAM)
    alert = an_alert(about, level=level)
    steps = (first, *(step for step in (*Step, PersonStep("Ben")) if step != first))
    alert = replace(alert, policy=replace(alert.policy, steps=steps))
    groups = [a_person().id]
    by_step = chain_for(alert, about, [*STAFF, far], NOW, (), [[BEN.id, CAL.id]], groups).by_step
    assert by_step[first] == (DANA.id,)
    assert by_step[Step.LEAD] == (DANA.id,)
    assert {who for told in by_step.values() for who in told} <= {DANA.id, far.id}
    assert chain_for(alert, about, [ANN, BEN, CAL], NOW, (), [[BEN.id]], groups).by_step[first] == ()
