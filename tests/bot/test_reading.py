"""Of a raw update only what we use is believed, and only if it is what the Bot API promises."""

from typing import Any

import pytest
from telegram import Bot

from bot.reading import LARGEST_ID, LONGEST_TEXT, Unreadable, number_of, read

BOT = Bot("1:abcdefghijklmnopqrstuvwxyz")
USER = {"id": 7_000_000_001, "is_bot": False, "first_name": "X", "language_code": "es"}
CHAT = {"id": 7_000_000_001, "type": "private", "first_name": "X"}
MESSAGE = {"message_id": 3, "date": 1_700_000_000, "from": USER, "chat": CHAT, "text": "hello"}
PRESS = {"id": "1", "from": USER, "chat_instance": "1", "message": MESSAGE, "data": "x"}
MEMBER = {"user": USER, "status": "kicked", "until_date": 0}
CHANGE = {"from": USER, "chat": CHAT, "date": 1, "old_chat_member": MEMBER, "new_chat_member": MEMBER}


def deep(levels: int) -> dict[str, Any]:
    message: dict[str, Any] = {}
    for _ in range(levels):
        message = {"reply_to_message": message}
    return message


@pytest.mark.parametrize(
    "update",
    [
        {"message": MESSAGE | {"text": 5}},
        {"message": MESSAGE | {"from": USER | {"id": [1]}}},
        {"message": MESSAGE | {"from": USER | {"id": True}}},
        {"message": MESSAGE | {"from": USER | {"id": LARGEST_ID + 1}}},
        {"message": MESSAGE | {"from": USER | {"language_code": {}}}},
        {"message": MESSAGE | {"chat": "private"}},
        {"message": MESSAGE | {"chat": CHAT | {"id": 8}}},
        {"callback_query": PRESS | {"message": MESSAGE | {"chat": CHAT | {"id": 8}}}},
        {"my_chat_member": CHANGE | {"chat": CHAT | {"id": 8}}},
        {"message": MESSAGE | {"date": -1}},
        {"message": MESSAGE | {"date": 10**30}},
        {"edited_message": None},
        {"callback_query": PRESS | {"data": None}},
        {"callback_query": PRESS | {"message": MESSAGE | {"message_id": "3"}}},
        {"my_chat_member": CHANGE | {"new_chat_member": {"user": USER}}},
    ],
)
def test_what_is_of_another_kind_than_promised_is_unreadable(update: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        read({"update_id": 1} | update, BOT)


@pytest.mark.parametrize(
    "beside",
    [
        {"photo": 5},
        {"entities": [None, 7, {"type": "bot_command", "offset": -1, "length": "x"}]},
        {"reply_to_message": {"message_id": "?"}},
        deep(3_000),
        {"sticker": [], "venue": "here", "forward_origin": {"type": "of tomorrow"}},
    ],
)
def test_words_are_read_whatever_stands_beside_them(beside: dict[str, Any]) -> None:
    found = read({"update_id": 1, "message": MESSAGE | beside}, BOT)
    assert found is not None
    assert found.message is not None
    assert (found.message.text, found.message.from_user and found.message.from_user.id) == ("hello", USER["id"])


def test_half_a_pair_of_surrogates_and_what_no_message_can_hold_is_left_out() -> None:
    found = read({"update_id": 1, "message": MESSAGE | {"text": "a\ud800b" + "x" * 100_000}}, BOT)
    assert found is not None
    assert found.message is not None
    text = found.message.text or ""
    assert (text[:3], len(text)) == ("a\ufffdb", LONGEST_TEXT)


def test_whoever_shut_the_bot_out_is_seen_whatever_else_the_change_holds() -> None:
    found = read({"update_id": 1, "my_chat_member": CHANGE | {"old_chat_member": {"status": "administrator"}}}, BOT)
    assert found is not None
    assert found.my_chat_member is not None
    assert found.my_chat_member.new_chat_member.status == "kicked"


def test_a_press_is_read_with_its_message_and_its_data() -> None:
    found = read({"update_id": 1, "callback_query": PRESS}, BOT)
    assert found is not None
    assert found.callback_query is not None
    assert (found.callback_query.data, found.effective_message and found.effective_message.message_id) == ("x", 3)


GROUP = {"id": -5, "type": "group"}


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"channel_post": MESSAGE},
        {"of_tomorrow": {}},
        {"message": MESSAGE | {"chat": GROUP}},
        {"message": MESSAGE | {"chat": GROUP, "text": "/linkage"}},
        {"message": MESSAGE | {"chat": GROUP | {"type": "channel"}, "text": "/link"}},
        {"callback_query": PRESS | {"message": MESSAGE | {"chat": GROUP | {"type": "channel"}}}},
        {"callback_query": {"id": "1", "from": USER, "chat_instance": "1", "inline_message_id": "1"}},
        {"my_chat_member": CHANGE | {"chat": GROUP}},
    ],
)
def test_what_is_of_no_concern_is_nothing(update: dict[str, Any]) -> None:
    assert read({"update_id": 1} | update, BOT) is None


@pytest.mark.parametrize(
    ("update", "number"),
    [
        ({"update_id": 0}, 0),
        ({"update_id": 2**63 - 1}, 2**63 - 1),
        ({"update_id": 2**63}, None),
        ({"update_id": -1}, None),
        ({"update_id": True}, None),
        ({"update_id": "1"}, None),
        ({}, None),
        ([], None),
    ],
)
def test_an_update_has_a_number_that_can_be_stored(update: object, number: int | None) -> None:
    assert number_of(update) == number


def test_in_groups_only_our_buttons_and_the_commands_that_link_are_read() -> None:
    pressed = read({"update_id": 1, "callback_query": PRESS | {"message": MESSAGE | {"chat": GROUP}}}, BOT)
    assert pressed is not None
    assert (pressed.effective_chat and pressed.effective_chat.id) == GROUP["id"]
    topic = {"chat": GROUP | {"title": "Staff"}, "is_topic_message": True, "message_thread_id": 9}
    said = read({"update_id": 1, "message": MESSAGE | topic | {"text": "/link@a_bot North"}}, BOT)
    assert said is not None
    assert said.message is not None
    assert (said.message.chat.title, said.message.message_thread_id) == ("Staff", 9)
