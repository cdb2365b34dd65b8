"""SQLite without a thread hop for every small statement.

aiosqlite hands each call to a thread and waits for it: some thirty hops for one tap of a mentor, several times dearer
than the work itself. A statement on an indexed row takes microseconds, so it runs in place. What may wait does not:
`COMMIT` waits for the disk, and `BEGIN IMMEDIATE` for another process that holds the file; they stay in the thread.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

import aiosqlite

LOOK_FOR_MS: Final = 3  # SQLite looks after 1 and 2 ms, and then we ask again


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
        if _is_begin(args):
            begin = partial(fn, *args, **kwargs)
            at_once = _begin_at_once(self._connection, begin)
            return at_once or await self._hand_over(partial(_begin, self._connection, begin))
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


def _is_begin(args: tuple[Any, ...]) -> bool:
    return bool(args) and str(args[0]).startswith("BEGIN IMMEDIATE")


@contextmanager
def _patience(connection: sqlite3.Connection, milliseconds: int) -> Iterator[float]:
    """Let SQLite wait for another process no longer than that; yield the seconds that it waits otherwise."""
    (usual,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {milliseconds}")
    try:
        yield usual / 1000
    finally:
        connection.execute(f"PRAGMA busy_timeout = {usual}")


def _begin_at_once(connection: sqlite3.Connection, begin: Callable[[], Any]) -> Any:
    """Begin to write and return the cursor; None if another process writes."""
    with _patience(connection, 0):
        try:
            return begin()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            return None


def _begin(connection: sqlite3.Connection, begin: Callable[[], Any]) -> Any:
    """Begin to write, as soon as no other process does.

    SQLite itself looks ever more rarely, in the end every 100 ms. Beside a process that writes one transaction after
    the other, such as a command that sends to a whole team, it would find the file free only after seconds.
    """
    with _patience(connection, LOOK_FOR_MS) as longest:
        until = time.monotonic() + longest
        while True:
            try:
                return begin()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                    raise


def _may_wait(fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    name = getattr(fn, "__name__", "")
    return name == "commit" or (name == "execute" and bool(args) and str(args[0]).startswith("PRAGMA"))


def connect(path: str, timeout: float) -> InlineConnection:
    """Return a connection, to be awaited. `timeout`: seconds to wait for another process."""
    opened = partial(sqlite3.connect, path, timeout=timeout, check_same_thread=False, isolation_level=None)
    connection = InlineConnection(opened, 64)
    connection._thread.daemon = True  # a process that ends does not wait for it
    return connection
