import pytest
import telegram
from telegram.error import BadRequest, ChatMigrated

from emulator import Emulator, NotPossible, Phone
from tests.emulator.conftest import Call


async def test_everybody_in_a_group_sees_what_the_bot_writes(bot: telegram.Bot, machine: Emulator, sam: Phone) -> None:
    ann, eva = machine.phone("Ann"), machine.phone("Eva")
    group = machine.group("Team North", [sam, ann])
    sent = await bot.send_message(group.id, "Good morning")
    assert (sent.chat.type, sent.chat.title) == ("group", "Team North")
    for phone in (sam, ann):
        assert (await phone.expects("Good morning")).chat == group.id
    assert eva.messages == []


async def test_a_member_writes_into_a_group_and_a_stranger_cannot(
    bot: telegram.Bot, machine: Emulator, sam: Phone
) -> None:
    group = machine.group("Team North", [sam])
    await sam.says("hello all", group)
    (update,) = await bot.get_updates()
    assert update.effective_chat is not None
    assert update.effective_chat.id == group.id
    with pytest.raises(NotPossible, match="not a member of Team North"):
        await machine.phone("Eva").says("me too", group)


async def test_a_group_that_was_upgraded_names_its_new_id(bot: telegram.Bot, machine: Emulator, sam: Phone) -> None:
    group = machine.group("Team North", [sam])
    new = machine.upgrade(group)
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(group.id, "hello")
    assert caught.value.new_chat_id == new.id
    assert (await bot.send_message(new.id, "hello")).chat.type == "supergroup"


async def test_a_topic_takes_messages_and_an_unknown_one_does_not(
    bot: telegram.Bot, machine: Emulator, sam: Phone
) -> None:
    forum = machine.group("Leads", [sam], forum=True)
    topic = await bot.create_forum_topic(forum.id, "Alerts")
    sent = await bot.send_message(forum.id, "one", message_thread_id=topic.message_thread_id)
    assert (sent.message_thread_id, sent.is_topic_message) == (topic.message_thread_id, True)
    with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
        await bot.send_message(forum.id, "two", message_thread_id=1)


async def test_only_a_forum_has_topics(call: Call, machine: Emulator, sam: Phone) -> None:
    group = machine.group("Team North", [sam])
    assert (await call("createForumTopic", chat_id=group.id, name="Alerts"))["error_code"] == 400


async def test_members_are_known_and_counted(bot: telegram.Bot, machine: Emulator, sam: Phone) -> None:
    group, eva = machine.group("Team North", [sam]), machine.phone("Eva")
    assert await bot.get_chat_member_count(group.id) == 2
    assert (await bot.get_chat_member(group.id, sam.id)).status == "member"
    assert (await bot.get_chat_member(group.id, eva.id)).status == "left"
    assert (await bot.get_chat_member(group.id, bot.id)).user.is_bot
    with pytest.raises(BadRequest, match="User not found"):
        await bot.get_chat_member(group.id, 1)
