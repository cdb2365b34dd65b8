"""Tells English, Spanish and neither apart, by frequent small words and by the alphabet."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from language.fold import fold_words
from language.rulebook import read_toml

ENGLISH: Final = "en"
SPANISH: Final = "es"
OTHER: Final = "other"
UNKNOWN: Final = "unknown"
SPANISH_SIGNS: Final = frozenset("¿¡ñÑ")
LONG_WORDS: Final = 6  # a note in another language that is as long as this goes to a person
LONG_LETTERS: Final = 24  # the same for alphabets that write without spaces
LEAST_WORDS: Final = 5  # below this many words a note without known words is too short to tell
SAMPLE: Final = 200


@dataclass(frozen=True, slots=True)
class Tongues:
    """Frequent words of English, of Spanish and, by their code, of other languages."""

    english: frozenset[str]
    spanish: frozenset[str]
    others: Mapping[str, frozenset[str]]


@cache
def tongues() -> Tongues:
    """Return the lists of `languages.toml`, read at the first call."""
    data = read_toml("languages.toml")
    others = {code: frozenset(map(fold_words, words)) for code, words in data["other"].items()}
    return Tongues(frozenset(map(fold_words, data["en"])), frozenset(map(fold_words, data["es"])), others)


def other_letters(text: str) -> int:
    """Return how many letters of the first 400 characters are not Latin."""
    return sum(
        character.isalpha() and not unicodedata.name(character, "").startswith(("LATIN", "FEMININE", "MASCULINE"))
        for character in text[: 2 * SAMPLE]
        if not character.isascii()
    )


def language_of(text: str, words: Sequence[str], vocabulary: frozenset[str]) -> str:
    """Return en, es, other or unknown. `vocabulary` are words that the rules know in either language."""
    foreign = 0 if text.isascii() else other_letters(text)
    if foreign > sum(character.isalpha() for character in text[: 2 * SAMPLE]) // 2:
        return OTHER
    lists, sample = tongues(), words[:SAMPLE]
    english = sum(word in lists.english for word in sample)
    spanish = sum(word in lists.spanish for word in sample) + sum(sign in SPANISH_SIGNS for sign in text[: 2 * SAMPLE])
    neither = max(sum(word in known for word in sample) for known in lists.others.values())
    known = max(english, spanish)
    if neither > known and len(words) >= LEAST_WORDS and neither >= 3:
        return OTHER
    if known:
        return ENGLISH if english >= spanish else SPANISH
    if len(words) >= LEAST_WORDS and not any(word in vocabulary for word in sample):
        return OTHER
    return UNKNOWN


def is_long(text: str, words: Sequence[str]) -> bool:
    """Say whether a note in another language is long enough to go to a person."""
    return len(words) >= LONG_WORDS or other_letters(text) >= LONG_LETTERS
