from typing import Any

import pytest
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, InvalidToken

from emulator import Emulator, Phone
from tests.emulator.conftest import Call


def keys(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Yes", **button}]]}


async def test_a_message_reaches_the_phone_with_its_formatting_and_buttons(
    bot: telegram.Bot, machine: Emulator, sam: Phone
) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("A little", callback_data="1")]])
    sent = await bot.send_message(sam.id, "<b>How</b> are you?", parse_mode="HTML", reply_markup=markup)
    assert sent.text == "How are you?"
    assert sent.text_html == "<b>How</b> are you?"
    assert sent.reply_markup == markup
    assert sam.screen() == "How are you?\n[ A little ]"
    assert sam.messages[-1].html == "<b>How</b> are you?"


async def test_numbers_of_messages_rise(call: Call, machine: Emulator, sam: Phone) -> None:
    first = (await call("sendMessage", chat_id=sam.id, text="one"))["result"]["message_id"]
    assert (await call("sendMessage", chat_id=sam.id, text="two"))["result"]["message_id"] == first + 1


async def test_an_unknown_chat_is_not_found(bot: telegram.Bot, machine: Emulator) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(5, "hello")


async def test_a_phone_that_has_not_started_the_bot_cannot_be_written_to(bot: telegram.Bot, machine: Emulator) -> None:
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(machine.phone("Ann").id, "hello")


async def test_a_phone_that_blocked_the_bot_cannot_be_written_to_until_it_unblocks(
    bot: telegram.Bot, machine: Emulator, sam: Phone
) -> None:
    await sam.blocks()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(sam.id, "hello")
    await sam.unblocks()
    await bot.send_message(sam.id, "hello")


async def test_starting_again_ends_a_block(bot: telegram.Bot, machine: Emulator, sam: Phone) -> None:
    await sam.blocks()
    await sam.starts()
    kinds = [update.to_dict().keys() - {"update_id"} for update in await bot.get_updates()]
    assert kinds == [{"my_chat_member"}, {"my_chat_member"}, {"message"}]


async def test_a_deleted_account_cannot_be_written_to(bot: telegram.Bot, machine: Emulator, sam: Phone) -> None:
    await sam.deletes_account()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(sam.id, "hello")


async def test_the_real_library_sees_a_wrong_token(machine: Emulator) -> None:
    async with telegram.Bot(machine.token, base_url=f"{machine.url}/bot") as bot:
        machine.revoke_token()
        with pytest.raises(InvalidToken):
            await bot.get_me()
        assert [entry.code for entry in machine.journal.of("getMe")] == [200, 401]


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "message text is empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "can't parse entities: Can't find end tag corresponding to start tag"),
        ({"text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        ({"text": "x", "reply_markup": keys(callback_data="d" * 65)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keys(callback_data="é" * 33)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keys(callback_data="")}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keys(url="nonsense")}, "Wrong HTTP URL"),
        ({"text": "x", "reply_markup": keys(web_app={"url": "http://example.org"})}, "Only HTTPS links are allowed"),
        ({"text": "x", "reply_markup": keys()}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": "x", "reply_markup": {"inline_keyboard": [[{"text": " ", "callback_data": "y"}]]}}, "non-empty"),
        ({"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "y", "url": "https://e.org"}] * 101]}}, "LONG"),
        ({"text": "x", "message_thread_id": 5}, "message thread not found"),
        ({"text": "x", "reply_parameters": {"message_id": 5}}, "message to be replied not found"),
    ],
)
async def test_what_telegram_refuses_is_refused(
    call: Call, machine: Emulator, sam: Phone, parameters: dict[str, Any], reason: str
) -> None:
    answer = await call("sendMessage", chat_id=sam.id, **parameters)
    assert answer["error_code"] == 400
    assert answer["description"].startswith("Bad Request: ")
    assert reason in answer["description"]
    assert len(sam.messages) == 1  # only the /start


@pytest.mark.parametrize(
    "parameters",
    [
        {"text": "x" * 4096},
        {"text": f"<b>{'x' * 4096}</b>", "parse_mode": "HTML"},
        {"text": "x", "reply_markup": keys(callback_data="d" * 64)},
        {"text": "x", "reply_markup": keys(web_app={"url": "http://127.0.0.1:8080/"})},
        {"text": "x", "reply_parameters": {"message_id": 5, "allow_sending_without_reply": True}},
        {"text": "x", "reply_markup": {"inline_keyboard": []}},
    ],
)
async def test_what_reaches_the_limits_is_taken(
    call: Call, machine: Emulator, sam: Phone, parameters: dict[str, Any]
) -> None:
    assert (await call("sendMessage", chat_id=sam.id, **parameters))["ok"]


async def test_a_reply_shows_what_it_replies_to(call: Call, machine: Emulator, sam: Phone) -> None:
    asked = await sam.says("a question")
    answer = await call("sendMessage", chat_id=sam.id, text="yes", reply_parameters={"message_id": asked.id})
    assert answer["result"]["reply_to_message"]["text"] == "a question"


async def test_an_action_is_shown_and_an_unknown_one_refused(call: Call, machine: Emulator, sam: Phone) -> None:
    shown: list[str | None] = []
    machine.world.listen(lambda event: shown.append(event.action), phone=sam.id)
    assert (await call("sendChatAction", chat_id=sam.id, action="typing"))["result"] is True
    assert (await call("sendChatAction", chat_id=sam.id, action="juggling"))["error_code"] == 400
    assert shown == ["typing"]


async def test_the_journal_keeps_every_call_with_its_outcome(call: Call, machine: Emulator, sam: Phone) -> None:
    await call("sendMessage", chat_id=sam.id, text="hello")
    await call("sendMessage", chat_id=5, text="nobody")
    good, bad = machine.journal.of("sendMessage")
    assert (good.ok, good.code, good.parameters) == (True, 200, {"chat_id": sam.id, "text": "hello"})
    assert (bad.ok, bad.code, bad.result) == (False, 400, "Bad Request: chat not found")
    assert good.number < bad.number
    assert good.at <= bad.at <= machine.clock.now()
