"""Tone is TextBlob's polarity, without the words that only speak of people."""

import warnings

import pytest

from language.tone import tone_of
from language.words import split


def tone(text: str) -> float | None:
    """Return the tone of a text."""
    return tone_of(split(text).words)


@pytest.mark.parametrize(
    "text", ["a terrible week", "a wonderful day", "terribly tired and sad", "the visit was not good"]
)
def test_it_is_what_textblob_says(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from textblob import TextBlob
    assert tone(text) == pytest.approx(TextBlob(text).sentiment.polarity, abs=0.001)


def test_no_known_word_is_no_tone() -> None:
    assert tone("I need help") is None
    assert tone("met with six people") is None


def test_words_about_people_do_not_move_it() -> None:
    assert tone("an older Black man and a new young mother") is None


def test_a_short_denial_turns_it() -> None:
    """TextBlob alone reads "isn't great" as +0.8."""
    assert (tone("isn't great") or 0) < 0
