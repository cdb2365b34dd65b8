"""Notices where a note may say who a client is: names, telephone numbers, addresses, mail, record numbers.

A notice only offers the writer to withdraw the note, so it prefers one too many to one too few.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from language.fold import fold_words
from language.rulebook import read_toml
from language.words import Break, Words

TELEPHONE: Final = re.compile(r"(?<!\d)(?:\+?\d{1,3}[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}(?!\d)")
SHORT_TELEPHONE: Final = re.compile(r"(?<![\d-])\d{3}[.-]\d{4}(?![\d-])")
MAIL: Final = re.compile(r"(?<![\w.])[\w.+-]{1,64}@[\w-]{1,63}\.[a-z]{2,12}(?!\w)", re.IGNORECASE)
RECORD: Final = re.compile(
    r"(?<!\d)(?:\d{3}-\d{2}-\d{4}|(?:case|record|inmate|mrn|dob|expediente|caso)\s?#?:?\s?\d[\d/-]{3,12})",
    re.IGNORECASE,
)
MOST: Final = 8
STREET_REACH: Final = 4


@dataclass(frozen=True, slots=True)
class NameLists:
    """The lists of `names.toml`."""

    given: frozenset[str]
    streets: frozenset[str]
    introduced_by: frozenset[str]
    introduced_then: frozenset[str]


@cache
def lists() -> NameLists:
    """Return the lists, read at the first call."""
    data = read_toml("names.toml")
    keys = ("given", "streets", "introduced_by", "introduced_then")
    return NameLists(*(frozenset(map(fold_words, data[key])) for key in keys))


def names_in(words: Words) -> tuple[str, ...]:
    """Return the places of a note that may say who somebody is, as they are written."""
    text = words.text
    found = [
        match.group() for pattern in (TELEPHONE, SHORT_TELEPHONE, MAIL, RECORD) for match in pattern.finditer(text)
    ]
    for index in range(len(words.words)):
        if len(found) >= MOST:
            break
        if is_name(words, index):
            found.append(words.cut(index, index + 1))
        elif end := address_end(words, index):
            found.append(words.cut(index, end))
    return tuple(dict.fromkeys(found))[:MOST]


def is_name(words: Words, index: int) -> bool:
    """Say whether the word at `index` is written like a name and is one, or is introduced as one."""
    if not words.text[words.spans[index][0]].isupper():
        return False
    written = words.cut(index, index + 1)
    if written.isupper() or len(written) < 2:
        return False
    known, word = lists(), words.words[index]
    if word in known.given or (word.endswith("s") and word[:-1] in known.given):
        return True
    if index == 0 or words.breaks[index] is not Break.NONE:
        return False
    before = words.words[index - 1]
    return before in known.introduced_by or before in known.introduced_then


def address_end(words: Words, index: int) -> int | None:
    """Return the word after an address that begins at `index` ("412 Oak Street", "calle Juárez 15"), or None."""
    known, here = lists(), words.words
    if not here[index].isdigit() and here[index] not in known.streets:
        return None
    reach = range(index + 1, min(len(here), index + STREET_REACH))
    if here[index].isdigit():
        capital = any(words.cut(place, place + 1)[0].isupper() for place in reach)
        return next((place + 1 for place in reach if here[place] in known.streets), None) if capital else None
    return next((place + 1 for place in reach if here[place].isdigit()), None)
