"""The weekly check-in: branches, several boundary kinds, and what does not wait for its end."""

import pytest

from core.alerts import AlertState, Outcome
from core.checkins import CheckinState
from core.levels import Level
from core.messages import Kind
from flows import asking, belonging, ending, leaving, responding
from tests.flows.asked import (
    WEEKLY,
    answer,
    expire,
    look_after,
    moves_on,
    result,
    screen,
    sent,
    stored,
    tap,
    weekly_until,
)
from tests.flows.world import ANN, BEN, DANA, SAM, World

CONFIRM = 10  # minutes: notes.confirm_within of the shipped program


async def levels(world: World) -> list[tuple[Level, tuple[str, ...]]]:
    """The alerts about Sam: level and reasons."""
    return [(one.level, one.reasons) for one in await world.alerts(SAM)]


async def resolved(world: World) -> None:
    """Ann closes the newest alert about Sam."""
    alert = (await world.alerts(SAM))[-1]
    await responding.resolve(world.deps, world.press(ANN, world.copy(ANN, alert)), alert.id, Outcome.TALKED)
    await world.deliver()


async def test_a_quiet_week_ends_without_boundary_questions_and_without_an_alert(world: World) -> None:
    checkin = await sent(world, "weekly")
    await answer(world, checkin, WEEKLY)
    asked = {one.params["item"] for one in world.on(SAM, Kind.CHECKIN)}
    assert asked == set(WEEKLY)
    assert (await stored(world, checkin)).state is CheckinState.COMPLETE
    assert await world.alerts(SAM) == []
    assert world.on(ANN) == []
    assert result(world)["level"] == "steady"


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ("no", []),
        ("handled", ["boundary_kind"]),
        ("unsure", ["boundary_kind", "boundary_when"]),
        ("open", ["boundary_kind", "boundary_when"]),
    ],
)
async def test_what_is_asked_about_a_boundary_hangs_on_the_answer(world: World, said: str, then: list[str]) -> None:
    checkin = await weekly_until(world, "boundary")
    await tap(world, checkin, "boundary", said)
    for item in then:
        assert screen(world).params["item"] == item
        await tap(world, checkin, item, action="skip")
    assert (await stored(world, checkin)).state is CheckinState.COMPLETE


async def test_a_kind_of_the_next_supervision_alone_tells_nobody(world: World) -> None:
    checkin = await weekly_until(world, "boundary")
    await tap(world, checkin, "boundary", "handled")
    await tap(world, checkin, "boundary_kind", "small_gift")
    await tap(world, checkin, "boundary_kind", action="done")
    assert await levels(world) == []
    assert result(world)["level"] == "steady"


async def test_each_tap_on_a_kind_is_stored_and_that_is_all_moves_on(world: World) -> None:
    checkin = await weekly_until(world, "boundary")
    await tap(world, checkin, "boundary", "unsure")
    for value, kept in (
        ("small_gift", "small_gift"),
        ("transport", "small_gift transport"),
        ("small_gift", "transport"),
    ):
        await tap(world, checkin, "boundary_kind", value)
        assert (await stored(world, checkin)).answers["boundary_kind"] == kept
        assert screen(world).params["item"] == "boundary_kind"
        assert screen(world).params["chosen"] == kept
    await tap(world, checkin, "boundary_kind", action="done")
    assert screen(world).params["item"] == "boundary_when"
    await tap(world, checkin, "boundary_when", action="back")
    assert screen(world).params == screen(world).params | {"item": "boundary_kind", "chosen": "transport"}


async def test_a_choice_that_is_emptied_is_no_answer_any_more(world: World) -> None:
    checkin = await weekly_until(world, "boundary")
    await tap(world, checkin, "boundary", "unsure")
    await tap(world, checkin, "boundary_kind", "money")
    await tap(world, checkin, "boundary_kind", "money")
    assert "boundary_kind" not in (await stored(world, checkin)).answers
    assert screen(world).params["chosen"] is None
    await tap(world, checkin, "boundary_kind", action="done")
    assert screen(world).params["item"] == "boundary_when"
    await moves_on(world, minutes=CONFIRM + 1)
    assert await levels(world) == []


