"""Folds writing: case, accents, look-alike letters, invisible characters. Every folded character knows its origin."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

APOSTROPHES: Final = "'`´‘’‛ʼʹ′＇"
QUOTES: Final = '"“”„«»‹›＂'
# Letters of other alphabets that look Latin: the usual way to slip a word past a filter.
LOOK_ALIKE: Final = dict(zip("аеорсухіѕԁјкмтнв" + "αεορικντυ", "aeopcyxisdjkmthb" + "aeopikvtu", strict=True)) | {
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
}
SKIN_TONES: Final = range(0x1F3FB, 0x1F400)


@lru_cache(maxsize=4096)
def fold_character(character: str) -> str:
    """Return the folded form of one character: empty, one or several characters."""
    if character in APOSTROPHES:
        return "'"
    if character in QUOTES:
        return '"'
    if character.isspace():
        return "\n" if character in "\n\r\x0b\x0c\x85\u2028\u2029" else " "
    if unicodedata.category(character) in ("Cf", "Cc", "Mn", "Me", "Cs") or ord(character) in SKIN_TONES:
        return ""
    parts = unicodedata.normalize("NFKD", character).lower()
    return "".join(LOOK_ALIKE.get(part, part) for part in parts if not unicodedata.combining(part))


def fold(text: str) -> tuple[str, Sequence[int]]:
    """Return the folded text, and for each of its characters the index in `text` that it came from."""
    if text.isascii() and text.isprintable():
        return text.lower().replace("`", "'"), range(len(text))
    folded: list[str] = []
    origins: list[int] = []
    for index, character in enumerate(text):
        part = fold_character(character)
        folded.append(part)
        origins.extend([index] * len(part))
    return "".join(folded), origins


def fold_words(text: str) -> str:
    """Return a word or phrase of a data file as the notes' words are written after folding."""
    return fold(text)[0].replace("'", "")
