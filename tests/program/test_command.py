"""`keepwell program show` and `keepwell program check`."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.main import cli
from program.load import load_program, parse_program
from tests.program.test_short_programs import CONTRACT


def run(*arguments: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(cli, ["program", *arguments], env=env, catch_exceptions=False)


def test_a_valid_file_is_one_line_and_success(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(CONTRACT, encoding="utf-8")
    result = run("check", str(path))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{path}: valid (1 check-in, 3 policies, en, es)\n"


def test_faults_go_to_the_error_output_one_a_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('naem = "x"\n[notes]\nenabled = 1\n', encoding="utf-8")
    result = run("check", str(path))
    assert (result.exit_code, result.stdout) == (1, "")
    first, second = result.stderr.splitlines()
    assert first.startswith(f"{path}:1: naem: unknown key (is it 'name'?)")
    assert second == f"{path}:3: notes.enabled: must be true or false"


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    result = run("check", str(tmp_path / "none.toml"))
    assert result.exit_code == 1
    assert result.stderr == f"{tmp_path}/none.toml: cannot be read: No such file or directory\n"


def test_a_warning_does_not_make_a_file_invalid(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[[checkins]]\nid = "pulse"\nitems = ["reach_out"]\n', encoding="utf-8")
    result = run("check", str(path))
    assert result.exit_code == 0
    assert result.stderr.endswith("(a warning)\n")


def test_what_is_shown_is_the_program_in_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mine.toml"
    path.write_text('name = "River peers"\n', encoding="utf-8")
    shipped = run("show", env={"KEEPWELL_PROGRAM": ""}).stdout
    by_setting = run("show", env={"KEEPWELL_PROGRAM": str(path)}).stdout
    by_option = run("show", "--program", str(path), env={"KEEPWELL_PROGRAM": ""}).stdout
    assert parse_program(shipped, "shown") == load_program(None)
    assert parse_program(by_setting, "shown") == load_program(path)
    assert by_option == by_setting
    assert by_setting.splitlines()[0] == f"# {path}, version {load_program(path).version}"


def test_what_is_shown_is_accepted_by_check(tmp_path: Path) -> None:
    path = tmp_path / "shown.toml"
    path.write_text(run("show", env={"KEEPWELL_PROGRAM": ""}).stdout, encoding="utf-8")
    result = run("check", str(path))
    assert result.stdout == f"{path}: valid (4 check-ins, 3 policies, en, es)\n"


def test_showing_a_file_with_faults_prints_them_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("country = 1", encoding="utf-8")
    result = run("show", "--program", str(path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{path}:1: country: ")
