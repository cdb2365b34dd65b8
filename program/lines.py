"""On which line of a TOML file each key, table and list element stands.

The reader of the standard library keeps no lines. This scan follows the same grammar as far as places need it, and
leaves the judgment on syntax to that reader: on a text that is not TOML it stops where it no longer understands.
It also bounds what the reader is given: keys of many parts and deep nesting cost that one quadratic time or the stack.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from program.faults import Place

DEEPEST: Final = 24  # levels of lists and inline tables
LONGEST_KEY: Final = 12  # parts of a dotted key
MOST_PLACES: Final = 50_000

BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
SPACE: Final = re.compile(r"[ \t]*")
BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
PLAIN_VALUE: Final = re.compile(r"[^,\]}\n#]*")
# The alternatives of a string do not overlap, so that a match takes linear time whatever the text.
STRINGS: Final = (
    re.compile(r'"""(?:[^"\\]|\\.|"(?!"")|"(?="""))*"""', re.DOTALL),
    re.compile(r"'''(?:[^']|'(?!'')|'(?='''))*'''", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)


class TooComplex(ValueError):
    """The text nests too deeply, or has a key of too many parts; `line` says where."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


class _Lost(Exception):
    """The scan does not understand the text here: it is not TOML."""


@dataclass(slots=True)
class _Scan:
    text: str
    at: int = 0
    lines: dict[Place, int] = field(default_factory=dict)
    lengths: dict[Place, int] = field(default_factory=dict)  # of lists of tables, so far
    starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.starts = [0, *(match.end() for match in re.finditer("\n", self.text))]

    def line(self) -> int:
        return bisect_right(self.starts, self.at)

    def skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise _Lost
        self.at = match.end()
        return match.group()

    def takes(self, token: str) -> bool:
        if not self.text.startswith(token, self.at):
            return False
        self.at += len(token)
        return True

    def expect(self, token: str) -> None:
        if not self.takes(token):
            raise _Lost

    def mark(self, place: Place, line: int) -> None:
        # The first line wins: a table stays where its header, or its first dotted key, stands.
        for length in range(1, len(place) + 1):
            self.lines.setdefault(place[:length], line)
        if len(self.lines) > MOST_PLACES:
            raise TooComplex(line, f"the file has more than {MOST_PLACES} keys and list elements")

    def document(self) -> None:
        table: Place = ()
        while self.skip(BLANK) is not None and self.at < len(self.text):
            line = self.line()
            if self.takes("[["):
                table = self.header("]]", line)
            elif self.takes("["):
                table = self.header("]", line)
            else:
                self.pair(table, 0)

    def header(self, closing: str, line: int) -> Place:
        keys = self.key()
        self.expect(closing)
        place: Place = ()
        for number, key in enumerate(keys):
            place = (*place, key)
            if closing == "]]" and number == len(keys) - 1:
                self.lines.setdefault(place, line)
                self.lengths[place] = self.lengths.get(place, 0) + 1
            if place in self.lengths:
                place = (*place, self.lengths[place] - 1)
        self.mark(place, line)
        return place

    def key(self) -> Place:
        parts: list[str] = []
        while True:
            self.skip(SPACE)
            parts.append(self.key_part())
            if len(parts) > LONGEST_KEY:
                raise TooComplex(self.line(), f"a key has at most {LONGEST_KEY} parts")
            self.skip(SPACE)
            if not self.takes("."):
                return tuple(parts)

    def key_part(self) -> str:
        start = self.text[self.at : self.at + 1]
        if start not in ("'", '"'):
            return self.skip(BARE_KEY)
        quoted = self.skip(STRINGS[2] if start == '"' else STRINGS[3])
        try:
            return next(iter(tomllib.loads(f"{quoted} = 0")))
        except tomllib.TOMLDecodeError:
            raise _Lost from None

    def pair(self, table: Place, depth: int) -> None:
        line = self.line()
        place = (*table, *self.key())
        self.mark(place, line)
        self.expect("=")
        self.skip(SPACE)
        self.value(place, depth)

    def value(self, place: Place, depth: int) -> None:
        if depth > DEEPEST:
            raise TooComplex(self.line(), f"lists and tables nest at most {DEEPEST} deep")
        if self.takes("["):
            self.elements(place, depth)
        elif self.takes("{"):
            self.inline_table(place, depth)
        else:
            for pattern in STRINGS:
                if pattern.match(self.text, self.at):
                    self.skip(pattern)
                    return
            self.skip(PLAIN_VALUE)

    def elements(self, place: Place, depth: int) -> None:
        number = 0
        while self.skip(BLANK) is not None and not self.takes("]"):
            self.mark((*place, number), self.line())
            self.value((*place, number), depth + 1)
            number += 1
            self.skip(BLANK)
            if not self.takes(","):
                self.expect("]")
                return

    def inline_table(self, place: Place, depth: int) -> None:
        while self.skip(BLANK) is not None and not self.takes("}"):
            self.pair(place, depth + 1)
            self.skip(BLANK)
            if not self.takes(","):
                self.expect("}")
                return


def find_lines(text: str) -> Mapping[Place, int]:
    """Return the line, from 1, of every place in a TOML text, as far as it is TOML.

    Places count list elements from 0, as the parsed data does. Raises TooComplex.
    """
    scan = _Scan(text.replace("\r\n", "\n"))
    with suppress(_Lost):
        scan.document()
    return scan.lines


def line_of(lines: Mapping[Place, int], place: Place) -> int:
    """Return the line of the place, or else of the nearest table around it; 0 if there is none."""
    for length in range(len(place), 0, -1):
        if place[:length] in lines:
            return lines[place[:length]]
    return 0
