"""Telegram's flood limits, and how closely the product keeps to them."""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from emulator.errors import too_many

PER_BOT = (30, 1.0)  # messages, seconds
PER_PRIVATE_CHAT = (1, 1.0)
PER_GROUP = (20, 60.0)

# Two messages that left a second apart may arrive a little closer; Telegram does not mind.
TOLERANCE = 0.05


class Window:
    """How many things happened in a stretch of seconds that ends now."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit, self._seconds = limit, seconds
        self._times: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Return the seconds until there is room for another one; 0 when there is."""
        while self._times and self._times[0] <= now - self._seconds + TOLERANCE:
            self._times.popleft()
        return 0.0 if len(self._times) < self._limit else self._times[0] + self._seconds - now

    def add(self, now: float) -> None:
        """Count one."""
        self._times.append(now)


@dataclass(slots=True)
class Statistics:
    """What reached the emulator since the last reset."""

    sent: int = 0  # new messages taken
    refused: int = 0  # answered with 429 by these limits
    refused_by_chat: int = 0  # … because its chat had just got one; the others because the bot had sent too many
    busiest_second: int = 0  # the largest number of new messages taken in any second


class Limits:
    """Counts new messages always, and refuses them only while `enabled`."""

    def __init__(self, *, enabled: bool = False, timer: Callable[[], float] = time.monotonic) -> None:
        self.enabled = enabled
        self.statistics = Statistics()
        self._timer = timer
        self._bot = Window(*PER_BOT)
        self._chats: dict[int, Window] = {}
        self._second: deque[float] = deque()

    def reset(self) -> None:
        """Begin to count anew."""
        self.statistics = Statistics()
        self._second.clear()

    def check(self, chat_id: int, *, private: bool) -> None:
        """Refuse a new message that comes too soon; edits and answers to presses do not count."""
        if not self.enabled:
            return
        now = self._timer()
        chat = self._chats.get(chat_id)
        if chat is None:
            chat = self._chats[chat_id] = Window(*(PER_PRIVATE_CHAT if private else PER_GROUP))
        chat_wait = chat.wait(now)
        wait = max(self._bot.wait(now), chat_wait)
        if wait > 0:
            self.statistics.refused += 1
            self.statistics.refused_by_chat += chat_wait > 0
            raise too_many(max(1, math.ceil(wait)))

    def count(self, chat_id: int) -> None:
        """Count a new message that was taken."""
        now = self._timer()
        if self.enabled:
            self._bot.add(now)
            if chat_id in self._chats:
                self._chats[chat_id].add(now)
        self._second.append(now)
        while self._second[0] <= now - 1.0:
            self._second.popleft()
        self.statistics.sent += 1
        self.statistics.busiest_second = max(self.statistics.busiest_second, len(self._second))
