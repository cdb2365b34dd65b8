"""The reference is written from the schema."""

import re
from pathlib import Path

from program.load import parse_program
from program.reference import write_reference

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "program.md"


def test_the_reference_is_up_to_date() -> None:
    again = "run: python -m program.reference docs/reference/program.md"
    assert REFERENCE.read_text(encoding="utf-8") == write_reference(), again


def test_the_example_in_the_reference_is_a_program() -> None:
    (example,) = re.findall(r"```toml\n(\[\[checkins.*?)```", write_reference(), re.DOTALL)
    program = parse_program(example, "example")
    assert [item.id for item in program.checkin("pulse").items] == ["fuel", "spill", "slept", "reach_out"]
    assert program.warnings == ()


def test_every_key_has_a_meaning() -> None:
    for row in write_reference().splitlines():
        if row.startswith("| `") and row.count("|") == 5:
            assert row.split("|")[4].strip(), row
