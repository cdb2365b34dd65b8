from datetime import timedelta
from typing import Any

import pytest
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from emulator import Emulator, Phone
from tests.emulator.conftest import Call

KEYS = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
OTHER_KEYS = {"inline_keyboard": [[{"text": "No", "callback_data": "n"}]]}


async def sent(call: Call, sam: Phone, **parameters: Any) -> dict[str, Any]:
    """Send a message, and return what names it."""
    answer = await call("sendMessage", **{"chat_id": sam.id, "text": "Well?", "reply_markup": KEYS} | parameters)
    return {"chat_id": sam.id, "message_id": answer["result"]["message_id"]}


async def test_an_edit_changes_text_and_keyboard_in_place(call: Call, machine: Emulator, sam: Phone) -> None:
    which = await sent(call, sam)
    edited = (await call("editMessageText", **which, text="Better?", reply_markup=OTHER_KEYS))["result"]
    assert edited["edit_date"] >= edited["date"]
    assert sam.screen() == "Better?\n[ No ]"
    assert len(sam.messages) == 2  # /start, and the one message


async def test_an_edit_without_keyboard_takes_it_away(call: Call, machine: Emulator, sam: Phone) -> None:
    which = await sent(call, sam)
    await call("editMessageText", **which, text="Thank you")
    assert sam.screen() == "Thank you"


async def test_an_edit_that_changes_nothing_is_refused(bot: telegram.Bot, machine: Emulator, sam: Phone) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y")]])
    message = await bot.send_message(sam.id, "<b>Well?</b>", parse_mode="HTML", reply_markup=markup)
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content and reply markup"):
        await message.edit_text(" <strong>Well?</strong>", parse_mode="HTML", reply_markup=markup)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await message.edit_reply_markup(markup)
    await message.edit_text("Well?", reply_markup=markup)  # bold no more: something changed


async def test_only_the_keyboard_can_be_edited(call: Call, machine: Emulator, sam: Phone) -> None:
    which = await sent(call, sam)
    await call("editMessageReplyMarkup", **which, reply_markup=OTHER_KEYS)
    assert sam.screen() == "Well?\n[ No ]"
    await call("editMessageReplyMarkup", **which)
    assert sam.screen() == "Well?"


@pytest.mark.parametrize(
    ("method", "parameters", "reason"),
    [
        ("editMessageText", {"text": "x", "message_id": 1}, "message to edit not found"),
        ("editMessageText", {"text": ""}, "message text is empty"),
        ("editMessageText", {"text": "x" * 4097}, "message is too long"),
        ("editMessageCaption", {"caption": "x"}, "there is no caption in the message to edit"),
        ("deleteMessage", {"message_id": 1}, "message to delete not found"),
        ("pinChatMessage", {"message_id": 1}, "message to pin not found"),
        ("unpinChatMessage", {}, "message to unpin not found"),
        ("deleteMessages", {"message_ids": []}, "from 1 to 100"),
    ],
)
async def test_what_cannot_be_edited_is_refused(
    call: Call, machine: Emulator, sam: Phone, method: str, parameters: dict[str, Any], reason: str
) -> None:
    which = await sent(call, sam)
    if method == "deleteMessages":
        del which["message_id"]
    answer = await call(method, **which | parameters)
    assert answer["error_code"] == 400
    assert reason in answer["description"]
    assert sam.screen() == "Well?\n[ Yes ]"


async def test_the_words_of_a_person_cannot_be_edited(call: Call, machine: Emulator, sam: Phone) -> None:
    theirs = await sam.says("mine")
    answer = await call("editMessageText", chat_id=sam.id, message_id=theirs.id, text="yours")
    assert answer["description"] == "Bad Request: message can't be edited"


async def test_an_edit_for_a_phone_that_blocked_the_bot_is_forbidden(call: Call, machine: Emulator, sam: Phone) -> None:
    which = await sent(call, sam)
    await sam.blocks()
    assert (await call("editMessageText", **which, text="x"))["error_code"] == 403


