"""What people can do with their phones, and the updates that the bot gets from it."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from emulator import render
from emulator.errors import Refused
from emulator.markup import Formatted, finished
from emulator.methods.chats import membership_change
from emulator.services import Services
from emulator.state import Chat, Content, Message, Person, Query

_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


class NotPossible(Exception):
    """A person tried what a phone cannot do; the message says why and what to do."""


class Phones:
    """The hands of all people: each deed changes a chat and tells the bot."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._world = services.world

    def open_link(self, person: Person, link: str) -> Message:
        """Follow an invite link of this bot and press START."""
        parts = urlsplit(link)
        if parts.hostname not in ("t.me", "telegram.me") or parts.path.strip("/") != self._world.bot.username:
            raise NotPossible(f"{link!r} is no link to @{self._world.bot.username}")
        return self.start(person, parse_qs(parts.query).get("start", [""])[0])

    def start(self, person: Person, payload: str = "") -> Message:
        """Press START, or open the link `t.me/<bot>?start=<payload>`."""
        if payload and not _PAYLOAD.fullmatch(payload):
            raise NotPossible(f"a start payload has 1 to 64 of A-Z a-z 0-9 _ -, not {payload!r}")
        if person.blocked:
            self.block(person, blocked=False)
        if not person.started:
            person.started = True
            self._tell_phones()
        return self.say(person, f"/start {payload}".strip())

    def say(self, person: Person, text: str, chat: Chat | None = None) -> Message:
        """Write a text, to the bot or into a group."""
        return self._send(person, Content(_checked(text)), chat)

    def edit(self, person: Person, message_id: int, text: str) -> Message:
        """Write a sent text anew."""
        message = self._chat_of(person, None).messages.get(message_id)
        if message is None or message.sender is not person or message.content.has_file:
            raise NotPossible(f"the message {message_id} is no text of {person.name}")
        self._world.edit(message, Content(_checked(text)))
        self._services.deliver("edited_message", render.message(message), person.id)
        return message

    def send_photo(self, person: Person, content: bytes, caption: str = "") -> Message:
        """Send a picture."""
        try:
            photo = self._world.files.add_photo(content)
        except Refused as refused:
            raise NotPossible(f"this is not a picture that Telegram takes ({refused.description})") from None
        return self._send(person, Content(finished(Formatted(caption)), photo=photo))

    def send_document(self, person: Person, name: str, content: bytes, caption: str = "") -> Message:
        """Send a file."""
        try:
            document = self._world.files.add_document(name, content)
        except Refused as refused:
            raise NotPossible(f"this is not a file that Telegram takes ({refused.description})") from None
        return self._send(person, Content(finished(Formatted(caption)), document=document))

    def press(self, person: Person, message_id: int, data: str, chat: Chat | None = None) -> Query:
        """Send callback data from a message; the bot sees the message as it is now."""
        chat = self._chat_of(person, chat)
        message = chat.messages.get(message_id)
        if message is None:
            raise NotPossible(f"the message {message_id} is not in the chat any more")
        query = self._world.ask(person)
        body: dict[str, Any] = {
            "id": query.id,
            "from": render.user(person),
            "message": render.message(message),
            "chat_instance": str(chat.id),
            "data": data,
        }
        self._services.deliver("callback_query", body, person.id)
        return query

    def block(self, person: Person, *, blocked: bool) -> None:
        """Block the bot, or end that."""
        if person.blocked == blocked:
            return
        if not person.started:
            raise NotPossible(f"{person.name} has not started the bot, so there is nothing to block")
        person.blocked = blocked
        body = membership_change(self._services, person, blocks=blocked)
        self._services.deliver("my_chat_member", body, person.id)
        self._tell_phones()

    def deactivate(self, person: Person) -> None:
        """Delete the account: the bot only learns it from its next message."""
        person.deactivated = True
        self._tell_phones()

    def _chat_of(self, person: Person, chat: Chat | None) -> Chat:
        if person.deactivated:
            raise NotPossible(f"the account of {person.name} was deleted")
        if chat is None and not person.started:
            raise NotPossible(f"{person.name} has not started the bot; press START first")
        if chat is None and person.blocked:
            raise NotPossible(f"{person.name} has blocked the bot; unblock it first")
        if chat is not None and person.id not in chat.members:
            raise NotPossible(f"{person.name} is not a member of {chat.title}")
        return chat or self._world.chats[person.id]

    def _send(self, person: Person, content: Content, chat: Chat | None = None) -> Message:
        message = self._world.post(self._chat_of(person, chat), person, content)
        self._services.deliver("message", render.message(message), person.id)
        return message

    def _tell_phones(self) -> None:
        self._world.phones_changed()


def _checked(text: str) -> Formatted:
    formatted = finished(Formatted(text))
    if not formatted.text:
        raise NotPossible("there is nothing to send: the text is empty")
    if len(formatted.text) > 4096:
        raise NotPossible(f"a text has at most 4096 characters, not {len(formatted.text)}")
    return formatted
