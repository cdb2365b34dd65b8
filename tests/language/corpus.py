"""The corpus of labeled notes, and how a reading is measured against it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from language.read import read_note
from language.reading import RANK, FlagKind, Reading, Urgency

FOLDER: Final = Path(__file__).parent.parent / "corpus"
Labels = frozenset[tuple[FlagKind, Urgency]]


@dataclass(frozen=True, slots=True)
class Note:
    """A note and what a careful person would say of it."""

    text: str
    language: str
    strain: str  # strained, well or none
    labels: Labels
    tags: tuple[str, ...]

    @property
    def urgency(self) -> Urgency:
        """The highest urgency of the labels."""
        return max((urgency for _, urgency in self.labels), key=RANK.__getitem__, default=Urgency.NONE)


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of notes; None where there is no note to count."""

    notes: int
    recall: float | None  # of notes that call for a person today: those that got one
    immediate: float | None  # of notes that call for a person now: those that were read so
    false_alerts: float | None  # of notes that do not: those that raised one
    exact: float  # kinds and urgencies all right


def corpus(half: str) -> list[Note]:
    """Return the notes of a half: tuned or untouched."""
    lines = (FOLDER / f"{half}.tsv").read_text("utf-8").splitlines()
    return [_note(line) for line in lines[1:]]


def _note(line: str) -> Note:
    language, strain, flags, tags, text = line.split("\t")
    pairs = [] if flags == "-" else [flag.split(":") for flag in flags.split(",")]
    labels = frozenset((FlagKind(kind), Urgency(urgency)) for kind, urgency in pairs)
    return Note(text, language, strain, labels, tuple(tags.split(",")))


def labels_of(reading: Reading) -> Labels:
    """Return the highest urgency of each kind in a reading; urgency none is nobody's business."""
    best: dict[FlagKind, Urgency] = {}
    for flag in reading.flags:
        best[flag.kind] = max(best.get(flag.kind, Urgency.NONE), flag.urgency, key=RANK.__getitem__)
    return frozenset((kind, urgency) for kind, urgency in best.items() if urgency is not Urgency.NONE)


def figures(notes: Sequence[Note]) -> Figures:
    """Return how the reading of these notes compares with their labels."""
    read = [(note, read_note(note.text)) for note in notes]
    due = [reading for note, reading in read if is_alert(note.urgency)]
    now = [reading for note, reading in read if note.urgency is Urgency.IMMEDIATE]
    quiet = [reading for note, reading in read if not is_alert(note.urgency)]
    return Figures(
        notes=len(notes),
        recall=share(due, lambda reading: is_alert(reading.urgency)),
        immediate=share(now, lambda reading: reading.urgency is Urgency.IMMEDIATE),
        false_alerts=share(quiet, lambda reading: is_alert(reading.urgency)),
        exact=share(read, lambda pair: labels_of(pair[1]) == pair[0].labels) or 0.0,
    )


def is_alert(urgency: Urgency) -> bool:
    """Say whether an urgency brings a person today."""
    return urgency.rank >= Urgency.SAME_DAY.rank


def share(things: Iterable[Any], holds: Callable[[Any], bool]) -> float | None:
    """Return the share of things for which something holds, None of nothing."""
    told = [holds(thing) for thing in things]
    return sum(told) / len(told) if told else None


def strain_auroc(notes: Sequence[Note]) -> float | None:
    """Return how often a strained note reads as more strained than a well one; no signal counts as 0."""
    strained, well = (
        [read_note(note.text).strain or 0.0 for note in notes if note.strain == name] for name in ("strained", "well")
    )
    pairs = [(high > low) + (high == low) / 2 for high in strained for low in well]
    return sum(pairs) / len(pairs) if pairs else None
