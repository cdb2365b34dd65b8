"""A database is copied row by row, in both directions, and nothing that differs passes for copied."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, insert, select, text, update

from storage import migrate
from storage.copying import CopyRefused, clear, copy_all, counts, demand_version, reading_from, tables, writing_to
from storage.database import SchemaMissing
from storage.tables_people import PersonRow
from storage.tables_service import FactRow
from storage.vault import Vault
from tests.conftest import SECRET, START
from tests.databases import BACKENDS
from tests.postgres import create_database, drop_database
from tests.storage.filled import ROWS, everything, fill

VAULT = Vault([SECRET])


def nothing(_done: int) -> None:
    """Nobody watches."""


@pytest.fixture
def filled(database_address: str) -> str:
    with writing_to(database_address) as connection:
        fill(connection, VAULT)
    return database_address


@pytest.fixture(params=BACKENDS)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of the one kind or the other."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'target.db'}"
        return
    name = f"target_{uuid4().hex}"
    try:
        yield create_database(name)
    finally:
        drop_database(name)


def test_every_row_of_every_table_arrives_as_it_was(filled: str, target: str) -> None:
    migrate.upgrade(target)
    done: list[int] = []
    with reading_from(filled) as source, writing_to(target) as there:
        rows = copy_all(source, there, done.append)
    with reading_from(filled) as source, reading_from(target) as there:
        assert everything(there) == everything(source)
        assert rows == counts(there) == dict.fromkeys((table.name for table in tables()), ROWS)
    assert sum(done) == 2 * sum(rows.values())


def test_the_copy_goes_on_counting_where_the_original_stopped(filled: str, target: str) -> None:
    migrate.upgrade(target)
    with reading_from(filled) as source, writing_to(target) as there:
        copy_all(source, there, nothing)
    with writing_to(target) as there:
        for table in tables():
            column = table.autoincrement_column
            if column is None:
                continue
            highest, *_ = there.execute(select(table).order_by(column.desc())).mappings().all()
            row = dict(highest) | {column.name: None, "dedup_key": "new"}
            given = {name: row[name] for name in table.columns.keys() if name != column.name}  # noqa: SIM118
            made = there.execute(insert(table).values(given)).inserted_primary_key
            assert made is not None
            assert made[0] > highest[column.name], table.name


def test_a_row_that_arrives_otherwise_is_found_and_nothing_is_kept(filled: str, target: str) -> None:
    migrate.upgrade(target)
    with reading_from(filled) as source, pytest.raises(CopyRefused, match="table facts: 1 rows did not arrive"):
        _copy_and_meddle(source, target)
    with reading_from(target) as there:
        assert not any(counts(there).values())


def _copy_and_meddle(source: Connection, target: str) -> None:
    done = 0
    with writing_to(target) as there:

        def meddle(rows: int) -> None:
            nonlocal done
            done += rows
            if done == ROWS * len(tables()):  # all are copied, none is compared
                first = there.scalar(select(FactRow.key).limit(1))
                there.execute(update(FactRow).where(FactRow.key == first).values(value="changed"))

        copy_all(source, there, meddle)


def test_a_row_that_does_not_fit_is_refused_without_its_words(database_address: str, target: str) -> None:
    migrate.upgrade(target)
    with writing_to(database_address) as connection:
        if connection.dialect.name != "sqlite":
            pytest.skip("PostgreSQL holds to the lengths itself")
        connection.execute(insert(FactRow).values(key="k" * 500, value="a secret word", at=START))
    with reading_from(database_address) as source, writing_to(target) as there:
        if there.dialect.name == "sqlite":
            return
        with pytest.raises(CopyRefused, match="table facts: a row is refused") as refused:
            copy_all(source, there, nothing)
        there.rollback()
    assert "secret" not in str(refused.value)


def test_clearing_deletes_every_row(filled: str) -> None:
    with writing_to(filled) as connection:
        clear(connection)
        assert not any(counts(connection).values())
        assert connection.scalar(select(PersonRow.id)) is None


def test_only_a_database_of_this_version_is_copied(database_address: str, tmp_path: Path) -> None:
    demand_version(database_address)
    with writing_to(database_address) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(SchemaMissing):
        demand_version(database_address)
    missing = tmp_path / "missing.db"
    with pytest.raises(CopyRefused, match="is not there"):
        demand_version(f"sqlite:///{missing}")
    assert not missing.exists()
