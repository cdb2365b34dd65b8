"""Mentors and staff who press and write whatever comes to their minds, on their own phones only."""

import random
from collections import Counter
from typing import Any, Final

from benchmarks.fuzz.faithful import buttons, newest
from benchmarks.fuzz.town import BOSS, FAITHFUL, LEAD, MONKEY, Town
from benchmarks.fuzz.words import Pen
from bot.handlers.commands import COMMANDS
from emulator import Phone
from emulator.phones import NotPossible

PICTURE: Final = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)
# What ends somebody's part in a round, and what is on every screen and brings many messages about.
SELDOM: Final = frozenset({"leave", "erz", "talk"})


class Monkeys:
    """All of them."""

    def __init__(self, town: Town, dice: random.Random) -> None:
        self._town = town
        self._dice = dice
        self._pen = Pen(dice)
        self.phones = town.those(MONKEY, BOSS, LEAD)
        self.pressed: Counter[str] = Counter()
        self._words = 0

    async def acts(self) -> list[dict[str, Any]]:
        """Let one of them do something, and return the updates of it, not yet taken."""
        dice = self._dice
        phone = dice.choice(self.phones)
        if phone.person.blocked:
            await phone.unblocks()
            return self._town.fetched()
        try:
            await self._act(phone, dice.random())
        except NotPossible:
            await phone.says("/start")  # a phone does not let everything through
        return self._town.fetched()

    async def _act(self, phone: Phone, kind: float) -> None:
        dice = self._dice
        if kind < 0.62 and await self._presses(phone):
            return
        if kind < 0.82:
            await phone.says(f"{self._secret()} {self._said()}" if dice.random() < 0.5 else self._said())
        elif kind < 0.93:
            await phone.says(f"/{dice.choice((*COMMANDS, 'start'))}{dice.choice(('', '', ' x', '@keepwell_bot'))}")
        elif kind < 0.96:
            own = [m for m in self._town.telegram.world.chats[phone.id].messages.values() if not m.from_bot]
            if own and not own[-1].content.has_file:
                await phone.edits(own[-1].id, self._said())
        elif kind < 0.98:
            await phone.sends_photo(PICTURE, self._said()[:900])
        elif kind < 0.993:
            await phone.sends_document("notes.txt", b"x", self._said()[:900])
        else:
            await phone.blocks()

    async def _presses(self, phone: Phone) -> bool:
        """Press any button that is on the phone, mostly of the newest messages."""
        messages = newest(self._town, phone, 30)
        shown = [message for message in messages if message.content.keyboard]
        if not shown:
            return False
        message = shown[0] if self._dice.random() < 0.5 else self._dice.choice(shown)
        found = list(buttons(message))
        if not found:
            return False
        action = self._dice.choice(sorted({press.action for press in found}))
        if action in SELDOM and self._dice.random() < 0.9:
            return False
        press = self._dice.choice([press for press in found if press.action == action])
        self.pressed[press.action] += 1
        await phone.raw_tap(press.data, message.id)
        return True

    def _said(self) -> str:
        text = self._pen.said(3_900)[:3_900]
        return text.encode(errors="replace").decode()

    def _secret(self) -> str:
        """Return a word that only this person has said: it may be on no other phone, and in no log."""
        self._words += 1
        return f"zqxsecret{self._words}"


def owners(town: Town) -> dict[str, set[int]]:
    """Return who may read the name of each mentor: they themselves, their team's staff, and the leads."""
    found = {}
    leads = {phone.id for phone in town.those(LEAD)}
    for phone in town.those(FAITHFUL, MONKEY):
        team = phone.name.split()[1]
        staff = {boss.id for boss in town.those(BOSS) if boss.name.endswith(team)}
        found[phone.name] = {phone.id, *staff, *leads}
    return found
