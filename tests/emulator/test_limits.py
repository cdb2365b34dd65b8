import pytest

from emulator import Emulator, Phone
from emulator.errors import Refused
from emulator.limits import Limits
from tests.emulator.conftest import Call


class Timer:
    """Seconds that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def send(limits: Limits, chat: int, *, private: bool = True) -> int:
    """Try a message, and return the seconds to wait; 0 when it was taken."""
    try:
        limits.check(chat, private=private)
    except Refused as refused:
        return int(refused.parameters["retry_after"])
    limits.count(chat)
    return 0


@pytest.fixture
def timer() -> Timer:
    return Timer()


@pytest.fixture
def limits(timer: Timer) -> Limits:
    return Limits(enabled=True, timer=timer)


def test_one_message_a_second_goes_to_a_private_chat(limits: Limits, timer: Timer) -> None:
    assert send(limits, 1) == 0
    assert send(limits, 1) == 1
    assert send(limits, 2) == 0
    timer.now += 1.0
    assert send(limits, 1) == 0


def test_thirty_messages_go_out_in_any_second(limits: Limits, timer: Timer) -> None:
    timer.now += 0.9
    assert [send(limits, chat) for chat in range(1, 31)] == [0] * 30
    timer.now += 0.5
    assert send(limits, 99) == 1
    timer.now += 0.5
    assert send(limits, 99) == 0
    assert limits.statistics.refused == 1


def test_twenty_messages_a_minute_go_to_a_group(limits: Limits, timer: Timer) -> None:
    for _ in range(20):
        assert send(limits, -5, private=False) == 0
        timer.now += 1.5
    assert send(limits, -5, private=False) == 30
    timer.now += 30
    assert send(limits, -5, private=False) == 0


def test_the_busiest_second_is_found_wherever_it_begins(timer: Timer) -> None:
    limits = Limits(timer=timer)
    for pause in (0.6, 0.3, 0.3, 0.3, 0.5, 2.0):
        send(limits, 1)
        timer.now += pause
    assert limits.statistics.busiest_second == 4
    assert limits.statistics.sent == 6
    limits.reset()
    assert limits.statistics.sent == limits.statistics.busiest_second == 0


def test_without_the_switch_nothing_is_refused(timer: Timer) -> None:
    limits = Limits(timer=timer)
    assert [send(limits, 1) for _ in range(100)] == [0] * 100
    assert limits.statistics.busiest_second == 100


async def test_only_new_messages_count(call: Call, machine: Emulator, sam: Phone) -> None:
    machine.limits.enabled = True
    sent = await call("sendMessage", chat_id=sam.id, text="0")
    refused = await call("sendMessage", chat_id=sam.id, text="too soon")
    assert (refused["error_code"], refused["parameters"]) == (429, {"retry_after": 1})
    for number in range(1, 40):
        edit = await call("editMessageText", chat_id=sam.id, message_id=sent["result"]["message_id"], text=str(number))
        assert edit["ok"]
    assert machine.limits.statistics.sent == 1
    assert machine.limits.statistics.refused == 1


async def test_a_message_that_was_refused_for_another_reason_does_not_count(
    call: Call, machine: Emulator, sam: Phone
) -> None:
    machine.limits.enabled = True
    await call("sendMessage", chat_id=sam.id, text="")
    assert (await call("sendMessage", chat_id=sam.id, text="hello"))["ok"]
    assert machine.limits.statistics.sent == 1
