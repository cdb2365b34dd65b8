import asyncio

import pytest

from emulator import Emulator, NotPossible, NotSeen, Phone
from tests.emulator.conftest import Call

SCALE = {
    "inline_keyboard": [[{"text": "A little", "callback_data": "1"}, {"text": "Quite a bit", "callback_data": "3"}]]
}


async def pressed(call: Call) -> list[str]:
    """Return the data of all presses that wait."""
    return [update["callback_query"]["data"] for update in (await call("getUpdates"))["result"]]


async def test_a_tap_waits_for_its_button(call: Call, machine: Emulator, sam: Phone) -> None:
    tap = asyncio.create_task(sam.taps("Quite a bit"))
    await asyncio.sleep(0.05)
    assert not tap.done()
    await call("sendMessage", chat_id=sam.id, text="How much?", reply_markup=SCALE)
    await tap
    assert await pressed(call) == ["3"]


async def test_a_part_of_the_label_is_enough_but_the_exact_label_comes_first(
    call: Call, machine: Emulator, sam: Phone
) -> None:
    keys = {"inline_keyboard": [[{"text": "Not today", "callback_data": "n"}, {"text": "today", "callback_data": "t"}]]}
    await call("sendMessage", chat_id=sam.id, text="When?", reply_markup=keys)
    await sam.taps("today")
    await sam.taps("NOT", again=True)
    assert await pressed(call) == ["t", "n"]


async def test_the_newest_message_comes_first(call: Call, machine: Emulator, sam: Phone) -> None:
    for data in ("old", "new"):
        keys = {"inline_keyboard": [[{"text": "Back", "callback_data": data}]]}
        await call("sendMessage", chat_id=sam.id, text=data, reply_markup=keys)
    await sam.taps("Back")
    assert await pressed(call) == ["new"]


async def test_a_tapped_message_is_tapped_again_only_when_it_has_changed(
    call: Call, machine: Emulator, sam: Phone
) -> None:
    sent = await call("sendMessage", chat_id=sam.id, text="1/2", reply_markup=SCALE)
    await sam.taps("A little")
    second = asyncio.create_task(sam.taps("A little"))
    await asyncio.sleep(0.05)
    assert not second.done()
    which = {"chat_id": sam.id, "message_id": sent["result"]["message_id"]}
    await call("editMessageText", **which, text="2/2", reply_markup=SCALE)
    await second
    with pytest.raises(NotSeen, match="was tapped already and did not change"):
        await sam.taps("A little", timeout=0.02)
    await sam.taps("A little", again=True)
    assert await pressed(call) == ["1", "1", "1"]


async def test_a_missing_button_is_told_with_what_was_on_the_screen(call: Call, machine: Emulator, sam: Phone) -> None:
    await call("sendMessage", chat_id=sam.id, text="How much?", reply_markup=SCALE)
    with pytest.raises(NotSeen) as caught:
        await sam.taps("Enormously", timeout=0.02)
    assert "[ Enormously ] of Sam was not on the screen" in str(caught.value)
    assert "[ A little ] [ Quite a bit ]" in str(caught.value)


async def test_an_expectation_takes_news_once(call: Call, machine: Emulator, sam: Phone) -> None:
    await call("sendMessage", chat_id=sam.id, text="Needs a person: Sam")
    seen = await sam.expects("needs a person")
    assert seen.from_bot
    assert seen.text == "Needs a person: Sam"
    with pytest.raises(NotSeen, match="Sam did not see 'needs a person' within"):
        await sam.expects("needs a person", timeout=0.02)


async def test_an_expectation_sees_edits_even_those_that_are_gone_again(
    call: Call, machine: Emulator, sam: Phone
) -> None:
    sent = await call("sendMessage", chat_id=sam.id, text="one")
    which = {"chat_id": sam.id, "message_id": sent["result"]["message_id"]}
    for text in ("two", "three"):
        await call("editMessageText", **which, text=text)
    assert (await sam.expects("two")).version == 1
    assert (await sam.expects("three")).version == 2


async def test_an_expectation_waits(call: Call, machine: Emulator, sam: Phone) -> None:
    wait = asyncio.create_task(sam.expects("later"))
    await asyncio.sleep(0.05)
    await call("sendMessage", chat_id=sam.id, text="it comes later")
    assert (await wait).text == "it comes later"


async def test_what_a_person_says_is_not_what_they_expect(call: Call, machine: Emulator, sam: Phone) -> None:
    await sam.says("hello")
    with pytest.raises(NotSeen):
        await sam.expects("hello", timeout=0.02)


async def test_a_button_of_an_earlier_version_can_still_be_tapped(call: Call, machine: Emulator, sam: Phone) -> None:
    sent = await call("sendMessage", chat_id=sam.id, text="How much?", reply_markup=SCALE)
    number = sent["result"]["message_id"]
    await call("editMessageText", chat_id=sam.id, message_id=number, text="Thank you")
    await sam.old_tap(number, "Quite a bit")
    assert await pressed(call) == ["3"]
    with pytest.raises(NotSeen, match="no earlier version"):
        await sam.old_tap(number, "Enormously")


async def test_forged_data_reaches_the_bot(call: Call, machine: Emulator, sam: Phone) -> None:
    sent = await call("sendMessage", chat_id=sam.id, text="How much?", reply_markup=SCALE)
    await sam.raw_tap("forged", sent["result"]["message_id"])
    assert await pressed(call) == ["forged"]


