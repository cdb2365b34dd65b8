"""Bring a database to the version of this program, or back."""

from collections.abc import Callable
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage import (  # noqa: F401 - they add their tables to those of Base
    tables_alerts,
    tables_chain,
    tables_checkins,
    tables_duty,
    tables_guard,
    tables_meetings,
    tables_outbox,
    tables_pace,
    tables_people,
    tables_service,
    tables_team,
)
from storage.revision import FOLDER as FOLDER  # where the migrations are
from storage.revision import connected
from storage.tables import Base


def head() -> str:
    """Return the revision that this program needs."""
    revision = ScriptDirectory(str(FOLDER)).get_current_head()
    if revision is None:
        raise RuntimeError("the program has no migrations")
    return revision


def current(address: str) -> str | None:
    """Return the revision that a database is at; None when it is empty."""
    with connected(address) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(address: str, revision: str = "head") -> None:
    """Bring a database up. Does nothing when it is there already."""
    _run(address, lambda config: command.upgrade(config, revision))


def downgrade(address: str, revision: str = "base") -> None:
    """Bring a database down. What the older version does not know is lost."""
    _run(address, lambda config: command.downgrade(config, revision))


def differences(address: str) -> list[Any]:
    """Return what stands between a migrated database and the tables: empty when the migrations are complete."""
    with connected(address) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def _run(address: str, action: Callable[[Config], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with connected(address) as connection:
        config.attributes["connection"] = connection
        action(config)
        connection.commit()
