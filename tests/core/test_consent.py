"""A consent holds until its meaning changes, in the language in which it was read or in the program."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.consent import MEANING, Agreement, holds, in_force, still_holds

numbers = st.integers(0, 99)


@given(numbers, numbers, st.sampled_from(["", "en", "es"]), st.text("0123456789abcdef", max_size=10))
def test_what_was_agreed_to_is_stored_and_read_back(meaning: int, program: int, language: str, wording: str) -> None:
    agreed = Agreement(meaning, program, language, wording)
    assert Agreement.read(str(agreed)) == agreed
    assert len(str(agreed)) <= 40


@given(st.sampled_from(["en", "es"]), st.integers(1, 99))
def test_what_is_in_force_holds_and_anything_earlier_does_not(language: str, program: int) -> None:
    agreed = in_force(language, program)
    assert holds(agreed, program)
    assert not holds(agreed, program + 1)
    assert not holds(Agreement(agreed.meaning - 1, program, language), program)


def test_a_typo_asks_nobody_again() -> None:
    assert still_holds("1.1.en.aaaaaaaaaa", 1)
    assert still_holds("1.1.en.bbbbbbbbbb", 1)


@pytest.mark.parametrize("stored", [None, "", "nonsense", "0", "1.x.en.", "0.1.en.aa"])
def test_what_nobody_can_read_is_no_consent(stored: str | None) -> None:
    assert not still_holds(stored, 1)


def test_each_language_has_a_version_of_its_own() -> None:
    """A translation that said something else is mended: only those who read that one are asked again."""
    versions = {"en": 1, "es": 2}
    assert holds(Agreement(1, 1, "en"), 1, versions)
    assert not holds(Agreement(1, 1, "es"), 1, versions)
    assert holds(Agreement(2, 1, "es"), 1, versions)


def test_every_language_of_the_bot_has_a_version() -> None:
    assert set(MEANING) == {"en", "es"}
