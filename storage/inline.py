"""SQLite without a thread hop for every small statement.

aiosqlite hands each call to a thread and waits for it: some thirty hops for one tap of a mentor, several times dearer
than the work itself. A statement on an indexed row takes microseconds, so it runs in place. What may wait does not:
`BEGIN IMMEDIATE` (another process may hold the file) and `COMMIT` (the disk) stay in the thread.
"""

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

import aiosqlite


class InlineConnection(aiosqlite.Connection):
    """A connection whose quick calls run in place. SQLAlchemy makes one call at a time on each."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if not self._running or self._connection is None:
            raise ValueError("Connection closed")
        if _may_wait(fn, args):
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]
        return fn(*args, **kwargs)


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
