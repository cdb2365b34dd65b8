"""`keepwell backup`, `restore` and `migrate --to`: everything comes back, and whoever is erased stays so."""

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from app.settings import load_settings
from app.wiring import make_deps
from flows import erasing
from storage import migrate, people
from storage.backup_file import CHECKSUM, MAGIC
from storage.copying import counts, reading_from, writing_to
from storage.database import Database
from storage.replicas import KEYS_OF
from storage.tables_service import AuditRow, FactRow
from storage.vault import Vault, fingerprint
from tests.app.conftest import Run
from tests.conftest import SECRET, START
from tests.databases import BACKENDS
from tests.postgres import create_database, drop_database
from tests.storage.filled import everything, fill
from tests.storage.helpers import some_people

OTHER = "quite another secret key"


@pytest.fixture
def filled(database: str) -> str:
    with writing_to(database) as connection:
        fill(connection, Vault([SECRET]))
    return database


@pytest.fixture(params=BACKENDS)
def other(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """The address of an empty database of either kind, without tables."""
    if request.param == "sqlite":
        yield "sqlite:///./other.db"
        return
    name = f"other_{folder.parent.name.lower()}_{datetime.now(UTC).timestamp():.0f}".replace("-", "_")[:60]
    try:
        yield create_database(name)
    finally:
        drop_database(name)


def test_what_was_backed_up_comes_back_row_by_row(
    run: Run, filled: str, other: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = run("backup", "one.backup")
    assert made.exit_code == 0, made.output
    assert f"read back and compared. It needs the key {fingerprint(SECRET)}." in made.output
    assert (folder / "one.backup").stat().st_mode & 0o777 == 0o600
    assert "sound" in run("restore", "one.backup", "--check").output
    monkeypatch.setenv("KEEPWELL_DATABASE_URL", other)
    back = run("restore", "one.backup")
    assert back.exit_code == 0, back.output
    with reading_from(filled) as before, reading_from(other) as after:
        assert everything(after) == everything(before)
    assert sorted(path.name for path in folder.iterdir() if path.name not in ("other.db", "keepwell.db")) == [
        "one.backup"
    ]


def test_everything_moves_to_another_database_and_the_old_one_stays(run: Run, filled: str, other: str) -> None:
    with reading_from(filled) as source:
        before = everything(source)
    moved = run("migrate", "--to", other)
    assert moved.exit_code == 0, moved.output
    assert "copied, and each compared" in moved.output
    with reading_from(filled) as source, reading_from(other) as target:
        assert everything(target) == everything(source) == before
    again = run("migrate", "--to", other)
    assert again.exit_code == 1
    assert "is not empty" in again.output


def test_moving_is_refused_while_a_service_runs_and_to_nonsense(run: Run, database: str, folder: Path) -> None:
    with writing_to(database) as connection:
        connection.execute(insert(FactRow).values(key=f"{KEYS_OF}one", value="one", at=datetime.now(UTC)))
    assert "a service runs on this database" in run("migrate", "--to", "sqlite:///./other.db").output
    assert not (folder / "other.db").exists()
    assert "names the database of the settings" in run("migrate", "--to", database).output
    assert "--to: it is sqlite" in run("migrate", "--to", "mysql://x").output
    run("backup", "one.backup")
    assert "a service runs on this database" in run("restore", "one.backup", "--replace").output


def test_a_backup_never_overwrites_and_a_restore_never_either_unless_told(run: Run, filled: str, folder: Path) -> None:
    assert run("backup", "one.backup").exit_code == 0
    first = (folder / "one.backup").read_bytes()
    assert "is there already" in run("backup", "one.backup").output
    assert (folder / "one.backup").read_bytes() == first
    assert run("backup", "one.backup", "--replace").exit_code == 0
    with reading_from(filled) as source:
        before = everything(source)
    with writing_to(filled) as connection:
        connection.execute(insert(FactRow).values(key="later", value="1", at=START))
    assert "is not empty" in run("restore", "one.backup").output
    with reading_from(filled) as source:
        assert everything(source) != before
    assert run("restore", "one.backup", "--replace").exit_code == 0
    with reading_from(filled) as source:
        assert everything(source) == before


async def test_who_was_erased_after_the_backup_stays_erased(run: Run, database: str) -> None:
    db = Database(database, Vault([SECRET]))
    who, other = await some_people(db, 2, START)
    assert run("backup", "one.backup").exit_code == 0
    deps = make_deps(load_settings(), Vault([SECRET]))
    await erasing.erase_again(deps, [who])
    await deps.db.close()
    back = await asyncio.to_thread(run, "restore", "one.backup", "--replace")
    assert "1 people who were erased since then were erased again" in back.output
    async with db.reading() as session:
        erased, kept = await people.get(session, who), await people.get(session, other)
        lines = await session.scalars(select(AuditRow.action).where(AuditRow.subject_id == who))
        assert lines.all() == ["erased"]
    assert erased.name.startswith("Erased ")
    assert erased.telegram_id is None
    assert kept.name == "Person 1"
    await db.close()


@pytest.mark.parametrize("harm", ["cut", "changed", "header", "foreign", "empty"])
def test_a_damaged_file_is_refused_and_changes_nothing(run: Run, sqlite: str, folder: Path, harm: str) -> None:
    path = folder / "one.backup"
    assert run("backup", str(path)).exit_code == 0
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(
        {
            "cut": whole[:-100],
            "changed": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
            "header": whole.replace(b'"people": 0', b'"people": 9'),
            "foreign": b"SQLite format 3\0" + whole,
            "empty": b"",
        }[harm]
    )
    refused = run("restore", str(path), "--replace")
    assert refused.exit_code == 1
    assert re.search(r"damaged|no backup of Keepwell's", refused.output), refused.output


def test_a_changed_file_with_a_right_checksum_is_refused_too(run: Run, sqlite: str, folder: Path) -> None:
    from hashlib import sha256

    path = folder / "one.backup"
    run("backup", str(path))
    body = path.read_bytes()[:-CHECKSUM].replace(b'"people": 0', b'"people": 9')
    path.write_bytes(body + sha256(body).digest())
    assert "changed by somebody" in run("restore", str(path), "--replace").output
    assert body.startswith(MAGIC)


def test_a_backup_needs_its_own_key_and_an_older_one_of_the_list_will_do(
    run: Run, filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup", "one.backup")
    monkeypatch.setenv("KEEPWELL_SECRET_KEY", OTHER)
    refused = run("restore", "one.backup", "--check")
    assert f"made with another secret key ({fingerprint(SECRET)})" in refused.output
    monkeypatch.setenv("KEEPWELL_SECRET_KEY", f"{OTHER},{SECRET}")
    assert "sound" in run("restore", "one.backup", "--check").output


def test_no_word_stands_in_a_backup(run: Run, filled: str, folder: Path) -> None:
    with reading_from(filled) as source:
        assert counts(source)["answers"]
    run("backup", "one.backup")
    content = (folder / "one.backup").read_bytes()
    assert b"item" not in content[content.index(b"}") :]
    assert b"CREATE TABLE" not in content


def test_a_folder_keeps_backups_only_as_long_as_mentors_were_told(run: Run, sqlite: str, folder: Path) -> None:
    place = folder / "backups"
    place.mkdir()
    from app.commands.backup import NAMED
    from storage import backup

    for days in (29, 31):
        at = datetime.now(UTC) - timedelta(days=days)
        keys = [(folder / "keepwell.key").read_text().strip()] if (folder / "keepwell.key").exists() else [SECRET]
        backup.make(sqlite, place / NAMED.format(at), keys[0], version="0", now=at, advance=lambda _rows: None)
    (place / "notes.txt").write_text("not ours")
    made = run("backup", str(place))
    assert made.exit_code == 0, made.output
    assert made.output.count("deleted: older than 30d") == 1
    assert len(list(place.glob("*.backup"))) == 2
    assert (place / "notes.txt").exists()


def test_a_backup_of_an_older_version_is_brought_up(run: Run, sqlite: str, folder: Path) -> None:
    migrate.downgrade(sqlite, "0001")
    assert run("backup", "old.backup").exit_code == 0
    (folder / "keepwell.db").unlink()
    assert run("restore", "old.backup").exit_code == 0
    assert migrate.current(sqlite) == migrate.head()


def test_a_backup_of_nothing_and_to_nowhere_is_one_clear_line(run: Run, folder: Path) -> None:
    assert "keepwell.db is not there" in run("backup", "one.backup").output
    assert "there is no such folder" in run("backup", "nowhere/one.backup").output
    assert list(folder.glob("*.backup")) == []
