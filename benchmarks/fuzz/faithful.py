"""Honest mentors: they answer what is on their screen, whatever others do, and each answer must be stored."""

import base64
import random
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from benchmarks.fuzz.town import FAITHFUL, Town
from benchmarks.thumbs import CALM, ITEMS, LAST
from emulator import Phone
from emulator.state import Message
from flows import exporting
from storage import checkins
from tests.e2e.crowd import Press

PULSE: Final = "pulse"
CALLS: Final = {"not_safe": "crisis", "today": "urgent"}


def read(data: str) -> Press:
    """Return what a button with this data carries."""
    _, action, packed, rest = data.split(":", 3)
    return Press(data, action, packed, rest.rpartition(":")[0])


def buttons(message: Message) -> Iterator[Press]:
    """Yield the buttons of a message that carry something."""
    for row in (message.content.keyboard or {}).get("inline_keyboard", []):
        for button in row:
            data = button.get("callback_data", "")
            if data.count(":") >= 4:
                yield read(data)


def newest(town: Town, phone: Phone, most: int = 8) -> list[Message]:
    """Return the newest messages of the bot on a phone, the newest first."""
    found: list[Message] = []
    for message in reversed(town.telegram.world.chats[phone.id].messages.values()):
        if message.from_bot:
            found.append(message)
            if len(found) == most:
                break
    return found


class Faithful:
    """All honest mentors, and what they have answered."""

    def __init__(self, town: Town, dice: random.Random) -> None:
        self._town = town
        self._dice = dice
        self._phones = town.those(FAITHFUL)
        self._kinds: dict[str, str] = {}
        self._resting = list(self._phones)
        self.expected: dict[tuple[str, str, str], str] = {}  # mentor, check-in, item: the last tap
        self.calls: dict[str, set[str]] = defaultdict(set)  # mentor: levels of alerts that must be there

    def look_up(self) -> None:
        """All screens are up to date: everybody may act again."""
        self._resting = list(self._phones)

    async def acts(self) -> list[dict[str, Any]]:
        """Let one of them do the next thing, and return the updates of it, not yet taken."""
        phone = self._resting.pop(self._dice.randrange(len(self._resting)))
        asked = await self._question(phone)
        if asked is None:
            await phone.says("/checkin")
            return self._town.fetched()
        message, presses = asked
        place = presses[0].place
        value = self._dice.choice(CALM[place])
        if place == LAST and self._dice.random() < 0.05:
            value = self._dice.choice(list(CALLS))
            self.calls[phone.name].add(CALLS[value])
        press = next(press for press in presses if press.value == value)
        await phone.raw_tap(press.data, message.id)
        self.expected[phone.name, UUID(bytes=_bytes(press.row)).hex, ITEMS[place]] = value
        return self._town.fetched()

    async def _question(self, phone: Phone) -> tuple[Message, list[Press]] | None:
        for message in newest(self._town, phone):
            presses = [press for press in buttons(message) if press.action == "a"]
            if presses and await self._kind(presses[0].row) == PULSE:
                return message, presses
        return None

    async def _kind(self, packed: str) -> str:
        if packed not in self._kinds:
            async with self._town.deps.db.reading() as session:
                checkin = await checkins.get(session, UUID(bytes=_bytes(packed)))
            self._kinds[packed] = checkin.kind if checkin is not None else ""
        return self._kinds[packed]

    async def wrong(self) -> list[str]:
        """Return what is not stored as it was tapped, and calls that nobody was told of."""
        stored: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        async for row in exporting.rows(self._town.deps, "answers"):
            if row["mentor"].startswith(FAITHFUL) and row["checkin"] == PULSE:
                key = row["mentor"], UUID(str(row["checkin_id"])).hex, row["item"]
                stored[key].append(row["value"])
        found = [
            f"an answer of a faithful mentor is {stored.get(key)}, not {[value]}"
            for key, value in self.expected.items()
            if stored.get(key) != [value]
        ]
        found += ["an answer that no faithful mentor gave" for key in stored if key not in self.expected]
        return found + await self._unheard()

    async def _unheard(self) -> list[str]:
        levels: dict[str, set[str]] = defaultdict(set)
        async for row in exporting.rows(self._town.deps, "alerts"):
            levels[row["mentor"]].add(row["level"])
        return [
            f"a call for help became {sorted(levels[name])}, not {sorted(wanted)}"
            for name, wanted in self.calls.items()
            if "crisis" not in levels[name] and not wanted <= levels[name]
        ]


def _bytes(packed: str) -> bytes:
    return base64.urlsafe_b64decode(packed + "==")
