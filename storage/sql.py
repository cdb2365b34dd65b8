"""The few places where the two databases spell things differently."""

from typing import Any, cast

from sqlalchemy import CursorResult, Executable, func, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import ReadSession, WriteSession


def insert(session: ReadSession, table: type[Any]) -> Any:
    """Return an INSERT that knows ON CONFLICT on either database."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


async def changed(session: WriteSession, statement: Executable) -> int:
    """Run an UPDATE or DELETE and return the number of rows it touched."""
    result = cast(CursorResult[Any], await session.execute(statement))
    return result.rowcount


async def inserted(session: WriteSession, statement: Any, key: Any) -> bool:
    """Run an INSERT … ON CONFLICT DO NOTHING and say whether a row was stored.

    The row itself is asked back: PostgreSQL's driver gives -1 as the number of rows here.
    """
    return (await session.scalars(statement.on_conflict_do_nothing().returning(key))).first() is not None


async def one_writer(session: WriteSession, key: int) -> None:
    """Let only one transaction at a time pass this point. SQLite writers queue anyway."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(key)))
