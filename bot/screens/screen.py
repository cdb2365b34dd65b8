"""A screen: text and buttons, and what a renderer is handed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape, unescape
from typing import Any, Final
from uuid import UUID

from bot.buttons import Signer
from bot.texts import Texts
from core.messages import Kind, Outgoing
from core.questionnaire import Localized
from program.model import Program

# Over a weak connection a message has to arrive in one go.
MAX_CHARACTERS: Final = 640
# What a supervisor reads of a mentor, so that it still fits, whole, into the mentor's own look at it.
MAX_SHOWN: Final = 540


@dataclass(frozen=True, slots=True)
class Button:
    """A button: a label, and what it carries or the address it opens."""

    label: str
    data: str | None = None
    url: str | None = None


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is sent."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Screen:
    """A message as Telegram takes it. The text is HTML; whatever people wrote is escaped."""

    text: str
    rows: Rows = ()
    silent: bool = False
    document: Document | None = None  # the text is its caption
    picture: bytes | None = None  # a PNG; the text is its caption and says the same in words


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a renderer is handed."""

    outgoing: Outgoing
    texts: Texts
    program: Program
    signer: Signer
    now: datetime

    @property
    def params(self) -> Mapping[str, Any]:
        """The values that were stored with the message."""
        return self.outgoing.params

    def say(self, text: str, **values: Any) -> str:
        """Return a text in the reader's language; values are escaped."""
        return self.texts.say(text, **{key: escape(str(value), quote=False) for key, value in values.items()})

    def pick(self, localized: Localized) -> str:
        """Return a text of the program file in the reader's language, escaped."""
        return escape(self.texts.pick(localized), quote=False)

    @staticmethod
    def plain(text: str) -> str:
        """Return an escaped text as a button shows it."""
        return unescape(text)

    def button(self, label: str, action: str, row: UUID | str | None = None, argument: str = "") -> Button:
        """Return a signed button."""
        return Button(label, self.signer.seal(action, row, argument))

    def talk(self) -> Button:
        """Return the button that stands on every screen of a mentor."""
        return self.button(self.say("🆘 I need a person now"), "talk")


Renderer = Callable[[View], Screen]
RENDERERS: Final[dict[Kind, Renderer]] = {}


def renders(kind: Kind) -> Callable[[Renderer], Renderer]:
    """Register the renderer of a kind of message."""

    def register(renderer: Renderer) -> Renderer:
        RENDERERS[kind] = renderer
        return renderer

    return register


def chosen(label: str, yes: bool) -> str:
    """Return a button's label with a mark when it is what holds now."""
    return f"✓ {label}" if yes else label


def city(zone: str) -> str:
    """Return the place that a time zone is named after."""
    return zone.rpartition("/")[2].replace("_", " ")


def lines(*parts: str) -> str:
    """Join paragraphs, leaving out empty ones."""
    return "\n\n".join(part for part in parts if part)
