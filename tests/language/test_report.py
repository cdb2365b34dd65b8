"""The report, and the page that shows it."""

from pathlib import Path

import pytest

from tests.language.report import main

PAGE = Path(__file__).parent.parent.parent / "docs" / "reference" / "language.md"


def test_the_page_shows_the_figures_of_the_untouched_half(capsys: pytest.CaptureFixture[str]) -> None:
    main(["untouched"])
    assert capsys.readouterr().out in PAGE.read_text("utf-8")


def test_failures_are_shown_of_the_tuned_half_only(capsys: pytest.CaptureFixture[str]) -> None:
    main(["untouched", "--failures"])
    assert "labels" not in capsys.readouterr().out
    main(["tuned", "--failures"])
    assert "labels" in capsys.readouterr().out
