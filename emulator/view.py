"""Messages as people see them, for the page and for tests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from emulator.files import StoredFile
from emulator.safe_html import safe_html
from emulator.state import Content, Keyboard, Message


def labels(keyboard: Keyboard | None) -> list[list[str]]:
    """Return the words on the buttons, row by row."""
    return [[button["text"] for button in row] for row in (keyboard or {}).get("inline_keyboard", [])]


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as it was at one instant."""

    id: int
    chat: int
    from_bot: bool
    sender: str
    date: datetime
    version: int  # 0 as sent, 1 after the first edit …
    content: Content

    @classmethod
    def of(cls, message: Message) -> "Seen":
        """Return the message as it is now."""
        version = len(message.versions) - 1
        return cls(
            message.id,
            message.chat.id,
            message.from_bot,
            message.sender.name,
            message.date,
            version,
            message.content,
        )

    @property
    def text(self) -> str:
        """The text or the caption."""
        return self.content.text.text

    @property
    def html(self) -> str:
        """The text or the caption as safe HTML."""
        return safe_html(self.content.text)

    @property
    def buttons(self) -> list[list[str]]:
        """The words on the buttons, row by row."""
        return labels(self.content.keyboard)

    @property
    def photo(self) -> bytes | None:
        """The picture."""
        return self.content.photo.content if self.content.photo else None

    @property
    def document(self) -> tuple[str, bytes] | None:
        """The file's name and content."""
        file = self.content.document
        return (file.name, file.content) if file else None

    def __str__(self) -> str:
        lines = []
        if self.content.photo:
            lines.append(f"<photo {self.content.photo.width}x{self.content.photo.height}>")
        if self.content.document:
            lines.append(f"<document {self.content.document.name}>")
        if self.text:
            lines.append(self.text)
        lines += [" ".join(f"[ {label} ]" for label in row) for row in self.buttons]
        return "\n".join(lines)


def file_url(file: StoredFile) -> str:
    """Return the address of a file for the page."""
    return f"/control/files/{quote(file.path)}"


def page_message(message: Message, person_id: int) -> dict[str, Any]:
    """Return a message for the page, as `person_id` sees it."""
    content = message.content
    return {
        "message_id": message.id,
        "from": "me" if message.sender.id == person_id else "bot",
        "date": message.date.isoformat(),
        "edited": message.edited is not None,
        "text": content.text.text,
        "html": safe_html(content.text),
        "keyboard": _keys(content.keyboard),
        "photo": file_url(content.photo) if content.photo else None,
        "document": None
        if content.document is None
        else {
            "name": content.document.name,
            "url": file_url(content.document),
            "size": len(content.document.content),
        },
    }


def _keys(keyboard: Keyboard | None) -> list[list[dict[str, Any]]] | None:
    if keyboard is None:
        return None
    return [
        [{"text": button["text"], "url": button.get("url") or button.get("web_app", {}).get("url")} for button in row]
        for row in keyboard["inline_keyboard"]
    ]