async def test_a_button_with_an_address_is_looked_at_not_tapped(call: Call, machine: Emulator, sam: Phone) -> None:
    keys = {"inline_keyboard": [[{"text": "Open", "url": "https://example.org/a"}]]}
    await call("sendMessage", chat_id=sam.id, text="Look", reply_markup=keys)
    assert sam.link("Open") == "https://example.org/a"
    with pytest.raises(NotSeen, match="opens an address"):
        await sam.taps("Open", timeout=0.02)
    with pytest.raises(NotSeen, match="was not on the screen"):
        sam.link("Close")


async def test_a_toast_is_waited_for(call: Call, machine: Emulator, sam: Phone) -> None:
    await call("sendMessage", chat_id=sam.id, text="How much?", reply_markup=SCALE)
    query = await sam.taps("A little")
    wait = asyncio.create_task(sam.expects_toast("noted"))
    await asyncio.sleep(0)
    await call("answerCallbackQuery", callback_query_id=query.id, text="Noted, thank you")
    assert (await wait).alert is False
    assert sam.toasts == ["Noted, thank you"]
    with pytest.raises(NotSeen, match="saw no toast"):
        await sam.expects_toast("else", timeout=0.02)


async def test_the_link_of_a_phone_is_what_start_sends(machine: Emulator, call: Call) -> None:
    ann = machine.phone("Ann", start_payload="Abc_-9")
    await ann.starts()
    await ann.starts("other")
    await ann.starts("")
    texts = [update["message"]["text"] for update in (await call("getUpdates"))["result"]]
    assert texts == ["/start Abc_-9", "/start other", "/start"]


async def test_an_invite_link_can_be_opened(machine: Emulator, call: Call) -> None:
    ann = machine.phone("Ann")
    await ann.opens("https://t.me/keepwell_bot?start=Abc_-9")
    assert ann.messages[0].text == "/start Abc_-9"
    for wrong in ("https://t.me/other_bot?start=x", "https://example.org/keepwell_bot?start=x"):
        with pytest.raises(NotPossible, match="no link to @keepwell_bot"):
            await ann.opens(wrong)


async def test_a_person_edits_their_own_words(machine: Emulator, call: Call, sam: Phone) -> None:
    mine = await sam.says("tird")
    await sam.edits(mine.id, "tired")
    said, edited = (await call("getUpdates"))["result"]
    assert (said["message"]["text"], edited["edited_message"]["text"]) == ("tird", "tired")
    theirs = await call("sendMessage", chat_id=sam.id, text="rest")
    with pytest.raises(NotPossible, match="no text of Sam"):
        await sam.edits(theirs["result"]["message_id"], "work")


@pytest.mark.parametrize("payload", ["x" * 65, "not allowed", "é"])
async def test_a_link_that_telegram_would_not_open_is_refused(machine: Emulator, payload: str) -> None:
    with pytest.raises(NotPossible, match="1 to 64"):
        await machine.phone("Ann").starts(payload)


async def test_people_cannot_do_what_a_phone_does_not_let_them(call: Call, machine: Emulator, sam: Phone) -> None:
    ann = machine.phone("Ann")
    with pytest.raises(NotPossible, match="has not started the bot"):
        await ann.says("hello")
    with pytest.raises(NotPossible, match="nothing to block"):
        await ann.blocks()
    with pytest.raises(NotPossible, match="the text is empty"):
        await sam.says(" ")
    with pytest.raises(NotPossible, match="at most 4096"):
        await sam.says("x" * 4097)
    with pytest.raises(NotPossible, match="not in the chat any more"):
        await sam.raw_tap("x", 1)
    await sam.blocks()
    with pytest.raises(NotPossible, match="has blocked the bot"):
        await sam.says("hello")


def test_ids_of_phones_are_beyond_32_bits_and_unique() -> None:
    machine = Emulator()
    assert machine.phone("Sam").id > 2**32
    with pytest.raises(ValueError, match="taken"):
        machine.phone("Ann", user_id=machine.phone("Eva").id)
    assert machine.phone("Ann", user_id=5).id == 5


async def test_a_transcript_shows_the_whole_chat(call: Call, machine: Emulator, sam: Phone) -> None:
    sent = await call("sendMessage", chat_id=sam.id, text="one", reply_markup=SCALE)
    await call("editMessageText", chat_id=sam.id, message_id=sent["result"]["message_id"], text="two")
    lines = sam.transcript().splitlines()
    assert lines[0] == f"--- Sam ({sam.id}) ---"
    assert lines[1].endswith(":")
    assert lines[2] == "    /start"
    assert "Keepwell" in lines[3]
    assert "edited 1x" in lines[3]
    assert lines[4] == "    two"


async def test_all_taken_waits_for_the_bot(call: Call, machine: Emulator, sam: Phone) -> None:
    await machine.all_taken()
    await sam.says("hello")
    with pytest.raises(TimeoutError):
        await machine.all_taken(timeout=0.02)
    wait = asyncio.create_task(machine.all_taken())
    (update,) = (await call("getUpdates"))["result"]
    await call("getUpdates", offset=update["update_id"] + 1)
    await wait


def test_the_address_is_known_after_the_start() -> None:
    with pytest.raises(RuntimeError, match="start"):
        _ = Emulator().url


@pytest.mark.parametrize("token", ["nonsense", "x:y"])
def test_a_token_has_a_number_and_a_secret(token: str) -> None:
    with pytest.raises(ValueError, match="a token is a number"):
        Emulator(token=token)
