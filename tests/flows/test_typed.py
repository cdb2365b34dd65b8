"""Numbers typed where a check-in asks for one."""

import pytest

from core.messages import Kind
from flows import exporting, noting
from tests.flows.asked import PULSE, answer, expire, says, screen, sent, stored, tap, weekly_until
from tests.flows.world import ROSA, SAM, World


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("37,5", "37.5"),
        ("37.5", "37.5"),
        (" 7 ", "7"),
        ("007", "7"),
        ("7.50", "7.5"),
        ("7,0", "7"),
        ("0", "0"),
        ("168", "168"),
    ],
)
async def test_a_whole_or_half_number_is_the_answer(world: World, typed: str, kept: str) -> None:
    checkin = await sent(world, "weekly")
    await tap(world, checkin, "people", "8")
    await says(world, typed)
    assert (await stored(world, checkin)).answers == {"people": "8", "hours": kept}
    assert screen(world).params["item"] == "off_hours"
    # The old message says where to go on.
    assert world.on(SAM, Kind.CHECKIN_CLOSED)[-1].params["why"] == "moved"


@pytest.mark.parametrize("typed", ["999", "168.5", "7.25", "-3", "12345", "1/2", "1.2.3", "9999999"])
async def test_a_number_that_does_not_fit_is_refused_with_help_and_asked_again(world: World, typed: str) -> None:
    checkin = await sent(world, "weekly")
    await tap(world, checkin, "people", "8")
    said = await says(world, typed)
    assert (said["kind"], said["from"], said["to"]) == (Kind.NUMBER_HELP, "0", "168")
    assert (await stored(world, checkin)).answers == {"people": "8"}
    await says(world, "20")
    assert (await stored(world, checkin)).answers["hours"] == "20"


@pytest.mark.parametrize("typed", ["abc", "7 people", "about 7", "", "two", "12345678901234567890", "٧ and more"])
async def test_anything_else_is_a_note(world: World, typed: str) -> None:
    checkin = await sent(world, "weekly")
    said = await says(world, typed)
    assert said["kind"] is Kind.NOTE
    assert (await stored(world, checkin)).answers == {}


async def test_a_number_is_a_note_while_no_number_is_asked_for(world: World) -> None:
    assert (await says(world, "7"))["kind"] is Kind.NOTE
    weekly = await weekly_until(world, "reserve")
    before = (await stored(world, weekly)).answers
    assert (await says(world, "3"))["kind"] is Kind.NOTE
    assert (await stored(world, weekly)).answers == before


async def test_a_helpline_is_no_answer(world: World) -> None:
    await sent(world, "weekly")
    assert (await says(world, "988"))["kind"] is Kind.NOTE


async def test_a_number_goes_to_the_checkin_that_asks_for_one(world: World) -> None:
    weekly = await sent(world, "weekly")
    world.clock.forward(minutes=5)
    await world.asks_for_a_checkin()
    await says(world, "9")
    assert (await stored(world, weekly)).answers == {"people": "9"}


async def test_a_number_after_the_end_is_a_note(world: World) -> None:
    checkin = await sent(world, "weekly")
    await expire(world, checkin)
    assert (await says(world, "9"))["kind"] is Kind.NOTE
    assert (await stored(world, checkin)).answers == {}


async def test_the_same_update_twice_counts_once(world: World) -> None:
    checkin = await sent(world, "weekly")
    update = world.message(SAM)
    for _ in range(2):
        await noting.take_text(world.deps, update, "9")
        await world.deliver()
    assert (await stored(world, checkin)).answers == {"people": "9"}
    assert screen(world).params["item"] == "hours"


async def test_a_typed_number_is_kept_with_the_time_at_which_it_was_written(world: World) -> None:
    await sent(world, "weekly")
    written = world.clock.now
    world.clock.forward(hours=2)
    await says(world, "9", sent_at=written)
    (row,) = [row async for row in exporting.rows(world.deps, "answers")]
    assert (row["answered_at"], row["received_at"]) == (written, world.clock.now)


async def test_nobody_types_into_somebody_elses_checkin(world: World) -> None:
    checkin = await sent(world, "weekly")
    await says(world, "9", name=ROSA)
    assert (await stored(world, checkin)).answers == {}


async def test_what_was_typed_can_be_typed_anew_after_going_back(world: World) -> None:
    checkin = await sent(world, "weekly")
    await says(world, "9")
    await tap(world, checkin, "hours", action="back")
    assert screen(world).params == screen(world).params | {"item": "people", "chosen": "9"}
    await says(world, "11,5")
    assert (await stored(world, checkin)).answers == {"people": "11.5"}
    await answer(world, await world.asks_for_a_checkin(), PULSE)
