"""The few places where the two databases spell things differently."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import CursorResult, Executable, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import ReadSession, WriteSession


def table_of(row: type[Any]) -> Table:
    """Return the plain table behind a class of rows."""
    return cast(Table, row.__table__)


def dialect_of(session: ReadSession) -> str:
    """Return which database this is: "sqlite" or "postgresql"."""
    return session.get_bind().dialect.name


def insert_into(dialect: str, row: type[Any]) -> Any:
    """Return an INSERT into a plain table that knows ON CONFLICT in that dialect."""
    return sqlite.insert(table_of(row)) if dialect == "sqlite" else postgresql.insert(table_of(row))


def insert(session: ReadSession, row: type[Any]) -> Any:
    """Return an INSERT that knows ON CONFLICT on either database."""
    return insert_into(dialect_of(session), row)


async def changed(session: WriteSession, statement: Executable, values: Mapping[str, Any] | None = None) -> int:
    """Run an UPDATE or DELETE and return the number of rows it touched."""
    result = cast(CursorResult[Any], await session.execute(statement, values))
    return result.rowcount


async def inserted(session: WriteSession, statement: Any, key: Any) -> bool:
    """Run an INSERT … ON CONFLICT DO NOTHING and say whether a row was stored.

    The row itself is asked back: PostgreSQL's driver gives -1 as the number of rows here.
    """
    key = statement.table.c[key.key]
    return (await session.scalars(statement.on_conflict_do_nothing().returning(key))).first() is not None


async def one_writer(session: WriteSession, key: int) -> None:
    """Let only one transaction at a time pass this point. SQLite writers queue anyway."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(key)))
