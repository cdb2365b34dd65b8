"""The queue of updates that the bot has not confirmed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from emulator.clock import Clock
from emulator.ids import Sequence

KEPT = timedelta(hours=24)
# A press is of no use to anybody after this; Telegram drops it even when nobody fetched it.
QUERY_KEPT = timedelta(seconds=150)

# Only sent to a bot that asks for them by name.
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True)
class Queued:
    """One update, waiting. Webhooks keep the order of one `lane`: the updates of one person."""

    id: int
    body: dict[str, Any]
    lane: int
    expires: datetime


class UpdateQueue:
    """Updates in the order of their numbers; what was not confirmed comes again."""

    def __init__(self, clock: Clock, kinds: frozenset[str]) -> None:
        self._clock = clock
        self._ids = Sequence(clock.now())
        self._waiting: dict[int, Queued] = {}
        self._next_expiry: datetime | None = None
        self._usual = kinds - ON_REQUEST
        self._asked_for: tuple[str, ...] | None = None
        self.on_add: list[Callable[[Queued], None]] = []
        self.on_empty: list[Callable[[], None]] = []
        self.on_expire: list[Callable[[Queued], None]] = []  # nobody took it in time

    @property
    def asked_for(self) -> tuple[str, ...] | None:
        """The kinds that the bot asked for, None before it did or after it asked for the usual ones."""
        return self._asked_for

    def ask_for(self, kinds: Iterable[str] | None) -> None:
        """Keep the choice of kinds; None leaves the last one in force, an empty list means the usual ones.

        The choice concerns updates that come later, as the Bot API says.
        """
        if kinds is not None:
            self._asked_for = tuple(kinds) or None

    def add(self, kind: str, body: dict[str, Any], lane: int) -> Queued | None:
        """Queue an update, unless the bot does not want that kind."""
        if kind not in (self._usual if self._asked_for is None else self._asked_for):
            return None
        expires = self._clock.now() + (QUERY_KEPT if kind == "callback_query" else KEPT)
        number = self._ids.next()
        queued = Queued(number, {"update_id": number, kind: body}, lane, expires)
        self._waiting[number] = queued
        self._next_expiry = min(self._next_expiry or expires, expires)
        for listener in tuple(self.on_add):
            listener(queued)
        return queued

    def waiting(self) -> list[Queued]:
        """Return all unconfirmed updates that are still good."""
        self._expire()
        return list(self._waiting.values())

    def has(self, update_id: int) -> bool:
        """Return whether that update still waits."""
        self._expire()
        return update_id in self._waiting

    def __len__(self) -> int:
        self._expire()
        return len(self._waiting)

    def confirm(self, update_id: int) -> None:
        """Forget one update: the webhook took it."""
        self._waiting.pop(update_id, None)
        self._tell_if_empty()

    def confirm_before(self, offset: int) -> None:
        """Forget all updates before `offset`; a negative one keeps that many of the newest."""
        self._expire()
        if offset < 0:
            offset = next(iter([*self._waiting][offset:]), 0)
        for number in [*self._waiting]:
            if number >= offset:
                break
            del self._waiting[number]
        self._tell_if_empty()

    def clear(self) -> None:
        """Forget all updates."""
        self._waiting.clear()
        self._tell_if_empty()

    def _tell_if_empty(self) -> None:
        if not self._waiting:
            for listener in tuple(self.on_empty):
                listener()

    def first(self, limit: int) -> list[Queued]:
        """Return up to `limit` of the oldest."""
        self._expire()
        return [queued for queued, _ in zip(self._waiting.values(), range(limit), strict=False)]

    def _expire(self) -> None:
        now = self._clock.now()
        if self._next_expiry is None or now < self._next_expiry:
            return
        late = [queued for queued in self._waiting.values() if queued.expires <= now]
        for queued in late:
            del self._waiting[queued.id]
            for listener in tuple(self.on_expire):
                listener(queued)
        self._next_expiry = min((queued.expires for queued in self._waiting.values()), default=None)
