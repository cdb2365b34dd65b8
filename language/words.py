"""Splits a folded note into words, with the places where they stood and the breaks between them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from language.fold import fold

# A sign inside a word may stand for a letter; between words it is punctuation. No part of the pattern can match in two
# ways, so the time is linear in the length of the note.
TOKEN: Final = re.compile(r"(?:[^\W_]|[@$](?=[^\W\d_]))(?:[^\W_]|['@$!*|]+(?=[^\W_])|[*]{2,}(?![^\W_]))*")
PICTURE: Final = re.compile(r"[\u2600-\u27bf\u2b50\u2b55\U0001f300-\U0001faff]|(?<![^\W_])[:;=]-?'?[()D/|](?![^\W_])")
HARD: Final = re.compile(r"(?<![.])[.](?![.])|[!?;\u061f\u3002]")


class Break(IntEnum):
    """What stands before a word."""

    NONE = 0
    SOFT = 1  # a comma, a dash, a new line, three dots
    HARD = 2  # the end of a sentence


@dataclass(frozen=True, slots=True)
class Picture:
    """An emoji or a drawn face, and the index of the word that follows it."""

    sign: str
    before_word: int


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a note in parallel lists. A span is a pair of indexes into the note as it was written."""

    text: str
    words: list[str]
    spans: list[tuple[int, int]]
    breaks: list[Break]
    quoted: list[bool]
    pictures: list[Picture]

    def cut(self, first: int, after: int) -> str:
        """Return the note's own writing from word `first` to the word before `after`."""
        return self.text[self.spans[first][0] : self.spans[after - 1][1]]


def split(text: str) -> Words:
    """Return the words of a text, folded but not yet repaired."""
    folded, origins = fold(text)
    found = Words(text, [], [], [], [], [])
    quoted, end = False, 0
    for match in TOKEN.finditer(folded):
        start = match.start()
        between = folded[end:start]
        if '"' in between and between.count('"') % 2:
            quoted = not quoted
        found.words.append(match.group().replace("'", ""))
        found.spans.append((origins[start], origins[match.end() - 1] + 1))
        found.breaks.append(break_of(between) if end else Break.HARD)
        found.quoted.append(quoted)
        end = match.end()
    found.pictures.extend(pictures_of(folded, origins, found.spans))
    return found


def break_of(between: str) -> Break:
    """Return how strongly the signs between two words part them."""
    if between == " ":
        return Break.NONE
    if HARD.search(between):
        return Break.HARD
    return Break.SOFT if between.strip(" ") else Break.NONE


def pictures_of(folded: str, origins: Sequence[int], spans: list[tuple[int, int]]) -> list[Picture]:
    """Return the emoji and faces of a folded text in their order."""
    pictures = []
    word = 0
    for match in PICTURE.finditer(folded):
        place = origins[match.start()]
        while word < len(spans) and spans[word][0] <= place:
            word += 1
        pictures.append(Picture(match.group(), word))
    return pictures
