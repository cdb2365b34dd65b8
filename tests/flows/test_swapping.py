"""Shifts change hands in the chat, days off are planned, and the chain follows at once."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from core.messages import Kind
from flows import absence, belonging, oncall, swapping
from tests.flows.test_oncall import ALWAYS, by, entry, raised, shown
from tests.flows.world import ANN, BEN, CAL, DANA, SAM, World

NIGHTS = ALWAYS.replace("00:00", "18:00", 1).replace("00:00", "08:00", 1)


def latest(world: World, name: str, kind: Kind = Kind.SWAP) -> dict[str, Any]:
    return world.on(name, kind)[-1].params


async def offered(world: World, name: str = ANN, which: int = 0) -> UUID:
    """Offer a shift: "Give a shift away…", and the first of the list."""
    await swapping.choose(world.deps, world.press(name))
    await world.deliver()
    shift = latest(world, name)["shifts"][which]
    await swapping.offer(world.deps, world.press(name), _unix(shift["until"]))
    await world.deliver()
    return UUID(latest(world, name)["offer"])


def _unix(instant: str) -> int:
    return int(datetime.fromisoformat(instant).timestamp())


async def takes(world: World, name: str, offer: UUID) -> dict[str, Any]:
    await swapping.take(world.deps, world.press(name), offer)
    await world.deliver()
    return world.on(name)[-1].params


async def test_a_shift_that_somebody_takes_is_theirs_for_the_chain_too(world: World) -> None:
    by(world, entry(ANN, team="North"))
    offer = await offered(world)
    assert latest(world, ANN)["asked"] == [BEN, DANA]
    assert latest(world, BEN)["view"] == "asked"
    assert world.kinds(CAL) == world.kinds(SAM) == []
    assert (await shown(world, BEN))["offers"][0]["by"] == ANN
    assert await raised(world) == [ANN]  # it is hers until somebody takes it
    assert (await takes(world, BEN, offer))["view"] == "taken"
    assert (latest(world, ANN)["view"], latest(world, ANN)["by"]) == ("given", BEN)
    assert (await shown(world, BEN))["offers"] == []
    assert [one.action for one in await world.audit("shift_offered", "shift_taken")] == ["shift_offered", "shift_taken"]
    found = await shown(world, ANN)
    assert [one["name"] for one in found["entries"]] == [BEN, ANN]


async def test_the_step_calls_whoever_took_the_shift(world: World) -> None:
    by(world, entry(ANN, team="North"))
    await takes(world, BEN, await offered(world))
    assert await raised(world) == [BEN]


async def test_of_two_who_take_it_one_has_it_and_the_other_reads_who(world: World) -> None:
    offer = await offered(by(world, entry(ANN, team="North")))
    assert (await takes(world, BEN, offer))["view"] == "taken"
    late = await takes(world, DANA, offer)
    assert (late["view"], late["taker"]) == ("too_late", BEN)
    assert (await takes(world, BEN, offer))["view"] == "taken"  # pressed twice
    await swapping.withdraw(world.deps, world.press(ANN), offer)
    await world.deliver()
    assert latest(world, ANN)["view"] == "given"
    assert len(await world.audit("shift_taken")) == 1


async def test_an_offer_that_is_taken_back_cannot_be_taken(world: World) -> None:
    offer = await offered(by(world, entry(ANN, team="North")))
    await swapping.withdraw(world.deps, world.press(ANN), offer)
    await world.deliver()
    assert latest(world, ANN)["view"] == "kept"
    late = await takes(world, BEN, offer)
    assert (late["view"], late["taker"]) == ("too_late", None)
    assert await raised(world) == [ANN]


async def test_nobody_takes_or_offers_what_is_not_theirs(world: World) -> None:
    offer = await offered(by(world, entry(ANN, team="North")))
    for name in (CAL, ANN):  # of another team; the giver
        assert (await takes(world, name, offer))["reason"] == "not_yours"
    await swapping.withdraw(world.deps, world.press(BEN), offer)
    await swapping.take(world.deps, world.press(SAM), offer)
    await swapping.offer(world.deps, world.press(BEN), 1)
    await world.deliver()
    assert world.on(SAM)[-1].params["reason"] == "staff_only"
    assert latest(world, BEN)["view"] == "gone"
    assert latest(world, ANN)["view"] == "offered"


async def test_a_shift_that_is_offered_is_not_offered_again_and_a_taken_one_can_be_given_on(world: World) -> None:
    by(world, entry(ANN, NIGHTS, team="North"))
    first = await offered(world)
    await swapping.choose(world.deps, world.press(ANN))
    await world.deliver()
    assert len(latest(world, ANN)["shifts"]) == swapping.SHOWN
    shifts = latest(world, ANN)["shifts"]
    await takes(world, BEN, first)
    await swapping.choose(world.deps, world.press(BEN))
    await world.deliver()
    (own,) = latest(world, BEN)["shifts"]
    assert own["until"] not in [one["until"] for one in shifts]
    world.clock.forward(minutes=1)
    await takes(world, DANA, await offered(world, BEN))
    found = await shown(world, ANN)
    assert found["entries"][1]["name"] == DANA


async def test_an_offer_at_night_waits_for_the_morning_unless_the_shift_begins_before(world: World) -> None:
    by(world, entry(ANN, NIGHTS, team="North"))
    world.clock.forward(hours=13)  # 04:00 in Chicago: a shift runs, and another begins in the evening
    await offered(world, which=0)
    assert world.kinds(BEN) == [Kind.SWAP]
    await offered(world, which=1)
    assert world.kinds(BEN) == [Kind.SWAP]
    world.clock.forward(hours=5)
    await world.deliver()
    assert world.kinds(BEN) == [Kind.SWAP, Kind.SWAP]


async def test_a_day_off_goes_to_the_backup_and_a_hole_to_the_leads_at_once(world: World) -> None:
    by(world, entry(ANN, ALWAYS, team="North", backup=BEN), entry(CAL, team="South"))
    today = date(2026, 3, 2)
    await absence.toggle(world.deps, world.press(ANN), today)
    await world.deliver()
    assert latest(world, ANN, Kind.DAYS_OFF)["days"][0]["off"]
    assert await raised(world) == [BEN]
    assert world.kinds(DANA) == []
    await absence.toggle(world.deps, world.press(BEN), today + timedelta(days=1))
    await absence.toggle(world.deps, world.press(ANN), today + timedelta(days=1))
    await world.deliver()
    told = latest(world, DANA, Kind.ONCALL)
    assert told["warns"]
    assert [(one["from"], one["until"]) for one in told["entries"] if one["name"] is None] == [
        ("2026-03-03T06:00:00+00:00", "2026-03-04T06:00:00+00:00")
    ]
    await absence.toggle(world.deps, world.press(ANN), today + timedelta(days=1))  # taken back
    await world.deliver()
    assert not latest(world, ANN, Kind.DAYS_OFF)["days"][1]["off"]
    assert all(one["name"] for one in (await shown(world, DANA))["entries"])


async def test_somebody_with_a_day_off_is_asked_by_no_step_and_comes_back_when_they_say_so(world: World) -> None:
    await absence.toggle(world.deps, world.press(ANN), date(2026, 3, 2))
    await world.calls()
    assert world.kinds(BEN) == [Kind.ALERT]
    assert Kind.ALERT not in world.kinds(ANN)
    await belonging.come_back(world.deps, world.press(ANN))
    assert not (await world.person(ANN)).is_away(world.clock.now)


async def test_days_long_past_or_far_ahead_change_nothing(world: World) -> None:
    for day in (date(2026, 3, 1), date(2027, 3, 1)):
        await absence.toggle(world.deps, world.press(ANN), day)
    await absence.show(world.deps, world.press(ANN), 99)
    await world.deliver()
    assert (await world.person(ANN)).leaves == ()
    assert latest(world, ANN, Kind.DAYS_OFF)["page"] == absence.PAGES - 1


async def test_a_lead_sees_a_shift_that_changed_hands_in_the_week(world: World) -> None:
    by(world, entry(ANN, team="North"), entry(CAL, team="South"))
    await takes(world, BEN, await offered(world))
    assert (await oncall.look(world.deps)).faults == ()
    names = {one["name"] for one in (await shown(world, DANA))["entries"]}
    assert names == {ANN, BEN, CAL}
