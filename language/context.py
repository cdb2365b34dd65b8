"""A note while it is weighed: its words, what the rules matched, and what marks its sentences."""

from bisect import bisect_right
from dataclasses import dataclass

from language.patterns import Web
from language.rulebook import Marker, People, Rule, Rulebook
from language.words import Break, Words


@dataclass(frozen=True, slots=True)
class Match:
    """A rule and the words that it matched."""

    rule: Rule
    first: int
    after: int


class Context:
    """One note while it is weighed: its words, its matches and what marks its sentences."""

    def __init__(self, words: Words, book: Rulebook) -> None:
        self.words = words
        self.people: People = book.people
        self.web: Web = book.web
        self.matches: list[Match] = []
        self.marks: dict[Marker, list[tuple[int, int]]] = {marker: [] for marker in Marker}
        self.starts = [n for n, gap in enumerate(words.breaks) if gap is Break.HARD or n == 0]
        for index, first, after in book.web.find(words.words, words.breaks):
            meaning = book.meanings[index]
            if isinstance(meaning, Marker):
                self.marks[meaning].append((first, after))
            elif not (meaning.at_end and after < len(words.words) and words.breaks[after] is Break.NONE):
                self.matches.append(Match(meaning, first, after))

    def sentence(self, place: int) -> tuple[int, int]:
        """Return the first word of the sentence at `place` and the word after its last."""
        number = bisect_right(self.starts, place)
        after = self.starts[number] if number < len(self.starts) else len(self.words.words)
        return self.starts[number - 1], after

    def marked(self, marker: Marker, first: int, after: int) -> bool:
        """Say whether a marker stands between two places."""
        return any(first <= begin and end <= after for begin, end in self.marks[marker])

    def is_class(self, word: str, name: str) -> bool:
        """Say whether a word belongs to a class of `classes.toml`."""
        key, classes = f"<{name}>", self.web.classes
        return key in classes.get(word, ()) or (word.endswith("s") and key in classes.get(word[:-1], ()))
