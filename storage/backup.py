"""Backups: taken from a running database, and brought back into an empty one or in the place of another."""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, select

from storage import backup_file, copying, migrate
from storage.backup_file import BackupUnreadable, Header
from storage.copying import Advance, CopyRefused, demand_version, sqlite_path
from storage.replicas import KEYS_OF
from storage.revision import current, needed
from storage.tables_people import PersonRow
from storage.tables_service import AuditRow, FactRow
from storage.vault import fingerprint

PART: Final = 1 << 20
# Erases people in a database of that address: called with those who were erased after the backup was made.
Erase = Callable[[str, Sequence[UUID]], None]


def make(address: str, path: Path, secret: str, *, version: str, now: datetime, advance: Advance) -> Header:
    """Write everything into a file, read it back, and return what the file says of itself.

    The service may run meanwhile. A file of that name is replaced when the new one is whole.
    """
    with _beside(path, "db") as plain:
        source = sqlite_path(address)
        if source is not None:
            _copy_file(source, plain)
        else:
            demand_version(address)
            copy = f"sqlite:///{plain}"
            migrate.upgrade(copy)
            with copying.reading_from(address) as here, copying.writing_to(copy) as there:
                copying.copy_all(here, there, advance)
        rows, revision = _look(plain)
        header = Header(
            version=version,
            revision=revision,
            made_at=now.isoformat(),
            rows=rows,
            key=fingerprint(secret),
            salt=backup_file.new_salt(),
        )
        with _beside(path, "part") as part:
            with part.open("wb") as file:
                backup_file.write(file, header, secret, _parts(plain))
                file.flush()
                os.fsync(file.fileno())
            _same(part, secret, plain)
            part.replace(path)
    return header


def check(path: Path, secrets: Sequence[str], folder: Path) -> Header:
    """Read a backup as a restore does, and store nothing. Raise BackupUnreadable."""
    with _beside(folder / path.name, "db") as plain:
        return _unpack(path, secrets, plain)


def restore(
    path: Path, address: str, secrets: Sequence[str], *, replace: bool, folder: Path, erase: Erase, advance: Advance
) -> tuple[Header, int]:
    """Bring a backup back, compare every row, and return what it holds and how many people were erased again.

    Nothing is stored unless everything is. Raise BackupUnreadable, or CopyRefused when the database is not empty.
    """
    with _beside(folder / path.name, "db") as plain:
        header = _unpack(path, secrets, plain)
        copy = f"sqlite:///{plain}"
        migrate.upgrade(copy)
        migrate.upgrade(address)
        with copying.writing_to(address) as there:
            if any(copying.counts(there).values()):
                if not replace:
                    raise CopyRefused(
                        "the database is not empty; --replace puts the backup in the place of what it holds"
                    )
                erased = _erased_since(there, datetime.fromisoformat(header.made_at))
                with copying.reading_from(copy) as here:
                    known = _known(here, erased)
                erase(copy, known)
                copying.clear(there)
            else:
                known = []
            with copying.reading_from(copy) as here:
                copying.copy_all(here, there, advance)
    return header, len(known)


def anybody_runs(address: str, since: datetime) -> bool:
    """Say whether a service said since an instant that it runs on a database, and has not said that it stops."""
    path = sqlite_path(address)
    if (path is not None and not path.exists()) or current(address) is None:
        return False
    said = select(FactRow.key).where(FactRow.key.startswith(KEYS_OF), FactRow.at >= since)
    with copying.reading_from(address) as connection:
        return connection.scalar(said.limit(1)) is not None


@contextmanager
def _beside(path: Path, ending: str) -> Iterator[Path]:
    """Yield the name of a file that only its owner may read, and remove it at the end."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", suffix=f".{ending}", delete=False) as file:
        made = Path(file.name)
    try:
        yield made
    finally:
        for name in (made, *(made.with_name(made.name + more) for more in ("-wal", "-shm", "-journal"))):
            name.unlink(missing_ok=True)


def _copy_file(source: Path, target: Path) -> None:
    if not source.exists():
        raise CopyRefused(f"{source} is not there")
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as here,
        closing(sqlite3.connect(target)) as there,
    ):
        here.backup(there)
        there.execute("PRAGMA journal_mode=DELETE")


def _look(plain: Path) -> tuple[Mapping[str, int], str]:
    """Return the number of rows by table, and the version of the tables. Raise CopyRefused for a damaged file."""
    with closing(sqlite3.connect(plain)) as here:
        if (found := here.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
            raise CopyRefused(f"the database is damaged: {found}")
        names = [name for (name,) in here.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        if "alembic_version" not in names:
            raise CopyRefused("the database has no tables; run `keepwell migrate` first")
        revision = here.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        own = [name for name in names if not name.startswith(("sqlite_", "alembic_"))]
        rows = {name: here.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in own}  # noqa: S608 - our tables
    return rows, revision


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(PART):
            yield part


def _same(backup: Path, secret: str, plain: Path) -> None:
    """Read back what was written: a backup that cannot be read is found today and not when it is needed."""
    with plain.open("rb") as file:
        for part in backup_file.read(backup, [secret]):
            if file.read(len(part)) != part:
                raise CopyRefused("what was written does not read as it should: is the disk sound?")
        if file.read(1):
            raise CopyRefused("what was written does not read as it should: is the disk sound?")


def _unpack(path: Path, secrets: Sequence[str], plain: Path) -> Header:
    header = backup_file.read_header(path)
    if header.revision > needed():
        raise BackupUnreadable(f"{path}: made by a newer Keepwell ({header.version}); use that version")
    with plain.open("wb") as file:
        for part in backup_file.read(path, secrets):
            file.write(part)
    rows, revision = _look(plain)
    if (rows, revision) != (header.rows, header.revision):
        raise BackupUnreadable(f"{path}: it does not hold what it says")
    return header


def _erased_since(connection: Connection, made_at: datetime) -> set[UUID]:
    lines = select(AuditRow.subject_id).where(AuditRow.action == "erased", AuditRow.at >= made_at)
    return {id_ for id_ in connection.scalars(lines) if id_ is not None}


def _known(connection: Connection, erased: set[UUID]) -> list[UUID]:
    """Return which of these people a backup holds and has not erased itself."""
    lines = set(connection.scalars(select(AuditRow.subject_id).where(AuditRow.action == "erased")))
    people = connection.scalars(select(PersonRow.id))
    return sorted(id_ for id_ in people if id_ in erased and id_ not in lines)
