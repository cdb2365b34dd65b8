"""What is wrong with a program file: each fault with its line, its place and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

# A place in the file: ("checkins", 0, "items", 1, "reversed").
Place = tuple[str | int, ...]

SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to correct. `line` counts from 1; 0 = the file as a whole."""

    line: int
    place: Place
    reason: str

    def as_text(self, source: str) -> str:
        """Return `FILE:LINE: checkins[1].items[2].reversed: must be true or false`; places count from 1."""
        where = f"{source}:{self.line}" if self.line else source
        place = write_place(self.place)
        return " ".join(f"{where}: {place}: {self.reason}".split()) if place else f"{where}: {self.reason}"


class ProgramInvalid(ValueError):
    """A program file cannot be used. The message has one line per fault, in the order of the file."""

    def __init__(self, source: str, faults: Iterable[Fault]) -> None:
        ordered = sorted(set(faults), key=lambda fault: (fault.line, write_place(fault.place), fault.reason))
        lines = [fault.as_text(source) for fault in ordered[:SHOWN]]
        if len(ordered) > SHOWN:
            lines.append(f"{source}: and {len(ordered) - SHOWN} more faults")
        super().__init__("\n".join(lines))
        self.source = source
        self.faults = tuple(ordered)


def write_place(place: Place) -> str:
    """Return the place as a reader finds it in the file: lists count from 1, long and odd keys are shortened."""
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            name = part if len(part) <= 60 else f"{part[:57]}..."
            text += f".{name!r}" if not name.isprintable() else f".{name}"
    return text.removeprefix(".")
