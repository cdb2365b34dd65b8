"""One database that the tests of a process share one after another: put back before each to a state that was kept.

A database of its own for each test costs more than most tests do: it has to be made, and every statement compiled anew.
Commits are as real as elsewhere, and whatever a test leaves behind is gone before the next.
"""

import contextlib
import os
import sqlite3
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import psycopg
from psycopg import sql

from storage import migrate
from tests.postgres import create_database, drop_database

EMPTY: Final = "empty"
# Rows of tests that are over slow a scan down; nobody else takes them away here.
VACUUM_EVERY: Final = 50


class Shelf(ABC):
    """The database at `address`, and the states that were kept of it, by name, each with what goes with it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._beside: dict[str, Any] = {}

    def keep(self, name: str, beside: Any = None) -> None:
        """Remember the state that the database is in now."""
        self._keep(name)
        self._beside[name] = beside

    def put_back(self, name: str = EMPTY) -> Any:
        """Bring a state back, and return what was kept beside it. KeyError: there is none. Nobody may be connected."""
        beside = self._beside[name]
        self._put_back(name)
        return beside

    @abstractmethod
    def _keep(self, name: str) -> None: ...

    @abstractmethod
    def _put_back(self, name: str) -> None: ...


class FileShelf(Shelf):
    """SQLite: a file, and a copy of it for each state."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "shared.db"
        super().__init__(f"sqlite:///{self.path}")

    def _keep(self, name: str) -> None:
        connection = sqlite3.connect(self.path)
        connection.execute("VACUUM INTO ?", [str(self._copy(name))])  # with what only the log holds yet
        connection.close()

    def _put_back(self, name: str) -> None:
        for ending in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        self.path.write_bytes(self._copy(name).read_bytes())

    def _copy(self, name: str) -> Path:
        return self.path.with_name(f"{name}.db")


class ServerShelf(Shelf):
    """PostgreSQL: a database, and a schema beside the tables for each state."""

    def __init__(self, database: str, address: str) -> None:
        super().__init__(address)
        self._database = database
        self._connection: psycopg.Connection[Any] | None = None
        self._scripts: dict[str, str] = {}
        self._times = 0

    def _keep(self, name: str) -> None:
        server = self._server()
        tables = _children_first(server)
        server.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(f"kept_{name}")))
        for table in tables:
            server.execute(f'CREATE TABLE kept_{name}."{table}" AS TABLE public."{table}"')
        filled = [table for table in tables if server.execute(f'SELECT 1 FROM public."{table}" LIMIT 1').fetchone()]
        parts = [f'DELETE FROM public."{table}"' for table in tables]
        parts += [f'INSERT INTO public."{table}" SELECT * FROM kept_{name}."{table}"' for table in reversed(filled)]
        self._scripts[name] = "; ".join([*parts, *_counters(server)])

    def _put_back(self, name: str) -> None:
        server = self._server()
        server.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        server.execute(self._scripts[name].encode())
        self._times += 1
        if self._times % VACUUM_EVERY == 0:
            server.execute("VACUUM")

    def _server(self) -> psycopg.Connection[Any]:
        if self._connection is None:
            self._connection = psycopg.connect(self.address, autocommit=True)
        return self._connection

    def close(self) -> None:
        """Drop the database."""
        if self._connection is not None:
            self._connection.close()
        drop_database(self._database)


def _children_first(server: psycopg.Connection[Any]) -> Sequence[str]:
    """Return the tables, each before those that it refers to."""
    refers: Mapping[str, set[str]] = {
        row[0]: set()
        for row in server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        if row[0] != "alembic_version"
    }
    links = server.execute(
        "SELECT child.relname, parent.relname FROM pg_constraint"
        " JOIN pg_class child ON child.oid = conrelid JOIN pg_class parent ON parent.oid = confrelid"
        " WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conrelid <> confrelid"
    )
    for child, parent in links:
        refers[child].add(parent)
    return list(TopologicalSorter(refers).static_order())[::-1]


def _counters(server: psycopg.Connection[Any]) -> Iterator[str]:
    """Yield what sets the counters of rows back to where they stand."""
    names = server.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'").fetchall()
    for (name,) in names:
        last, called = server.execute(f'SELECT last_value, is_called FROM public."{name}"').fetchone() or (1, False)
        yield f"SELECT setval('public.\"{name}\"', {last}, {called})"


@contextmanager
def shelf(backend: str) -> Iterator[Shelf]:
    """Make a migrated database, empty, and keep that state."""
    made: Shelf
    with contextlib.ExitStack() as stack:
        if backend == "sqlite":
            # In memory where that is possible: each commit waits for the disk otherwise.
            memory = Path("/dev/shm")
            usable = memory.is_dir() and os.access(memory, os.W_OK)
            folder = stack.enter_context(
                tempfile.TemporaryDirectory(prefix="keepwell-", dir=memory if usable else None)
            )
            made = FileShelf(Path(folder))
        else:
            name = f"shared_{uuid4().hex}"
            made = ServerShelf(name, create_database(name))
            stack.callback(made.close)
        migrate.upgrade(made.address)
        made.keep(EMPTY)
        yield made
