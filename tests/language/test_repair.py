"""What is mended, and what is left alone."""

import pytest

from language.repair import is_one_edit
from language.rulebook import rulebook
from language.words import split


def mended(text: str) -> str:
    """Return the words of a text after repair."""
    return " ".join(rulebook().repair.mend(split(text)).words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("suicde", "suicide"),
        ("sucidal", "suicidal"),
        ("myslef", "myself"),
        ("k1ll", "kill"),
        ("su!cide", "suicide"),
        ("k*ll", "kill"),
        ("k***", "kill"),
        ("$uicide", "suicide"),
        ("s u i c i d e", "suicide"),
        ("k i l l m y s e l f", "kill myself"),
        ("d.i.e", "die"),
        ("over-dose", "overdose"),
        ("killlll", "kill"),
        ("kms", "kill myself"),
        ("kiero bibir", "quiero vivir"),
        ("ѕuicide", "suicide"),
        ("ｋｉｌｌ", "kill"),
    ],
)
def test_a_word_about_safety_is_mended(text: str, words: str) -> None:
    assert mended(text) == words


@pytest.mark.parametrize(
    "word",
    ["homeless", "dread", "rapid", "skill", "charm", "helps", "hanging", "trying", "putting", "collapse", "urgente",
     "contarme", "ahorrarme", "puerto", "dormirme", "consumer", "toy", "lifer", "farming", "hung", "soot"],
)  # fmt: skip
def test_a_real_word_is_left_alone(word: str) -> None:
    assert mended(word) == word


def test_a_sign_between_two_words_parts_them() -> None:
    assert mended("great!we won") == "great we won"


@pytest.mark.parametrize(
    ("one", "two", "near"),
    [("kill", "kil", True), ("kil", "kill", True), ("lfie", "life", True), ("abc", "abd", True),
     ("abcd", "badc", False),
     ("abc", "abcde", False)],
)  # fmt: skip
def test_one_edit_is_one_edit(one: str, two: str, near: bool) -> None:
    assert is_one_edit(one, two) is near
