"""The threat model names tests that are there: what nothing shows any more must not be claimed."""

import re
from pathlib import Path

from scripts.docs import PROJECT

PAGE = PROJECT / "docs" / "safety-and-privacy.md"
TEST = re.compile(r"\[([^\]]+)\]\(\.\./(tests/[^)]+\.py)\)")


def rows() -> list[list[str]]:
    """Return the cells of the table of threats."""
    section = PAGE.read_text("utf-8").partition("\n## Threat model\n")[2].partition("\n## ")[0]
    return [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| **")]


def test_every_test_that_the_threat_model_names_is_there() -> None:
    named = [(name, path) for row in rows() for name, path in TEST.findall(row[2])]
    assert len(named) >= 30
    for name, path in named:
        assert f"def test_{name.replace(' ', '_')}(" in Path(PROJECT / path).read_text("utf-8"), (path, name)


def test_every_threat_says_what_stops_it_what_shows_that_and_what_remains() -> None:
    found = rows()
    assert len(found) >= 20
    for row in found:
        assert len(row) == 4, row[0]
        assert TEST.search(row[2]) or row[2] == "–", row[0]
        assert row[3] != "–" or row[2] != "–", row[0]
