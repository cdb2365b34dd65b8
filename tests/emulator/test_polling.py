import asyncio
from datetime import timedelta
from typing import Any

import pytest
import telegram
from telegram.error import Conflict

from emulator import Emulator, Phone
from tests.emulator.conftest import Call


async def texts(call: Call, **parameters: Any) -> list[str]:
    return [update["message"]["text"] for update in (await call("getUpdates", **parameters))["result"]]


async def test_the_real_library_gets_what_was_written(bot: telegram.Bot, machine: Emulator, sam: Phone) -> None:
    await sam.says("hello")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.text == "hello"
    assert update.effective_user is not None
    assert (update.effective_user.id, update.effective_user.language_code) == (sam.id, "en")


async def test_an_update_comes_again_until_a_higher_offset_confirms_it(
    call: Call, machine: Emulator, sam: Phone
) -> None:
    for word in ("one", "two", "three"):
        await sam.says(word)
    updates = (await call("getUpdates"))["result"]
    assert [update["message"]["text"] for update in updates] == ["one", "two", "three"]
    assert await texts(call) == ["one", "two", "three"]
    assert await texts(call, offset=updates[1]["update_id"]) == ["two", "three"]
    assert await texts(call) == ["two", "three"]
    assert await texts(call, offset=updates[2]["update_id"] + 1) == []
    assert machine.pending_updates == 0


async def test_a_negative_offset_keeps_the_newest_and_forgets_the_rest(
    call: Call, machine: Emulator, sam: Phone
) -> None:
    for word in ("one", "two", "three"):
        await sam.says(word)
    assert await texts(call, offset=-2) == ["two", "three"]
    assert await texts(call, offset=-9) == ["two", "three"]
    assert await texts(call) == ["two", "three"]


async def test_a_limit_takes_the_oldest_first(call: Call, machine: Emulator, sam: Phone) -> None:
    for word in ("one", "two"):
        await sam.says(word)
    assert await texts(call, limit=1) == ["one"]


async def test_a_long_poll_ends_with_the_first_update(call: Call, machine: Emulator, sam: Phone) -> None:
    poll = asyncio.create_task(texts(call, timeout=30))
    await asyncio.sleep(0.05)
    assert not poll.done()
    await sam.says("at last")
    assert await asyncio.wait_for(poll, 2) == ["at last"]


async def test_a_long_poll_ends_empty_when_its_time_is_up(call: Call, machine: Emulator) -> None:
    async with asyncio.timeout(3):
        assert await texts(call, timeout=1) == []


async def test_a_second_poller_throws_the_first_one_out(bot: telegram.Bot, machine: Emulator, sam: Phone) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(bot.get_updates(timeout=30))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first
    await sam.says("hello")
    assert len(await second) == 1


async def test_polling_conflicts_with_a_webhook(call: Call, machine: Emulator) -> None:
    await call("setWebhook", url="https://example.org/hook")
    answer = await call("getUpdates")
    assert answer["error_code"] == 409
    assert "while webhook is active" in answer["description"]
    await call("deleteWebhook")
    assert (await call("getUpdates"))["ok"]


async def test_setting_a_webhook_throws_a_poller_out(call: Call, machine: Emulator) -> None:
    poll = asyncio.create_task(call("getUpdates", timeout=30))
    await asyncio.sleep(0.05)
    await call("setWebhook", url="https://example.org/hook")
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"


async def test_only_the_kinds_asked_for_come_and_the_choice_stays(call: Call, machine: Emulator, sam: Phone) -> None:
    await call("getUpdates", allowed_updates=["my_chat_member"])
    await sam.says("unheard")
    await sam.blocks()
    (update,) = (await call("getUpdates"))["result"]
    assert "my_chat_member" in update
    await call("getUpdates", allowed_updates=[], offset=update["update_id"] + 1)
    await sam.unblocks()
    await sam.says("heard")
    assert [set(update) - {"update_id"} for update in (await call("getUpdates"))["result"]] == [
        {"my_chat_member"},
        {"message"},
    ]


async def test_an_unknown_kind_of_update_is_refused(call: Call, machine: Emulator) -> None:
    assert (await call("getUpdates", allowed_updates=["gossip"]))["error_code"] == 400


async def test_updates_are_kept_a_day_and_presses_two_and_a_half_minutes(
    call: Call, machine: Emulator, sam: Phone
) -> None:
    dropped: list[str] = []
    machine.services.queue.on_expire.append(
        lambda queued: dropped.append(next(iter(queued.body.keys() - {"update_id"})))
    )
    await sam.says("kept a day")
    keys = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    await call("sendMessage", chat_id=sam.id, text="well?", reply_markup=keys)
    await sam.taps("Yes")
    assert machine.pending_updates == 2
    machine.clock.advance(timedelta(seconds=151))
    assert await texts(call) == ["kept a day"]
    assert dropped == ["callback_query"]
    machine.clock.advance(timedelta(hours=24))
    assert await texts(call) == []
    assert dropped == ["callback_query", "message"]


async def test_updates_can_be_delivered_several_times(call: Call, machine: Emulator, sam: Phone) -> None:
    machine.deliver_times(3)
    await sam.says("one")
    await sam.says("two")
    updates = (await call("getUpdates"))["result"]
    assert [update["message"]["text"] for update in updates] == ["one", "two"] * 3
    assert len({update["update_id"] for update in updates}) == 2
    assert await texts(call, offset=updates[-1]["update_id"] + 1) == []


async def test_a_block_and_its_end_are_told(bot: telegram.Bot, machine: Emulator, sam: Phone) -> None:
    await sam.blocks()
    await sam.unblocks()
    changes = [update.my_chat_member for update in await bot.get_updates()]
    standings = [(change.old_chat_member.status, change.new_chat_member.status) for change in changes if change]
    assert standings == [("member", "kicked"), ("kicked", "member")]


async def test_after_an_outage_everything_goes_on(call: Call, machine: Emulator, sam: Phone) -> None:
    port = int(machine.url.rpartition(":")[2])
    await machine.stop()
    await sam.says("written meanwhile")
    await machine.start(port=port)
    assert await texts(call) == ["written meanwhile"]


async def test_stopping_the_emulator_lets_a_poller_go(sam: Phone, lax: Emulator, call: Call) -> None:
    poll = asyncio.create_task(call("getUpdates", timeout=30))
    await asyncio.sleep(0.05)
    async with asyncio.timeout(3):
        await lax.stop()
        assert (await poll)["result"] == []
