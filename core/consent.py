"""Which consent is in force. A change of meaning is a new version, and is asked anew; a mended typo is not.

Each language has a version of its own: when only a translation said something else than it should, only those who read
that one are asked again. A program has one too, for what it asks, keeps and tells differently from the shipped one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

CONSENT_PAGES: Final = 3
OF_SUPERVISOR: Final = "s"  # before the digest of the wording; a digest has no such sign
# Raise it with the meaning of what mentors agree to: what is asked, who sees what, what happens in a crisis.
MEANING: Final[Mapping[str, int]] = MappingProxyType({"en": 1, "es": 1})


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was agreed to. `wording` is a digest of the very text that was on the screen."""

    meaning: int
    program: int = 1
    language: str = ""
    wording: str = ""

    def __str__(self) -> str:
        """Return it as it is stored, and as a button carries it."""
        return f"{self.meaning}.{self.program}.{self.language}.{self.wording}"

    @property
    def is_of_supervisor(self) -> bool:
        """Whether it was about a supervisor's own pulse, which other people see than a mentor's."""
        return self.wording.startswith(OF_SUPERVISOR)

    @classmethod
    def read(cls, text: str) -> "Agreement":
        """Return what was stored, or raise ValueError. What is left out at the end has its usual value."""
        meaning, *rest = text.split(".", 3)
        program, language, wording = (*rest, *("1", "", "")[len(rest) :])
        return cls(int(meaning), int(program), language, wording)


def in_force(language: str, program: int, *, of_supervisor: bool = False) -> Agreement:
    """Return what somebody who reads this language agrees to now. `program`: the program's own version."""
    return Agreement(_meaning(language), program, language, OF_SUPERVISOR if of_supervisor else "")


def holds(agreed: Agreement, program: int, meaning: Mapping[str, int] = MEANING) -> bool:
    """Say whether nothing has changed since that somebody would have to be asked about."""
    return agreed.meaning >= _meaning(agreed.language, meaning) and agreed.program >= program


def still_holds(stored: str | None, program: int) -> bool:
    """Say the same of what is stored; False for nobody's."""
    if stored is None:
        return False
    try:
        return holds(Agreement.read(stored), program)
    except ValueError:
        return False


def is_of_supervisor(stored: str | None) -> bool:
    """Say whether what is stored is a supervisor's consent: a mentor's is none for a supervisor, nor the other way."""
    try:
        return stored is not None and Agreement.read(stored).is_of_supervisor
    except ValueError:
        return False


def _meaning(language: str, meaning: Mapping[str, int] = MEANING) -> int:
    return meaning.get(language, max(meaning.values()))


CONSENT_VERSION: Final = str(Agreement(max(MEANING.values())))