async def test_a_deleted_message_is_gone(call: Call, machine: Emulator, sam: Phone) -> None:
    which = await sent(call, sam)
    assert (await call("deleteMessage", **which))["result"] is True
    assert len(sam.messages) == 1


async def test_after_two_days_a_message_stays(call: Call, machine: Emulator, sam: Phone) -> None:
    which = await sent(call, sam)
    machine.clock.advance(timedelta(hours=48, seconds=1))
    answer = await call("deleteMessage", **which)
    assert answer["description"] == "Bad Request: message can't be deleted for everyone"
    await call("deleteMessages", chat_id=sam.id, message_ids=[which["message_id"]])
    assert sam.screen() == "Well?\n[ Yes ]"


async def test_several_messages_are_deleted_and_missing_ones_passed_over(
    call: Call, machine: Emulator, sam: Phone
) -> None:
    first, second = await sent(call, sam), await sent(call, sam)
    numbers = [first["message_id"], 1, second["message_id"]]
    assert (await call("deleteMessages", chat_id=sam.id, message_ids=numbers))["ok"]
    assert len(sam.messages) == 1


async def test_a_pinned_message_is_told_with_the_chat(call: Call, machine: Emulator, sam: Phone) -> None:
    which = await sent(call, sam)
    await call("pinChatMessage", **which)
    assert (await call("getChat", chat_id=sam.id))["result"]["pinned_message"]["text"] == "Well?"
    await call("unpinChatMessage", chat_id=sam.id)
    assert "pinned_message" not in (await call("getChat", chat_id=sam.id))["result"]
    await call("pinChatMessage", **which)
    await call("unpinAllChatMessages", chat_id=sam.id)
    assert "pinned_message" not in (await call("getChat", chat_id=sam.id))["result"]


async def test_a_press_comes_with_its_message_and_is_answered(bot: telegram.Bot, machine: Emulator, sam: Phone) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y:1")]])
    message = await bot.send_message(sam.id, "Well?", reply_markup=markup)
    await sam.taps("Yes")
    (update,) = await bot.get_updates()
    query = update.callback_query
    assert query is not None
    assert query.message is not None
    assert (query.data, query.from_user.id, query.message.message_id) == ("y:1", sam.id, message.message_id)
    await query.answer("Noted", show_alert=True)
    assert [(answer.text, answer.alert) for answer in sam.answers] == [("Noted", True)]


async def test_an_answer_without_words_ends_the_waiting(call: Call, machine: Emulator, sam: Phone) -> None:
    await sent(call, sam)
    query = await sam.taps("Yes")
    assert (await call("answerCallbackQuery", callback_query_id=query.id))["result"] is True
    assert sam.toasts == []
    assert len(sam.answers) == 1


TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def test_a_press_can_be_answered_once_and_not_for_long(call: Call, machine: Emulator, sam: Phone) -> None:
    await sent(call, sam)
    query = await sam.taps("Yes")
    assert (await call("answerCallbackQuery", callback_query_id=query.id))["ok"]
    assert (await call("answerCallbackQuery", callback_query_id=query.id))["description"] == TOO_OLD
    assert (await call("answerCallbackQuery", callback_query_id="5"))["description"] == TOO_OLD
    late = await sam.taps("Yes", again=True)
    machine.clock.advance(timedelta(seconds=16))
    assert (await call("answerCallbackQuery", callback_query_id=late.id))["description"] == TOO_OLD


async def test_a_toast_has_at_most_200_characters(call: Call, machine: Emulator, sam: Phone) -> None:
    await sent(call, sam)
    query = await sam.taps("Yes")
    answer = await call("answerCallbackQuery", callback_query_id=query.id, text="x" * 201)
    assert answer["description"] == "Bad Request: MESSAGE_TOO_LONG"
