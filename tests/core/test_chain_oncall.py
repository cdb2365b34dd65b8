"""The step of a chain for whoever is on call."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from core.access import may_when_called
from core.chain import advance, chain_for
from core.people import Person, Role
from core.policy import Step
from tests.core.factories import NOW, OTHER_TEAM, a_person, a_policy, an_alert
from tests.core.test_chain_people import UNABLE

ANN, BEN = (a_person(Role.SUPERVISOR, name=name) for name in ("Ann", "Ben"))
FAR = a_person(Role.SUPERVISOR, name="Far", team_id=OTHER_TEAM, team="South")
SAM = a_person(supervisor_id=ANN.id)


def told(
    on_call: Sequence[Sequence[UUID]], *staff: Person, mentor: Person = SAM, **values: Any
) -> tuple[UUID, ...] | None:
    return chain_for(an_alert(mentor, **values), mentor, staff, NOW, None, on_call).by_step.get(Step.ONCALL)


def test_each_shift_calls_one_person_from_whichever_team_and_nobody_twice() -> None:
    assert told([(FAR.id, ANN.id), (ANN.id, BEN.id), (FAR.id,)], ANN, BEN, FAR) == (FAR.id, ANN.id)


@pytest.mark.parametrize("unable", UNABLE)
def test_the_backup_stands_in_for_whoever_cannot_be_told(unable: dict[str, Any]) -> None:
    assert told([(ANN.id, BEN.id)], replace(ANN, **unable), BEN) == (BEN.id,)
    assert told([(ANN.id, BEN.id)], replace(ANN, **unable), replace(BEN, **unable)) == ()


def test_the_backup_stands_in_for_whom_the_mentor_avoids_and_for_who_said_not_mine() -> None:
    assert told([(FAR.id, BEN.id)], ANN, BEN, FAR, mentor=replace(SAM, avoids=FAR.id)) == (BEN.id,)
    assert told([(FAR.id, BEN.id)], ANN, BEN, FAR, declined=(FAR.id,)) == (BEN.id,)


def test_a_mentor_is_not_on_call() -> None:
    assert told([(FAR.id,)], ANN, replace(FAR, role=Role.MENTOR)) == ()


def test_with_nobody_on_call_the_step_is_skipped_at_once_and_reported() -> None:
    alert = an_alert(SAM, policy=a_policy(steps=(Step.ONCALL, Step.SUPERVISOR)))
    step = advance(alert, chain_for(alert, SAM, [ANN], NOW), NOW)
    assert step is not None
    assert (step.tell, step.step, step.skipped) == ((ANN.id,), Step.SUPERVISOR, (Step.ONCALL,))


def test_who_was_called_may_handle_that_alert_unless_they_left_or_are_avoided() -> None:
    assert may_when_called(FAR, SAM)
    assert not may_when_called(replace(FAR, left_at=NOW), SAM)
    assert not may_when_called(FAR, replace(SAM, avoids=FAR.id))
    assert not may_when_called(replace(FAR, role=Role.MENTOR), SAM)
    assert not may_when_called(replace(FAR, id=SAM.id), SAM)
