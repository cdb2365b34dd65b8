"""Take every migration up, down and up again, on SQLite and on PostgreSQL, and compare the end with the tables."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.script import ScriptDirectory

from storage import migrate
from storage.tables import Base
from tests.postgres import create_database, drop_database

NAME = f"keepwell_migrations_{os.getpid()}"


def revisions() -> list[str]:
    """Return the revisions from the first to the newest."""
    script = ScriptDirectory(str(migrate.FOLDER))
    return [found.revision for found in script.walk_revisions()][::-1]


@contextmanager
def sqlite() -> Iterator[str]:
    """Give the address of a database file that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'keepwell.db'}"


@contextmanager
def postgresql() -> Iterator[str]:
    """Give the address of an empty database that is gone afterwards."""
    drop_database(NAME)
    try:
        yield create_database(NAME)
    finally:
        drop_database(NAME)


def faults(address: str) -> list[str]:
    """Walk the stairs: each revision up, down and up; then all the way down and up. Return what is wrong at the end."""
    below = "base"
    for revision in revisions():
        migrate.upgrade(address, revision)
        migrate.downgrade(address, below)
        migrate.upgrade(address, revision)
        below = revision
    found = [f"differs from the tables of the code: {difference}" for difference in migrate.differences(address)]
    migrate.downgrade(address)
    missing = [difference for difference in migrate.differences(address) if difference[0] == "add_table"]
    if len(missing) != len(Base.metadata.tables):
        found.append("tables are left after the way down")
    migrate.upgrade(address)
    if migrate.current(address) != migrate.head():
        found.append("the second way up does not reach the newest revision")
    return found


def main() -> int:
    """Check both databases and return the exit status."""
    status = 0
    for database in (sqlite, postgresql):
        with database() as address:
            for fault in faults(address):
                print(f"{database.__name__}: {fault}")
                status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
