"""SQLite without a thread hop for every small statement.

aiosqlite hands each call to a thread and waits for it: some thirty hops for one tap of a mentor, several times dearer
than the work itself. A statement on an indexed row takes microseconds, so it runs in place. What may wait does not:
`BEGIN IMMEDIATE` (another process may hold the file) and `COMMIT` (the disk) stay in the thread.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

import aiosqlite


class InlineConnection(aiosqlite.Connection):
    """A connection whose quick calls run in place. SQLAlchemy makes one call at a time on each."""

    _in_thread: asyncio.Future[Any] | None = None

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        # Whoever made the last call may have been cancelled, but the thread is still at it: two threads in one
        # statement would crash the process.
        while self._in_thread is not None:
            await asyncio.wait([self._in_thread])
        if not self._running or self._connection is None:
            raise ValueError("Connection closed")
        if _may_wait(fn, args):
            return await self._hand_over(partial(fn, *args, **kwargs))
        return fn(*args, **kwargs)

    async def _hand_over(self, call: Callable[[], Any]) -> Any:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        future.add_done_callback(self._taken_back)
        self._in_thread = future
        self._tx.put_nowait((future, call))
        return await asyncio.shield(future)

    def _taken_back(self, future: asyncio.Future[Any]) -> None:
        self._in_thread = None
        if not future.cancelled():
            future.exception()  # nobody may be left to hear of it


def _may_wait(fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    name = getattr(fn, "__name__", "")
    if name == "commit":
        return True
    return name == "execute" and bool(args) and str(args[0]).startswith(("BEGIN IMMEDIATE", "PRAGMA"))


def connect(path: str, timeout: float) -> InlineConnection:
    """Return a connection, to be awaited. `timeout`: seconds to wait for another process."""
    opened = partial(sqlite3.connect, path, timeout=timeout, check_same_thread=False, isolation_level=None)
    connection = InlineConnection(opened, 64)
    connection._thread.daemon = True  # a process that ends does not wait for it
    return connection
