"""Methods that change what is already in a chat, and the answer to a press."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from emulator import render
from emulator.errors import bad_request, not_emulated
from emulator.markup import parse
from emulator.methods.content import caption_of, document_from, keyboard_of, photo_from, text_of
from emulator.methods.registry import Arguments, method
from emulator.services import Services
from emulator.state import Content, Message

# The bot may take back what is younger than this.
DELETABLE = timedelta(hours=48)
LONGEST_TOAST = 200

_WHICH = "chat_id message_id inline_message_id"


@method("editMessageText", f"{_WHICH} text parse_mode entities link_preview_options reply_markup")
def edit_message_text(services: Services, call: Arguments) -> dict[str, Any]:
    """Put another text and keyboard in place of the old ones."""
    message = _own_message(services, call)
    if message.content.has_file:
        raise bad_request("there is no text in the message to edit")
    return _show(services, message, Content(text_of(call), keyboard_of(call)))


@method("editMessageCaption", f"{_WHICH} caption parse_mode caption_entities show_caption_above_media reply_markup")
def edit_message_caption(services: Services, call: Arguments) -> dict[str, Any]:
    """Put another caption and keyboard in place of the old ones."""
    message = _own_message(services, call)
    if not message.content.has_file:
        raise bad_request("there is no caption in the message to edit")
    return _show(services, message, replace(message.content, text=caption_of(call), keyboard=keyboard_of(call)))


@method("editMessageReplyMarkup", f"{_WHICH} reply_markup")
def edit_message_reply_markup(services: Services, call: Arguments) -> dict[str, Any]:
    """Put another keyboard in place of the old one, or none."""
    message = _own_message(services, call)
    return _show(services, message, replace(message.content, keyboard=keyboard_of(call)))


@method("editMessageMedia", f"{_WHICH} media reply_markup")
def edit_message_media(services: Services, call: Arguments) -> dict[str, Any]:
    """Put another file, caption and keyboard in place of the old ones."""
    message, media = _own_message(services, call), call["media"]
    caption = parse(media.get("caption", ""), media.get("parse_mode"), media.get("caption_entities"))
    if media["type"] == "photo":
        content = Content(caption, keyboard_of(call), photo=photo_from(services, call, media["media"]))
    elif media["type"] == "document":
        content = Content(caption, keyboard_of(call), document=document_from(services, call, media["media"]))
    else:
        raise not_emulated(f"media of the type {media['type']}")
    return _show(services, message, content)


def _own_message(services: Services, call: Arguments) -> Message:
    if "inline_message_id" in call.values:
        raise not_emulated("inline mode")
    if "chat_id" not in call.values:
        raise bad_request("message identifier is not specified")
    chat = services.world.reachable(call["chat_id"])
    message = chat.messages.get(call.get("message_id", 0))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return message


def _show(services: Services, message: Message, content: Content) -> dict[str, Any]:
    if content == message.content:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    services.world.edit(message, content)
    return render.message(message)


@method("deleteMessage", "chat_id message_id")
def delete_message(services: Services, call: Arguments) -> bool:
    """Take a message away for everybody."""
    message = services.world.reachable(call["chat_id"]).messages.get(call["message_id"])
    if message is None:
        raise bad_request("message to delete not found")
    if services.world.now() - message.date > DELETABLE:
        raise bad_request("message can't be deleted for everyone")
    services.world.delete(message)
    return True


@method("deleteMessages", "chat_id message_ids")
def delete_messages(services: Services, call: Arguments) -> bool:
    """Take messages away for everybody; those that cannot be found or deleted are passed over."""
    chat = services.world.reachable(call["chat_id"])
    if not 1 <= len(call["message_ids"]) <= 100:
        raise bad_request("there must be from 1 to 100 message identifiers")
    for number in call["message_ids"]:
        message = chat.messages.get(number)
        if message is not None and services.world.now() - message.date <= DELETABLE:
            services.world.delete(message)
    return True


@method("pinChatMessage", "chat_id message_id disable_notification")
def pin_chat_message(services: Services, call: Arguments) -> bool:
    """Pin a message."""
    chat = services.world.reachable(call["chat_id"])
    if call["message_id"] not in chat.messages:
        raise bad_request("message to pin not found")
    if call["message_id"] not in chat.pinned:
        chat.pinned.append(call["message_id"])
    return True


@method("unpinChatMessage", "chat_id message_id")
def unpin_chat_message(services: Services, call: Arguments) -> bool:
    """Unpin a message, the newest pinned one when none is named."""
    pinned = services.world.reachable(call["chat_id"]).pinned
    number = call.get("message_id", pinned[-1] if pinned else 0)
    if number not in pinned:
        raise bad_request("message to unpin not found")
    pinned.remove(number)
    return True


@method("unpinAllChatMessages", "chat_id")
def unpin_all_chat_messages(services: Services, call: Arguments) -> bool:
    """Unpin every message."""
    services.world.reachable(call["chat_id"]).pinned.clear()
    return True


@method("answerCallbackQuery", "callback_query_id text show_alert cache_time")
def answer_callback_query(services: Services, call: Arguments) -> bool:
    """End the waiting of a pressed button, with a toast or an alert if there is a text."""
    text = call.get("text") or None
    if text is not None and len(text) > LONGEST_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    services.world.answer(call["callback_query_id"], text, alert=call.get("show_alert", False))
    return True
