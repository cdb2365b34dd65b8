"""Practice and the monthly questions: drawn in turn, answered at once, and never a reason to call anybody."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.buttons import Signer
from bot.screens.screen import Screen
from bot.sender import render
from core.checkins import CheckinState
from core.messages import Kind
from program.load import load_program
from storage.tables_checkins import AssessmentRow
from tests.flows.asked import answer, expire, result, screen, sent, stored, tap
from tests.flows.world import ANN, ROSA, SAM, Delivered, World

SIGNER = Signer([b"k" * 32])
SCENARIOS = [f"practice_{number}" for number in range(1, 13)]
SHIPPED = load_program(None)


def shown(world: World, delivered: Delivered) -> Screen:
    """A message as it stands on the phone."""
    return render(world.deps, SIGNER, delivered.outgoing)


def options(world: World, delivered: Delivered) -> list[tuple[str, str]]:
    """The options of a scenario in the order of the screen: what the button carries, and its label."""
    buttons = [button for row in shown(world, delivered).rows for button in row]
    carried = [(SIGNER.open(button.data or ""), button.label) for button in buttons]
    return [(press.argument.partition("=")[2], label) for press, label in carried if press.action == "a"]


async def test_scenarios_come_in_turn_and_begin_anew_after_the_last(world: World) -> None:
    drawn = []
    for _ in range(13):
        checkin = await sent(world, "practice")
        drawn.append(checkin.items)
        await answer(world, checkin, {checkin.items[0]: "best", "practice_supervision": "no"})
        world.clock.forward(days=14)
    assert drawn == [(scenario, "practice_supervision") for scenario in (*SCENARIOS, SCENARIOS[0])]


async def test_each_mentor_has_their_own_turn(world: World) -> None:
    await sent(world, "practice")
    assert (await sent(world, "practice", ROSA)).items[0] == SCENARIOS[0]


async def test_options_stand_in_another_order_each_time_and_stay_where_they_are(world: World) -> None:
    orders = set()
    for _ in range(36):
        checkin = await sent(world, "practice")
        first = options(world, screen(world))
        assert {value for value, _ in first} == {"best", "partly", "harmful"}
        await answer(world, checkin, {checkin.items[0]: "partly"})
        await tap(world, checkin, "practice_supervision", action="back")
        again = options(world, screen(world))
        assert [value for value, _ in again] == [value for value, _ in first]
        assert [value for value, label in again if label.startswith("✓")] == ["partly"]
        orders.add(tuple(value for value, _ in first))
        world.clock.forward(days=14)
    assert {order[0] for order in orders} == {"best", "partly", "harmful"}


async def test_the_reason_is_said_at_once_and_not_again(world: World) -> None:
    checkin = await sent(world, "practice")
    scenario = checkin.items[0]
    item = next(one for one in world.deps.program.checkin("practice").items if one.id == scenario)
    for option in item.options:
        assert option.reason is not None
        await tap(world, checkin, scenario, option.value)
        assert option.reason["en"] in shown(world, screen(world)).text
        await tap(world, checkin, "practice_supervision", action="back")
        assert option.reason["en"] not in shown(world, screen(world)).text
    await tap(world, checkin, scenario, "best")
    await tap(world, checkin, "practice_supervision", "yes")
    done = shown(world, world.on(SAM, Kind.CHECKIN_DONE)[-1]).text
    assert not [option for option in item.options if option.reason is not None and option.reason["en"] in done]


async def test_skipping_the_last_question_does_not_repeat_the_reason(world: World) -> None:
    checkin = await sent(world, "practice")
    await tap(world, checkin, checkin.items[0], "best")
    await tap(world, checkin, "practice_supervision", action="skip")
    assert result(world)["before"] is None


async def test_a_scenario_is_asked_again_when_it_was_only_skipped(world: World) -> None:
    checkin = await sent(world, "practice")
    await tap(world, checkin, checkin.items[0], action="skip")
    assert screen(world).params == screen(world).params | {"item": "practice_supervision", "before": None}


@pytest.mark.parametrize("value", ["best", "partly", "harmful"])
async def test_no_answer_to_practice_calls_anybody_or_is_scored(world: World, value: str) -> None:
    for _ in SCENARIOS:
        checkin = await sent(world, "practice")
        await answer(world, checkin, {checkin.items[0]: value, "practice_supervision": "yes"})
        assert (await stored(world, checkin)).state is CheckinState.COMPLETE
        world.clock.forward(days=14)
        await world.deliver()
    await expire(world, await sent(world, "practice"))
    assert await world.alerts(SAM) == []
    assert world.on(ANN) == []
    assert await assessments(world) == 0


async def assessments(world: World) -> int:
    async with world.deps.db.reading() as session:
        return len((await session.scalars(select(AssessmentRow.id))).all())


@given(st.lists(st.integers(0, 4), min_size=16, max_size=16), st.integers(0, 16))
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
async def test_the_monthly_questions_never_affect_a_level(world: World, values: list[int], until: int) -> None:
    before = len(world.on(ANN))
    checkin = await sent(world, "monthly")
    items = dict(zip(checkin.items, map(str, values), strict=True))
    await answer(world, checkin, dict(list(items.items())[:until]))
    if until < len(items):
        await expire(world, checkin)
    else:
        assert result(world)["level"] == "steady"
    world.clock.forward(days=28)
    assert len(world.on(ANN)) == before
    assert await world.alerts(SAM) == []
    assert await assessments(world) == 0


async def test_checkin_asks_the_pulse_and_nothing_else(world: World) -> None:
    await sent(world, "monthly")
    world.clock.now += timedelta(seconds=1)  # two of one instant have no order
    assert (await world.asks_for_a_checkin()).kind == "pulse"


@pytest.mark.parametrize("checkin", [one.id for one in SHIPPED.checkins])
async def test_every_checkin_of_the_program_can_be_sent(world: World, checkin: str) -> None:
    opened = await sent(world, checkin)
    assert (opened.kind, opened.is_open) == (checkin, True)
    assert screen(world).params["item"] == opened.items[0]


async def test_a_program_may_ask_more_of_its_own(world: World, tmp_path: Path) -> None:
    path = tmp_path / "program.toml"
    path.write_text(OWN)
    world.deps = replace(world.deps, program=load_program(path))
    checkin = await sent(world, "tools")
    assert screen(world).params["item"] == "phone_works"
    await answer(world, checkin, {"phone_works": "no", "shifts": "4.5"})
    assert (await stored(world, checkin)).state is CheckinState.COMPLETE
    assert await world.alerts(SAM) == []
    assert result(world)["level"] == "steady"


OWN = """
[[checkins]]
id = "tools"
title = { en = "Your tools", es = "Tus herramientas" }
schedule = { days = [], at = "12:00" }
expires_after = "24h"
affects_level = false

[[checkins.items]]
id = "phone_works"
kind = "choice"
scored = false
text = { en = "Does your work phone do what you need?", es = "¿Tu teléfono del trabajo te sirve?" }
options = [
    { value = "yes", label = { en = "Yes", es = "Sí" } },
    { value = "no", label = { en = "No", es = "No" } },
]

[[checkins.items]]
id = "shifts"
kind = "count"
range = [0, 14]
text = { en = "Shifts this week", es = "Turnos de esta semana" }
options = [{ value = "1" }, { value = "2" }]
"""
