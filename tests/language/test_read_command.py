"""`keepwell read`, as it is called from a shell."""

import json
from pathlib import Path

from click.testing import CliRunner

from app.main import cli
from language.read import read_note


def test_each_line_gives_one_object_and_an_empty_line_an_empty_reading() -> None:
    result = CliRunner().invoke(cli, ["read"], input="I want to die\n\n¿Alguien me puede llamar hoy?\n")
    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.output.splitlines()]
    assert [line["text"] for line in lines] == ["I want to die", "", "¿Alguien me puede llamar hoy?"]
    assert lines[0] == read_note("I want to die").as_json()
    assert list(lines[0]) == ["text", "language", "tone", "strain", "flags"]
    assert list(lines[0]["flags"][0]) == ["kind", "urgency", "evidence"]
    assert "¿" in result.output


def test_a_file_with_bad_bytes_a_mark_and_windows_lines_is_read(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_bytes(b"\xef\xbb\xbfI need help\r\nme quiero morir \xff\xfe\r\nlast")
    result = CliRunner().invoke(cli, ["read", str(file)])
    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.output.splitlines()]
    assert [line["text"] for line in lines] == ["I need help", "me quiero morir \ufffd\ufffd", "last"]
    assert lines[1]["flags"][0]["kind"] == "self_risk"


def test_a_missing_file_is_one_clear_line() -> None:
    result = CliRunner().invoke(cli, ["read", "/nowhere/notes.txt"])
    assert result.exit_code != 0
    assert "/nowhere/notes.txt" in result.output
