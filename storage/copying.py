"""Every row of one database is put into another, and compared there, whichever of the two kinds they are."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Table, func, insert, select, tuple_, update
from sqlalchemy.exc import DataError, IntegrityError

from storage.database import BUSY_TIMEOUT_MS, SchemaMissing, database_url
from storage.migrate import head  # it knows all tables
from storage.revision import connected, current
from storage.tables import Base

BATCH: Final = 500
Advance = Callable[[int], None]  # told how many rows more are done; each row is done twice: copied, and compared


class CopyRefused(Exception):
    """Nothing was copied: one line that says why."""


def tables() -> Sequence[Table]:
    """Return all tables, each after those that it refers to."""
    return Base.metadata.sorted_tables


def sqlite_path(address: str) -> Path | None:
    """Return the file of a SQLite database; None for PostgreSQL."""
    url = database_url(address)
    return Path(url.database or ":memory:") if url.get_backend_name() == "sqlite" else None


def demand_version(address: str) -> None:
    """Raise SchemaMissing unless a database is at the version of this program. A file that is not there is not made."""
    path = sqlite_path(address)
    if path is not None and not path.exists():
        raise CopyRefused(f"{path} is not there")
    if current(address) != head():
        raise SchemaMissing("another version")


@contextmanager
def reading_from(address: str, *, alone: bool = False) -> Iterator[Connection]:
    """Open one snapshot to copy from. `alone`: keep writers out meanwhile, where that is possible (SQLite)."""
    with connected(address) as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
            connection.exec_driver_sql("BEGIN IMMEDIATE" if alone else "BEGIN")
        else:
            connection.rollback()
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        try:
            yield connection
        finally:
            connection.rollback()


@contextmanager
def writing_to(address: str) -> Iterator[Connection]:
    """Open one transaction to copy into: it is stored as a whole at the end of the block, or not at all."""
    with connected(address) as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.rollback()
            raise
        connection.commit()


def counts(connection: Connection) -> dict[str, int]:
    """Return the number of rows of each table."""
    return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables()}


def demand_empty(connection: Connection, otherwise: str) -> None:
    """Raise CopyRefused when any table has a row."""
    if any(counts(connection).values()):
        raise CopyRefused(otherwise)


def clear(target: Connection) -> None:
    """Delete every row."""
    for table in reversed(tables()):
        target.execute(table.delete())


def copy_all(source: Connection, target: Connection, advance: Advance) -> dict[str, int]:
    """Put every row into an empty target, compare each as it stands there, and return the number of rows by table.

    Raise CopyRefused, with the name of the table, when the target does not take a row or gives it back otherwise.
    """
    for table in tables():
        _copy(table, source, target, advance)
    for table in tables():
        _compare(table, source, target, advance)
    found, meant = counts(target), counts(source)
    if found != meant:
        wrong = next(name for name in meant if found[name] != meant[name])
        raise CopyRefused(f"table {wrong}: {found[wrong]} rows arrived, {meant[wrong]} were to be copied")
    return found


def _batches(table: Table, source: Connection) -> Iterator[list[dict[str, Any]]]:
    statement = select(table).order_by(*table.primary_key.columns)
    with source.execution_options(yield_per=BATCH).execute(statement) as result:
        for rows in result.mappings().partitions(BATCH):
            yield [dict(row) for row in rows]


def _copy(table: Table, source: Connection, target: Connection, advance: Advance) -> None:
    # A row may refer to a later one of its own table: such references are filled in when all rows are there.
    own = [column.name for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]
    keys = [column.name for column in table.primary_key.columns]
    later: list[dict[str, Any]] = []
    try:
        for rows in _batches(table, source):
            target.execute(insert(table), [row | dict.fromkeys(own) for row in rows])
            later += [{name: row[name] for name in (*keys, *own)} for row in rows if any(row[name] for name in own)]
            advance(len(rows))
        for row in later:
            here = [table.c[name] == row[name] for name in keys]
            target.execute(update(table).where(*here).values({name: row[name] for name in own}))
        _next_number(table, target)
    except (DataError, IntegrityError) as error:
        # What the driver says may quote the row.
        raise CopyRefused(f"table {table.name}: a row is refused ({type(error).__name__})") from None


def _next_number(table: Table, target: Connection) -> None:
    """Let PostgreSQL go on counting behind what was copied."""
    column = table.autoincrement_column
    if column is None or target.dialect.name != "postgresql":
        return
    sequence = func.pg_get_serial_sequence(table.name, column.name)
    if target.scalar(select(sequence)) is None:
        return
    highest = select(func.max(column)).scalar_subquery()
    target.execute(select(func.setval(sequence, func.coalesce(highest, 1), highest.is_not(None))))


def _compare(table: Table, source: Connection, target: Connection, advance: Advance) -> None:
    keys = list(table.primary_key.columns)
    for rows in _batches(table, source):
        meant = {_key(table, row): row for row in rows}
        there = target.execute(select(table).where(tuple_(*keys).in_(list(meant)))).mappings()
        found = {_key(table, row): dict(row) for row in there}
        if different := sum(found.get(key) != row for key, row in meant.items()):
            raise CopyRefused(f"table {table.name}: {different} rows did not arrive as they were")
        advance(len(rows))


def _key(table: Table, row: Mapping[Any, Any]) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key.columns)
