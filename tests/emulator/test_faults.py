import time
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import telegram
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import HTTPXRequest

from emulator import Emulator, Fault, Phone
from tests.emulator.conftest import Call


async def test_the_real_library_is_asked_to_wait(bot: telegram.Bot, machine: Emulator, sam: Phone) -> None:
    machine.faults.next("sendMessage", Fault.too_many(retry_after=7))
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(sam.id, "hello")
    assert caught.value.retry_after == timedelta(seconds=7)
    await bot.send_message(sam.id, "hello")
    assert [seen.text for seen in sam.messages] == ["/start", "hello"]


async def test_429_carries_the_wait_among_its_parameters(call: Call, machine: Emulator, sam: Phone) -> None:
    machine.faults.next("*", Fault.too_many(retry_after=7))
    assert await call("getMe") == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
    }


@pytest.mark.parametrize("not_json", [False, True])
async def test_a_server_error_takes_nothing(bot: telegram.Bot, machine: Emulator, sam: Phone, not_json: bool) -> None:
    machine.faults.next("sendMessage", Fault.server_error(502, not_json=not_json))
    with pytest.raises(TelegramError):
        await bot.send_message(sam.id, "hello")
    assert len(sam.messages) == 1


async def test_a_connection_cut_before_takes_nothing(bot: telegram.Bot, machine: Emulator, sam: Phone) -> None:
    machine.faults.next("sendMessage", Fault.cut_before())
    with pytest.raises(NetworkError):
        await bot.send_message(sam.id, "hello")
    assert len(sam.messages) == 1
    assert machine.journal.of("sendMessage")[0].outcome == "cut before"


async def test_a_connection_cut_after_has_taken_the_message(bot: telegram.Bot, machine: Emulator, sam: Phone) -> None:
    machine.faults.next("sendMessage", Fault.cut_after())
    with pytest.raises(NetworkError):
        await bot.send_message(sam.id, "hello")
    assert sam.screen() == "hello"
    assert machine.journal.of("sendMessage")[0].outcome == "cut after"


async def test_a_cut_connection_is_seen_by_plain_http_too(
    http: aiohttp.ClientSession, machine: Emulator, sam: Phone
) -> None:
    machine.faults.next("getMe", Fault.cut_before())
    with pytest.raises(aiohttp.ClientError):
        await http.post(f"{machine.url}/bot{machine.token}/getMe")


async def test_a_slow_answer_may_come_too_late_for_the_caller(machine: Emulator, sam: Phone) -> None:
    impatient = HTTPXRequest(read_timeout=0.05)
    async with telegram.Bot(machine.token, base_url=f"{machine.url}/bot", request=impatient) as bot:
        machine.faults.next("sendMessage", Fault.slow(0.3))
        with pytest.raises(TimedOut):
            await bot.send_message(sam.id, "hello")
    assert sam.screen() == "hello"


async def test_a_slow_answer_comes_in_the_end(call: Call, machine: Emulator) -> None:
    machine.faults.next("getMe", Fault.slow(0.1))
    started = time.monotonic()
    assert (await call("getMe"))["ok"]
    assert time.monotonic() - started >= 0.1


async def test_a_fault_may_strike_one_chat_so_many_times(call: Call, machine: Emulator, sam: Phone) -> None:
    ann = machine.phone("Ann")
    await ann.starts()
    machine.faults.next("sendMessage", Fault.refuse(400, "Bad Request: no"), chat=ann.id, times=2)
    to = [ann.id, sam.id, ann.id, ann.id]
    answers = [(await call("sendMessage", chat_id=chat, text="hello"))["ok"] for chat in to]
    assert answers == [False, True, False, True]
    assert machine.faults.struck == 2


async def test_faults_by_chance_are_the_same_for_the_same_seed(call: Call, machine: Emulator) -> None:
    async def outcomes() -> list[int]:
        machine.faults.random(rate=0.5, kinds=[Fault.server_error(), Fault.too_many(1)], seed=7, methods=["getMe"])
        return [(await call("getMe")).get("error_code", 200) for _ in range(40)]

    first = await outcomes()
    assert first == await outcomes()
    assert set(first) == {200, 429, 502}
    assert (await call("getMyName"))["ok"]
    machine.faults.clear()
    assert all([(await call("getMe"))["ok"] for _ in range(10)])


async def test_polling_can_be_made_unauthorized(call: Call, machine: Emulator) -> None:
    machine.faults.next("getUpdates", Fault.unauthorized())
    assert (await call("getUpdates"))["error_code"] == 401
    assert (await call("getUpdates"))["ok"]


async def test_a_broken_call_is_a_violation_even_where_a_fault_waits(call: Call, lax: Emulator) -> None:
    lax.faults.next("*", Fault.server_error())
    assert (await call("sendMessage", chat_id=5))["error_code"] == 400
    assert len(lax.violations) == 1


@pytest.mark.parametrize("rate", [-0.1, 1.1])
def test_a_rate_is_a_share(rate: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Emulator().faults.random(rate=rate, kinds=[Fault.cut_before()], seed=1)


@pytest.mark.parametrize("spec", [{"kind": "meteor"}, {}, {"kind": "slow", "minutes": 3}])
def test_an_unknown_fault_is_refused(spec: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="fault"):
        Fault.named(spec)
