"""`keepwell migrate` on both databases."""

from pathlib import Path

import pytest

from app.commands.run import ready_database
from app.settings import load_settings
from storage import migrate
from storage.database import SchemaMissing
from tests.app.conftest import Run


def test_an_empty_database_is_brought_up_and_a_second_time_changes_nothing(run: Run, folder: Path) -> None:
    first, second = run("migrate"), run("migrate")
    assert first.output == f"The database went from empty to version {migrate.head()}.\n"
    assert second.output == f"The database is at version {migrate.head()} already.\n"
    assert first.exit_code == second.exit_code == 0


def test_a_database_that_is_up_to_date_stays_so(run: Run, database: str) -> None:
    assert "already" in run("migrate").output


def test_the_service_demands_a_migrated_database_and_migrates_sqlite_itself(database: str) -> None:
    settings = load_settings()
    ready_database(settings)
    migrate.downgrade(database)
    if settings.is_sqlite:
        ready_database(settings)
        assert migrate.current(database) == migrate.head()
    else:
        with pytest.raises(SchemaMissing, match="keepwell migrate"):
            ready_database(settings)
