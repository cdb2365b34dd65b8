"""At which version a database is, and at which it should be.

`run` asks this at every start; the tool that migrates costs a tenth of a second and 7 MiB, and is loaded only when
there is something to migrate.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from storage.database import database_url

FOLDER: Final = Path(__file__).parent / "migrations"


def needed() -> str:
    """Return the revision that this program needs: the number that the newest migration's file begins with."""
    return max(path.name.partition("_")[0] for path in FOLDER.glob("versions/[0-9]*.py"))


def current(address: str) -> str | None:
    """Return the revision that a database is at; None when it has none."""
    with connected(address) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def oldest_reader(address: str) -> str:
    """Return the lowest version of a program that still reads a database: what a contracting migration has set."""
    with connected(address) as connection:
        found: str | None = connection.scalar(text("SELECT value FROM facts WHERE key = 'oldest_reader'"))
        return found or ""


@contextmanager
def connected(address: str) -> Iterator[Connection]:
    """Open a database for work that is done before anything else runs."""
    url = database_url(address)
    sync = url.set(drivername="sqlite" if url.get_backend_name() == "sqlite" else "postgresql+psycopg")
    engine = create_engine(sync, poolclass=NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
