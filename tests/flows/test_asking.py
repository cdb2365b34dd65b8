"""Answers, tap by tap: none is lost, none counts twice, and a cry for help never waits or falls away."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from core.alerts import AlertState, Outcome
from core.checkins import CheckinState
from core.levels import Level
from core.messages import Kind, Priority
from flows import asking, leaving, responding, upkeep
from flows.asking import Tap
from storage import assessments
from storage.tables_checkins import AnswerRow
from tests.flows.world import ANN, PULSE, ROSA, SAM, World


async def tap(world: World, name: str, checkin_id: UUID, place: int, value: str | None, action: str = "answer") -> None:
    """Press any button that ever was, whatever is on the screen."""
    tapped = Tap(checkin_id=checkin_id, place=place, value=value)
    await asking.tap(world.deps, world.press(name, 450), tapped, action)
    await world.deliver()


async def expired(world: World, *answers: str) -> UUID:
    """A check-in whose time is over, with what was answered of it."""
    checkin = await world.asks_for_a_checkin()
    await world.answers(SAM, *answers)
    world.clock.forward(hours=13)
    assert await upkeep.look_after_together(world.deps, [checkin.id], now=world.clock.now) == ["expired"]
    await world.deliver()
    return checkin.id


async def test_five_taps_complete_a_pulse_in_one_message(world: World) -> None:
    checkin = await world.asks_for_a_checkin()
    await world.answers(SAM, "3", "1", "1", "3", "no")
    (done,) = await world.checkins()
    assert (done.state, done.answers) == (
        CheckinState.COMPLETE,
        dict(zip(PULSE, ("3", "1", "1", "3", "no"), strict=True)),
    )
    shown = world.on(SAM, Kind.CHECKIN)
    assert [one.params["number"] for one in shown] == [1, 2, 3, 4, 5]
    assert {one.message_id for one in world.on(SAM)} == {shown[0].message_id}
    assert world.kinds(SAM)[-1] is Kind.CHECKIN_DONE
    assert done.id == checkin.id
    assert await world.alerts() == []


async def test_a_reply_to_a_tap_overtakes_the_scheduled_questions_of_others(world: World) -> None:
    await world.asks_for_a_checkin()
    await world.taps(SAM, "1")
    assert {one.outgoing.priority for one in world.on(SAM, Kind.CHECKIN)} == {Priority.REPLY}


async def test_an_update_that_comes_twice_counts_once(world: World) -> None:
    checkin = await world.asks_for_a_checkin()
    press = world.press(SAM, 501)
    for value in ("1", "4"):
        await asking.tap(world.deps, press, Tap(checkin_id=checkin.id, place=0, value=value), "answer")
    (after,) = await world.checkins()
    assert (after.answers, after.position) == ({"fuel": "1"}, 1)
    message = world.message(SAM)
    for _ in range(2):
        await asking.ask_now(world.deps, message, "weekly")
    assert len(await world.checkins()) == 2


async def test_a_second_tap_on_an_earlier_screen_jumps_over_nothing(world: World) -> None:
    checkin = await world.asks_for_a_checkin()
    await world.answers(SAM, "1", "2")
    await tap(world, SAM, checkin.id, 0, "4")
    (after,) = await world.checkins()
    assert after.answers == {"fuel": "4", "spill": "2"}
    assert PULSE[after.position] == "stories"


async def test_an_answer_to_a_question_ahead_asks_those_in_between_before_the_end(world: World) -> None:
    checkin = await world.asks_for_a_checkin()
    await tap(world, SAM, checkin.id, 4, "no")
    (after,) = await world.checkins()
    assert after.is_open
    assert PULSE[after.position] == "fuel"


@pytest.mark.parametrize("name", [ROSA, ANN])
async def test_nobody_answers_for_somebody_else(world: World, name: str) -> None:
    checkin = await world.asks_for_a_checkin()
    for action, value in (("answer", "1"), ("skip", None), ("back", None), ("later", None)):
        await tap(world, name, checkin.id, 0, value, action)
    assert await world.checkins() == [checkin]
    refused = world.on(name, Kind.REFUSAL)
    assert [one.params["reason"] for one in refused] == ["not_yours"] * 4
    assert all(one.message_id != 450 for one in refused)  # what they had on the screen stays there


async def test_a_stranger_with_a_button_changes_nothing(world: World) -> None:
    checkin = await world.asks_for_a_checkin()
    await tap(world, "a stranger", checkin.id, 0, "1")
    assert await world.checkins() == [checkin]


async def test_a_checkin_that_never_was_is_refused(world: World) -> None:
    await tap(world, SAM, uuid4(), 0, "1")
    assert world.on(SAM)[-1].params["reason"] == "not_yours"


@pytest.mark.parametrize("value", ["5", "-1", "1.5", "nan", "inf", "1e0", "٣", "", " 1", "x" * 500, None])
async def test_a_value_that_the_question_does_not_take_is_refused(world: World, value: str | None) -> None:
    checkin = await world.asks_for_a_checkin()
    await tap(world, SAM, checkin.id, 0, value)
    assert await world.checkins() == [checkin]
    assert world.on(SAM)[-1].params["reason"] == "button_unknown"


@pytest.mark.parametrize("value", ["maybe", "no today", "NO"])
async def test_an_option_that_is_not_there_is_refused(world: World, value: str) -> None:
    checkin = await world.asks_for_a_checkin()
    await tap(world, SAM, checkin.id, 4, value)
    assert await world.checkins() == [checkin]


@pytest.mark.parametrize("place", [5, 99])
async def test_a_place_that_is_not_there_is_refused(world: World, place: int) -> None:
    checkin = await world.asks_for_a_checkin()
    await tap(world, SAM, checkin.id, place, "1")
    assert await world.checkins() == [checkin]
    assert world.on(SAM)[-1].params["why"] == "changed"


async def test_an_unknown_action_is_refused(world: World) -> None:
    checkin = await world.asks_for_a_checkin()
    await tap(world, SAM, checkin.id, 0, "1", "explode")
    assert await world.checkins() == [checkin]


async def test_skipping_and_going_back_lose_no_answer(world: World) -> None:
    await world.asks_for_a_checkin()
    await world.answers(SAM, "1", "2")
    await world.taps(SAM, None, "back")
    assert world.on(SAM, Kind.CHECKIN)[-1].params["item"] == "spill"
    assert world.on(SAM, Kind.CHECKIN)[-1].params["chosen"] == "2"
    await world.taps(SAM, None, "skip")
    await world.taps(SAM, None, "skip")
    (after,) = await world.checkins()
    assert after.answers == {"fuel": "1", "spill": "2"}
    assert PULSE[after.position] == "switch_off"


async def test_later_reminds_within_the_hour_and_keeps_what_was_answered(world: World) -> None:
    await world.asks_for_a_checkin()
    await world.answers(SAM, "1")
    await world.taps(SAM, None, "later")
    (after,) = await world.checkins()
    assert after.remind_at == world.clock.now + timedelta(hours=1)
    assert world.on(SAM)[-1].params["why"] == "later"
    world.clock.forward(hours=1)
    assert await upkeep.look_after_together(world.deps, [after.id], now=world.clock.now) == ["reminded"]
    await world.deliver()
    assert world.on(SAM, Kind.CHECKIN)[-1].params["item"] == "spill"


async def test_later_shortly_before_the_end_still_asks_before_the_end(world: World) -> None:
    checkin = await world.asks_for_a_checkin()
    world.clock.now = checkin.expires_at - timedelta(minutes=10)
    await world.taps(SAM, None, "later")
    (after,) = await world.checkins()
    assert after.remind_at is not None
    assert world.clock.now < after.remind_at < checkin.expires_at


async def test_asking_again_shows_the_open_checkin_and_does_not_open_another(world: World) -> None:
    await world.asks_for_a_checkin()
    await world.answers(SAM, "1")
    old = world.on(SAM, Kind.CHECKIN)[-1]
    await world.asks_for_a_checkin()
    assert len(await world.checkins()) == 1
    new = world.on(SAM, Kind.CHECKIN)[-1]
    assert new.message_id != old.message_id
    assert new.params["item"] == "spill"
    moved = world.on(SAM, Kind.CHECKIN_CLOSED)[-1]
    assert (moved.message_id, moved.params["why"]) == (old.message_id, "moved")


async def test_a_question_that_is_on_the_screen_twice_stays_on_neither_when_it_is_answered(world: World) -> None:
    """Two /checkin in a row, with the mentor tapping in the first message: the second one would be a dead button."""
    for _ in range(2):
        await asking.ask_now(world.deps, world.message(SAM))
        checkin = (await world.checkins())[-1]
        await world.deliver()
    first, second = (shown.message_id for shown in world.on(SAM, Kind.CHECKIN))
    for place, value in enumerate(("3", "1", "1", "3", "no")):
        tapped = Tap(checkin_id=checkin.id, place=place, value=value)
        await asking.tap(world.deps, world.press(SAM, first), tapped, "answer")
        await world.deliver()
    assert world.on(SAM, Kind.CHECKIN_DONE)[-1].message_id == first
    over = world.on(SAM, Kind.CHECKIN_CLOSED)[-1]
    assert (over.message_id, over.params["why"], over.params["answered"]) == (second, "complete", 5)


async def test_who_does_not_take_part_gets_no_checkin(world: World) -> None:
    await world.change(SAM, consented_at=None)
    for name, reason in ((SAM, "not_taking_part"), (ANN, "not_taking_part"), ("a stranger", "stranger")):
        await asking.ask_now(world.deps, world.message(name))
        await world.deliver()
        assert world.on(name)[-1].params["reason"] == reason
    await asking.ask_now(world.deps, world.message(ROSA), "no-such-checkin")
    await world.deliver()
    assert world.on(ROSA)[-1].params["reason"] == "button_unknown"
    assert await world.checkins() == []


async def test_asking_for_somebody_today_raises_an_urgent_alert_with_the_answer(world: World) -> None:
    await world.asks_for_a_checkin()
    await world.answers(SAM, "2", "2", "2", "2", "today")
    (alert,) = await world.alerts()
    assert (alert.level, alert.state) == (Level.URGENT, AlertState.OPEN)
    assert "asks_today" in alert.reasons
    done = world.on(SAM, Kind.CHECKIN_DONE)[-1]
    assert (done.params["alert"], done.params["told"]) == ("urgent", [ANN])
    assert world.kinds(ANN) == [Kind.ALERT]


async def test_a_cry_for_help_does_not_wait_for_the_other_questions(world: World) -> None:
    checkin = await world.asks_for_a_checkin()
    await tap(world, SAM, checkin.id, 4, "not_safe")
    (alert,) = await world.alerts()
    assert alert.level is Level.CRISIS
    assert world.kinds(ANN) == [Kind.ALERT]
    assert Kind.CRISIS in world.kinds(SAM)
    (after,) = await world.checkins()
    assert after.is_open  # and the rest may still be answered
    await world.answers(SAM, "0", "4", "4", "0")
    assert len(await world.alerts()) == 1


async def test_a_cry_for_help_under_a_checkin_whose_time_is_over_is_heard(world: World) -> None:
    checkin_id = await expired(world, "1")
    await tap(world, SAM, checkin_id, 4, "not_safe")
    (alert,) = await world.alerts()
    assert alert.level is Level.CRISIS
    assert Kind.CRISIS in world.kinds(SAM)
    assert world.kinds(ANN) == [Kind.ALERT]


async def test_a_cry_for_help_is_heard_again_after_the_first_was_closed(world: World) -> None:
    """An old screen is still on the phone; Sam is not safe once more, and presses it once more."""
    checkin_id = await expired(world)
    await tap(world, SAM, checkin_id, 4, "not_safe")
    (first,) = await world.alerts()
    await responding.resolve(world.deps, world.press(ANN, 1), first.id, Outcome.TALKED)
    world.clock.forward(days=1)
    await tap(world, SAM, checkin_id, 4, "not_safe")
    second = (await world.alerts())[-1]
    assert second.id != first.id
    assert second.state is AlertState.OPEN


async def test_an_ordinary_tap_after_time_is_up_says_so_and_changes_nothing(world: World) -> None:
    checkin_id = await expired(world, "1")
    before = await world.checkins()
    for action, value in (("answer", "4"), ("skip", None), ("back", None), ("later", None)):
        await tap(world, SAM, checkin_id, 1, value, action)
        assert world.on(SAM)[-1].kind is Kind.CHECKIN_CLOSED
        assert world.on(SAM)[-1].params["why"] == "expired"
    assert await world.checkins() == before


async def test_a_second_tap_on_the_last_question_leaves_the_result_on_the_screen(world: World) -> None:
    checkin = await world.asks_for_a_checkin()
    await world.answers(SAM, "2", "2", "2", "2", "today")
    kinds = world.kinds(SAM)
    await tap(world, SAM, checkin.id, 4, "today")
    assert world.kinds(SAM) == kinds
    assert len(await world.alerts()) == 1


async def test_the_answers_of_somebody_who_leaves_are_kept_and_a_cry_for_help_among_them_is_passed_on(
    world: World,
) -> None:
    checkin = await world.asks_for_a_checkin()
    await tap(world, SAM, checkin.id, 4, "today")
    await leaving.leave(world.deps, world.press(SAM))
    await world.deliver()
    (after,) = await world.checkins()
    assert (after.state, after.answers) == (CheckinState.CANCELLED, {"reach_out": "today"})
    (alert,) = await world.alerts()
    assert alert.level is Level.URGENT


async def test_answers_are_stored_with_the_time_they_were_given_and_received(world: World) -> None:
    checkin = await world.asks_for_a_checkin()
    at = world.clock.forward(minutes=3)
    await world.answers(SAM, "1")

    async with world.deps.db.reading() as session:
        (row,) = (await session.scalars(select(AnswerRow))).all()
    assert (row.checkin_id, row.item, row.answered_at, row.received_at) == (checkin.id, "fuel", at, at)


async def test_every_scored_checkin_leaves_its_inputs_and_the_version_of_the_rules(world: World) -> None:
    await world.asks_for_a_checkin()
    await world.answers(SAM, "0", "4", "4", "0", "no")
    (checkin,) = await world.checkins()
    async with world.deps.db.reading() as session:
        stored = await assessments.of_checkin(session, checkin.id)
    assert stored is not None
    assert stored.detail["inputs"] == dict(checkin.answers)
    assert stored.detail["strain"] == 100
