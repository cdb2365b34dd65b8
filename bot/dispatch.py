"""Updates are handled in order per person, concurrently across people, and never dropped."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Final

import structlog

from bot.reading import Unreadable, number_of

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
            id_ = sender.get("id")
            return id_ if isinstance(id_, int) else None
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
        id_ = number_of(update) or 0
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await self._handle(update)
            except Unreadable:
                # Trying again would not make it any other. It is kept, sealed, for somebody to look at.
                log.error("update unreadable", action="update_unreadable", update=id_)  # noqa: TRY400
                await self._keep(id_, update, Unreadable.__name__)
                return
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
        """Bury an update; where it cannot be stored whole, at least that there was one."""
        try:
            await self._bury_or_wait(id_, update, error)
        except DatabaseAway:
            raise
        except Exception as fault:
            # Nested too deeply to be written down, for example: it would come again for ever.
            log.critical("update not kept", action="update_not_kept", update=id_, error=type(fault).__name__)
            await self._bury_or_wait(id_, {"update_id": id_}, error)

    async def _bury_or_wait(self, id_: int, update: dict[str, Any], error: str) -> None:
        try:
            await self._bury(id_, update, error)
        except Exception as fault:
            if self._is_database_away(fault):
                raise DatabaseAway from fault  # it comes again, and is buried then
            raise
