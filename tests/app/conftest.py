"""An operator in an empty folder, with a database and the command line."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from app.errors import clear_errors
from app.main import cli
from tests.conftest import SECRET
from tests.databases import template_database

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, without any setting."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for name in ("TOKEN", "API_URL"):
        monkeypatch.delenv(f"KEEPWELL_TELEGRAM_{name}", raising=False)
    for name in ("DATABASE_URL", "PROGRAM", "WEBHOOK_URL", "WEBHOOK_SECRET", "LISTEN", "SECRET_KEY", "LOG_LEVEL"):
        monkeypatch.delenv(f"KEEPWELL_{name}", raising=False)
    return here


@pytest.fixture
def database(database_address: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A migrated database of the settings, on either engine."""
    monkeypatch.setenv("KEEPWELL_DATABASE_URL", database_address)
    monkeypatch.setenv("KEEPWELL_SECRET_KEY", SECRET)
    return database_address


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A migrated SQLite database that is only copied: the migrations take longer than most tests."""
    with template_database("sqlite", tmp_path_factory.mktemp("migrated")) as made:
        yield Path(made)


@pytest.fixture
def sqlite(folder: Path, migrated: Path) -> str:
    """A migrated SQLite database in the working directory, as the default settings have it."""
    shutil.copy(migrated, folder / "keepwell.db")
    return "sqlite:///./keepwell.db"


@pytest.fixture
def run(folder: Path) -> Run:
    """Run a command as the shell does: what an operator can mend becomes a line and an exit code."""

    @click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
    @click.argument("words", nargs=-1, type=click.UNPROCESSED)
    def shell(words: tuple[str, ...]) -> None:
        with clear_errors():
            cli.main(list(words), standalone_mode=False)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(shell, arguments)

    return run
