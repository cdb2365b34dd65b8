"""The page of one mentor before supervision: what changed since the last session, and only what was meant for it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from core.checkins import Checkin, CheckinState
from core.levels import Level
from core.messages import Kind
from flows import agenda, contacts
from flows.contacts import Agreement, ContactKind
from storage import checkins
from storage.contacts import Contact
from tests.flows.test_contacts import logged, logs
from tests.flows.test_team import raise_level
from tests.flows.world import ANN, CAL, DANA, SAM, World


async def opens(world: World, name: str = ANN, mentor: str = SAM) -> dict[str, Any]:
    await agenda.show(world.deps, world.press(name), (await world.person(mentor)).id, 0)
    await world.deliver()
    return world.on(name)[-1].params


async def answered(world: World, kind: str, answers: dict[str, str]) -> None:
    """A check-in that Sam answered now."""
    now = world.clock.now
    checkin = Checkin(
        id=uuid4(),
        person_id=(await world.person(SAM)).id,
        kind=kind,
        occurrence="",
        at=now,
        items=tuple(answers),
        expires_at=now + timedelta(days=3),
        state=CheckinState.COMPLETE,
        opened_at=now,
    )
    async with world.deps.db.transaction() as session:
        await checkins.add(session, checkin, local_date=now.date(), slot=uuid4().hex, program_version="1")
        for item, value in answers.items():
            await checkins.put_answer(session, checkin.id, item, value, answered_at=now, received_at=now)


async def session(world: World) -> Contact:
    await logs(world, ANN, SAM)
    return (await logged(world))[0]


async def test_the_page_of_a_new_mentor_is_empty_and_says_that_no_session_is_logged(world: World) -> None:
    params = await opens(world)
    assert (params["name"], params["need"], params["last"]) == (SAM, "steady", None)
    assert params["alerts"] == params["boundaries"] == params["scenarios"] == []
    assert params["agreements"] is None
    assert len(await world.audit("agenda_seen")) == 1


async def test_only_who_may_sees_it(world: World) -> None:
    assert (await opens(world, CAL))["reason"] == "not_yours"
    assert (await opens(world, SAM))["reason"] == "staff_only"
    assert await world.audit("agenda_seen") == []
    assert (await opens(world, DANA))["name"] == SAM


async def test_it_shows_what_was_raised_since_the_last_session(world: World) -> None:
    await raise_level(world, SAM, Level.CONCERN, ("load", "load_high"))
    world.clock.forward(hours=1)
    await session(world)
    assert (await opens(world))["alerts"] == []
    world.clock.forward(days=1)
    await raise_level(world, SAM, Level.URGENT, ("asks_today",))
    (alert,) = (await opens(world))["alerts"]
    assert (alert["level"], alert["reasons"], alert["outcome"]) == ("urgent", ["asks_today"], None)


async def test_a_call_is_no_session(world: World) -> None:
    await raise_level(world, SAM, Level.CONCERN)
    world.clock.forward(hours=1)
    await logs(world, ANN, SAM, ContactKind.CALL)
    assert len((await opens(world))["alerts"]) == 1


async def test_without_a_session_it_looks_back_four_weeks(world: World) -> None:
    await raise_level(world, SAM, Level.CONCERN)
    world.clock.forward(days=28, seconds=1)
    assert (await opens(world))["alerts"] == []


@pytest.mark.parametrize(
    ("answers", "kinds"),
    [
        ({"boundary": "unsure", "boundary_kind": "small_gift money", "boundary_when": "next_supervision"}, 2),
        ({"boundary": "unsure", "boundary_kind": "small_gift"}, 0),  # no time was chosen: it is the mentor's own
        ({"boundary": "handled", "boundary_kind": "small_gift"}, 0),
        ({"boundary": "open", "boundary_when": "next_supervision"}, 0),
    ],
)
async def test_only_boundaries_that_the_mentor_marked_for_a_talk_are_shown(
    world: World, answers: dict[str, str], kinds: int
) -> None:
    await answered(world, "weekly", answers)
    assert (await opens(world))["boundaries"] == ["small_gift", "money"][:kinds]


async def test_a_practice_situation_is_shown_when_the_mentor_wants_to_bring_it_and_never_the_choice(
    world: World,
) -> None:
    await answered(world, "practice", {"practice_1": "harmful", "practice_supervision": "yes"})
    await answered(world, "practice", {"practice_2": "best", "practice_supervision": "no"})
    params = await opens(world)
    assert params["scenarios"] == ["practice_1"]
    assert "harmful" not in str(params)


async def test_answers_from_before_the_last_session_are_not_brought_again(world: World) -> None:
    await answered(world, "practice", {"practice_1": "best", "practice_supervision": "yes"})
    world.clock.forward(hours=1)
    await session(world)
    assert (await opens(world))["scenarios"] == []


async def test_the_last_agreements_are_shown_until_there_are_others(world: World) -> None:
    first = await session(world)
    await contacts.agree(world.deps, world.press(ANN), first.session_id, Agreement.TIME_OFF)
    world.clock.forward(days=7)
    await session(world)
    assert (await opens(world))["agreements"] == {"what": ["time_off"], "at": first.at.isoformat()}


async def test_the_page_shows_no_more_than_three_alerts_and_counts_the_rest(world: World) -> None:
    for _ in range(5):
        await raise_level(world, SAM, Level.CONCERN)
        world.clock.forward(minutes=1)
    params = await opens(world)
    assert (len(params["alerts"]), params["more_alerts"]) == (3, 2)
    assert world.on(ANN, Kind.AGENDA)


async def test_to_whom_a_mentor_avoids_nothing_is_told(world: World) -> None:
    await world.change(SAM, avoids_id=(await world.person(ANN)).id)
    await raise_level(world, SAM, Level.CONCERN)
    await answered(world, "practice", {"practice_1": "best", "practice_supervision": "yes"})
    params = await opens(world)
    assert params["alerts"] == params["scenarios"] == params["boundaries"] == []
    assert params["need"] == "steady"
