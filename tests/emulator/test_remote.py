import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from emulator import Emulator, NotPossible, NotSeen, Phone
from emulator.remote import RemoteEmulator
from tests.emulator.conftest import Call

SCALE = {
    "inline_keyboard": [[{"text": "A little", "callback_data": "1"}, {"text": "Quite a bit", "callback_data": "3"}]]
}


@pytest.fixture
async def remote(machine: Emulator) -> AsyncIterator[RemoteEmulator]:
    async with RemoteEmulator(machine.url) as remote:
        yield remote


async def test_a_remote_phone_starts_taps_and_expects(remote: RemoteEmulator, machine: Emulator, call: Call) -> None:
    ann = await remote.phone("Ann", language="es", start_payload="abc")
    await ann.starts()
    tap = asyncio.create_task(ann.taps("quite"))
    sent = await call("sendMessage", chat_id=ann.id, text="How much?", reply_markup=SCALE)
    await tap
    which = {"chat_id": ann.id, "message_id": sent["result"]["message_id"]}
    await call("editMessageText", **which, text="Thank you", reply_markup=SCALE)
    assert (await ann.expects("thank"))["edited"] is True
    await ann.says("bye")
    start, press, bye = (await call("getUpdates"))["result"]
    assert start["message"]["text"] == "/start abc"
    assert press["callback_query"]["data"] == "3"
    assert bye["message"]["text"] == "bye"
    await call("answerCallbackQuery", callback_query_id=press["callback_query"]["id"], text="Noted")
    await call("deleteMessage", **which)
    await call("sendMessage", chat_id=ann.id, text="last")
    await ann.expects("last")
    assert ann.toasts == ["Noted"]
    assert [message["text"] for message in ann.messages.values()] == ["/start abc", "bye", "last"]


async def test_a_remote_phone_that_was_there_before_shows_its_chat(machine: Emulator, sam: Phone, call: Call) -> None:
    await call("sendMessage", chat_id=sam.id, text="How much?", reply_markup=SCALE)
    async with RemoteEmulator(machine.url) as remote:
        twin = remote.phones[sam.id]
        await twin.taps("A little")
        with pytest.raises(NotSeen, match="was not there to tap"):
            await twin.taps("A little", timeout=0.02)
        await twin.taps("A little", again=True)
        with pytest.raises(NotSeen) as caught:
            await twin.expects("anything", timeout=0.02)
    assert "[ A little ] [ Quite a bit ]" in str(caught.value)
    assert machine.pending_updates == 2


async def test_what_cannot_be_done_says_why(remote: RemoteEmulator) -> None:
    ann = await remote.phone("Ann")
    with pytest.raises(NotPossible, match="Ann has not started the bot"):
        await ann.says("hello")
    with pytest.raises(NotPossible, match="nothing to block"):
        await ann.blocks()


async def test_blocks_clock_faults_and_journal_work_from_afar(
    remote: RemoteEmulator, machine: Emulator, call: Call
) -> None:
    ann = await remote.phone("Ann")
    await ann.starts()
    await ann.blocks()
    assert (await call("sendMessage", chat_id=ann.id, text="hello"))["error_code"] == 403
    await ann.unblocks()
    await remote.advance(timedelta(hours=2))
    assert machine.clock.offset == timedelta(hours=2)
    await remote.plan_faults(next={"method": "getMe", "fault": {"kind": "server_error", "code": 500}})
    assert (await call("getMe"))["error_code"] == 500
    journal = await remote.journal(after=1)
    assert [entry["method"] for entry in journal["calls"]] == ["getMe"]
    assert journal["violations"] == []
