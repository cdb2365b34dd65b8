"""A phone in the hands of a test: taps and says, and waits for what the bot shows."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from emulator.phones import Phones
from emulator.state import Answer, Chat, Event, Message, Person, Query
from emulator.view import Seen, labels
from emulator.world import World

T = TypeVar("T")
PATIENCE = 5.0  # seconds


class NotSeen(AssertionError):
    """What a test waited for did not come; the message shows what was there instead."""


class Phone:
    """One person's phone. What it waits for, it waits for in real seconds."""

    def __init__(self, person: Person, world: World, phones: Phones) -> None:
        self.person = person
        self._world, self._phones = world, phones
        self._changes: list[Seen] = []  # what the bot sent and edited
        self._heard = 0  # how many of them an expectation has passed
        self._answers: list[Answer] = []
        self._tapped: set[tuple[int, int]] = set()
        self._waiters: list[asyncio.Future[None]] = []
        world.listen(self._take, phone=person.id)

    @property
    def id(self) -> int:
        """The Telegram id of the person, and of the private chat."""
        return self.person.id

    @property
    def name(self) -> str:
        """The person's name."""
        return self.person.name

    @property
    def messages(self) -> list[Seen]:
        """All messages of the private chat as they are now, oldest first."""
        return [Seen.of(message) for message in self._chat.messages.values()]

    @property
    def answers(self) -> list[Answer]:
        """All answers to presses, also those without words."""
        return list(self._answers)

    @property
    def toasts(self) -> list[str]:
        """The words of all answers to presses that had any."""
        return [answer.text for answer in self._answers if answer.text]

    def screen(self) -> str:
        """Return the newest message with its buttons, as text."""
        messages = self.messages
        return str(messages[-1]) if messages else ""

    def buttons(self) -> list[list[str]]:
        """Return the words on the buttons of the newest message that has any, row by row."""
        return next((seen.buttons for seen in reversed(self.messages) if seen.buttons), [])

    def transcript(self) -> str:
        """Return the whole chat as text."""
        lines = [f"--- {self.name} ({self.id}) ---"]
        for seen in self.messages:
            edited = f", edited {seen.version}x" if seen.version else ""
            lines.append(f"{seen.date:%H:%M:%S} {seen.sender} #{seen.id}{edited}:")
            lines += [f"    {line}" for line in str(seen).splitlines()]
        lines += [f"toast: {toast}" for toast in self.toasts[-3:]]
        return "\n".join(lines)

    async def starts(self, payload: str | None = None) -> Message:
        """Press START with a payload: by default the one of the invite link that this phone holds."""
        return self._phones.start(self.person, (self.person.start_payload or "") if payload is None else payload)

    async def opens(self, link: str) -> Message:
        """Follow an invite link (`https://t.me/<bot>?start=<payload>`) and press START."""
        return self._phones.open_link(self.person, link)

    async def says(self, text: str, chat: Chat | None = None) -> Message:
        """Write to the bot, or into a group."""
        return self._phones.say(self.person, text, chat)

    async def edits(self, message_id: int, text: str) -> Message:
        """Write one of the own texts anew."""
        return self._phones.edit(self.person, message_id, text)

    async def sends_photo(self, content: bytes, caption: str = "") -> Message:
        """Send a picture."""
        return self._phones.send_photo(self.person, content, caption)

    async def sends_document(self, name: str, content: bytes, caption: str = "") -> Message:
        """Send a file."""
        return self._phones.send_document(self.person, name, content, caption)

    async def blocks(self) -> None:
        """Block the bot."""
        self._phones.block(self.person, blocked=True)

    async def unblocks(self) -> None:
        """End the block."""
        self._phones.block(self.person, blocked=False)

    async def deletes_account(self) -> None:
        """Deactivate the account."""
        self._phones.deactivate(self.person)

    async def taps(self, label: str, timeout: float = PATIENCE, *, again: bool = False) -> Query:
        """Press the button of that label as soon as a message shows it.

        An exact label counts before one that contains the words, a newer message before an older one.
        What was tapped already is waited for until it changes, as people do; `again` taps it twice.
        """
        found = await self._until(lambda: self._button(label, again=again), timeout)
        if found is None:
            raise NotSeen(self._missing_button(label, timeout))
        message, button = found
        if "callback_data" not in button:
            raise NotSeen(f"[ {button['text']} ] opens an address; look at it with link({label!r})")
        self._tapped.add((message.id, len(message.versions)))
        return self._phones.press(self.person, message.id, button["callback_data"])

    async def old_tap(self, message_id: int, label: str) -> Query:
        """Press a button as it was on an earlier version of a message: the screen had not caught up."""
        message = self._chat.messages.get(message_id)
        if message is None:
            raise NotSeen(f"the message {message_id} is not in the chat\n{self.transcript()}")
        for content in reversed(message.versions[:-1]):
            for row in (content.keyboard or {}).get("inline_keyboard", []):
                for button in row:
                    if _same(label, button["text"]) and "callback_data" in button:
                        return self._phones.press(self.person, message_id, button["callback_data"])
        shown = [labels(content.keyboard) for content in message.versions[:-1]]
        raise NotSeen(f"no earlier version of #{message_id} had [ {label} ]; they had {shown}")

    async def raw_tap(self, data: str, message_id: int, chat: Chat | None = None) -> Query:
        """Send callback data from a message, in a group or in the private chat: also such that no button has."""
        return self._phones.press(self.person, message_id, data, chat)

    def link(self, label: str) -> str:
        """Return the address behind a button of the newest message that has it."""
        found = self._button(label, again=True)
        if found is None:
            raise NotSeen(self._missing_button(label, 0))
        button = found[1]
        return str(button.get("url") or button.get("web_app", {}).get("url", ""))

    async def expects(self, text: str, timeout: float = PATIENCE) -> Seen:
        """Wait for a message, new or edited since the last expectation, that contains the text in any case."""
        found = await self._until(lambda: self._news(text), timeout)
        if found is None:
            raise NotSeen(f"{self.name} did not see {text!r} within {timeout:g} s\n{self.transcript()}")
        return found

    async def expects_toast(self, text: str, timeout: float = PATIENCE) -> Answer:
        """Wait for an answer to a press, the newest ones first, that contains the text in any case."""

        def look() -> Answer | None:
            answers = reversed(self._answers)
            return next((a for a in answers if a.text and text.casefold() in a.text.casefold()), None)

        found = await self._until(look, timeout)
        if found is None:
            raise NotSeen(f"{self.name} saw no toast with {text!r} within {timeout:g} s\n{self.transcript()}")
        return found

    @property
    def _chat(self) -> Chat:
        return self._world.chats[self.id]

    def _take(self, event: Event) -> None:
        if event.type in ("message", "edit") and event.message is not None and event.message.from_bot:
            self._changes.append(Seen.of(event.message))
        elif event.answer is not None:
            self._answers.append(event.answer)
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def _until(self, look: Callable[[], T | None], timeout: float) -> T | None:
        """Return what `look` finds, looking again after each event; None when time is up."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while (found := look()) is None and loop.time() < deadline:
            waiter: asyncio.Future[None] = loop.create_future()
            self._waiters.append(waiter)
            await asyncio.wait([waiter], timeout=deadline - loop.time())
        return found

    def _news(self, text: str) -> Seen | None:
        for place in range(self._heard, len(self._changes)):
            if text.casefold() in self._changes[place].text.casefold():
                self._heard = place + 1
                return self._changes[place]
        return None

    def _button(self, label: str, *, again: bool) -> tuple[Message, dict[str, Any]] | None:
        for matches in (_same, _within):
            for message in reversed(self._chat.messages.values()):
                for row in (message.content.keyboard or {}).get("inline_keyboard", []):
                    for button in row:
                        if matches(label, button["text"]):
                            tapped = (message.id, len(message.versions)) in self._tapped
                            return None if tapped and not again else (message, button)
        return None

    def _missing_button(self, label: str, timeout: float) -> str:
        found = self._button(label, again=True)
        why = "was tapped already and did not change; again=True taps it twice" if found else "was not on the screen"
        return f"[ {label} ] of {self.name} {why} (waited {timeout:g} s)\n{self.transcript()}"


def _same(label: str, shown: str) -> bool:
    return label == shown


def _within(label: str, shown: str) -> bool:
    return label.casefold() in shown.casefold()
