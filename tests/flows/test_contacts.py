"""The log of contacts: logged by tap, once, by those who may, taken back within ten minutes."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from core.messages import Kind
from flows import contacts, upkeep
from flows.contacts import Agreement, ContactKind, toggled
from storage.contacts import Contact, of_mentor
from tests.flows.world import ANN, BEN, CAL, DANA, ROSA, SAM, World


async def logs(world: World, name: str, mentor: str, kind: ContactKind = ContactKind.ONE_TO_ONE) -> dict[str, Any]:
    await contacts.log_contact(world.deps, world.press(name), (await world.person(mentor)).id, kind)
    await world.deliver()
    return world.on(name)[-1].params


async def logged(world: World, mentor: str = SAM) -> list[Contact]:
    async with world.deps.db.reading() as session:
        return await of_mentor(session, (await world.person(mentor)).id)


async def test_a_tap_logs_a_contact(world: World) -> None:
    params = await logs(world, ANN, SAM)
    (contact,) = await logged(world)
    assert (contact.kind, contact.at, contact.agreements) == ("one_to_one", world.clock.now, ())
    assert contact.by_id == (await world.person(ANN)).id
    assert (params["name"], params["undoable"]) == (SAM, True)
    (line,) = await world.audit("contact_logged")
    assert line.subject_id == contact.person_id


async def test_a_second_tap_within_ten_minutes_logs_nothing_more(world: World) -> None:
    await logs(world, ANN, SAM)
    world.clock.forward(minutes=9)
    await logs(world, ANN, SAM)
    assert len(await logged(world)) == 1
    await logs(world, ANN, SAM, ContactKind.CALL)
    world.clock.forward(minutes=2)
    await logs(world, ANN, SAM)
    assert len(await logged(world)) == 3


@pytest.mark.parametrize(("name", "mentor"), [(CAL, SAM), (ANN, ROSA), (SAM, SAM), ("a stranger", SAM)])
async def test_nobody_logs_a_contact_with_a_mentor_of_others(world: World, name: str, mentor: str) -> None:
    await contacts.log_contact(world.deps, world.press(name), (await world.person(mentor)).id, ContactKind.CALL)
    await world.deliver()
    assert world.on(name)[-1].kind is Kind.REFUSAL
    assert await logged(world, mentor) == []


@pytest.mark.parametrize("name", [BEN, DANA])
async def test_the_team_and_the_leads_may_log_too(world: World, name: str) -> None:
    await logs(world, name, SAM)
    assert len(await logged(world)) == 1


async def test_staff_are_no_mentors_to_log(world: World) -> None:
    await contacts.log_contact(world.deps, world.press(DANA), (await world.person(ANN)).id, ContactKind.CALL)
    await contacts.log_contact(world.deps, world.press(DANA), UUID(int=7), ContactKind.CALL)
    await world.deliver()
    assert world.kinds(DANA) == [Kind.REFUSAL, Kind.REFUSAL]


async def test_within_ten_minutes_it_is_taken_back(world: World) -> None:
    session = UUID((await logs(world, ANN, SAM))["session"])
    world.clock.forward(minutes=10)
    await contacts.undo(world.deps, world.press(ANN), session)
    await world.deliver()
    assert await logged(world) == []
    assert world.on(ANN)[-1].params["undone"]
    assert len(await world.audit("contact_undone")) == 1
    await contacts.undo(world.deps, world.press(ANN), session)
    await world.deliver()
    assert world.on(ANN)[-1].params == {"gone": True}


async def test_after_ten_minutes_it_stays_and_says_so(world: World) -> None:
    session = UUID((await logs(world, ANN, SAM))["session"])
    world.clock.forward(minutes=10, seconds=1)
    await contacts.undo(world.deps, world.press(ANN), session)
    await world.deliver()
    assert len(await logged(world)) == 1
    assert world.on(ANN)[-1].params["too_late"]
    assert not world.on(ANN)[-1].params["undoable"]


async def test_only_who_logged_it_changes_it(world: World) -> None:
    session = UUID((await logs(world, ANN, SAM))["session"])
    await contacts.undo(world.deps, world.press(BEN), session)
    await contacts.agree(world.deps, world.press(BEN), session, Agreement.TIME_OFF)
    await world.deliver()
    assert world.kinds(BEN) == [Kind.REFUSAL, Kind.REFUSAL]
    assert (await logged(world))[0].agreements == ()


async def test_agreements_are_tapped_on_and_off(world: World) -> None:
    session = UUID((await logs(world, ANN, SAM))["session"])
    for agreement in (Agreement.TRAINING, Agreement.LESS_CASELOAD, Agreement.TRAINING):
        await contacts.agree(world.deps, world.press(ANN), session, agreement)
    await world.deliver()
    assert (await logged(world))[0].agreements == ("less_caseload",)
    assert world.on(ANN)[-1].params["agreements"] == ["less_caseload"]


def test_nothing_now_stands_alone() -> None:
    assert toggled(("training",), Agreement.NOTHING) == ("nothing",)
    assert toggled(("nothing",), Agreement.TIME_OFF) == ("time_off",)
    assert toggled(("nothing",), Agreement.NOTHING) == ()


async def test_a_group_session_is_logged_with_everybody_who_is_there(world: World) -> None:
    await contacts.log_group(world.deps, world.press(ANN), None)
    await world.deliver()
    assert world.on(ANN)[-1].params["count"] == 1
    assert [contact.kind for contact in await logged(world)] == ["group"]
    assert await logged(world, ROSA) == []
    await contacts.log_group(world.deps, world.press(ANN), None)
    assert len(await logged(world)) == 1


async def test_a_group_session_leaves_out_who_is_away(world: World) -> None:
    await world.change(SAM, away_from=world.clock.now)
    await contacts.log_group(world.deps, world.press(ANN), None)
    await world.deliver()
    assert world.on(ANN)[-1].params == {"nobody": True}
    assert await logged(world) == []


async def test_a_lead_logs_a_group_session_of_one_team(world: World) -> None:
    await contacts.log_group(world.deps, world.press(DANA), (await world.person(ROSA)).team_id)
    assert len(await logged(world, ROSA)) == 1
    assert await logged(world) == []


async def test_contacts_are_forgotten_with_the_scores(world: World) -> None:
    await logs(world, ANN, SAM)
    keep = world.deps.program.retention.scores
    await upkeep.forget_old_data(world.deps, now=world.clock.now + keep)
    assert len(await logged(world)) == 1
    await upkeep.forget_old_data(world.deps, now=world.clock.now + keep + timedelta(seconds=1))
    assert await logged(world) == []
