"""Reads a note: its language, tone, strain, and what a person should know of. Pure; nothing is stored or logged."""

from typing import Final

from language.names import names_in
from language.reading import Flag, FlagKind, Reading, Urgency
from language.rulebook import rulebook
from language.strain import strain_of
from language.tone import tone_of
from language.tongue import ENGLISH, OTHER, UNKNOWN, is_long, language_of
from language.weigh import weigh
from language.words import Words, split

MOST_READ: Final = 2000  # characters; of a longer note the beginning and the end
READ_FIRST: Final = 1200
EVIDENCE: Final = 80


def read_note(text: str) -> Reading:
    """Return what a note says: language, tone, strain, flags, and whether it seems to name somebody.

    Both languages' rules are applied whatever the language is. Any text is read; none raises an error.
    """
    part, whole = within_reach(text)
    if not part.strip():
        return Reading(text, UNKNOWN, None, None, (), (), whole)
    book = rulebook()
    written = split(part)
    words = book.repair.mend(written)
    language = language_of(part, words.words, book.repair.vocabulary)
    flags = weigh(words, book) + unread(part, words, language, whole)
    tone = tone_of(words.words) if language == ENGLISH else None
    strain = strain_of(words, book.people, tone, flags)
    return Reading(text, language, tone, strain, flags, names_in(written), whole)


def within_reach(text: str) -> tuple[str, bool]:
    """Return what is read of a text: all of it, or its beginning and its end, and whether it was all."""
    if len(text) <= MOST_READ:
        return text, True
    return text[:READ_FIRST] + "\n" + text[len(text) - (MOST_READ - READ_FIRST - 1) :], False


def unread(part: str, words: Words, language: str, whole: bool) -> tuple[Flag, ...]:
    """Return the flags for what was not read: a long note in another language, the middle of a very long one."""
    evidence = part.strip()[:EVIDENCE].strip()
    flags = []
    if language == OTHER and is_long(part, words.words):
        flags.append(Flag(FlagKind.HELP_REQUEST, Urgency.SAME_DAY, evidence, "language_not_read"))
    if not whole:
        flags.append(Flag(FlagKind.HELP_REQUEST, Urgency.NEXT_SUPERVISION, evidence, "not_read_whole"))
    return tuple(flags)
