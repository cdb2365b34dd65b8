"""Updates are handled in order per person, concurrently across people, and never dropped."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Final

import structlog

log = structlog.get_logger(__name__)

AT_ONCE: Final = 32
ATTEMPTS: Final = 4
FIRST_WAIT_SECONDS: Final = 0.2
LONGEST_WAIT_SECONDS: Final = 5.0

Handle = Callable[[dict[str, Any]], Awaitable[None]]
Bury = Callable[[int, dict[str, Any], str], Awaitable[None]]


class DatabaseAway(Exception):
    """The database does not answer: the update is kept at Telegram until it does."""


def person_of(update: dict[str, Any]) -> Hashable:
    """Return whose update this is, so that one person's updates stay in order."""
    for value in update.values():
        if isinstance(value, dict) and isinstance(sender := value.get("from"), dict):
            return sender.get("id")
    return None


class Dispatcher:
    """Hands raw updates to `handle`. `handle` returns only after its transaction committed."""

    def __init__(
        self,
        handle: Handle,
        bury: Bury,
        is_database_away: Callable[[BaseException], bool],
        *,
        first_wait: float = FIRST_WAIT_SECONDS,
    ) -> None:
        """Take what handles an update, what keeps one that cannot be handled, and what tells the two kinds apart.

        `first_wait`: seconds before the second attempt; each wait is twice as long as the one before.
        """
        self._first_wait = first_wait
        self._handle = handle
        self._bury = bury
        self._is_database_away = is_database_away
        self._queues: dict[Hashable, asyncio.Lock] = {}
        self._waiting: dict[Hashable, int] = {}
        self._room = asyncio.Semaphore(AT_ONCE)

    async def take(self, update: dict[str, Any]) -> None:
        """Handle one update. Returns when it is safe to confirm; raises DatabaseAway when it is not."""
        key = person_of(update)
        lock = self._queues.setdefault(key, asyncio.Lock())
        self._waiting[key] = self._waiting.get(key, 0) + 1
        try:
            async with lock, self._room:
                await self._try(update)
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key], self._queues[key]

    async def take_all(self, updates: list[dict[str, Any]]) -> None:
        """Handle a batch; each person's updates in the order of the batch."""
        by_person: dict[Hashable, list[dict[str, Any]]] = {}
        for update in updates:
            by_person.setdefault(person_of(update), []).append(update)
        results = await asyncio.gather(*map(self._in_order, by_person.values()), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _in_order(self, updates: list[dict[str, Any]]) -> None:
        """Handle one person's updates. One that must come again leaves those behind it to come again too."""
        for update in updates:
            await self.take(update)

    async def _try(self, update: dict[str, Any]) -> None:
        wait = self._first_wait
        id_ = int(update.get("update_id", 0))
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await self._handle(update)
            except Exception as error:
                if self._is_database_away(error):
                    log.error("database away", action="database_away", update=id_, error=type(error).__name__)  # noqa: TRY400
                    if attempt == ATTEMPTS:
                        raise DatabaseAway from error
                elif attempt == ATTEMPTS:
                    # It would hold up everybody behind it for ever. It is kept, sealed, and somebody is told.
                    log.error("update buried", action="update_buried", update=id_, error=type(error).__name__)  # noqa: TRY400
                    await self._keep(id_, update, type(error).__name__)
                    return
                else:
                    log.warning("update failed", action="update_failed", update=id_, error=type(error).__name__)
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)
            else:
                return

    async def _keep(self, id_: int, update: dict[str, Any], error: str) -> None:
        try:
            await self._bury(id_, update, error)
        except Exception as fault:
            if self._is_database_away(fault):
                raise DatabaseAway from fault  # it comes again, and is buried then
            raise
