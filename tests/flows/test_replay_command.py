"""`keepwell replay` as people call it."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.main import cli

LINE = "sam,2026-01-05T09:00Z"
GOOD = f"mentor,at,item,value\n{LINE},fuel,3\n{LINE},spill,1\n{LINE},stories,1\n{LINE},people,9\n"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KEEPWELL_PROGRAM", raising=False)
    return tmp_path


def test_a_file_and_standard_input_give_the_same(tmp_path: Path) -> None:
    (tmp_path / "h.csv").write_text(GOOD)
    of_file = CliRunner().invoke(cli, ["replay", "h.csv"])
    of_input = CliRunner().invoke(cli, ["replay", "-"], input=GOOD)
    assert of_file.exit_code == of_input.exit_code == 0
    assert of_file.stdout == of_input.stdout
    assert of_file.stderr == ""
    assert list(csv.reader(of_file.stdout.splitlines())) == [
        ["mentor", "at", "checkin", "strain", "weekly", "load", "z", "limit", "level", "reasons", "alert"],
        ["sam", "2026-01-05T09:00Z", "pulse", "25.000000000", "", "", "", "", "steady", "", ""],
        ["sam", "2026-01-05T09:00Z", "weekly", "", "", "6.250000000", "", "", "steady", "", ""],
    ]


def test_a_faulty_line_is_one_line_of_error_and_no_output(tmp_path: Path) -> None:
    (tmp_path / "h.csv").write_text(f"{GOOD}{LINE},fuel,7\n{LINE},fuel,8\n")
    result = CliRunner().invoke(cli, ["replay", "h.csv"])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == "keepwell: h.csv: line 6: fuel: a whole number from 0 to 4 is expected, as digits\n"


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_a_file_that_cannot_be_read_is_one_line_of_error(name: str) -> None:
    result = CliRunner().invoke(cli, ["replay", name])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"keepwell: {name}: cannot be read: ")
    assert result.stderr.count("\n") == 1


def test_every_item_of_the_shipped_program_is_known(tmp_path: Path) -> None:
    items = [f"practice_{number}" for number in range(1, 13)]
    result = CliRunner().invoke(cli, ["replay", "-"], input=GOOD + "".join(f"{LINE},{item},a\n" for item in items))
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 3


@pytest.mark.parametrize("way", ["option", "environment", "dotenv"])
def test_limits_and_items_come_from_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    (tmp_path / "p.toml").write_text(
        'languages = ["en"]\n[scoring.rules]\nload = 5\n[[checkins]]\nid = "mine"\ntitle = { en = "Mine" }\n'
        'expires_after = "1h"\n'
        '[[checkins.items]]\nid = "own_item"\nkind = "scale"\ntext = { en = "How was it?" }\n'
    )
    if way == "environment":
        monkeypatch.setenv("KEEPWELL_PROGRAM", "p.toml")
    if way == "dotenv":
        (tmp_path / ".env").write_text("KEEPWELL_PROGRAM=p.toml\nKEEPWELL_LISTEN=nonsense\n")
    options = ["--program", "p.toml"] if way == "option" else []
    result = CliRunner().invoke(cli, ["replay", *options, "-"], input=GOOD + f"{LINE},own_item,3\n")
    assert result.stderr == ""
    assert result.stdout.splitlines()[-1].endswith(",watch,load,watch")


def test_a_faulty_program_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text("[scoring.rules]\nload = 'much'\n")
    result = CliRunner().invoke(cli, ["replay", "--program", "p.toml", "-"], input=GOOD)
    assert result.exit_code == 1
    assert "p.toml:2: scoring.rules.load" in result.stderr


def test_cap_and_contract_may_be_given() -> None:
    result = CliRunner().invoke(cli, ["replay", "--cap", "5", "--contract", "30", "-"], input=GOOD)
    assert ",25.000000000," in result.stdout.splitlines()[-1]


def test_an_item_of_the_programs_own_pulse_is_scored(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(
        'languages = ["en"]\n[[checkins]]\nid = "pulse"\n'
        'items = ["fuel", "spill", { id = "own_item", kind = "scale", text = { en = "How heavy was it?" } }]\n'
    )
    lines = f"{GOOD}{LINE},own_item,4\n"
    result = CliRunner().invoke(cli, ["replay", "--program", "p.toml", "-"], input=lines)
    # fuel 1 after reversal, spill 1, own_item 4; stories is known, but this program does not score it.
    assert result.stdout.splitlines()[1] == "sam,2026-01-05T09:00Z,pulse,50.000000000,,,,,steady,,"
    refused = CliRunner().invoke(cli, ["replay", "--program", "p.toml", "-"], input=f"{GOOD}{LINE},own_item,5\n")
    assert "line 6: own_item: a whole number from 0 to 4" in refused.stderr


@pytest.mark.parametrize(
    ("note", "end"),
    [
        ("Slept badly, but a good talk with my team today.", "steady,,"),
        ("I want to kill myself tonight", "crisis,risk_note,crisis"),
        ("Quiero matarme esta noche", "crisis,risk_note,crisis"),
        ("Great week, everything is wonderful", "steady,,"),
    ],
)
def test_notes_are_read_and_may_only_raise(note: str, end: str) -> None:
    lines = f'mentor,at,item,value,note\n{LINE},fuel,3,"{note}"\n'
    result = CliRunner().invoke(cli, ["replay", "-"], input=lines)
    assert result.stdout.splitlines()[1] == f"sam,2026-01-05T09:00Z,pulse,,,,,,{end}"


def test_notes_in_a_file_are_read_although_the_program_takes_none(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text("[notes]\nenabled = false\n")
    lines = f"mentor,at,item,value,note\n{LINE},fuel,3,I want to kill myself tonight\n"
    result = CliRunner().invoke(cli, ["replay", "--program", "p.toml", "-"], input=lines)
    assert result.stdout.splitlines()[1].endswith("crisis,risk_note,crisis")


def test_a_process_of_its_own_writes_utf_8_in_any_locale(tmp_path: Path) -> None:
    (tmp_path / "h.csv").write_bytes(GOOD.replace("sam", "Zoë").encode())
    done = subprocess.run(
        [sys.executable, "-m", "app.commands.replay", "h.csv"],
        capture_output=True,
        check=True,
        env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.stdout.decode().splitlines()[1].startswith("Zoë,2026-01-05T09:00Z,pulse,25.000000000,")
    assert b"\r" not in done.stdout
    assert done.stderr == b""
