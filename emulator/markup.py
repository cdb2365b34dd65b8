"""Formatted text: Telegram's HTML into text with entities (offsets in UTF-16 units)."""

import html
import re
from dataclasses import dataclass
from typing import Any, NoReturn

from emulator.errors import bad_request

Entity = dict[str, Any]

# What a tag means; `a`, `span`, `pre` and `tg-emoji` need a look at their attributes.
_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
}
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)")
_ATTRIBUTE = re.compile(r"""\s*([a-zA-Z][\w-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""")
_KNOWN_REFERENCE = re.compile(r"&(lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)\]])"
    r"|(?P<bot_command>(?<![\w/@<>])/[a-zA-Z0-9_]{1,64}(?:@\w{3,32})?(?![\w/<>]))"
    r"|(?P<mention>(?<!\w)@[a-zA-Z]\w{3,31})"
)


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text and what is formatted in it."""

    text: str
    entities: tuple[Entity, ...] = ()


def units(text: str) -> int:
    """Return the length in UTF-16 code units, in which the Bot API counts."""
    return len(text) + sum(character > "\uffff" for character in text)


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int  # in UTF-16 units
    extra: Entity


class _HtmlReader:
    """One pass over a text, tag by tag."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.parts: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def read(self) -> Formatted:
        position = 0
        while (start := self.source.find("<", position)) >= 0:
            self._add_text(self.source[position:start])
            position = self._read_tag(start)
        self._add_text(self.source[position:])
        if self.open:
            _refuse(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return Formatted("".join(self.parts), tuple(self.entities))

    def _add_text(self, raw: str) -> None:
        text = _KNOWN_REFERENCE.sub(lambda match: html.unescape(match[0]), raw)
        self.parts.append(text)
        self.length += units(text)

    def _read_tag(self, start: int) -> int:
        end = self.source.find(">", start)
        closing = self.source.startswith("</", start)
        at = len(self.source[:start].encode())
        match = _TAG.match(self.source, start)
        tag = match[1].lower() if match else ""
        if not closing and tag not in _TAGS:
            _refuse(f'Unsupported start tag "{tag}" at byte offset {at}')
        if end < 0:
            _refuse(f"Unclosed {'end' if closing else 'start'} tag at byte offset {at}")
        if closing:
            self._close(tag, at)
        else:
            assert match is not None  # noqa: S101 - a known tag has matched
            self.open.append(_Open(tag, self.length, self._attributes(tag, self.source[match.end() : end], at)))
        return end + 1

    def _attributes(self, tag: str, raw: str, at: int) -> Entity:
        found: dict[str, str] = {}
        position = 0
        while raw[position:].strip():
            match = _ATTRIBUTE.match(raw, position)
            if match is None:
                _refuse(f'Unexpected character in the tag "{tag}" at byte offset {at}')
            found[match[1].lower()] = html.unescape(next((part for part in match.groups()[1:] if part), ""))
            position = match.end()
        if tag == "span" and found.get("class") != "tg-spoiler":
            _refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
        if tag == "a":
            return {"url": found.get("href", "")}
        if tag == "tg-emoji":
            return {"custom_emoji_id": found.get("emoji-id", "")}
        if tag == "blockquote" and "expandable" in found:
            return {"type": "expandable_blockquote"}
        language = found.get("class", "").removeprefix("language-")
        inside_pre = bool(self.open) and self.open[-1].tag == "pre"
        return {"language": language} if tag == "code" and inside_pre and language else {}

    def _close(self, tag: str, at: int) -> None:
        if not self.open:
            _refuse(f"Unexpected end tag at byte offset {at}")
        opened = self.open.pop()
        if tag and tag != opened.tag:
            _refuse(f'Unmatched end tag at byte offset {at}, expected "</{opened.tag}>", found "</{tag}>"')
        if opened.tag == "code" and self.open and self.open[-1].tag == "pre":
            self.open[-1].extra.update(opened.extra)
            return
        length = self.length - opened.offset
        if length and not (opened.tag == "a" and not opened.extra["url"]):
            kind = _TAGS[opened.tag]
            self.entities.append({"type": kind, "offset": opened.offset, "length": length, **opened.extra})


def _refuse(reason: str) -> NoReturn:
    raise bad_request(f"can't parse entities: {reason}")


def parse(text: str, parse_mode: str | None, entities: list[Entity] | None = None) -> Formatted:
    """Return the text as Telegram keeps it: parsed, trimmed, with links and commands found; or raise Refused."""
    if not parse_mode:
        return finished(Formatted(text, tuple(entities or ())))
    if parse_mode.lower() != "html":
        raise bad_request("unsupported parse_mode")
    return finished(_HtmlReader(text).read())


def finished(formatted: Formatted) -> Formatted:
    """Return the text trimmed, with the entities that Telegram finds by itself added."""
    text = formatted.text.strip()
    cut = units(formatted.text[: len(formatted.text) - len(formatted.text.lstrip())])
    total = units(text)
    kept = []
    for entity in formatted.entities:
        start = max(entity["offset"] - cut, 0)
        end = min(entity["offset"] - cut + entity["length"], total)
        if end > start:
            kept.append(entity | {"offset": start, "length": end - start})
    if "/" in text or "@" in text:
        kept += _found(text, kept)
    return Formatted(text, tuple(sorted(kept, key=lambda entity: (entity["offset"], -entity["length"]))))


def _found(text: str, known: list[Entity]) -> list[Entity]:
    taken = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in known
        if entity["type"] in ("code", "pre", "text_link")
    ]
    found = []
    for match in _FOUND.finditer(text):
        start, length = units(text[: match.start()]), units(match[0])
        if not any(first < start + length and start < last for first, last in taken):
            found.append({"type": str(match.lastgroup), "offset": start, "length": length})
    return found
