"""A consent that has changed is asked for before the next check-in, and nothing else is asked meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.checkins import CheckinState
from core.consent import Agreement
from core.messages import Kind
from flows import asking, joining, noting, scheduling, sending, team
from scheduler import ticks
from tests.flows.world import ANN, SAM, World


@pytest.fixture
def changed(world: World) -> World:
    """The program has a new version of what mentors agree to; everybody had agreed to the one before."""
    world.deps = replace(world.deps, program=replace(world.deps.program, consent_version=2))
    return world


async def until_due(world: World) -> None:
    """Let the next check-in of everybody be due, and the ticks run."""
    following = await scheduling.next_instant(world.deps)
    assert following is not None
    world.clock.now = following + timedelta(seconds=1)
    await ticks.checkin_tick(world.deps)
    await world.deliver()


async def test_the_changed_consent_comes_in_place_of_the_next_check_in(changed: World) -> None:
    await until_due(changed)
    assert changed.kinds(SAM) == [Kind.CONSENT]
    assert changed.on(SAM)[-1].params == {"page": 1, "name": "Sam", "again": True}
    assert await changed.checkins(SAM) == []
    await joining.agree(changed.deps, changed.press(SAM), Agreement(1, 2, "en", "aa"))
    await changed.deliver()
    assert (await changed.person(SAM)).consent_version == "1.2.en.aa"
    await until_due(changed)
    assert changed.kinds(SAM)[-1] is Kind.CHECKIN


async def test_it_is_asked_twice_at_most_and_a_week_apart(changed: World) -> None:
    first = changed.clock.now
    while changed.clock.now < first + timedelta(days=40):
        await until_due(changed)
    asked = await changed.audit("consent_asked")
    sam = (await changed.person(SAM)).id
    one, two = [line.at for line in asked if line.subject_id == sam]
    assert two - one >= timedelta(days=7)
    assert changed.kinds(SAM) == [Kind.CONSENT, Kind.CONSENT]


async def test_nothing_else_is_asked_meanwhile(changed: World) -> None:
    outcomes = await sending.send(changed.deps, "weekly", to=SAM)
    assert [(one.sent, "agree" in one.why) for one in outcomes] == [(False, True)]
    await noting.take_text(changed.deps, changed.message(SAM), "3 2 4 1 n")
    await changed.deliver()
    await asking.ask_now(changed.deps, changed.message(SAM))
    await changed.deliver()
    assert set(changed.kinds(SAM)) == {Kind.CONSENT}
    assert await changed.checkins(SAM) == []


async def test_a_check_in_that_was_asked_before_is_finished_and_not_reminded_of(world: World) -> None:
    checkin = await world.asks_for_a_checkin(SAM)
    program = world.deps.program
    world.deps = replace(world.deps, program=replace(program, consent_version=2))
    assert checkin.remind_at is not None
    world.clock.now = checkin.remind_at
    await ticks.upkeep_tick(world.deps)
    await world.deliver()
    assert len(world.on(SAM, Kind.CHECKIN)) == 1
    await world.answers(SAM, "2", "2", "2", "2", "no")
    assert [one.state for one in await world.checkins(SAM)] == [CheckinState.COMPLETE]


@pytest.mark.parametrize("words", ["x", "3 2 4 1 x"])
async def test_a_call_for_help_is_heard_meanwhile(changed: World, words: str) -> None:
    await noting.take_text(changed.deps, changed.message(SAM), words)
    await changed.deliver()
    assert len(await changed.alerts(SAM)) == 1
    assert changed.on(ANN, Kind.ALERT)
    await changed.calls(SAM)
    assert len(await changed.alerts(SAM)) == 2


async def test_an_older_screen_is_no_consent_to_what_is_in_force(changed: World) -> None:
    await joining.agree(changed.deps, changed.press(SAM), Agreement(1, 1, "en", "aa"))
    await changed.deliver()
    assert changed.kinds(SAM) == [Kind.CONSENT]
    assert (await changed.person(SAM)).consent_version == "1.1.en."


async def test_whoever_says_no_to_it_is_not_asked_and_stands_on_no_list(changed: World) -> None:
    """A supervisor sees what they would see of somebody who never agreed: nothing."""
    await joining.decline(changed.deps, changed.press(SAM))
    await changed.deliver()
    sam = await changed.person(SAM)
    assert (sam.consented_at, sam.consent_version, sam.takes_part) == (None, None, False)
    assert changed.kinds(SAM) == [Kind.DECLINED]
    assert changed.on(ANN) == []
    await team.show_team(changed.deps, changed.message(ANN))
    await changed.deliver()
    assert SAM not in str(changed.on(ANN)[-1].params)
    await changed.calls(SAM)
    assert changed.on(ANN, Kind.ALERT)
