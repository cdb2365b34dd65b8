"""What a message is made of: text, keyboard, file; each with the refusals that Telegram has for it."""

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

from emulator.contract import Upload
from emulator.errors import bad_request, not_emulated
from emulator.files import StoredFile
from emulator.markup import Formatted, parse
from emulator.methods.registry import Arguments
from emulator.services import Services

LONGEST_TEXT = 4096  # characters, after the markup was taken out
LONGEST_CAPTION = 1024
LONGEST_DATA = 64  # bytes of callback data

_EMULATED_ACTIONS = ("url", "callback_data", "web_app")


def text_of(call: Arguments) -> Formatted:
    """Return the text of a message, or raise Refused."""
    text = _parsed(call, "text", "entities")
    if not text.text:
        raise bad_request("message text is empty")
    if len(text.text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return text


def caption_of(call: Arguments) -> Formatted:
    """Return the caption of a message with a file, or raise Refused."""
    caption = _parsed(call, "caption", "caption_entities")
    if len(caption.text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return caption


def _parsed(call: Arguments, name: str, entities: str) -> Formatted:
    mode = call.get("parse_mode")
    if mode and mode.lower() in ("markdown", "markdownv2"):
        raise not_emulated(f"parse mode {mode}")
    return parse(call.get(name, ""), mode, call.get(entities))


def keyboard_of(call: Arguments) -> dict[str, Any] | None:
    """Return the inline keyboard, None for none or an empty one; or raise Refused."""
    markup = call.get("reply_markup")
    if markup is None:
        return None
    if "inline_keyboard" not in markup:
        raise not_emulated("keyboard other than an inline one")
    rows = [row for row in markup["inline_keyboard"] if row]
    if sum(map(len, rows)) > 100:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    for row in rows:
        for button in row:
            _check_button(button)
    return {"inline_keyboard": rows} if rows else None


def _check_button(button: dict[str, Any]) -> None:
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: text must be non-empty")
    actions = [name for name in button if name not in ("text", "style", "icon_custom_emoji_id")]
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1 or actions[0] not in _EMULATED_ACTIONS:
        raise not_emulated(f"inline keyboard button with {', '.join(actions)}")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= LONGEST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and not re.match(r"(https?://|tg://|ton://|mailto:|tel:)\S+$", button["url"]):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    if "web_app" in button and not secure_url(button["web_app"]["url"]):
        url = button["web_app"]["url"]
        raise bad_request(f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed")


def secure_url(url: str) -> bool:
    """Return whether Telegram would take the address: HTTPS, or anything on this machine, as a local server does."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return True
    if parts.scheme != "http" or not parts.hostname:
        return False
    try:
        return ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return parts.hostname == "localhost"


def photo_from(services: Services, call: Arguments, value: object) -> StoredFile:
    """Return the picture that a parameter uploads or names by id, or raise Refused."""
    upload = _upload(call, value)
    if upload is not None:
        return services.world.files.add_photo(upload.content)
    file = _known(services, str(value))
    if not file.width:
        raise bad_request("can't use file of type Document as Photo")
    return file


def document_from(services: Services, call: Arguments, value: object) -> StoredFile:
    """Return the document that a parameter uploads or names by id, or raise Refused."""
    upload = _upload(call, value)
    if upload is not None:
        return services.world.files.add_document(upload.name, upload.content)
    file = _known(services, str(value))
    if file.width:
        raise bad_request("can't use file of type Photo as Document")
    return file


def _upload(call: Arguments, value: object) -> Upload | None:
    if isinstance(value, Upload):
        return value
    if isinstance(value, str) and value.startswith("attach://"):
        try:
            return call.files[value.removeprefix("attach://")]
        except KeyError:
            raise bad_request(f"there is no file {value!r} in the request") from None
    return None


def _known(services: Services, file_id: str) -> StoredFile:
    if re.match(r"https?://", file_id):
        raise not_emulated("file by address")
    file = services.world.files.by_id(file_id)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return file
