"""An empty, migrated database for each test, on SQLite and on PostgreSQL: real commits, nothing shared."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from storage import migrate
from tests.postgres import create_database, drop_database

BACKENDS = ("sqlite", "postgresql")


@contextmanager
def template_database(backend: str, folder: Path) -> Iterator[str]:
    """Yield what copies are made from: the address of a file, or the name of a database. Migrated once."""
    if backend == "sqlite":
        path = folder / "template.db"
        migrate.upgrade(f"sqlite:///{path}")
        yield str(path)
    else:
        name = f"template_{uuid4().hex}"
        migrate.upgrade(create_database(name))
        try:
            yield name
        finally:
            drop_database(name)


@contextmanager
def copied_database(backend: str, template: str, folder: Path) -> Iterator[str]:
    """Yield the address of a fresh copy."""
    if backend == "sqlite":
        path = folder / f"{uuid4().hex}.db"
        shutil.copy(template, path)
        yield f"sqlite:///{path}"
    else:
        name = f"test_{uuid4().hex}"
        try:
            yield create_database(name, template)
        finally:
            drop_database(name)