async def test_a_same_day_kind_is_raised_with_that_is_all_and_once(world: World) -> None:
    checkin = await weekly_until(world, "boundary")
    await tap(world, checkin, "boundary", "open")
    await tap(world, checkin, "boundary_kind", "money")
    assert await levels(world) == []
    await tap(world, checkin, "boundary_kind", action="done")
    assert await levels(world) == [(Level.URGENT, ("boundary_open", "boundary_same_day"))]
    assert len(world.on(ANN, Kind.ALERT)) == 1
    await tap(world, checkin, "boundary_when", "next_supervision")
    assert await levels(world) == [(Level.URGENT, ("boundary_open", "boundary_same_day"))]
    assert len(world.on(ANN, Kind.ALERT)) == 1
    said = result(world)
    assert (said["alert"], said["told"]) == ("urgent", [ANN])
    assert said["reasons"] == world.on(ANN, Kind.ALERT)[0].params["reasons"]


async def test_the_mentor_reads_the_very_reasons_that_the_supervisor_reads(world: World) -> None:
    checkin = await weekly_until(world, "boundary", people="16", hours="55", off_hours="7", no_break="7", crises="4")
    await tap(world, checkin, "boundary", "open")
    await tap(world, checkin, "boundary_kind", "harassment")
    await tap(world, checkin, "boundary_kind", action="done")
    await tap(world, checkin, "boundary_when", "today")
    newest = world.on(ANN, Kind.ALERT, Kind.ALERT_UPDATE)[-1].params
    said = result(world)
    assert said["reasons"] == newest["reasons"]
    assert {"load_very_high", "boundary_same_day", "asks_today"} <= set(said["reasons"])
    assert said["facts"] == newest["facts"]


async def test_wanting_to_talk_now_is_a_crisis_at_once_and_makes_the_alert_graver(world: World) -> None:
    checkin = await weekly_until(world, "boundary")
    await tap(world, checkin, "boundary", "open")
    await tap(world, checkin, "boundary_kind", "money")
    await tap(world, checkin, "boundary_kind", action="done")
    await tap(world, checkin, "boundary_when", "now")
    (alert,) = await world.alerts(SAM)
    assert alert.level is Level.CRISIS
    assert "asks_now" in alert.reasons
    assert world.on(SAM, Kind.CRISIS)[-1].params["told"] == [ANN]


async def test_an_immediate_kind_and_the_phone_put_away_is_raised_in_time_and_once(world: World) -> None:
    checkin = await weekly_until(world, "boundary")
    await tap(world, checkin, "boundary", "open")
    await tap(world, checkin, "boundary_kind", "unsafe_on_duty")
    await moves_on(world, minutes=CONFIRM - 1)
    assert await levels(world) == []
    await moves_on(world, minutes=2)
    assert [level for level, _ in await levels(world)] == [Level.CRISIS]
    assert len(world.on(ANN, Kind.ALERT)) == 1
    assert world.on(SAM, Kind.CRISIS)[-1].params["told"] == [ANN]
    assert (await stored(world, checkin)).is_open
    # The reminder keeps its own time, and tells nobody anew.
    await moves_on(world, hours=1)
    assert not [one for one in world.on(SAM, Kind.CHECKIN) if one.params["reminder"]]
    await moves_on(world, hours=20)
    assert len([one for one in world.on(SAM, Kind.CHECKIN) if one.params["reminder"]]) == 1
    await expire(world, checkin)
    assert len(await world.alerts(SAM)) == 1
    assert len(world.on(ANN, Kind.ALERT)) == 1


async def test_a_same_day_kind_and_the_phone_put_away_is_told_to_the_mentor_too(world: World) -> None:
    checkin = await weekly_until(world, "boundary")
    await tap(world, checkin, "boundary", "unsure")
    await tap(world, checkin, "boundary_kind", "own_recovery")
    await moves_on(world, minutes=CONFIRM + 1)
    said = result(world)
    assert (said["alert"], said["told"], said["so_far"]) == ("urgent", [ANN], True)
    assert said["reasons"] == world.on(ANN, Kind.ALERT)[0].params["reasons"]
    await moves_on(world, hours=20)
    await expire(world, checkin)
    assert len(world.on(SAM, Kind.CHECKIN_DONE)) == 1  # not said twice


async def test_a_kind_that_can_wait_brings_no_early_reminder(world: World) -> None:
    checkin = await weekly_until(world, "boundary")
    await tap(world, checkin, "boundary", "open")
    await tap(world, checkin, "boundary_kind", "small_gift")
    await moves_on(world, minutes=CONFIRM + 1)
    assert not [one for one in world.on(SAM, Kind.CHECKIN) if one.params["reminder"]]
    assert await levels(world) == []


