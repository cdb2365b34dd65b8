"""The command itself: it starts fast, and says what is wrong in one line."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from app.errors import CommandFailed
from app.main import COMMANDS, cli
from tests.app.conftest import Run

KEEPWELL = Path(sys.executable).parent / "keepwell"


def keepwell(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(KEEPWELL), *arguments], capture_output=True, text=True, timeout=20, check=False)


def test_the_version_is_that_of_the_package() -> None:
    done = keepwell("--version")
    assert (done.returncode, done.stdout.strip()) == (0, f"keepwell, version {version('keepwell')}")


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_names_every_command(flag: str) -> None:
    done = keepwell(flag)
    assert done.returncode == 0
    for name in COMMANDS:
        assert f"  {name} " in done.stdout


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("--nonsense",), ("roster", "nonsense"), ("export", "everything")]
)
def test_what_does_not_exist_is_refused_without_a_traceback(arguments: tuple[str, ...]) -> None:
    done = keepwell(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "Error: " in done.stderr


def test_help_and_version_load_nothing_heavy() -> None:
    """A command line that takes seconds to say "unknown command" is one that nobody likes."""
    code = (
        "import sys; from app.main import main; sys.argv = ['keepwell', '--help']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print(','.join(sorted(m for m in ('telegram', 'aiohttp', 'alembic', 'apscheduler', 'matplotlib', 'textblob',"
        " 'uvicorn', 'openpyxl') if m in sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=True)
    assert done.stderr.strip() == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_loaded_and_has_help(name: str) -> None:
    import click

    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.help


def test_a_reader_that_goes_away_early_is_no_error(sqlite: str) -> None:
    done = subprocess.run(
        f"{KEEPWELL} program show | head -1", shell=True, capture_output=True, text=True, timeout=20, check=True
    )
    assert done.stderr == ""


def test_an_error_is_printed_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    CommandFailed("first\nsecond").show()
    assert capsys.readouterr().err == "keepwell: first\nkeepwell: second\n"


@pytest.mark.parametrize("arguments", [("export", "answers"), ("roster", "list"), ("send", "pulse", "--to", "Sam")])
def test_without_tables_the_operator_is_told_to_migrate(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.exit_code == 1
    assert "keepwell migrate" in done.output
    assert "Traceback" not in done.output


def test_a_database_that_is_away_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPWELL_DATABASE_URL", "postgresql://nobody:hunter2@127.0.0.1:1/none")
    monkeypatch.setenv("KEEPWELL_SECRET_KEY", "a key that only tests use")
    done = run("roster", "list")
    assert done.exit_code == 1
    assert "the database does not answer" in done.output
    assert "hunter2" not in done.output


def test_a_wrong_setting_ends_the_command_with_its_own_code(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPWELL_LISTEN", "nowhere")
    done = run("roster", "list")
    assert (done.exit_code, "KEEPWELL_LISTEN" in done.output) == (2, True)


def test_a_program_file_that_is_not_there_is_one_line(run: Run, sqlite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPWELL_PROGRAM", "no-such-file.toml")
    done = run("roster", "list")
    assert done.exit_code == 1
    assert "no-such-file.toml" in done.output
