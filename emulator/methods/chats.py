"""Methods about chats and their members."""

from typing import Any

from emulator import render
from emulator.errors import bad_request
from emulator.methods.registry import Arguments, method
from emulator.services import Services
from emulator.state import Person

_GIFTS = {
    "unlimited_gifts": True,
    "limited_gifts": True,
    "unique_gifts": True,
    "premium_subscription": True,
    "gifts_from_channels": True,
}


@method("getChat", "chat_id")
def get_chat(services: Services, call: Arguments) -> dict[str, Any]:
    """Return what is known about a chat."""
    chat = services.world.reachable(call["chat_id"])
    shown = {**render.chat(chat), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _GIFTS}
    if chat.pinned:
        shown["pinned_message"] = render.message(chat.messages[chat.pinned[-1]])
    return shown


@method("getChatMember", "chat_id user_id")
def get_chat_member(services: Services, call: Arguments) -> dict[str, Any]:
    """Return somebody's standing in a chat."""
    chat = services.world.reachable(call["chat_id"])
    if call["user_id"] == services.world.bot.id:
        return {"status": "member", "user": render.user(services.world.bot)}
    person = services.world.people.get(call["user_id"])
    if person is None:
        raise bad_request("user not found")
    return {"status": "member" if person.id in chat.members else "left", "user": render.user(person)}


@method("getChatMemberCount", "chat_id")
def get_chat_member_count(services: Services, call: Arguments) -> int:
    """Return how many are in a chat, the bot included."""
    return len(services.world.reachable(call["chat_id"]).members) + 1


@method("createForumTopic", "chat_id name")
def create_forum_topic(services: Services, call: Arguments) -> dict[str, Any]:
    """Open a topic in a group that is a forum."""
    chat = services.world.reachable(call["chat_id"])
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if not 1 <= len(call["name"]) <= 128:
        raise bad_request("TOPIC_TITLE_INVALID")
    number = services.world.open_topic(chat, call["name"])
    return {"message_thread_id": number, "name": call["name"], "icon_color": 0x6FB9F0}


def standing(person_blocks: bool, services: Services) -> dict[str, Any]:
    """Return the bot's own ChatMember in a private chat: kicked when the person blocks it."""
    bot = render.user(services.world.bot)
    if person_blocks:
        return {"status": "kicked", "user": bot, "until_date": 0}
    return {"status": "member", "user": bot}


def membership_change(services: Services, person: Person, *, blocks: bool) -> dict[str, Any]:
    """Return the ChatMemberUpdated of a block or its end."""
    return {
        "chat": render.chat(services.world.chats[person.id]),
        "from": render.user(person),
        "date": render.unix(services.world.now()),
        "old_chat_member": standing(not blocks, services),
        "new_chat_member": standing(blocks, services),
    }