async def test_going_on_with_the_checkin_raises_once_what_was_toggled(world: World) -> None:
    checkin = await weekly_until(world, "boundary")
    await tap(world, checkin, "boundary", "open")
    await tap(world, checkin, "boundary_kind", "threat")
    await tap(world, checkin, "boundary_kind", action="done")
    await tap(world, checkin, "boundary_when", "now")
    await moves_on(world, minutes=CONFIRM + 1)
    await moves_on(world, days=4)
    assert len(await world.alerts(SAM)) == 1
    assert len(world.on(ANN, Kind.ALERT)) == 1


@pytest.mark.parametrize("how", ["later", "away", "leaves", "blocked"])
async def test_putting_it_away_does_not_put_off_what_cannot_wait(world: World, how: str) -> None:
    checkin = await weekly_until(world, "boundary")
    await tap(world, checkin, "boundary", "open")
    await tap(world, checkin, "boundary_kind", "imminent_harm")
    match how:
        case "later":
            await tap(world, checkin, "boundary_kind", action="later")
        case "away":
            await belonging.go_away(world.deps, world.press(SAM), "14d")
        case "leaves":
            await leaving.leave(world.deps, world.press(SAM))
        case _:
            await world.change(SAM, unreachable_since=world.clock.now)
            await moves_on(world, minutes=CONFIRM + 1)
    await world.deliver()
    assert [level for level, _ in await levels(world)] == [Level.CRISIS]
    assert len(world.on(ANN, Kind.ALERT)) == 1
    await moves_on(world, days=4)
    assert len(await world.alerts(SAM)) == 1


async def test_no_after_still_open_takes_the_kind_back(world: World) -> None:
    checkin = await weekly_until(world, "boundary")
    await tap(world, checkin, "boundary", "open")
    await tap(world, checkin, "boundary_kind", "threat")
    await tap(world, checkin, "boundary_kind", action="back")
    await tap(world, checkin, "boundary", "no")
    now = await stored(world, checkin)
    assert now.state is CheckinState.COMPLETE
    assert "boundary_kind" not in now.answers
    await moves_on(world, minutes=CONFIRM + 1)
    assert await levels(world) == []


async def test_an_alert_that_has_left_stands_when_the_answer_is_changed(world: World) -> None:
    checkin = await weekly_until(world, "boundary")
    await tap(world, checkin, "boundary", "open")
    await tap(world, checkin, "boundary_kind", "money")
    await tap(world, checkin, "boundary_kind", action="done")
    await tap(world, checkin, "boundary", "no")
    assert [level for level, _ in await levels(world)] == [Level.URGENT]
    said = result(world)
    assert (said["alert"], said["told"]) == ("urgent", [ANN])
    assert "boundary_same_day" in said["reasons"]


async def test_what_comes_up_after_the_alert_was_closed_is_an_alert_of_its_own(world: World) -> None:
    checkin = await weekly_until(world, "boundary")
    await tap(world, checkin, "boundary", "open")
    await tap(world, checkin, "boundary_kind", "money")
    await tap(world, checkin, "boundary_kind", action="done")
    await resolved(world)
    await tap(world, checkin, "boundary_when", "now")
    assert await levels(world) == [
        (Level.URGENT, ("boundary_open", "boundary_same_day")),
        (Level.CRISIS, ("asks_now",)),
    ]
    assert [one.state for one in await world.alerts(SAM)] == [AlertState.RESOLVED, AlertState.OPEN]
    assert world.on(ANN, Kind.ALERT)[-1].params["level"] == "crisis"
    assert result(world)["reasons"] == ["asks_now"]


async def test_nothing_new_after_the_alert_was_closed_tells_nobody_again(world: World) -> None:
    checkin = await weekly_until(world, "boundary")
    await tap(world, checkin, "boundary", "open")
    await tap(world, checkin, "boundary_kind", "money")
    await tap(world, checkin, "boundary_kind", action="done")
    await resolved(world)
    await tap(world, checkin, "boundary_when", "next_supervision")
    assert len(await world.alerts(SAM)) == 1
    assert len(world.on(ANN, Kind.ALERT)) == 1
    assert result(world)["alert"] is None


async def test_whoever_has_taken_an_early_alert_is_named_in_the_result(world: World) -> None:
    checkin = await weekly_until(world, "boundary")
    await tap(world, checkin, "boundary", "open")
    await tap(world, checkin, "boundary_kind", "money")
    await tap(world, checkin, "boundary_kind", action="done")
    await world.acknowledges(ANN, (await world.alerts(SAM))[-1])
    await tap(world, checkin, "boundary_when", "next_supervision")
    assert result(world)["by"] == ANN


