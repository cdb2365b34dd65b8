"""Methods that put something new into a chat."""

from typing import Any

from emulator import render
from emulator.errors import bad_request
from emulator.methods.content import caption_of, document_from, keyboard_of, photo_from, text_of
from emulator.methods.registry import Arguments, method
from emulator.services import Services
from emulator.state import Chat, Content, Message

# What every sending method takes. Silence and previews change nothing that the emulator shows.
_COMMON = (
    "chat_id message_thread_id disable_notification protect_content reply_parameters reply_markup parse_mode "
    "allow_paid_broadcast"
)

CHAT_ACTIONS = frozenset(
    {
        *("typing", "choose_sticker", "find_location", "upload_document", "upload_photo", "upload_video"),
        *("record_video", "record_voice", "upload_voice", "record_video_note", "upload_video_note"),
    }
)


@method("sendMessage", f"{_COMMON} text entities link_preview_options", sends=True)
def send_message(services: Services, call: Arguments) -> dict[str, Any]:
    """Send a text."""
    chat = services.world.reachable(call["chat_id"])
    return _post(services, call, chat, Content(text_of(call), keyboard_of(call)))


@method("sendPhoto", f"{_COMMON} photo caption caption_entities show_caption_above_media", sends=True)
def send_photo(services: Services, call: Arguments) -> dict[str, Any]:
    """Send a picture with a caption."""
    chat = services.world.reachable(call["chat_id"])
    content = Content(caption_of(call), keyboard_of(call), photo=photo_from(services, call, call["photo"]))
    return _post(services, call, chat, content)


@method("sendDocument", f"{_COMMON} document caption caption_entities disable_content_type_detection", sends=True)
def send_document(services: Services, call: Arguments) -> dict[str, Any]:
    """Send a file with a caption."""
    chat = services.world.reachable(call["chat_id"])
    content = Content(caption_of(call), keyboard_of(call), document=document_from(services, call, call["document"]))
    return _post(services, call, chat, content)


@method("sendChatAction", "chat_id message_thread_id action")
def send_chat_action(services: Services, call: Arguments) -> bool:
    """Show that the bot is busy."""
    if call["action"] not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    services.world.act(services.world.reachable(call["chat_id"]), call["action"])
    return True


def _post(services: Services, call: Arguments, chat: Chat, content: Content) -> dict[str, Any]:
    message = services.world.post(
        chat,
        services.world.bot,
        content,
        thread=_thread(chat, call),
        reply_to=_reply(chat, call),
        protected=call.get("protect_content", False),
    )
    return render.message(message)


def _thread(chat: Chat, call: Arguments) -> int | None:
    thread: int | None = call.get("message_thread_id")
    if thread is not None and thread not in chat.topics:
        raise bad_request("message thread not found")
    return thread


def _reply(chat: Chat, call: Arguments) -> Message | None:
    reply = call.get("reply_parameters")
    if reply is None:
        return None
    message = chat.messages.get(reply["message_id"])
    if message is None and not reply.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message
