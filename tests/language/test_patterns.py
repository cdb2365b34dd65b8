"""The language of the rules, and what it refuses."""

import pytest

from language.patterns import BadPattern, Web
from language.words import split


def found(pattern: str, text: str) -> bool:
    """Say whether a pattern occurs in a text."""
    web = Web()
    web.add_classes({"want": ["want", "wanna"]})
    web.add(pattern, 0)
    web.settle()
    words = split(text)
    return any(True for _ in web.find(words.words, words.breaks))


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("end it all", "spend it all", False),
        ("end it all", "to end it all now", True),
        ("end it all", "the end. It all went well", False),
        ("want to (die|be dead)", "I want to be dead", True),
        ("want to (die|be dead)", "I want to be", False),
        ("<want> [really] die", "wanna really die", True),
        ("<want> [really] die", "wanna die", True),
        ("lost ... overdose", "lost a man to overdose", True),
        ("lost ... overdose", "lost one two three four five overdose", False),
        ("lost ... overdose", "lost. An overdose", False),
        ("<number> times", "12 times", True),
        ("can't go on", "CAN’T go on", True),
        ("mañana no", "manana no", True),
    ],
)
def test_a_pattern_means_what_it_says(pattern: str, text: str, expected: bool) -> None:
    assert found(pattern, text) is expected


@pytest.mark.parametrize(
    "pattern", ["", "[die]", "(die", "die)", "... die", "die ...", "<nobody> dies", "die?", "[a|b] [c]"]
)
def test_a_bad_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern):
        found(pattern, "x")
