"""Text with entities into HTML that a page may show without further thought."""

import html
import re
from collections.abc import Sequence

from emulator.markup import Entity, Formatted, units

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}
_SAFE_LINK = re.compile(r"(https?|tg|mailto|tel):", re.IGNORECASE)


def safe_html(formatted: Formatted) -> str:
    """Return HTML made of b, i, u, s, code, pre, a, blockquote and span.spoiler; newlines become <br>."""
    marks = [(entity, *_tags(entity, formatted.text)) for entity in formatted.entities]
    opening = [(entity, start) for entity, start, end in marks if start]
    if not opening:
        return _escape(formatted.text)
    ends = {id(entity): end for entity, start, end in marks}
    return _nest(formatted.text, [entity for entity, _ in opening], {id(e): s for e, s in opening}, ends)


def _nest(text: str, entities: Sequence[Entity], starts: dict[int, str], ends: dict[int, str]) -> str:
    """Walk from border to border; what overlaps is closed and opened again, so that tags always nest."""
    borders = sorted({edge for e in entities for edge in (e["offset"], e["offset"] + e["length"])} | {0, units(text)})
    places = _places(text, borders)
    parts: list[str] = []
    open_now: list[Entity] = []
    for here, following in zip(borders, [*borders[1:], None], strict=True):
        closing = [e for e in open_now if e["offset"] + e["length"] <= here]
        if closing:
            first = open_now.index(closing[0])
            parts.extend(ends[id(e)] for e in reversed(open_now[first:]))
            still = [e for e in open_now[first:] if e not in closing]
            parts.extend(starts[id(e)] for e in still)
            open_now[first:] = still
        for e in entities:
            if e["offset"] == here and e["length"]:
                parts.append(starts[id(e)])
                open_now.append(e)
        if following is not None:
            parts.append(_escape(text[places[here] : places[following]]))
    parts.extend(ends[id(e)] for e in reversed(open_now))
    return "".join(parts)


def _places(text: str, borders: Sequence[int]) -> dict[int, int]:
    """Return the place in the text of each border, which counts in UTF-16 units."""
    wanted, places, count = set(borders), {}, 0
    for place, character in enumerate(text):
        if count in wanted:
            places[count] = place
        count += 2 if character > "\uffff" else 1
    return {border: places.get(border, len(text)) for border in borders}


def _tags(entity: Entity, text: str) -> tuple[str, str]:
    if tag := _TAGS.get(entity["type"]):
        return f"<{tag}>", f"</{tag}>"
    if entity["type"] == "spoiler":
        return '<span class="spoiler">', "</span>"
    if entity["type"] == "url":
        place = _places(text, [entity["offset"], entity["offset"] + entity["length"]])
        return _link(text[place[entity["offset"]] : place[entity["offset"] + entity["length"]]])
    if entity["type"] == "text_link":
        return _link(entity["url"])
    return "", ""


def _link(url: str) -> tuple[str, str]:
    if not _SAFE_LINK.match(url):
        return "", ""
    return f'<a href="{html.escape(url)}" target="_blank" rel="noopener noreferrer">', "</a>"


def _escape(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")