async def test_a_week_that_ends_half_answered_counts_and_the_mentor_hears_what_came_of_it(world: World) -> None:
    checkin = await weekly_until(world, "backup", people="16", hours="55", off_hours="7", no_break="7", crises="4")
    await expire(world, checkin)
    await look_after(world)
    ((level, reasons),) = await levels(world)
    assert (level, set(reasons)) == (Level.URGENT, {"load", "load_high", "load_very_high"})
    said = result(world)
    assert (said["alert"], said["told"], said["so_far"]) == ("urgent", [ANN], True)
    assert said["facts"].get("weekly") is None  # four of six: no weekly strain


async def test_a_private_word_follows_a_half_answered_week_in_the_morning(world: World) -> None:
    checkin = await weekly_until(world, "supervision", people="11", hours="29.5", off_hours="5.5", crises="1")
    await expire(world, checkin)
    assert await levels(world) == []
    world.clock.forward(hours=20)
    await world.deliver()
    assert world.on(SAM, Kind.NUDGE)[-1].params["reasons"] == ["load"]
    assert world.on(ANN) == []


async def test_a_week_with_a_crisis_offers_a_talk_that_calls_the_supervisor_once(world: World) -> None:
    checkin = await sent(world, "weekly")
    await answer(world, checkin, WEEKLY | {"crises": "1"})
    assert result(world)["debrief"] is True
    for _ in range(2):
        await ending.debrief(world.deps, world.press(SAM), checkin.id)
        await world.deliver()
    assert await levels(world) == [(Level.CONCERN, ("asks_this_week",))]
    assert result(world)["told"] == [ANN]


async def test_nobody_asks_for_a_talk_about_somebody_elses_week(world: World) -> None:
    checkin = await sent(world, "weekly")
    await answer(world, checkin, WEEKLY | {"crises": "1"})
    await ending.debrief(world.deps, world.press(BEN), checkin.id)
    await asking.tap(world.deps, world.press(BEN), asking.Tap(checkin_id=checkin.id, place=0, value="5"), "answer")
    await world.deliver()
    assert [one.params["reason"] for one in world.on(BEN, Kind.REFUSAL)] == ["not_yours", "not_yours"]
    assert await world.alerts(SAM) == []


async def test_three_weeks_without_supervision_are_told_to_the_lead_once_a_streak(world: World) -> None:
    told = []
    for supervision in ("none", "none", "none", "none", "none", "none", "group", "none", "none", "none"):
        checkin = await sent(world, "weekly")
        await answer(world, checkin, WEEKLY | {"supervision": supervision})
        world.clock.forward(days=7)
        await world.deliver()
        told.append(len(world.on(DANA, Kind.LEAD_NOTE)))
    assert told == [0, 0, 1, 1, 1, 1, 1, 1, 1, 2]
    assert world.on(DANA, Kind.LEAD_NOTE)[0].params == {"mentor": SAM, "weeks": 3}
    # The mentor reads that the lead was told.
    leads = [one.params.get("leads") for one in world.on(SAM, Kind.CHECKIN_DONE)]
    assert [bool(one) for one in leads] == [count in (2, 9) for count in range(10)]


async def test_pressed_again_after_the_end_nothing_is_doubled(world: World) -> None:
    checkin = await weekly_until(world, "boundary")
    await tap(world, checkin, "boundary", "open")
    await tap(world, checkin, "boundary_kind", "threat")
    await tap(world, checkin, "boundary_kind", action="done")
    await tap(world, checkin, "boundary_when", "now")
    for _ in range(2):
        await tap(world, checkin, "boundary_when", "now")
        await tap(world, checkin, "boundary_kind", "threat")
        await tap(world, checkin, "boundary_kind", action="done")
    assert len(await world.alerts(SAM)) == 1
    assert len(world.on(ANN, Kind.ALERT)) == 1


async def test_a_cry_for_help_on_an_old_screen_is_raised_and_said_to_the_mentor(world: World) -> None:
    checkin = await sent(world, "weekly")
    await expire(world, checkin)
    await tap(world, checkin, "boundary_when", "today")
    assert await levels(world) == [(Level.URGENT, ("asks_today",))]
    assert result(world)["told"] == [ANN]
