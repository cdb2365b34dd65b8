"""Who and what there is: people, chats, messages with all their versions."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from emulator.files import StoredFile
from emulator.markup import Formatted

NO_TEXT = Formatted("")
Keyboard = dict[str, Any]  # an InlineKeyboardMarkup


@dataclass(slots=True)
class Person:
    """Somebody with a phone. The private chat with the bot has the same id."""

    id: int
    name: str
    language: str
    role: str | None = None
    start_payload: str | None = None  # of the invite link that this phone holds
    started: bool = False
    blocked: bool = False
    deactivated: bool = False


@dataclass(frozen=True, slots=True)
class Bot:
    """The one bot of this emulator."""

    id: int
    name: str
    username: str
    token: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a message shows. An edit puts a new content in place of the old one."""

    text: Formatted = NO_TEXT  # of a message with a file: its caption
    keyboard: Keyboard | None = None
    photo: StoredFile | None = None
    document: StoredFile | None = None

    @property
    def has_file(self) -> bool:
        """Whether the text is a caption."""
        return self.photo is not None or self.document is not None


@dataclass(slots=True)
class Message:
    """A message; `versions` begins with the content it was sent with."""

    id: int
    chat: "Chat"
    sender: Person | Bot
    date: datetime
    versions: list[Content]
    edited: datetime | None = None
    thread: int | None = None
    reply_to: "Message | None" = None
    protected: bool = False

    @property
    def content(self) -> Content:
        """What it shows now."""
        return self.versions[-1]

    @property
    def from_bot(self) -> bool:
        """Whether the bot sent it."""
        return isinstance(self.sender, Bot)


@dataclass(slots=True)
class Chat:
    """A private chat, a group or a supergroup."""

    id: int
    kind: str  # private, group, supergroup
    title: str
    members: dict[int, Person]
    is_forum: bool = False
    topics: dict[int, str] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    migrated_to: int | None = None

    @property
    def person(self) -> Person | None:
        """The person of a private chat."""
        return self.members[self.id] if self.kind == "private" else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a press on a button got back: a toast, an alert box, or only an end to the waiting."""

    query_id: str
    text: str | None
    alert: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A press on a button, waiting for its answer."""

    id: str
    person: Person
    asked: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a screen shows. `phone` None concerns all of them."""

    type: str  # message, edit, delete, answer, action, clock, phones, commands
    phone: int | None = None
    message: Message | None = None
    answer: Answer | None = None
    action: str | None = None
