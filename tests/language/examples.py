"""Writes the shortest and a longer example of each pattern of the rules."""

from typing import Final

from language.fold import fold_words
from language.patterns import CLOSING, GAP, NUMBER, PIECE
from language.rulebook import read_toml

CLASSES: Final = {f"<{name}>": members[0] for name, members in read_toml("classes.toml")["classes"].items()}


def example(pattern: str, choice: int = 0) -> str:
    """Return words that a pattern matches: the alternative number `choice` (or the last) at every place."""
    words, _ = _alternatives(PIECE.findall(fold_words(pattern)), choice)
    return " ".join(words)


def _alternatives(pieces: list[str], choice: int) -> tuple[list[str], list[str]]:
    """Return the chosen alternative up to a closing bracket, and the pieces after it."""
    forms: list[list[str]] = [[]]
    while pieces and pieces[0] not in ")]":
        piece, pieces = pieces[0], pieces[1:]
        if piece == "|":
            forms.append([])
        elif piece in CLOSING:
            inner, pieces = _alternatives(pieces, choice)
            pieces = pieces[1:]
            forms[-1].extend(inner if piece == "(" else [])
        elif piece == GAP:
            continue
        else:
            forms[-1].append("7" if piece == NUMBER else CLASSES.get(piece, piece))
    return forms[min(choice, len(forms) - 1)], pieces
