"""A supervisor's list of alerts: theirs alone, the most serious first, and every look is noted."""

from dataclasses import replace

from core.alerts import Outcome
from core.fatigue import Fatigue
from core.levels import Level
from core.messages import Kind
from flows import alerting, overview, responding
from flows.overview import SHOWN
from flows.turn import working
from tests.flows.world import ANN, CAL, DANA, ROSA, SAM, World


async def look(world: World, name: str) -> list[str]:
    """/alerts, and the mentors of the alerts that were shown."""
    before = len(world.phone)
    await overview.open_alerts(world.deps, world.message(name))
    await world.deliver()
    return [one.params["mentor"] for one in world.phone[before:] if one.kind is Kind.ALERT_UPDATE]


async def raised(world: World, name: str, level: Level, source: str) -> None:
    mentor = await world.person(name)
    async with working(world.deps) as turn:
        await alerting.raise_alert(turn, mentor, source=source, level=level, reasons=("asks_today",), facts={})
    await world.deliver()


async def test_each_sees_the_alerts_of_their_own_people_and_the_lead_all_of_them(world: World) -> None:
    await raised(world, ROSA, Level.URGENT, "checkin:1")
    await raised(world, SAM, Level.CRISIS, "checkin:2")
    assert await look(world, ANN) == [SAM]
    assert await look(world, CAL) == [ROSA]
    assert sorted(await look(world, DANA)) == sorted([SAM, ROSA])


async def test_mentors_and_strangers_see_nothing(world: World) -> None:
    await raised(world, SAM, Level.CRISIS, "checkin:1")
    for name, reason in ((SAM, "staff_only"), (ROSA, "staff_only"), ("a stranger", "stranger")):
        assert await look(world, name) == []
        assert world.on(name)[-1].params["reason"] == reason


async def test_a_look_is_noted_and_what_was_shown_is_kept_up_to_date(world: World) -> None:
    await raised(world, SAM, Level.URGENT, "checkin:1")
    await look(world, DANA)
    (line,) = await world.audit("alert_seen")
    assert (line.actor, line.subject_id) == ((await world.person(DANA)).id.hex, (await world.person(SAM)).id)
    (alert,) = await world.alerts()
    await world.acknowledges(ANN, alert)
    shown = world.on(DANA, Kind.ALERT_UPDATE)
    assert shown[-1].message_id == shown[0].message_id
    assert shown[-1].params["by"] == ANN


async def test_nothing_open_is_said_in_words(world: World) -> None:
    await raised(world, SAM, Level.URGENT, "checkin:1")
    (alert,) = await world.alerts()
    await responding.resolve(world.deps, world.press(ANN, 1), alert.id, Outcome.TALKED)
    await world.deliver()
    assert await look(world, ANN) == []
    assert world.on(ANN)[-1].params["nothing_open"] is True


async def test_a_long_list_begins_with_the_most_serious(world: World) -> None:
    world.deps = replace(world.deps, program=replace(world.deps.program, fatigue=Fatigue()))  # each on its own
    for number in range(SHOWN + 2):
        await raised(world, SAM, Level.CONCERN, f"checkin:{number}")
    await raised(world, SAM, Level.CRISIS, "talk:1")
    before = len(world.phone)
    assert len(await look(world, ANN)) == SHOWN
    levels = {one.params["level"] for one in world.phone[before:] if one.kind is Kind.ALERT_UPDATE}
    assert levels == {"crisis", "concern"}


async def test_a_message_that_comes_twice_is_answered_once(world: World) -> None:
    message = world.message(ANN)
    for _ in range(2):
        await overview.open_alerts(world.deps, message)
    assert len(await world.deliver()) == 1
