"""What is found in a note."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class FlagKind(StrEnum):
    """Whose risk it is, or what the note asks for."""

    SELF_RISK = "self_risk"  # the writer
    CLIENT_RISK = "client_risk"  # a person whom the writer supports
    OTHER_RISK = "other_risk"  # anybody else: family, coworkers, children, a person the writer means to hurt
    RELAPSE = "relapse"  # the writer's own use, or nearly
    HELP_REQUEST = "help_request"
    BOUNDARY = "boundary"


class Urgency(StrEnum):
    """How soon a person should see it. `RANK` orders them."""

    NONE = "none"  # the words were there, in a fixed phrase or in talk of training: nobody is told
    NEXT_SUPERVISION = "next_supervision"
    SAME_DAY = "same_day"
    IMMEDIATE = "immediate"

    @property
    def rank(self) -> int:
        """0 for none … 3 for immediate."""
        return RANK[self]


RANK = {urgency: rank for rank, urgency in enumerate(Urgency)}


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing that a person should know of. `evidence` is cut from the note as it was written."""

    kind: FlagKind
    urgency: Urgency
    evidence: str
    category: str = ""  # suicide, overdose, …; for a boundary the id of its kind in the program
    softened_by: tuple[str, ...] = ()  # negation, past, joke, idiom, training, asked, reported

    def as_json(self) -> dict[str, str]:
        """Return what `keepwell read` prints of a flag."""
        return {"kind": self.kind.value, "urgency": self.urgency.value, "evidence": self.evidence}


@dataclass(frozen=True, slots=True)
class Reading:
    """A note and what was found in it. It may raise concern and never lowers any.

    `language` is en, es, other (neither of them) or unknown (too little text to tell). `tone` is TextBlob's polarity of
    the English words, −1 to 1; `strain` is −1 (well) to 1 (very strained). Both are None where nothing was recognized,
    which is not the same as 0. `names` are the places that may say who a client is.
    """

    text: str
    language: str
    tone: float | None
    strain: float | None
    flags: tuple[Flag, ...] = ()
    names: tuple[str, ...] = ()
    read_whole: bool = True  # False: the note was longer than what is read

    @property
    def seems_to_name(self) -> bool:
        """Whether the note may hold a name, a telephone number, an address or a record number."""
        return bool(self.names)

    @property
    def urgency(self) -> Urgency:
        """The highest urgency among the flags."""
        return max((flag.urgency for flag in self.flags), key=RANK.__getitem__, default=Urgency.NONE)

    def as_json(self) -> dict[str, Any]:
        """Return what `keepwell read` prints: text, language, tone, strain and flags."""
        return {
            "text": self.text,
            "language": self.language,
            "tone": self.tone,
            "strain": self.strain,
            "flags": [flag.as_json() for flag in self.flags],
        }
