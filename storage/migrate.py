"""Bring a database to the version of this program, or back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from storage import tables_team  # noqa: F401 - adds its tables to those of Base
from storage.database import database_url
from storage.tables import Base

FOLDER: Final = Path(__file__).parent / "migrations"


def head() -> str:
    """Return the revision that this program needs."""
    revision = ScriptDirectory(str(FOLDER)).get_current_head()
    if revision is None:
        raise RuntimeError("the program has no migrations")
    return revision


def current(address: str) -> str | None:
    """Return the revision that a database is at; None when it is empty."""
    with _connected(address) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(address: str, revision: str = "head") -> None:
    """Bring a database up. Does nothing when it is there already."""
    _run(address, lambda config: command.upgrade(config, revision))


def downgrade(address: str, revision: str = "base") -> None:
    """Bring a database down. What the older version does not know is lost."""
    _run(address, lambda config: command.downgrade(config, revision))


def differences(address: str) -> list[Any]:
    """Return what stands between a migrated database and the tables: empty when the migrations are complete."""
    with _connected(address) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


@contextmanager
def _connected(address: str) -> Iterator[Connection]:
    url = database_url(address)
    sync = url.set(drivername="sqlite" if url.get_backend_name() == "sqlite" else "postgresql+psycopg")
    engine = create_engine(sync, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _run(address: str, action: Callable[[Config], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with _connected(address) as connection:
        config.attributes["connection"] = connection
        action(config)
        connection.commit()
