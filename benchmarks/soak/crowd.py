"""Mentors who answer and staff who acknowledge, patient with a service that is now and then away."""

import asyncio
import base64
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from benchmarks.fuzz.faithful import buttons, read
from benchmarks.thumbs import CALM, ITEMS, LAST
from emulator import Emulator, Phone
from emulator.state import Event, Message
from tests.e2e.crowd import Press
from tests.e2e.town import REPEATED

CALLS: Final = {"today": "urgent", "not_safe": "crisis"}
CALL_RATE: Final = 0.04  # of check-ins end with a call for help
LONGEST: Final = 120.0  # seconds until people try again at the latest
# What was said once and comes again within this time was said twice.
TWICE_WITHIN: Final = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class Question:
    """A question on the screen."""

    message_id: int
    checkin: str
    place: int
    presses: tuple[Press, ...]


def question_of(message: Message) -> Question | None:
    """Return the question that a message shows now."""
    presses = tuple(press for press in buttons(message) if press.action == "a")
    return Question(message.id, row_of(presses[0]), presses[0].place, presses) if presses else None


def row_of(press: Press) -> str:
    """Return the id of the row that a button is about."""
    return UUID(bytes=base64.urlsafe_b64decode(press.row + "==")).hex


class Mentor:
    """Answers what is on the screen; taps again, or asks again, when nothing happens for long."""

    def __init__(self, telegram: Emulator, phone: Phone, dice: random.Random, patience: float) -> None:
        self.phone = phone
        self.answers: dict[tuple[str, str], str] = {}  # check-in, item: the last tap
        self.taps: Counter[tuple[str, str]] = Counter()  # all taps on an item
        self.expired: Counter[tuple[str, str]] = Counter()  # … that Telegram dropped, as nobody took them for 150 s
        self.calls: dict[tuple[str, str], str] = {}  # the level of the alert that an answer calls for
        self.finished = 0
        self.asked = 0
        self.tapped_again = 0
        self.last_seen: Question | None = None
        self._ended: set[str] = set()
        self._dice = dice
        self._patience = patience
        self._changed = asyncio.Event()
        self._telegram = telegram
        telegram.world.listen(self._see, phone=phone.id)

    def _see(self, event: Event) -> None:
        message = event.message
        if event.type not in ("message", "edit") or message is None or not message.from_bot:
            return
        found = question_of(message)
        if found is not None and found.checkin not in self._ended:
            self.last_seen = found
        elif self.last_seen is not None and message.id == self.last_seen.message_id:
            self.last_seen = None
        else:
            return
        self._changed.set()

    async def lives(self, begins: float, pause: tuple[float, float], over: asyncio.Event, *, waits: float) -> None:
        """Answer check-in after check-in until it is over; the one in hand is finished."""
        await _unless(over, begins)
        while not over.is_set():
            if (self.last_seen is None and not await self._changes(waits)) or self.last_seen is not None:
                await self.answers_one()
            waits = 0.0
            await _unless(over, self._dice.uniform(*pause))

    async def answers_one(self) -> None:
        """Answer one check-in to its end."""
        patience = self._patience
        while self.last_seen is None:
            self.asked += 1
            await self.phone.says("/checkin")
            await self._changes(patience)
            patience = min(2 * patience, LONGEST)  # people wait longer and longer; else they would drown it
        ends = self.last_seen.checkin
        while self.last_seen is not None and self.last_seen.checkin == ends and ends not in self._ended:
            await self._answers(self.last_seen)
        self.finished += 1

    async def _answers(self, asked: Question) -> None:
        await asyncio.sleep(self._dice.uniform(0.2, 2.0))
        value = self._dice.choice(CALM[asked.place])
        if asked.place == LAST:
            if self._dice.random() < CALL_RATE:
                value = self._dice.choice(list(CALLS))
                self.calls[asked.checkin, ITEMS[asked.place]] = CALLS[value]
            self._ended.add(asked.checkin)
        press = next(press for press in asked.presses if press.value == value)
        self.answers[asked.checkin, ITEMS[asked.place]] = value
        await self._taps(press, asked)

    def loses(self, data: str) -> None:
        """Note that Telegram dropped a press of the button with this data."""
        if (press := read(data)).action == "a":
            self.expired[row_of(press), ITEMS[press.place]] += 1

    def reached_nobody(self, answer: tuple[str, str]) -> bool:
        """Say whether Telegram dropped every tap on an answer: nobody but the mentor ever had it."""
        return self.expired[answer] >= self.taps[answer] > 0

    async def _taps(self, press: Press, asked: Question) -> None:
        patience = self._patience
        while True:
            self._changed.clear()
            self.taps[asked.checkin, ITEMS[asked.place]] += 1
            await self.phone.raw_tap(press.data, asked.message_id)
            if await self._changes(patience) and (self.last_seen is None or self.last_seen != asked):
                return
            patience = min(2 * patience, LONGEST)
            self.tapped_again += 1

    @property
    def stands(self) -> str:
        """Where this mentor is, in words that name nobody."""
        if (asked := self.last_seen) is None:
            return f"no question on the screen, {self.asked} times asked for one"
        messages = self._telegram.world.chats[self.phone.id].messages
        below = sum(message.id > asked.message_id for message in messages.values())
        shown = question_of(messages[asked.message_id])
        taps = self.taps[asked.checkin, ITEMS[asked.place]]
        on_screen = "none" if shown is None else shown.place + 1
        return (
            f"question {asked.place + 1} tapped {taps} times, on the screen is {on_screen}, {below} messages below it"
        )

    async def _changes(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return False
        self._changed.clear()
        return True


class Staff:
    """Acknowledges each alert some seconds after it came, and presses again while the button stays."""

    def __init__(self, telegram: Emulator, phone: Phone, dice: random.Random, patience: float) -> None:
        self.phone = phone
        self.acknowledged: set[str] = set()
        self._telegram = telegram
        self._dice = dice
        self._patience = patience
        self._pressing: dict[int, asyncio.Task[None]] = {}
        telegram.world.listen(self._see, phone=phone.id)

    def _see(self, event: Event) -> None:
        message = event.message
        if event.type in ("message", "edit") and message is not None and message.id not in self._pressing:
            for press in buttons(message):
                if press.action == "ack":
                    task = asyncio.get_running_loop().create_task(self._presses(message, press))
                    self._pressing[message.id] = task

    async def _presses(self, message: Message, press: Press) -> None:
        patience = self._patience
        while any(now.action == "ack" for now in buttons(message)):
            await asyncio.sleep(self._dice.uniform(0.5, 5.0))
            await self.phone.raw_tap(press.data, message.id)
            self.acknowledged.add(row_of(press))
            await asyncio.sleep(patience)
            patience = min(2 * patience, LONGEST)

    @property
    def busy(self) -> bool:
        """Whether an alert on the screen still asks to be acknowledged."""
        return any(not task.done() for task in self._pressing.values())

    def rests(self) -> None:
        """Put the phone down."""
        for task in self._pressing.values():
            task.cancel()


async def _unless(over: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await over.wait()
    except TimeoutError:
        return


@dataclass(slots=True)
class Doubles:
    """What came twice, by kind."""

    prompts: int = 0  # never allowed
    alerts_unmarked: int = 0  # never allowed
    alerts_marked: int = 0  # "maybe sent": repeated, and says so
    other: Counter[str] = None  # type: ignore[assignment]


def doubles(telegram: Emulator, mentors: Iterable[Mentor], staff: Iterable[Staff]) -> Doubles:
    """Count what came twice."""
    found = Doubles(other=Counter())
    for mentor in mentors:
        prompts: Counter[str] = Counter()
        said: dict[str, datetime] = {}
        for message in telegram.world.chats[mentor.phone.id].messages.values():
            if not message.from_bot:
                said.clear()  # whoever asks twice is answered twice
                continue
            first = [press for press in _first(message) if press.action == "a"]
            if first:
                prompts[row_of(first[0])] += 1
                continue
            text = message.versions[0].text.text
            if text in said and message.date - said[text] < TWICE_WITHIN:
                found.other[text[:40]] += 1
            said[text] = message.date
        # Each /checkin shows the open one again.
        found.prompts += max(sum(times - 1 for times in prompts.values()) - mentor.asked, 0)
    for person in staff:
        told: dict[str, datetime] = {}
        for message in telegram.world.chats[person.phone.id].messages.values():
            for press in _first(message):
                if press.action == "ack":
                    alert, marked = row_of(press), REPEATED in message.versions[0].text.text
                    found.alerts_marked += marked
                    again = alert in told and message.date - told[alert] < TWICE_WITHIN
                    found.alerts_unmarked += again and not marked
                    told[alert] = message.date
    return found


def _first(message: Message) -> list[Press]:
    """Return the buttons that a message came with."""
    shown = Message(message.id, message.chat, message.sender, message.date, message.versions[:1])
    return list(buttons(shown))
