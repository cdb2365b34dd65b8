"""Alerts that say nothing before they are opened, buttons that come too late, and words about how one was closed."""

from dataclasses import replace

from core.alerts import AlertState, Outcome
from core.messages import Kind
from flows import belonging, chasing, handling, mydata, noting, outcomes, responding
from flows.delivery import Result
from tests.flows.world import ANN, BEN, SAM, World


async def test_a_closed_alert_is_opened_by_a_button_and_the_mentor_can_see_who_looked(world: World) -> None:
    await belonging.set_contentless(world.deps, world.press(ANN), yes=True)
    alert = await world.calls()
    shown = world.on(ANN, Kind.ALERT)[-1]
    assert shown.params["contentless"]
    world.clock.forward(minutes=15)
    await chasing.take_step(world.deps, alert.id, now=world.clock.now)
    await world.deliver()
    assert not world.on(BEN, Kind.ALERT)[-1].params["contentless"]
    assert [line.detail["alert"] for line in await world.audit("alert_seen")] == []
    await responding.ask_outcome(world.deps, world.press(ANN, shown.message_id), alert.id, cancel=True)
    await world.deliver()
    opened = world.on(ANN, Kind.ALERT_UPDATE)[-1]
    assert (opened.message_id, opened.params.get("contentless")) == (shown.message_id, None)
    assert [line.detail["alert"] for line in await world.audit("alert_seen")] == [alert.id.hex]
    # What was opened stays open; a new message is closed again.
    await world.acknowledges(BEN, alert)
    assert world.on(ANN, Kind.ALERT_UPDATE)[-1].params["contentless"] is False
    world.clock.forward(minutes=15)
    await chasing.take_step(world.deps, alert.id, now=world.clock.now)
    await world.deliver()
    assert world.on(ANN, Kind.ALERT)[-1].params["contentless"]


async def test_a_closed_alert_that_nobody_opened_stays_closed_when_somebody_takes_it(world: World) -> None:
    world.deps = replace(world.deps, program=replace(world.deps.program, contentless=True))
    alert = await world.calls()
    await responding.acknowledge(world.deps, world.press(BEN), alert.id)
    await world.deliver()
    assert world.on(ANN, Kind.ALERT_UPDATE)[-1].params["contentless"] is True


async def test_a_button_that_comes_too_late_says_what_has_happened(world: World) -> None:
    alert = await world.calls()
    await world.acknowledges(BEN, alert)
    await world.acknowledges(ANN, alert)
    since = world.on(ANN, Kind.ALERT_UPDATE)[-1].params["since"]
    assert [(one["by"], one["what"]) for one in since] == [(BEN, "alert_acknowledged")]
    await responding.resolve(world.deps, world.press(BEN), alert.id, Outcome.TALKED)
    for late in (responding.acknowledge, handling.reached):
        await late(world.deps, world.press(ANN, world.copy(ANN, alert)), alert.id)
        await world.deliver()
        since = world.on(ANN, Kind.ALERT_UPDATE)[-1].params["since"]
        assert [one["what"] for one in since] == ["alert_acknowledged", "alert_resolved"]
    assert (await world.alert(alert)).outcome == "talked"


async def test_an_alert_that_was_on_its_way_when_somebody_took_it_is_changed_when_it_arrives(world: World) -> None:
    alert = await world.calls()
    world.clock.forward(minutes=15)
    await chasing.take_step(world.deps, alert.id, now=world.clock.now)  # Ben's message has not left yet
    await responding.acknowledge(world.deps, world.press(ANN, world.copy(ANN, alert)), alert.id)
    await world.deliver()
    assert world.kinds(BEN) == [Kind.ALERT, Kind.ALERT_UPDATE]
    assert world.on(BEN)[-1].params["state"] == AlertState.ACKNOWLEDGED.value


async def test_words_about_something_else_are_kept_and_the_mentor_can_read_them(world: World) -> None:
    alert = await world.calls()
    await responding.resolve(world.deps, world.press(ANN, world.copy(ANN, alert)), alert.id, Outcome.OTHER)
    await world.deliver()
    assert world.on(ANN)[-1].params["ask"] is True
    await noting.take_text(world.deps, world.message(ANN), "x" * 501)
    await noting.take_text(world.deps, world.message(ANN), "We moved two visits.")
    await noting.take_text(world.deps, world.message(ANN), "Another text.")
    await world.deliver(fails={BEN: Result.REFUSED})
    assert [sorted(one.params) for one in world.on(ANN, Kind.OUTCOME_WORDS)][1:] == [
        ["mentor", "most", "too_long"],
        ["mentor", "saved"],
    ]
    assert world.on(SAM, Kind.MENTOR_STATUS)[-1].params["status"] == "written"
    await mydata.send(world.deps, world.message(SAM))
    await world.deliver()
    assert "We moved two visits." in str(world.on(SAM, Kind.MY_DATA_FILE)[-1].params)
    assert all("moved" not in str(line.detail) for line in await world.audit("outcome_written"))


async def test_without_words_the_next_text_is_not_taken_for_them(world: World) -> None:
    alert = await world.calls()
    await responding.resolve(world.deps, world.press(ANN, world.copy(ANN, alert)), alert.id, Outcome.OTHER)
    await outcomes.leave(world.deps, world.press(ANN))
    await noting.take_text(world.deps, world.message(ANN), "hello")
    await world.deliver()
    assert world.kinds(ANN)[-1] is Kind.HELP
