"""The home-visit timer: asked at the time, asked again, people called, and nothing closed by a tap."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from core.alerts import AlertState, Outcome
from core.levels import Level
from core.messages import Kind
from flows import belonging, leaving, noting, responding, visiting
from scheduler import ticks
from tests.flows.world import ANN, BEN, ROSA, SAM, World


def shown(world: World, name: str = SAM) -> dict[str, Any]:
    """The newest screen of a timer."""
    return world.on(name, Kind.VISIT, Kind.VISIT_ASK)[-1].params


async def started(world: World, minutes: int = 30) -> UUID:
    await visiting.start(world.deps, world.press(SAM), minutes)
    await world.deliver()
    return UUID(shown(world)["visit"])


async def passes(world: World, **by: float) -> None:
    world.clock.forward(**by)
    await ticks.visit_tick(world.deps)
    await ticks.alert_tick(world.deps)
    await world.deliver()


async def overdue(world: World) -> UUID:
    visit = await started(world)
    for minutes in (30, 5, 5, 5, 5):
        await passes(world, minutes=minutes)
    return visit


async def test_it_says_before_anything_happens_whom_it_will_call_and_when(world: World) -> None:
    await visiting.show(world.deps, world.message(SAM), "")
    await world.deliver()
    assert shown(world)["what"] == "choose"
    await started(world)
    said = shown(world)
    assert said["what"] == "inside"
    assert said["calls"] == [ANN]
    assert said["calls_at"] == (world.clock.now + timedelta(minutes=50)).isoformat()


async def test_one_message_is_enough_and_a_typed_time_is_no_note(world: World) -> None:
    await visiting.show(world.deps, world.message(SAM), "15:30")
    await world.deliver()
    assert shown(world)["back_at"] == (world.clock.now + timedelta(minutes=30)).isoformat()
    await visiting.ask_time(world.deps, world.press(SAM))
    await noting.take_text(world.deps, world.message(SAM), "16:15")
    await world.deliver()
    assert shown(world)["back_at"] == (world.clock.now + timedelta(minutes=75)).isoformat()
    await visiting.ask_time(world.deps, world.press(SAM))
    await noting.take_text(world.deps, world.message(SAM), "I want to die")
    await world.deliver()
    assert world.on(SAM, Kind.NOTE)[-1].params["answer"] == "confirm"


async def test_a_time_that_does_not_fit_changes_nothing(world: World) -> None:
    await started(world)
    for words in ("soon", "13 h", "2:30"):
        await visiting.show(world.deps, world.message(SAM), words)
        await world.deliver()
        assert shown(world)["what"] == ("unclear" if words != "2:30" else "inside")
    await visiting.show(world.deps, world.message(ANN), "15:30")
    await world.deliver()
    assert world.on(ANN)[-1].kind is Kind.REFUSAL


async def test_four_questions_then_the_crisis_chain_in_quiet_hours_and_while_away(world: World) -> None:
    await belonging.go_away(world.deps, world.press(SAM), "open")
    world.clock.forward(hours=8)  # 23:00, in the quiet hours
    await overdue(world)
    assert [m.params["left"] for m in world.on(SAM, Kind.VISIT_ASK)] == [3, 2, 1, 0, 0]
    [alert] = await world.alerts()
    assert (alert.level, alert.reasons) == (Level.CRISIS, ("visit_overdue",))
    assert world.on(ANN, Kind.ALERT)
    assert shown(world)["what"] == "overdue"
    assert shown(world)["told"] == [ANN]
    assert not world.on(SAM, Kind.CRISIS), "the timer has words of its own"
    await passes(world, minutes=15)
    assert world.on(BEN, Kind.ALERT), "the chain goes on until somebody has it"


async def test_out_in_time_calls_nobody(world: World) -> None:
    visit = await started(world)
    await passes(world, minutes=30)
    await visiting.out(world.deps, world.press(SAM), visit)
    for _ in range(6):
        await passes(world, minutes=10)
    assert await world.alerts() == []
    assert shown(world)["what"] == "out"
    await visiting.out(world.deps, world.press(SAM), visit)  # twice does no harm
    await visiting.out(world.deps, world.press(ROSA), visit)
    await world.deliver()
    assert world.on(ROSA)[-1].params["reason"] == "not_yours"


async def test_out_after_the_call_is_told_and_a_human_being_closes_the_alert(world: World) -> None:
    visit = await overdue(world)
    await visiting.out(world.deps, world.press(SAM), visit)
    await world.deliver()
    [alert] = await world.alerts()
    assert (alert.level, alert.state) == (Level.CONCERN, AlertState.OPEN)
    assert alert.reasons == ("visit_overdue", "visit_answered")
    assert alert.next_step_at == alert.policy.step_ends(world.clock.now), "the chain goes on, at its pace"
    assert world.on(ANN, Kind.VISIT_NEWS)[-1].params["out"] is True
    assert world.on(ANN, Kind.ALERT_UPDATE)[-1].params["level"] == "concern"
    assert shown(world)["told"] == [ANN]
    assert [row.action for row in await world.audit("alert_corrected")] == ["alert_corrected"]
    await responding.resolve(world.deps, world.press(ANN), alert.id, Outcome.TALKED)
    await world.deliver()
    assert (await world.alerts())[0].state is AlertState.RESOLVED


async def test_more_time_after_the_call_and_silence_again_calls_again(world: World) -> None:
    await overdue(world)
    await visiting.start(world.deps, world.press(SAM), 30)
    await world.deliver()
    assert world.on(ANN, Kind.VISIT_NEWS)[-1].params["out"] is False
    for minutes in (30, 5, 5, 5, 5):
        await passes(world, minutes=minutes)
    [alert] = await world.alerts()
    assert alert.level is Level.CRISIS
    assert len(world.on(ANN, Kind.ALERT)) == 2


async def test_leaving_ends_the_timer_and_a_program_may_do_without_it(world: World) -> None:
    await started(world)
    await leaving.leave(world.deps, world.press(SAM))
    for _ in range(6):
        await passes(world, minutes=30)
    assert await world.alerts() == []
    visits = replace(world.deps.program.visits, enabled=False)
    deps = replace(world.deps, program=replace(world.deps.program, visits=visits))
    await visiting.show(deps, world.message(ROSA), "15:30")
    await world.deliver()
    assert shown(world, ROSA)["what"] == "disabled"


@pytest.mark.parametrize("minutes", [0, -30, 721, 111_111_111_111_111_111])
async def test_a_length_that_no_button_has_starts_nothing(world: World, minutes: int) -> None:
    await visiting.start(world.deps, world.press(SAM), minutes)
    await world.deliver()
    assert world.on(SAM, Kind.VISIT)[-1].params["what"] == "unclear"
