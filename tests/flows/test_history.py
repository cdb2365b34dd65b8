"""/me: a mentor's own weeks, in words and as figures for the picture."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from core.change import Change
from core.messages import Kind
from flows import belonging, history, scheduling, upkeep
from flows.history import Beside, beside
from storage.tables_checkins import AssessmentRow
from tests.flows.world import ANN, ROSA, SAM, World

FLOOR = 8.0
KNOWN = Change(learnt=True, usual=40.0, variance=100.0)


async def shown(world: World, name: str = SAM) -> dict[str, Any]:
    """/me, and what arrived."""
    await history.show(world.deps, world.message(name))
    await world.deliver()
    return world.on(name)[-1].params


async def answers_pulses(world: World, *levels: int) -> None:
    """Answer one pulse a day; a level from 0 to 4 is how heavy all of it was."""
    for level in levels:
        world.clock.forward(days=1)
        await world.asks_for_a_checkin(SAM)
        await world.answers(SAM, str(4 - level), str(level), str(level), str(4 - level), "no")


@pytest.mark.parametrize(
    ("strain", "expected"),
    [
        (None, Beside.UNSCORED),
        (29.9, Beside.LIGHTER),
        (30.0, Beside.USUAL),
        (50.0, Beside.USUAL),
        (50.1, Beside.BIT_HEAVIER),
        (60.0, Beside.BIT_HEAVIER),
        (60.1, Beside.HEAVIER),
    ],
)
def test_a_check_in_is_put_beside_what_is_usual_for_this_mentor(strain: float | None, expected: Beside) -> None:
    assert beside(strain, KNOWN, FLOOR) is expected


def test_a_steady_mentor_has_a_range_all_the_same() -> None:
    """Whoever always answers alike is not heavier than usual at the first other tap."""
    steady = replace(KNOWN, variance=0.0)
    assert beside(47.0, steady, FLOOR) is Beside.USUAL
    assert beside(49.0, steady, FLOOR) is Beside.BIT_HEAVIER


@pytest.mark.parametrize(("strain", "expected"), [(33.0, "light"), (34.0, "fair"), (60.0, "heavy")])
def test_while_the_usual_is_not_known_the_words_are_those_of_a_result(strain: float, expected: str) -> None:
    assert beside(strain, Change(), FLOOR).value == expected


async def test_before_the_first_check_in_there_is_nothing_to_show(world: World) -> None:
    params = await shown(world)
    assert (params["asked"], params["answered"], params["points"]) == (0, 0, [])
    assert world.kinds(SAM) == [Kind.HISTORY]


async def test_the_usual_is_known_after_nine_scored_pulses(world: World) -> None:
    await answers_pulses(world, *[1] * 8)
    params = await shown(world)
    assert (params["low"], params["learnt"], params["needed"]) == (None, 8, 9)
    await answers_pulses(world, 1)
    params = await shown(world)
    # (9 × 25 + 2 × 36) / 11 = 27, and never nearer to it than 8
    assert params["low"] < 27 - FLOOR + 0.01
    assert params["high"] > 27 + FLOOR - 0.01
    assert [word for _, word in params["latest"]] == ["usual"] * 5
    await answers_pulses(world, 4)
    assert (await shown(world))["latest"][-1][1] == "heavier"


async def test_points_are_strain_and_only_those_of_the_last_twelve_weeks(world: World) -> None:
    await answers_pulses(world, 2)
    world.clock.forward(weeks=11)
    await answers_pulses(world, 3)
    assert [strain for _, strain in (await shown(world))["points"]] == [50.0, 75.0]
    world.clock.forward(weeks=2)
    params = await shown(world)
    assert ([strain for _, strain in params["points"]], params["asked"]) == ([75.0], 1)


async def test_a_missed_check_in_counts_as_asked_and_an_open_one_does_not_yet(world: World) -> None:
    asked = await world.asks_for_a_checkin(SAM)
    assert (await shown(world))["asked"] == 0
    await upkeep.look_after_together(world.deps, [asked.id], now=world.clock.forward(days=1))
    params = await shown(world)
    assert (params["answered"], params["asked"], len(params["missed"])) == (0, 1, 1)


async def test_check_ins_that_fell_into_being_away_are_told_apart_from_missed_ones(world: World) -> None:
    await belonging.go_away(world.deps, world.message(SAM), "14d")
    world.clock.forward(days=4)
    due = await scheduling.due(world.deps, now=world.clock.now, limit=50)
    await scheduling.take_together(world.deps, due, now=world.clock.now)
    params = await shown(world)
    assert params["away"] >= 1
    assert params["missed"] == []


async def test_the_picture_comes_only_when_it_is_asked_for(world: World) -> None:
    await answers_pulses(world, 2)
    world.phone.clear()
    words = await shown(world)
    assert world.kinds(SAM) == [Kind.HISTORY]
    await history.show_picture(world.deps, world.press(SAM))
    await world.deliver()
    picture = world.on(SAM)[-1]
    assert picture.kind is Kind.HISTORY_PICTURE
    assert picture.outgoing.edit is None
    assert picture.params == words


async def test_a_mentor_sees_nobody_elses_weeks(world: World) -> None:
    await answers_pulses(world, 2)
    assert (await shown(world, ROSA))["points"] == []


async def test_staff_have_no_weeks_and_strangers_are_refused(world: World) -> None:
    assert (await shown(world, ANN))["reason"] == "not_taking_part"
    await history.show(world.deps, world.message("nobody"))
    await world.deliver()
    assert world.on("a stranger", Kind.REFUSAL)[-1].params["reason"] == "stranger"


async def test_a_stored_state_of_another_form_only_hides_the_usual(world: World) -> None:
    await answers_pulses(world, *[1] * 9)
    async with world.deps.db.transaction() as session:
        await session.execute(update(AssessmentRow).values(history={"format": 0}))
    params = await shown(world)
    assert (params["low"], params["answered"]) == (None, 9)
