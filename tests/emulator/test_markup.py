from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.errors import Refused
from emulator.markup import Formatted, parse, units
from emulator.safe_html import safe_html

TAGS = ("b", "i", "u", "s", "code", "blockquote", "tg-spoiler")


def html(text: str) -> Formatted:
    return parse(text, "HTML")


def entity(kind: str, offset: int, length: int, **extra: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **extra}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>a</b>", "a", [entity("bold", 0, 1)]),
        ("<strong>a</strong> <em>b</em>", "a b", [entity("bold", 0, 1), entity("italic", 2, 1)]),
        ("<ins>a</ins><del>b</del>", "ab", [entity("underline", 0, 1), entity("strikethrough", 1, 1)]),
        ("<b>a<i>b</i></b>", "ab", [entity("bold", 0, 2), entity("italic", 1, 1)]),
        ("😀<b>a</b>", "😀a", [entity("bold", 2, 1)]),
        ("<b>😀</b>", "😀", [entity("bold", 0, 2)]),
        ("1 &lt; 2 &amp;&quot;&#33;", '1 < 2 &"!', []),
        ("&nbsp;&copy;", "&nbsp;&copy;", []),
        ('<a href="https://e.org/?a=1&amp;b=2">x</a>', "x", [entity("text_link", 0, 1, url="https://e.org/?a=1&b=2")]),
        ('<span class="tg-spoiler">x</span>', "x", [entity("spoiler", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [entity("expandable_blockquote", 0, 1)]),
        ('<pre><code class="language-python">x</code></pre>', "x", [entity("pre", 0, 1, language="python")]),
        ("<b></b>x", "x", []),
        ("  <b> x </b> ", "x", [entity("bold", 0, 1)]),
        ("<B>x</B>", "x", [entity("bold", 0, 1)]),
        ("see /help", "see /help", [entity("bot_command", 4, 5)]),
        ("https://e.org.", "https://e.org.", [entity("url", 0, 13)]),
        ("<code>/help</code>", "/help", [entity("code", 0, 5)]),
        ("1/2 and/or", "1/2 and/or", []),
    ],
)
def test_html_becomes_text_and_entities(source: str, text: str, entities: list[dict[str, Any]]) -> None:
    assert html(source) == Formatted(text, tuple(entities))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("é<h1>a</h1>", 'Unsupported start tag "h1" at byte offset 2'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a ="x">a</a>', 'Unexpected character in the tag "a" at byte offset 0'),
    ],
)
def test_broken_html_is_refused_as_telegram_does(source: str, reason: str) -> None:
    with pytest.raises(Refused) as caught:
        html(source)
    assert caught.value.description == f"Bad Request: can't parse entities: {reason}"


def test_without_a_parse_mode_tags_are_text() -> None:
    assert parse("<b>a</b>", None) == Formatted("<b>a</b>")


def test_entities_that_a_call_brings_are_kept_within_the_trimmed_text() -> None:
    given_entities = [entity("bold", 0, 3), entity("italic", 90, 5)]
    assert parse("  abc", None, given_entities) == Formatted("abc", (entity("bold", 0, 1),))


def test_an_unknown_parse_mode_is_refused() -> None:
    with pytest.raises(Refused, match="unsupported parse_mode"):
        parse("a", "BBCode")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("a<b>&lt;i&gt;</b>\nb", "a<b>&lt;i&gt;</b><br>b"),
        ("<b>a<i>b</i></b>", "<b>a<i>b</i></b>"),
        ("😀<tg-spoiler>x</tg-spoiler>", '😀<span class="spoiler">x</span>'),
        ('<a href="javascript:alert(1)">x</a>', "x"),
        (
            '<a href="https://e.org/&quot;onclick=1">x</a>',
            '<a href="https://e.org/&quot;onclick=1" target="_blank" rel="noopener noreferrer">x</a>',
        ),
    ],
)
def test_the_page_gets_safe_html(source: str, shown: str) -> None:
    assert safe_html(html(source)) == shown


def test_overlapping_entities_are_closed_and_opened_again() -> None:
    overlapping = Formatted("abc", (entity("bold", 0, 2), entity("italic", 1, 2)))
    assert safe_html(overlapping) == "<b>a<i>b</i></b><i>c</i>"


@given(st.text())
def test_text_of_any_kind_survives_its_way_to_the_page(text: str) -> None:
    """What is escaped on the way in and out shows the same words."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert html(escaped).text == text.strip()
    assert "<" not in safe_html(Formatted(text)).replace("<br>", "")


@given(st.lists(st.tuples(st.sampled_from(TAGS), st.text("ab 😀", max_size=5)), max_size=8))
def test_entities_lie_within_the_text(pieces: list[tuple[str, str]]) -> None:
    formatted = html("".join(f"<{tag}>{words}</{tag}>" for tag, words in pieces))
    for found in formatted.entities:
        assert found["length"] > 0
        assert found["offset"] + found["length"] <= units(formatted.text)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 12), st.sampled_from(("bold", "italic", "code")))))
def test_tags_for_the_page_always_nest(spans: list[tuple[int, int, str]]) -> None:
    entities = tuple(entity(kind, start, length) for start, length, kind in spans)
    shown = safe_html(parse("hello 😀 world", None, list(entities)))
    open_tags: list[str] = []
    for part in shown.split("<")[1:]:
        tag = part.split(">")[0]
        if tag.startswith("/"):
            assert open_tags.pop() == tag[1:]
        else:
            open_tags.append(tag)
    assert open_tags == []
