"""State as the objects of the Bot API."""

from datetime import datetime
from typing import Any

from emulator.files import StoredFile
from emulator.state import Bot, Chat, Message, Person

Json = dict[str, Any]


def unix(instant: datetime) -> int:
    """Return whole seconds since 1970."""
    return int(instant.timestamp())


def user(who: Person | Bot) -> Json:
    """Return a User."""
    if isinstance(who, Bot):
        return {"id": who.id, "is_bot": True, "first_name": who.name, "username": who.username}
    return {"id": who.id, "is_bot": False, "first_name": who.name, "language_code": who.language}


def chat(which: Chat) -> Json:
    """Return a Chat."""
    if which.kind == "private":
        return {"id": which.id, "type": "private", "first_name": which.title}
    shown: Json = {"id": which.id, "type": which.kind, "title": which.title}
    return shown | {"is_forum": True} if which.is_forum else shown


def message(which: Message, *, with_reply: bool = True) -> Json:
    """Return a Message as it stands now."""
    content = which.content
    shown: Json = {
        "message_id": which.id,
        "from": user(which.sender),
        "chat": chat(which.chat),
        "date": unix(which.date),
    }
    if which.edited is not None:
        shown["edit_date"] = unix(which.edited)
    if which.thread is not None:
        shown |= {"message_thread_id": which.thread, "is_topic_message": True}
    if which.protected:
        shown["has_protected_content"] = True
    if with_reply and which.reply_to is not None:
        shown["reply_to_message"] = message(which.reply_to, with_reply=False)
    if content.photo is not None:
        shown["photo"] = [photo_size(content.photo)]
    if content.document is not None:
        shown["document"] = document(content.document)
    if content.text.text:
        name, marks = ("caption", "caption_entities") if content.has_file else ("text", "entities")
        shown[name] = content.text.text
        if content.text.entities:
            shown[marks] = list(content.text.entities)
    if content.keyboard is not None:
        shown["reply_markup"] = content.keyboard
    return shown


def photo_size(file: StoredFile) -> Json:
    """Return a PhotoSize."""
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "width": file.width,
        "height": file.height,
        "file_size": len(file.content),
    }


def document(file: StoredFile) -> Json:
    """Return a Document."""
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_name": file.name,
        "mime_type": file.mime,
        "file_size": len(file.content),
    }
