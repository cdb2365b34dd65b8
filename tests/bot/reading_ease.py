"""How easy a text is to read: two published formulas, and the counting of syllables that they need.

English: Flesch–Kincaid grade level, .39·words/sentence + 11.8·syllables/word − 15.59 (Kincaid and others, 1975).
Spanish: perspicuity of Szigriszt-Pazos, 206.835 − 62.3·syllables/word − words/sentence (1993), read on the INFLESZ
scale (Barrio-Cantalejo and others, 2008): under 40 very hard, 40–55 hard, 55–65 normal, 65–80 fairly easy, over 80
very easy.
"""

import re
from typing import Final

WORD: Final = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
# A line ends a sentence too: a button, a heading and an entry of a list are read by themselves.
SENTENCE: Final = re.compile(r"[.!?…:;\n]+")
COMMAND: Final = re.compile(r"/\w+")
TAG: Final = re.compile(r"<[^>]+>")
VOWELS: Final = re.compile(r"[aeiouy]+")
# An e that is not heard: at the end, before a plural s, in -ed, and inside words made of two.
SILENT: Final = re.compile(r"(?:[^laeiouyr]|[aeiouy][lr]|[^aeiouy]r)e$|[^aeiouydt]ed$|[^aeiouysxzcgh]es$|thes$")
INSIDE: Final = re.compile(r"^(?:some|every)(?=[^aeiou])")
# Neighboring vowels that are two syllables.
TWO: Final = re.compile(r"(?<![tscg])i[ao](?!u)|[^gq]ua|uou|[aeiou]ing|[^t]ien|ier$|ea$|[qu]uie|[^aeiou]le[sd]?$")


def words_of(text: str) -> list[str]:
    """Return the words of a text, without tags, commands and numbers."""
    return WORD.findall(COMMAND.sub(" ", TAG.sub(" ", text)))


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text that have words."""
    return [part for part in SENTENCE.split(COMMAND.sub(" ", TAG.sub(" ", text))) if WORD.search(part)]


def english_syllables(word: str) -> int:
    """Return about how many syllables an English word has, by the rules of its spelling."""
    lower = word.lower().replace("’", "'")
    bare = re.sub(r"[^a-z]", "", re.sub(r"'(?:s|m|d|ll|ve|re)$|n't$", "", lower))
    count = len(VOWELS.findall(bare)) + len(TWO.findall(bare)) - len(INSIDE.findall(bare))
    if SILENT.search(bare) or re.search(r"[^aeiouy]le[sd]?$", bare):
        count -= 1  # in "little" the group was counted by its e already
    if re.search(r"[ds]n't$", lower):
        count += 1
    return max(count, 1)


def spanish_syllables(word: str) -> int:
    """Return how many syllables a Spanish word has: weak vowels join their neighbors unless they bear an accent."""
    bare = re.sub(r"(?<=[qg])u(?=[eiéí])", "", word.lower())
    bare = re.sub(r"y(?=[aeiouáéíóúü])", "j", bare)  # a consonant before a vowel
    count, before = 0, ""
    for letter in bare:
        if letter not in "aeiouyáéíóúü":
            before = ""
            continue
        weak = letter in "iuyü"
        if not (before and (weak or before in "iuyü")):
            count += 1
        before = letter
    return max(count, 1)


def grade(text: str) -> float:
    """Return the Flesch–Kincaid grade level of an English text."""
    words, sentences = words_of(text), sentences_of(text)
    syllables = sum(english_syllables(word) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def perspicuity(text: str) -> float:
    """Return the Szigriszt-Pazos value of a Spanish text."""
    words, sentences = words_of(text), sentences_of(text)
    syllables = sum(spanish_syllables(word) for word in words)
    return 206.835 - 62.3 * syllables / len(words) - len(words) / len(sentences)
