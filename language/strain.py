"""How strained a note sounds, from words, phrases and emoji of our own list, and a little of TextBlob's polarity.

The sum of the weights x becomes x / (|x| + 2): one clear word gives about ±.5, many never reach ±1. Unvalidated.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from language.patterns import Web
from language.reading import Flag
from language.rulebook import People, read_toml
from language.words import Break, Words

HALF: Final = 2.0  # the sum that reads as .5
TONE_SHARE: Final = 0.6  # what a polarity of -1 adds to the sum
TURNED: Final = -0.7  # "not tired" is not as well as "tired" is strained
LOOK_BACK: Final = 4


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The list of `strain.toml`. `weights[i]` belongs to the patterns added with index i; the last is bitter praise."""

    web: Web
    weights: tuple[float, ...]
    pictures: Mapping[str, float]
    flags: Mapping[str, Mapping[str, float]]

    @property
    def bitter(self) -> int:
        """The index of praise that turns beside trouble."""
        return len(self.weights) - 1


@dataclass(frozen=True, slots=True)
class Piece:
    """A phrase that was recognized."""

    first: int
    after: int
    weight: float
    bitter: bool


@cache
def lexicon() -> Lexicon:
    """Return the list, read at the first call."""
    data = read_toml("strain.toml")
    web = Web()
    groups = [*data["groups"], data["bitter"]]
    for index, group in enumerate(groups):
        for pattern in group["patterns"]:
            web.add(pattern, index)
    web.settle()
    return Lexicon(web, tuple(float(group["weight"]) for group in groups), data["pictures"], data["flags"])


def strain_of(words: Words, people: People, tone: float | None, flags: Iterable[Flag]) -> float | None:
    """Return the strain of a note, -1 (well) to 1 (very strained), or None where nothing was recognized."""
    book = lexicon()
    pieces = recognized(words, book)
    pictures = [book.pictures[picture.sign] for picture in words.pictures if picture.sign in book.pictures]
    flagged = [weight for flag in flags if (weight := book.flags.get(flag.kind, {}).get(flag.urgency, 0.0))]
    if not pieces and not pictures and not flagged and tone is None:
        return None
    total = sum(pictures) + sum(flagged) - TONE_SHARE * (tone or 0.0)
    total += sum(weighted(piece, pieces, words, people, book) for piece in pieces)
    return round(total / (abs(total) + HALF), 3)


def recognized(words: Words, book: Lexicon) -> list[Piece]:
    """Return the phrases of the list that occur; of two that overlap the one that begins first, then the longer."""
    found: dict[int, tuple[int, list[int]]] = {}
    for index, first, after in book.web.find(words.words, words.breaks):
        longest, indexes = found.get(first, (0, []))
        if after > longest:
            found[first] = after, [index]
        elif after == longest:
            indexes.append(index)
    pieces: list[Piece] = []
    free = 0
    for first in sorted(found):
        after, indexes = found[first]
        if first >= free:
            weight = book.weights[min(indexes)]
            pieces.append(Piece(first, after, weight, book.bitter in indexes))
            free = after
    return pieces


def weighted(piece: Piece, pieces: list[Piece], words: Words, people: People, book: Lexicon) -> float:
    """Return what a phrase adds: turned by a denial, bitter beside trouble."""
    for place in range(piece.first - 1, max(-1, piece.first - LOOK_BACK), -1):
        word = words.words[place]
        if words.breaks[place + 1] is not Break.NONE:
            break
        if word in people.negators:
            return TURNED * piece.weight
        if word not in people.fillers and word not in ("so", "too", "very", "doing", "muy", "tan", "great"):
            break
    if piece.bitter:
        set_apart = words.breaks[piece.first] is Break.SOFT or (
            piece.after < len(words.words) and words.breaks[piece.after] is Break.SOFT
        )
        near = (other for other in pieces if abs(other.first - piece.first) <= 2 * LOOK_BACK)
        if set_apart and any(other.weight >= 1 and other is not piece for other in near):
            return book.weights[book.bitter]
    return piece.weight
