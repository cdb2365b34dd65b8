from datetime import UTC, datetime, timedelta

import pytest

from emulator import Clock, Emulator
from emulator.ids import Sequence
from tests.emulator.conftest import Call

START = datetime(2026, 11, 1, tzinfo=UTC)


def test_the_clock_shows_real_time_plus_its_offset() -> None:
    clock = Clock()
    clock.advance(timedelta(days=2))
    ahead = clock.now() - datetime.now(UTC)
    assert timedelta(days=2) - timedelta(seconds=1) < ahead <= timedelta(days=2)
    assert clock.now().tzinfo is UTC


def test_the_clock_refuses_to_go_back() -> None:
    with pytest.raises(ValueError, match="only moves forward"):
        Clock().advance(timedelta(seconds=-1))


def test_advancing_to_a_past_instant_changes_nothing() -> None:
    clock = Clock()
    clock.advance_to(clock.now() - timedelta(hours=1))
    assert clock.offset == timedelta(0)


def test_listeners_hear_of_every_move_until_they_leave() -> None:
    clock, heard = Clock(), []
    leave = clock.on_change(lambda: heard.append(clock.offset))
    clock.advance(timedelta(minutes=1))
    leave()
    clock.advance(timedelta(minutes=1))
    assert heard == [timedelta(minutes=1)]


def test_numbers_rise_by_one() -> None:
    numbers = Sequence(START)
    assert [numbers.next() - numbers.last for _ in range(3)] == [0, 0, 0]
    first = numbers.next()
    assert numbers.next() == first + 1


def test_a_later_sequence_begins_above_an_earlier_one_even_at_the_same_instant() -> None:
    earlier = Sequence(START)
    last = [earlier.next() for _ in range(500)][-1]
    assert Sequence(START).next() > last
    assert Sequence(START + timedelta(hours=1)).next() > last


async def test_update_and_message_numbers_go_on_in_a_second_emulator(call: Call, lax: Emulator) -> None:
    sam = lax.phone("Sam")
    first = await sam.starts()
    (update,) = (await call("getUpdates"))["result"]
    async with Emulator() as later:
        ann = later.phone("Ann")
        second = await ann.starts()
        assert second.id > first.id
        assert later.services.queue.first(1)[0].id > update["update_id"]


async def test_dates_of_messages_follow_the_clock(machine: Emulator, call: Call) -> None:
    machine.clock.advance(timedelta(days=3))
    await machine.phone("Sam").starts()
    (update,) = (await call("getUpdates"))["result"]
    assert abs(update["message"]["date"] - machine.clock.now().timestamp()) < 2
