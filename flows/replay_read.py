"""A history in CSV becomes check-ins: one answer a line, all of it checked, the whole file refused for one fault."""

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from core.assessment import micros
from core.items import AnswerRule, BadAnswer

COLUMNS: Final = ("mentor", "at", "item", "value")
NOTE: Final = "note"
# A calendar or week date, and a time after T or a space: the rest is left to fromisoformat.
_DATE = re.compile(r"\d{4}(-?\d{2}-?\d{2}|-?W\d{2}-?\d)([T ].+)?", re.ASCII)
# Only what looks like an id is repeated in an error: anything else may be a person's words.
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


class BadHistory(ValueError):
    """A file that cannot be replayed. The message says which line, what is wrong with it and what is expected."""

    def __init__(self, line: int, fault: str) -> None:
        super().__init__(f"line {line}: {fault}")
        self.line = line


@dataclass(slots=True)
class Gathered:
    """The lines of one check-in so far. A later line about the same item takes the place of the earlier."""

    kind: str
    at: datetime  # aware
    echo: str  # the instant as the file first spelled it
    answers: dict[str, str | float] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)  # by item


# Check-ins of each mentor by instant and kind.
Histories = dict[str, dict[tuple[int, str], Gathered]]


def read_history(lines: Iterable[bytes], items: Mapping[str, AnswerRule], passed_over: Collection[str]) -> Histories:
    """Read the lines of a CSV file, in any order.

    `items` are those that belong to a scored check-in; `passed_over` are known, but have no score.
    Raises BadHistory at the first line that is not understood.
    """
    rows = _records(lines)
    places = _places(next(rows, (1, [])))
    histories: Histories = {}
    instants: dict[str, tuple[datetime, int]] = {}
    values: dict[tuple[str, str], str | float] = {}
    for line, row in rows:
        mentor, at, item, value, note = _cells(line, row, places)
        if at not in instants:
            instants[at] = _instant(line, at)
        rule = items.get(item)
        if rule is None:
            if item not in passed_over:
                raise BadHistory(line, f"unknown item{_named(item)}; items are those of the check-ins in the program")
            continue
        answer = values.get((item, value))
        if answer is None:
            answer = values[item, value] = _answer(line, item, value, rule)
        of_mentor = histories.setdefault(mentor, {})
        moment, instant = instants[at]
        key = (instant, rule.questionnaire)
        checkin = of_mentor.get(key)
        if checkin is None:
            checkin = of_mentor[key] = Gathered(rule.questionnaire, moment, at)
        checkin.answers[item] = answer
        if note:
            checkin.notes[item] = note
        elif checkin.notes:
            checkin.notes.pop(item, None)
    return histories


def _records(lines: Iterable[bytes]) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the number of its first line. Blank lines are left out."""
    reader = csv.reader(_decoded(lines), strict=True)
    start = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            raise BadHistory(start, f"not readable as CSV ({fault}); check its quotation marks and line ends") from None
        if row:
            yield start, row
        start = reader.line_num + 1


def _decoded(lines: Iterable[bytes]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise BadHistory(number, "not in UTF-8; save the file as CSV UTF-8") from None


def _places(header: tuple[int, list[str]]) -> Sequence[int]:
    """Return where mentor, at, item, value and the note stand; the note's place is -1 when there is none."""
    line, names = header
    expected = "mentor,at,item,value and, if there are notes, note"
    for name in names:
        if name not in (*COLUMNS, NOTE) or names.count(name) > 1:
            raise BadHistory(line, f"the header has a column too many; it is {expected}")
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise BadHistory(line, f"the header lacks {', '.join(missing)}; it is {expected}")
    return [*(names.index(name) for name in COLUMNS), names.index(NOTE) if NOTE in names else -1]


def _cells(line: int, row: list[str], places: Sequence[int]) -> tuple[str, str, str, str, str]:
    width = 4 if places[4] < 0 else 5
    if len(row) == width - 1 == places[4]:
        row = [*row, ""]  # a note in the last column may be left out
    if len(row) != width:
        raise BadHistory(line, f"{len(row)} columns where the header has {width}")
    mentor, at, item, value = row[places[0]], row[places[1]], row[places[2]], row[places[3]]
    if not (mentor and value):
        raise BadHistory(line, f"the {'value' if mentor else 'mentor'} is empty")
    return mentor, at, item, value, row[places[4]] if places[4] >= 0 else ""


def _instant(line: int, text: str) -> tuple[datetime, int]:
    fault = "`at` is not an instant such as 2026-03-02T09:00:00-05:00"
    if _DATE.fullmatch(text) is None:
        raise BadHistory(line, fault)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadHistory(line, fault) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment, micros(moment)


def _answer(line: int, item: str, value: str, rule: AnswerRule) -> str | float:
    try:
        return rule.read(value)
    except BadAnswer as fault:
        raise BadHistory(line, f"{item}: {fault}") from None


def _named(item: str) -> str:
    return f" {item!r}" if _ID.fullmatch(item) else ""
