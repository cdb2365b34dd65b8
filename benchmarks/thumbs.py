"""Mentors who answer: what is on a phone's screen becomes a tap, and the tap is noted with its instant."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from emulator import Emulator, Phone
from emulator.journal import Call
from emulator.state import Event, Message

ITEMS: Final = ("fuel", "spill", "stories", "switch_off", "reach_out")
LAST: Final = len(ITEMS) - 1
# Answers of quiet days: no scores that raise an alert.
CALM: Final[tuple[Sequence[str], ...]] = (("2", "3", "4"), ("0", "1", "2"), ("0", "1", "2"), ("2", "3", "4"), ("no",))
NOT_SAFE: Final = "not_safe"


@dataclass(frozen=True, slots=True)
class Question:
    """A question on the screen: the place of its item, and what to press for each answer."""

    message_id: int
    place: int
    presses: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap, at the instant at which Telegram had it."""

    chat_id: int
    message_id: int
    place: int
    at: datetime


def question_on(message: Message) -> Question | None:
    """Return the question that a message shows now."""
    place, presses = 0, {}
    for row in (message.content.keyboard or {}).get("inline_keyboard", []):
        for button in row:
            _, action, _, rest = button.get("callback_data", ":::").split(":", 3)
            if action == "a":
                item, _, value = rest.rpartition(":")[0].partition("=")
                place, presses[value] = int(item), button["callback_data"]
    return Question(message.id, place, presses) if presses else None


class Mentor:
    """One mentor's thumb. One tap is under way at a time: the next one needs the next question."""

    def __init__(self, telegram: Emulator, phone: Phone, dice: random.Random) -> None:
        self.phone = phone
        self.taps: list[Tap] = []
        self.answers: dict[str, str] = {}
        self.question: Question | None = None
        self._telegram = telegram
        self._dice = dice
        self._changed = asyncio.Event()
        telegram.world.listen(self._see, phone=phone.id)

    def _see(self, event: Event) -> None:
        if event.type in ("message", "edit") and event.message is not None and event.message.from_bot:
            self.question = question_on(event.message)
            self._changed.set()

    async def looks(self) -> None:
        """Wait until the screen changes, unless it has changed since the last look or tap."""
        await self._changed.wait()
        self._changed.clear()

    async def taps_answer(self, value: str | None = None) -> Tap:
        """Answer the question on the screen: with a calm answer, unless another one is given."""
        if self.question is None:
            raise RuntimeError("there is no question on the screen")
        asked, self.question = self.question, None
        self._changed.clear()
        chosen = value or self._dice.choice(CALM[asked.place])
        self.answers[ITEMS[asked.place]] = chosen
        tap = Tap(self.phone.id, asked.message_id, asked.place, self._telegram.clock.now())
        await self.phone.raw_tap(asked.presses[chosen], asked.message_id)
        self.taps.append(tap)
        return tap

    async def answers_until(self, place: int) -> None:
        """Answer, each question as soon as it shows, up to the item before `place`."""
        while self.question is None or self.question.place < place:
            if self.question is not None:
                await self.taps_answer()
            await self.looks()

    async def answers_all(self) -> None:
        """Answer to the end, and wait for what the bot says then."""
        await self.answers_until(LAST)
        await self.taps_answer()
        await self.looks()


async def asked(crowd: Iterable[Mentor], *, within: float) -> None:
    """Wait until everybody has a question on the screen."""
    async with asyncio.timeout(within):
        for mentor in crowd:
            while mentor.question is None:
                await mentor.looks()


def delays(taps: Iterable[Tap], edits: Iterable[Call]) -> tuple[list[float], int]:
    """Return the seconds from each tap to the arrival of the next edit of its message, and how many got none.

    An edit that came only after the next tap of the same message belongs to that one.
    """
    arrivals: dict[tuple[Any, Any], list[datetime]] = defaultdict(list)
    for call in edits:
        if call.ok:
            arrivals[call.parameters["chat_id"], call.parameters["message_id"]].append(call.at)
    chains: dict[tuple[int, int], list[datetime]] = defaultdict(list)
    for tap in taps:
        chains[tap.chat_id, tap.message_id].append(tap.at)
    found, missing = [], 0
    for key, instants in chains.items():
        for at, following in pairwise([*instants, datetime.max.replace(tzinfo=instants[0].tzinfo)]):
            edit = min((arrival for arrival in arrivals[key] if at <= arrival <= following), default=None)
            if edit is None:
                missing += 1
            else:
                found.append((edit - at).total_seconds())
    return found, missing


def wrong_answers(crowd: Iterable[Mentor], rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what is wrong in an export of answers: each tap must be there exactly once, with its value."""
    stored: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        stored[row["mentor"], row["item"]].append(row["value"])
    wanted = {(mentor.phone.name, item): [value] for mentor in crowd for item, value in mentor.answers.items()}
    keys = stored.keys() | wanted.keys()
    return [
        f"{key}: {stored.get(key)}, not {wanted.get(key)}" for key in sorted(keys) if stored.get(key) != wanted.get(key)
    ]
