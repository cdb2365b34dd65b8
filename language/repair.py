"""Mends the spelling of a few words about safety, and leaves all others alone.

Masks (`k1ll`, `su!cide`, `s u i c i d e`), stretched letters, short forms and single slips of a finger are mended
towards a small vocabulary. A general corrector is never used: it makes risks out of harmless words, and the reverse.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, Final

from language.fold import fold_words
from language.words import Break, Words

MASKS: Final = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "!": "i", "|": "l"}
)
ONE_AS_L: Final = str.maketrans({"1": "l", "!": "l"})
HIDDEN: Final = re.compile(r"[*@$!|]")
STRETCHED: Final = re.compile(r"([^\W\d_])\1{2,}")
DOUBLED: Final = re.compile(r"(.)\1+")
LONGEST: Final = 24  # a longer word is not one of ours
SHORTEST_MENDED: Final = 5
# Spanish as it sounds: b and v, c, s and z, k and qu, a silent h. Applied in this order.
SOUNDS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (("qu", "k"), ("c(?=[ei])", "s"), ("c", "k"), ("z", "s"), ("v", "b"), ("ll", "y"), ("h", ""))
)
SHORTEST_SOUND: Final = 4


@dataclass(frozen=True, slots=True)
class Repair:
    """The vocabulary and its indexes."""

    vocabulary: frozenset[str]  # words that some rule uses: never mended
    safety: frozenset[str]
    protected: frozenset[str]  # real words one edit away from a safety word
    slang: Mapping[str, tuple[str, ...]]
    one_less: Mapping[str, tuple[str, ...]]  # a safety word with one letter left out -> the words
    by_length: Mapping[int, tuple[str, ...]]  # the safety words of each length
    sounds: Mapping[str, str]
    beginnings: frozenset[str]

    @classmethod
    def from_data(cls, data: Mapping[str, Any], vocabulary: frozenset[str] | set[str]) -> "Repair":
        """Return the repairs of `repair.toml`."""
        safety = frozenset(fold_words(word) for word in data["safety"])
        one_less: dict[str, tuple[str, ...]] = {}
        for word in sorted(safety):
            if len(word) >= SHORTEST_MENDED - 1:
                for form in {word, *left_out(word)}:
                    one_less[form] = (*one_less.get(form, ()), word)
        return cls(
            vocabulary=frozenset(vocabulary) | safety,
            safety=safety,
            protected=frozenset(fold_words(word) for word in data["protected"]),
            slang={fold_words(word): tuple(fold_words(meaning).split()) for word, meaning in data["slang"].items()},
            one_less=one_less,
            by_length={
                length: tuple(sorted(word for word in safety if len(word) == length))
                for length in {len(word) for word in safety}
            },
            sounds={sound_of(word): word for word in map(fold_words, data["by_sound"])},
            beginnings=frozenset(word[:n] for word in safety | {"to", "me", "my"} for n in range(1, len(word) + 1)),
        )

    def mend(self, found: Words) -> Words:
        """Return the words with spaced letters joined, split words joined, and each word mended."""
        joined = self._join_halves(self._join_letters(found))
        forms: dict[str, tuple[str, ...]] = {}
        for word in joined.words:
            if word not in forms and (word not in self.vocabulary or word in self.slang):
                forms[word] = self.canonical(word)
        if all(len(parts) == 1 for parts in forms.values()):
            return replace(joined, words=[forms[word][0] if word in forms else word for word in joined.words])
        return spread(joined, [forms.get(word, (word,)) for word in joined.words])

    def canonical(self, word: str) -> tuple[str, ...]:
        """Return the word or words that a written word stands for."""
        if word in self.slang:
            return self.slang[word]
        if word in self.vocabulary or word.isdigit() or len(word) > LONGEST:
            return (word,) if word.isalnum() or word in self.vocabulary else tuple(HIDDEN.sub(" ", word).split())
        if STRETCHED.search(word):
            for shorter in (STRETCHED.sub(r"\1\1", word), STRETCHED.sub(r"\1", word), DOUBLED.sub(r"\1", word)):
                if shorter in self.vocabulary:
                    return (shorter,)
                if shorter in self.slang:
                    return self.slang[shorter]
            word = STRETCHED.sub(r"\1", word)
        if not word.isalpha():
            hidden = self._unmask(word)
            if hidden is not None:
                return (hidden,)
        if not word.isalnum():
            return tuple(HIDDEN.sub(" ", word).split()) or (word,)
        return (self._one_edit(word) or self._by_sound(word) or word,)

    def _unmask(self, word: str) -> str | None:
        """Return the safety word behind digits and signs that stand for letters, if there is one."""
        for plain in (word.translate(MASKS), word.translate(ONE_AS_L).translate(MASKS)):
            letters = plain.replace("*", "")
            if letters in self.safety and letters.isalpha():
                return letters
            if letters != plain or len(letters) >= SHORTEST_MENDED:
                stars = len(plain) - len(letters)
                for candidate in self.one_less.get(letters, ()):
                    if len(candidate) >= len(plain) - 1 and stars <= 1:
                        return candidate
                if stars > 1 and (starred := self._starred(plain)):
                    return starred
        return None

    def _starred(self, word: str) -> str | None:
        """Return the safety word of that length whose letters stand where no star is."""
        if len(word.replace("*", "")) < 2 and not word.startswith("k"):
            return None
        fits = (
            safe
            for safe in self.by_length.get(len(word), ())
            if all(sign in ("*", letter) for sign, letter in zip(word, safe, strict=True))
        )
        return next(fits, None)

    def _one_edit(self, word: str) -> str | None:
        """Return a safety word that one edit makes of this word, if the word is not a real one."""
        if word in self.protected or not word.isalpha():
            return None
        if len(word) < SHORTEST_MENDED:
            return self._swapped(word)
        for form in (word, *left_out(word)):
            for candidate in self.one_less.get(form, ()):
                if len(candidate) >= SHORTEST_MENDED and is_one_edit(word, candidate):
                    return candidate
        return None

    def _swapped(self, word: str) -> str | None:
        """Return the safety word of four letters that two swapped neighbors make of this one."""
        if len(word) != SHORTEST_MENDED - 1:
            return None
        swaps = (word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in range(len(word) - 1))
        return next((swap for swap in swaps if swap in self.safety), None)

    def _by_sound(self, word: str) -> str | None:
        """Return the safety word that sounds the same in Spanish."""
        if len(word) < SHORTEST_SOUND or word in self.protected:
            return None
        return self.sounds.get(sound_of(word))

    def _join_letters(self, found: Words) -> Words:
        """Join runs of single letters that spell words of the vocabulary: `s u i c i d e`, `d.i.e`."""
        if sum(len(word) == 1 for word in found.words) < 3:
            return found
        pieces: list[tuple[int, int, str]] = []
        index = 0
        while index < len(found.words):
            word, after = self._spelled(found.words, index)
            pieces.append((index, after, word))
            index = after
        return regroup(found, pieces)

    def _spelled(self, words: list[str], first: int) -> tuple[str, int]:
        """Return the longest word that single letters spell from `first` on, and the index after it."""
        best, after, spelled = words[first], first + 1, ""
        for index in range(first, len(words)):
            letter = words[index].translate(MASKS)
            if len(letter) != 1 or (spelled + letter) not in self.beginnings:
                break
            spelled += letter
            run = words[first : index + 1]
            # A mask stands between letters: "7, 0" and "7 o 8" are numbers, not "to".
            masked = spelled in self.safety and any(part.isalpha() for part in run)
            if len(spelled) >= 2 and (masked or (spelled in ("to", "me", "my") and all(map(str.isalpha, run)))):
                best, after = spelled, index + 1
        return best, after

    def _join_halves(self, found: Words) -> Words:
        """Join two neighbors that make one safety word: `sui cide`, `over-dose`."""
        pieces: list[tuple[int, int, str]] = []
        index, words = 0, found.words
        while index < len(words):
            both = words[index] + words[index + 1] if index + 1 < len(words) else ""
            if both in self.safety and len(both) > SHORTEST_MENDED:
                pieces.append((index, index + 2, both))
                index += 2
            else:
                pieces.append((index, index + 1, words[index]))
                index += 1
        return regroup(found, pieces)


def regroup(found: Words, pieces: list[tuple[int, int, str]]) -> Words:
    """Return the words put together anew; a piece is (first, after, word)."""
    if len(pieces) == len(found.words):
        return found
    begins = [first for first, _, _ in pieces]
    return replace(
        found,
        words=[word for _, _, word in pieces],
        spans=[(found.spans[first][0], found.spans[after - 1][1]) for first, after, _ in pieces],
        breaks=[found.breaks[first] for first in begins],
        quoted=[found.quoted[first] for first in begins],
        pictures=[replace(picture, before_word=bisect_left(begins, picture.before_word)) for picture in found.pictures],
    )


def spread(found: Words, parts: list[tuple[str, ...]]) -> Words:
    """Return the words with each replaced by its parts, which stand where it stood."""
    begins = [0, *accumulate(len(words) for words in parts)]
    numbered = [(index, number) for index, words in enumerate(parts) for number in range(len(words))]
    return Words(
        text=found.text,
        words=[word for words in parts for word in words],
        spans=[found.spans[index] for index, _ in numbered],
        breaks=[Break.NONE if number else found.breaks[index] for index, number in numbered],
        quoted=[found.quoted[index] for index, _ in numbered],
        pictures=[replace(picture, before_word=begins[picture.before_word]) for picture in found.pictures],
    )


def left_out(word: str) -> list[str]:
    """Return the word without each of its letters in turn."""
    return [word[:n] + word[n + 1 :] for n in range(len(word))]


def sound_of(word: str) -> str:
    """Return how a Spanish word sounds, roughly."""
    for pattern, sound in SOUNDS:
        word = pattern.sub(sound, word)
    return word


def is_one_edit(one: str, two: str) -> bool:
    """Say whether a letter put in, left out, changed or swapped with its neighbor makes `two` of `one`."""
    if abs(len(one) - len(two)) > 1:
        return False
    same = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    a, b = one[same:], two[same:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (len(a) > 1 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:])
    return a[1:] == b if len(a) > len(b) else a == b[1:]
