"""Check-ins in the tests of flows: sent, answered item by item, and left to time."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.checkins import Checkin
from core.messages import Kind
from flows import asking, noting, sending, upkeep
from flows.asking import Tap
from scheduler import ticks
from storage import checkins
from tests.flows.world import SAM, Delivered, World

PULSE = {"fuel": "2", "spill": "2", "stories": "2", "switch_off": "2", "reach_out": "no"}
COUNTS = {"people": "8", "hours": "17", "off_hours": "0", "no_break": "0", "crises": "0", "notes_waiting": "0"}
SCALES = {"reserve": "1", "autopilot": "1", "came_back": "1", "role_pull": "1", "backup": "3", "steady_habits": "3"}
WEEKLY = {**COUNTS, "supervision": "group", **SCALES, "why": "2", "boundary": "no"}


async def sent(world: World, checkin: str, name: str = SAM) -> Checkin:
    """`keepwell send`, and the check-in that came of it."""
    outcomes = await sending.send(world.deps, checkin, to=name)
    assert [outcome.sent for outcome in outcomes] == [True]
    await world.deliver()
    return (await world.checkins(name))[-1]


def place_of(checkin: Checkin, item: str) -> int:
    """The place of an item's buttons."""
    return checkin.items.index(item)


async def tap(
    world: World, checkin: Checkin, item: str, value: str | None = None, action: str = "answer", name: str = SAM
) -> None:
    """Press a button under an item, on whatever screen it stood."""
    shown = world.on(name, Kind.CHECKIN)
    pressed = Tap(checkin_id=checkin.id, place=place_of(checkin, item), value=value)
    await asking.tap(world.deps, world.press(name, shown[-1].message_id if shown else 1), pressed, action)
    await world.deliver()


async def answer(world: World, checkin: Checkin, answers: Mapping[str, str], name: str = SAM) -> None:
    """Answer items one after the other."""
    for item, value in answers.items():
        await tap(world, checkin, item, value, name=name)


async def weekly_until(world: World, item: str, name: str = SAM, **changed: str) -> Checkin:
    """A weekly that is answered up to an item, which is on the screen now."""
    checkin = await sent(world, "weekly", name)
    before = dict(list((WEEKLY | changed).items())[: list(WEEKLY).index(item)])
    await answer(world, checkin, before, name)
    assert screen(world, name).params["item"] == item
    return checkin


def screen(world: World, name: str = SAM) -> Delivered:
    """The question that was shown last."""
    return world.on(name, Kind.CHECKIN)[-1]


def result(world: World, name: str = SAM) -> dict[str, Any]:
    """What the newest result says."""
    return world.on(name, Kind.CHECKIN_DONE)[-1].params


async def says(world: World, text: str, name: str = SAM, **values: Any) -> dict[str, Any]:
    """Write a note, and return what is said back first."""
    seen = len(world.on(name))
    update = world.message(name, **{"message_id": 300 + world.last_update, **values})
    await noting.take_text(world.deps, update, text)
    await world.deliver()
    return next((one.params | {"kind": one.kind} for one in world.on(name)[seen:]), {})


async def look_after(world: World, times: int = 3) -> None:
    """Let every tick that looks after check-ins, notes and alerts run several times, as replicas do."""
    for _ in range(times):
        for tick in (ticks.upkeep_tick, ticks.note_tick):
            await tick(world.deps)
        await world.deliver()


async def moves_on(world: World, **by: float) -> None:
    """Let time pass, then the ticks."""
    world.clock.forward(**by)
    await look_after(world)


async def stored(world: World, checkin: Checkin) -> Checkin:
    """The check-in as it is now."""
    async with world.deps.db.reading() as session:
        found = await checkins.get(session, checkin.id)
    assert found is not None
    return found


async def expire(world: World, checkin: Checkin) -> None:
    """Let the time of a check-in be over."""
    world.clock.now = max(world.clock.now, checkin.expires_at)
    await upkeep.look_after_together(world.deps, [checkin.id], now=world.clock.now)
    await world.deliver()


def note_of(params: Mapping[str, Any]) -> UUID:
    """The note that an answer is about."""
    return UUID(params["note"])
