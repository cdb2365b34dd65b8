"""What is read of a raw update: what we use, and only if it is of the kind that the Bot API promises.

python-telegram-bot believes what it is sent: a text that is a number, or an id that is a list, would come up as a
fault deep in a flow. And where it cannot read a part that we never look at, the words beside it must not be lost.
"""

from collections.abc import Mapping
from typing import Any, Final

from telegram import Bot, Update

# "It has at most 52 significant bits": User.id and Chat.id of the Bot API. Message ids fit too.
LARGEST_ID: Final = 2**52
LARGEST_NUMBER: Final = 2**63 - 1  # an update's number, as databases store it
LATEST_DATE: Final = 253_402_300_799  # the end of the year 9999
LONGEST_TEXT: Final = 4_096  # characters: "1-4096 characters after entities parsing", Message.text
MOST_ENTITIES: Final = 100
GROUPS: Final = ("group", "supergroup")
LINKING: Final = ("/link", "/unlink")

Raw = dict[str, Any]


class Unreadable(Exception):
    """An update whose sender, chat, words or button are not of the kind that the Bot API promises."""


def number_of(update: object) -> int | None:
    """Return the number of an update; None when it has none that can be stored."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if type(number) is int and 0 <= number <= LARGEST_NUMBER else None


def read(update: Raw, bot: Bot) -> Update | None:
    """Return a raw update as the handlers take it; None when it is of no concern to us. Raise Unreadable."""
    if number_of(update) is None:
        raise Unreadable("update_id")
    kind = next((kind for kind in READERS if kind in update), None)
    if kind is None:
        return None
    used = READERS[kind](_table(update, kind))
    chat = used.get("chat") or used.get("message", {}).get("chat")
    if chat is None or (chat["type"] != "private" and not _is_for_us(kind, chat, used)):
        return None  # what is said in groups and channels is not listened to
    try:
        return Update.de_json({"update_id": update["update_id"], kind: {**update[kind], **used}}, bot)
    except Exception:
        return Update.de_json({"update_id": update["update_id"], kind: used}, bot)


def _is_for_us(kind: str, chat: Raw, used: Raw) -> bool:
    """Say whether something in a group is meant for us: one of our buttons, or a command that links the group."""
    if chat["type"] not in GROUPS or "from" not in used:
        return False
    command = str(used.get("text", "")).split(maxsplit=1)[:1]
    return kind == "callback_query" or (kind == "message" and bool(command) and command[0].split("@")[0] in LINKING)


def _message(raw: Raw) -> Raw:
    used: Raw = {
        "message_id": _id(raw, "message_id"),
        "date": _date(raw),
        "chat": _chat(raw),
        "entities": _entities(raw.get("entities")),
        "is_topic_message": raw.get("is_topic_message") is True,
        "message_thread_id": _id(raw, "message_thread_id") if raw.get("is_topic_message") is True else None,
    }
    if "from" in raw:
        used["from"] = _user(raw)
        _own_chat(used["chat"], used["from"])
    return used | {name: _text(raw, name) for name in ("text", "caption") if name in raw}


def _press(raw: Raw) -> Raw:
    used: Raw = {"id": _text(raw, "id"), "from": _user(raw), "chat_instance": ""}
    if "data" in raw:
        used["data"] = _text(raw, "data")
    if "message" in raw:
        message = _table(raw, "message")
        used["message"] = {"message_id": _id(message, "message_id"), "date": _date(message), "chat": _chat(message)}
        _own_chat(used["message"]["chat"], used["from"])
    return used


def _membership(raw: Raw) -> Raw:
    user = _user(raw)
    status = _text(_table(raw, "new_chat_member"), "status")
    # Of the many kinds of member only this matters: whether the bot was shut out.
    now = {"status": status if status in ("kicked", "left") else "member", "user": user, "until_date": 0}
    before = {"status": "member", "user": user}
    chat = _chat(raw)
    _own_chat(chat, user)
    return {"chat": chat, "from": user, "date": _date(raw), "old_chat_member": before, "new_chat_member": now}


READERS: Final = {
    "message": _message,
    "edited_message": _message,
    "callback_query": _press,
    "my_chat_member": _membership,
}


def _user(raw: Raw) -> Raw:
    user = _table(raw, "from")
    used = {"id": _id(user, "id"), "is_bot": user.get("is_bot") is True, "first_name": ""}
    return used | ({"language_code": _text(user, "language_code")} if user.get("language_code") is not None else {})


def _chat(raw: Raw) -> Raw:
    chat = _table(raw, "chat")
    used: Raw = {"id": _id(chat, "id", smallest=-LARGEST_ID), "type": _text(chat, "type")}
    titled = used["type"] in GROUPS and isinstance(chat.get("title"), str)
    return used | ({"title": _text(chat, "title")} if titled else {})


def _own_chat(chat: Raw, user: Raw) -> None:
    """See that a private chat is that of the sender: an answer to a stranger goes to the chat."""
    if chat["type"] == "private" and chat["id"] != user["id"]:
        raise Unreadable("chat of somebody else")


def _entities(raw: object) -> list[Raw]:
    """Return the commands that Telegram saw in a text: nothing else of its marks is looked at."""
    found: list[Raw] = []
    for entity in raw[:MOST_ENTITIES] if isinstance(raw, list) else ():
        if isinstance(entity, dict) and entity.get("type") == "bot_command":
            place = {name: entity.get(name) for name in ("offset", "length")}
            if all(type(value) is int and 0 <= value <= LONGEST_TEXT for value in place.values()):
                found.append({"type": "bot_command", **place})
    return found


def _table(raw: Mapping[str, Any], name: str) -> Raw:
    value = raw.get(name)
    if not isinstance(value, dict):
        raise Unreadable(name)
    return value


def _id(raw: Raw, name: str, *, smallest: int = 0) -> int:
    value = raw.get(name)
    if type(value) is not int or not smallest <= value <= LARGEST_ID:
        raise Unreadable(name)
    return value


def _date(raw: Raw) -> int:
    value = raw.get("date")
    if type(value) is not int or not 0 <= value <= LATEST_DATE:
        raise Unreadable("date")
    return value


def _text(raw: Raw, name: str) -> str:
    """Return a text without half pairs of surrogates, which cannot be stored, and not longer than Telegram sends it."""
    value = raw.get(name)
    if not isinstance(value, str):
        raise Unreadable(name)
    return value[:LONGEST_TEXT].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
