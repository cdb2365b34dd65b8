"""People who live with the bot by themselves: mentors who join and answer what is on their screen, and their staff."""

import asyncio
import base64
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from emulator import Emulator, Phone, Seen

ITEMS: Final = ("fuel", "spill", "stories", "switch_off", "reach_out")
REACH_OUT: Final = 4
# Values of a quiet day: nothing but the last question may raise an alert.
CALM: Final[tuple[Sequence[str], ...]] = (("2", "3", "4"), ("0", "1", "2"), ("0", "1", "2"), ("2", "3", "4"))
NO_CALL: Final = "no"


@dataclass(frozen=True, slots=True)
class Press:
    """What a button of the bot carries, read without its key."""

    data: str
    action: str
    row: str
    argument: str

    @property
    def place(self) -> int:
        """The index of the question of an answer."""
        return int(self.argument.partition("=")[0])

    @property
    def value(self) -> str:
        """The value of an answer."""
        return self.argument.partition("=")[2]


def presses(keyboard: Mapping[str, Any] | None) -> Iterator[tuple[str, Press]]:
    """Yield the buttons of a message, each with its label."""
    for row in (keyboard or {}).get("inline_keyboard", []):
        for button in row:
            _, action, packed, rest = button["callback_data"].split(":", 3)
            row_id = str(UUID(bytes=base64.urlsafe_b64decode(packed + "=="))) if packed else ""
            yield button["text"], Press(button["callback_data"], action, row_id, rest.rpartition(":")[0])


def questions(seen: Seen) -> list[Press]:
    """Return the answers that a message offers; none when it is no question."""
    return [press for _, press in presses(seen.content.keyboard) if press.action == "a"]


def prompts(telegram: Emulator, phone: Phone) -> dict[str, int]:
    """Return how many new messages (not edits) a phone got about each check-in."""
    found: dict[str, int] = {}
    for message in telegram.world.chats[phone.id].messages.values():
        if message.from_bot:
            first = next((press for _, press in presses(message.versions[0].keyboard) if press.action == "a"), None)
            if first is not None:
                found[first.row] = found.get(first.row, 0) + 1
    return found


class Mentor:
    """Reacts to what is on the screen, as people do: the newest message that asks for something."""

    def __init__(
        self, telegram: Emulator, phone: Phone, *, at: str, chance: random.Random, calls: Sequence[str]
    ) -> None:
        """`at` is the time to choose when joining, "" for the program's; `calls` answer the last questions in turn."""
        self.phone = phone
        self.at = at
        self.joined = asyncio.Event()
        self.finished = 0
        self.asked = 0  # how often they said /checkin
        self.answers: dict[tuple[str, str], str] = {}  # by check-in and item: the last tap
        self.steps_back: list[str] = []
        self._chance = chance
        self._calls = list(calls)
        self._acted: set[tuple[int, int]] = set()
        self._place: dict[int, int] = {}  # how far each message has come: no later edit may show an earlier question
        self._ended: set[str] = set()
        self._last_question: set[int] = set()  # messages that wait for what comes after the last answer
        self._changed = asyncio.Event()
        telegram.world.listen(lambda _: self._changed.set(), phone=phone.id)

    @property
    def checkins(self) -> set[str]:
        """The check-ins that this mentor has answered anything in."""
        return {checkin for checkin, _ in self.answers}

    async def lives(self) -> None:
        """React until cancelled."""
        while True:
            self._changed.clear()
            if not await self._acts():
                await self._changed.wait()
            await asyncio.sleep(self._chance.uniform(0.01, 0.1))  # thumbs are slow

    async def asks(self) -> None:
        """Say /checkin."""
        self.asked += 1
        await self.phone.says("/checkin")

    async def _acts(self) -> bool:
        for seen in reversed(self.phone.messages):
            if not seen.from_bot:
                continue
            self._notes(seen)
            press = self._choice(seen)
            if press is None:
                continue
            if (seen.id, seen.version) in self._acted:
                return False  # the answer is on its way
            self._acted.add((seen.id, seen.version))
            await self._press(seen, press)
            return True
        return False

    def _notes(self, seen: Seen) -> None:
        """See what has come to an end. Words may change; what a screen offers says it as well."""
        if seen.id in self._last_question and not questions(seen):
            self.finished += 1
            self._last_question.remove(seen.id)
        awaited = "now" if self.at else "time"
        if any(press.action == awaited for _, press in presses(seen.content.keyboard)):
            self.joined.set()  # a check-in is offered, or a time that need not be chosen: all is set up

    def _choice(self, seen: Seen) -> Press | None:
        if (asked := questions(seen)) and asked[0].row not in self._ended:
            return self._answer(seen.id, asked)
        if self.joined.is_set():
            return None  # a screen of the joining that came twice
        buttons = [press for _, press in presses(seen.content.keyboard)]
        for action in ("agree", "zone", "time", "consent"):
            found = [press for press in buttons if press.action == action]
            if action == "time":
                found = [press for press in found if self.at and press.argument.startswith(self.at)]
            if found:
                return found[0]
        return None

    def _answer(self, message: int, asked: list[Press]) -> Press:
        checkin, place = asked[0].row, asked[0].place
        if place < self._place.get(message, 0):
            self.steps_back.append(f"#{message} went back from {self._place[message]} to {place}")
        self._place[message] = place
        if place != REACH_OUT:
            wanted = self._chance.choice(CALM[place])
        else:
            wanted = self._calls.pop(0) if self._calls else NO_CALL
            self._ended.add(checkin)
        return next(press for press in asked if press.value == wanted)

    async def _press(self, seen: Seen, press: Press) -> None:
        if press.action != "a":
            await self.phone.raw_tap(press.data, seen.id)
            return
        if press.place == REACH_OUT:
            self._last_question.add(seen.id)
        elif self._chance.random() < 0.1:
            await self._changes_mind(seen, press)
        self.answers[press.row, ITEMS[press.place]] = press.value
        await self.phone.raw_tap(press.data, seen.id)
        if self._chance.random() < 0.2:
            await self.phone.raw_tap(press.data, seen.id)  # nothing happened at once, so once more

    async def _changes_mind(self, seen: Seen, press: Press) -> None:
        other = next(p for p in questions(seen) if p.value != press.value)
        await self.phone.raw_tap(other.data, seen.id)


class Staff:
    """A supervisor or a lead: joins, and acknowledges what is asked of them if `acknowledges`."""

    def __init__(self, telegram: Emulator, phone: Phone, *, acknowledges: bool) -> None:
        self.phone = phone
        self._telegram = telegram
        self._acknowledges = acknowledges
        self._acted: set[tuple[int, int]] = set()
        self._changed = asyncio.Event()
        telegram.world.listen(lambda _: self._changed.set(), phone=phone.id)

    async def lives(self) -> None:
        """React until cancelled."""
        while True:
            self._changed.clear()
            for seen in self.phone.messages:
                found = [press for _, press in presses(seen.content.keyboard) if press.action == "ack"]
                if found and self._acknowledges and (seen.id, seen.version) not in self._acted:
                    self._acted.add((seen.id, seen.version))
                    await self.phone.raw_tap(found[0].data, seen.id)
            await self._changed.wait()

    def alerts(self) -> dict[str, list[str]]:
        """Return the texts of the new messages about each alert, as they were sent."""
        found: dict[str, list[str]] = {}
        for message in self._telegram.world.chats[self.phone.id].messages.values():
            if message.from_bot:
                first = message.versions[0]
                for row in {press.row for _, press in presses(first.keyboard) if press.action in ("ack", "res")}:
                    found.setdefault(row, []).append(first.text.text)
        return found
