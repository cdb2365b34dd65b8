"""Connections and transactions. A write transaction is the only place that commits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, NewType

from sqlalchemy import URL, event, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from storage.inline import connect
from storage.vault import Vault

# A function that takes a ReadSession takes a WriteSession too; never the other way round.
ReadSession = NewType("ReadSession", AsyncSession)
WriteSession = NewType("WriteSession", ReadSession)


class SchemaMissing(Exception):
    """The database is at another version than this program."""


# The database is away or busy: the same call may succeed later. Everything else is a fault of ours.
DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeout, OSError)

# The tables are not there, or not those of this version.
SCHEMA_MISSING = (ProgrammingError, SchemaMissing)


def tables_missing(error: BaseException) -> bool:
    """Say whether the tables are not there, or old. SQLite tells it with the error of a database that is away."""
    if isinstance(error, OperationalError):
        return str(error.orig).startswith("no such ")
    return isinstance(error, SCHEMA_MISSING)


BUSY_TIMEOUT_MS = 15_000


def database_url(address: str) -> URL:
    """Return the address with the asynchronous driver that we use. Raise ValueError for another kind of database."""
    url = make_url(address.replace("postgres://", "postgresql://", 1))
    match url.get_backend_name():
        case "sqlite":
            return url.set(drivername="sqlite+aiosqlite")
        case "postgresql":
            return url.set(drivername="postgresql+psycopg")
        case other:
            raise ValueError(f"{other} is not supported; use sqlite:///file.db or postgresql://…")


def make_engine(url: URL, *, writer: bool) -> AsyncEngine:
    """Return an engine. On SQLite the writer has one connection, so that writers queue here and not in the file."""
    if url.get_backend_name() != "sqlite":
        return create_async_engine(
            url, pool_size=10, max_overflow=10, pool_pre_ping=True, pool_timeout=30, hide_parameters=True
        )
    engine = create_async_engine(
        url,
        pool_size=1 if writer else 4,
        max_overflow=0,
        pool_timeout=60,
        hide_parameters=True,  # what people wrote must not reach a log through an error
        async_creator=lambda: connect(url.database or ":memory:", BUSY_TIMEOUT_MS / 1000),
    )
    begin = "BEGIN IMMEDIATE" if writer else "BEGIN"

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # a confirmed answer survives a power cut, not only a killed process
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


class Database:
    """Two doors: `reading` and `transaction`."""

    def __init__(self, address: str, vault: Vault) -> None:
        """Prepare engines; nothing is opened yet."""
        self.url = database_url(address)
        self.vault = vault
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writer = make_engine(self.url, writer=True)
        self._reader = make_engine(self.url, writer=False) if self.is_sqlite else self._writer
        self._write_sessions = async_sessionmaker(self._writer, expire_on_commit=False)
        self._read_sessions = async_sessionmaker(self._reader, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[WriteSession]:
        """Open a transaction that commits at the end of the block: the only commit in the program."""
        async with self._write_sessions() as session:
            session.info["vault"] = self.vault
            async with session.begin():
                yield WriteSession(ReadSession(session))

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ReadSession]:
        """Open a snapshot to read from."""
        async with self._read_sessions() as session:
            session.info["vault"] = self.vault
            yield ReadSession(session)

    async def answers(self) -> bool:
        """Say whether the database answers at all."""
        try:
            async with self.reading() as session:
                await session.execute(text("SELECT 1"))
        except (DBAPIError, *DATABASE_AWAY):
            return False
        return True

    async def now(self) -> datetime:
        """Return the instant at which the database answers, by its own clock, aware and in UTC."""
        if self.is_sqlite:
            return datetime.now(UTC)  # it is this machine's
        async with self.reading() as session:
            found: datetime = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
            return found.astimezone(UTC)

    async def revision(self) -> str | None:
        """Return the revision of the tables; None when there are none."""
        async with self.reading() as session:
            try:
                found: str | None = await session.scalar(text("SELECT version_num FROM alembic_version"))
            except (OperationalError, ProgrammingError) as error:
                if "alembic_version" in str(error.orig):
                    return None
                raise
            return found

    async def close(self) -> None:
        """Close all connections."""
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()


def vault_of(session: ReadSession) -> Vault:
    """Return the vault that belongs to a session."""
    vault: Vault = session.info["vault"]
    return vault
