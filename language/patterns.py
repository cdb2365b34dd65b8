"""The small language in which rules are written, compiled into one web of words.

| written | meaning |
|---|---|
| `want to die` | these words, in this order, as whole words |
| `(die or\\|be dead)` | one of these, each of one or more words |
| `[really]` | the same, or nothing |
| `<want>` | any word of that class in `classes.toml` |
| `...` | up to four other words of the same sentence |
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from language.fold import fold_words
from language.words import Break

GAP: Final = "..."
GAP_WORDS: Final = 4
NUMBER: Final = "<number>"
DIGITS: Final = "0"  # how every written number looks to the patterns
PIECE: Final = re.compile(r"\.\.\.|<[a-z_]+>|[()\[\]|]|[a-z0-9&]+")
CLOSING: Final = {"(": ")", "[": "]"}
MOST_PLACES: Final = 20_000  # places that are remembered before all are forgotten


class BadPattern(ValueError):
    """A pattern of a data file cannot be read."""


@dataclass(slots=True, eq=False)
class State:
    """A place inside one or more patterns: which words lead on, and to where."""

    next: dict[str, tuple["State", ...]] = field(default_factory=dict)
    hits: tuple[int, ...] = ()  # indexes of the patterns that are complete here
    after_gap: tuple["State", ...] = ()  # where up to four other words may stand first
    free: list["State"] = field(default_factory=list)  # reached without a word; folded in and emptied by `settle`


@dataclass(slots=True, eq=False)
class Place:
    """Where one reading stands in all patterns at once: states, each with the words that its gap may still take."""

    states: tuple[tuple[State, int], ...]
    hits: tuple[int, ...]
    steps: dict[str, "Place"] = field(default_factory=dict)


@dataclass(slots=True)
class Web:
    """All patterns of all rules. Built once; afterwards it is only read."""

    root: State = field(default_factory=State)
    classes: dict[str, tuple[str, ...]] = field(default_factory=dict)  # word -> "<class>" keys
    vocabulary: set[str] = field(default_factory=set)
    states: list[State] = field(default_factory=list)
    places: dict[frozenset[tuple[int, int]], "Place"] = field(default_factory=dict)

    def add_classes(self, classes: Mapping[str, Sequence[str]]) -> None:
        """Make the classes known; each is a list of single words."""
        for name, members in classes.items():
            for member in members:
                word = fold_words(member)
                if not re.fullmatch(r"[a-z0-9]+", word):
                    raise BadPattern(f"class {name}: {member!r} is not one word")
                self.classes[word] = tuple(dict.fromkeys((*self.classes.get(word, ()), f"<{name}>")))
                self.vocabulary.add(word)

    def add(self, pattern: str, index: int) -> None:
        """Add a pattern; `index` is what a hit returns. Raises BadPattern."""
        folded = fold_words(pattern)
        pieces = PIECE.findall(folded)
        if "".join(pieces) != folded.replace(" ", ""):
            raise BadPattern(f"{pattern!r} has a sign that patterns do not know")
        if not pieces or GAP in (pieces[0], pieces[-1]):
            raise BadPattern(f"{pattern!r} is empty, or begins or ends with a gap")
        end, start = self._state(), self._state()
        end.hits = (index,)
        if rest := self._lay(pieces, start, end, pattern):
            raise BadPattern(f"{pattern!r} closes a bracket that it did not open: {' '.join(rest)}")
        if end in closure(start):
            raise BadPattern(f"{pattern!r} matches nothing at all")
        self.root.free.append(start)

    def settle(self) -> None:
        """Fold in what is reached without a word. To be called once, after the last `add`."""
        for state in (self.root, *self.states):
            reached = closure(state)
            merged: dict[str, list[State]] = {}
            for other in reached:
                for key, targets in other.next.items():
                    merged.setdefault(key, []).extend(targets)
            state.next = {key: tuple(dict.fromkeys(targets)) for key, targets in merged.items()}
            state.hits = tuple(dict.fromkeys(hit for other in reached for hit in other.hits))
            state.after_gap = tuple(dict.fromkeys(target for other in reached for target in other.after_gap))
        for state in (self.root, *self.states):
            state.free = []
        self.states = []

    def keys(self, word: str) -> tuple[str, ...]:
        """Return everything that a word can be in a pattern: itself, its classes, a number."""
        return (word, *self.classes.get(word, ()), *((NUMBER,) if word.isdigit() else ()))

    def find(self, words: Sequence[str], breaks: Sequence[Break]) -> Iterator[tuple[int, int, int]]:
        """Yield (index, first word, word after the last) of every pattern that occurs.

        From each word on, all patterns are followed as one: a step is one look-up, remembered from note to note. Only
        words of the rules are remembered; all others are one and the same to them.
        """
        if len(self.places) > MOST_PLACES:
            self.places.clear()
        root = self._place({(id(self.root), 0): (self.root, 0)})
        known = [word if word in self.vocabulary else DIGITS if word.isdigit() else "" for word in words]
        for first, word in enumerate(known):
            place = root.steps.get(word) or self._step(root, word)
            after = first + 1
            while place.states:
                for index in place.hits:
                    yield index, first, after
                if after == len(known) or breaks[after] is Break.HARD:
                    break
                place = place.steps.get(known[after]) or self._step(place, known[after])
                after += 1

    def _place(self, reached: Mapping[tuple[int, int], tuple[State, int]]) -> "Place":
        """Return the one place that stands for these states and what is left of their gaps."""
        key = frozenset(reached)
        if key not in self.places:
            states = tuple(reached.values())
            hits = tuple(dict.fromkeys(hit for state, gap in states for hit in state.hits if not gap))
            self.places[key] = Place(states, hits)
        return self.places[key]

    def _step(self, place: "Place", word: str) -> "Place":
        """Return the place that a word leads to, and remember it."""
        keys = self.keys(word) if word else ()
        reached: dict[tuple[int, int], tuple[State, int]] = {}
        for state, gap in place.states:
            if gap > 1:
                reached[id(state), gap - 1] = state, gap - 1
            for key in keys:
                for target in state.next.get(key, ()):
                    reached[id(target), 0] = target, 0
                    for beyond in target.after_gap:
                        reached[id(beyond), GAP_WORDS + 1] = beyond, GAP_WORDS + 1
        place.steps[word] = self._place(reached)
        return place.steps[word]

    def _state(self) -> State:
        self.states.append(State())
        return self.states[-1]

    def _lay(self, pieces: list[str], start: State, end: State, pattern: str) -> list[str]:
        """Lay alternatives from start to end, up to a closing bracket; return the pieces that are left."""
        here = start
        while pieces and pieces[0] not in ")]":
            piece, pieces = pieces[0], pieces[1:]
            if piece == "|":
                if here is not end:
                    here.free.append(end)
                here = start
                continue
            # The last piece of an alternative leads to the end itself: what follows is stored once, not once a word.
            there = end if is_last(piece, pieces) else self._state()
            if piece in CLOSING:
                pieces = self._lay(pieces, here, there, pattern)
                if not pieces or pieces[0] != CLOSING[piece]:
                    raise BadPattern(f"{pattern!r} leaves a bracket open")
                pieces = pieces[1:]
                if piece == "[":
                    here.free.append(there)
            elif piece == GAP:
                here.after_gap = (*here.after_gap, there)
            else:
                self._learn(piece, pattern)
                here.next[piece] = (*here.next.get(piece, ()), there)
            here = there
        if here is not end:
            here.free.append(end)
        return pieces

    def _learn(self, key: str, pattern: str) -> None:
        """Take a word into the vocabulary, or check that the class is known."""
        if not key.startswith("<"):
            self.vocabulary.add(key)
        elif key != NUMBER and not any(key in keys for keys in self.classes.values()):
            raise BadPattern(f"{pattern!r} names the unknown class {key}")


def is_last(piece: str, rest: Sequence[str]) -> bool:
    """Say whether a piece, with its bracket if it opens one, ends its alternative; `rest` is what follows the piece."""
    depth = int(piece in CLOSING)
    for index, other in enumerate(rest):
        if not depth:
            return other in "|)]"
        depth += (other in CLOSING) - (other in CLOSING.values())
        if not depth:
            return index + 1 == len(rest) or rest[index + 1] in "|)]"
    return not depth


def closure(state: State) -> list[State]:
    """Return the state and all that are reached from it without a word."""
    reached = [state]
    seen = {id(state)}
    for other in reached:
        for free in other.free:
            if id(free) not in seen:
                seen.add(id(free))
                reached.append(free)
    return reached
