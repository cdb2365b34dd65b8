"""The screens of the supervisor's day: words beside every sign, everything that matters stays, pictures that read."""

import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from PIL import Image

from bot import pictures
from bot.pictures import Trend, TrendWords, draw_trend
from bot.screens.meetings import whole_words
from bot.screens.screen import MAX_CHARACTERS, RENDERERS, Screen
from core.messages import Kind
from core.priorities import Need
from emulator.markup import parse
from tests.bot.samples import LANGUAGES, rendered, samples, view_of

FIRST = date(2026, 1, 5)
WORDS = TrendWords("Answered", "Heavy", ("light", "fair", "heavy"), tuple(f"day {n}" for n in range(12)), "too few")
# Whether somebody has an alert, in either language.
HOLDERS = ("nobody has it yet", "somebody has it", "you have it", "nadie la tiene", "alguien la tiene", "la tienes tú")
LEAST_CONTRAST = 3.0  # WCAG 2.2, 1.4.11: graphical objects against their ground


def text_of(screen: Screen) -> str:
    return parse(screen.text, "HTML").text


def shown(kind: Kind, params: dict[str, Any], language: str = "en") -> Screen:
    return RENDERERS[kind](view_of(kind, params, language))


def weeks(*bands: str | None, share: float | None = 0.5) -> list[Trend]:
    return [Trend(FIRST + timedelta(weeks=n), share, band) for n, band in enumerate(bands)]


def picture_of(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mentor_of_a_page_is_named_with_their_need_however_long_the_reasons_are(language: str) -> None:
    for params, screen in rendered(Kind.TEAM, language):
        text = text_of(screen)
        for entry in params["entries"]:
            assert entry["name"] in text, params
        assert sum(text.count(word) for word in HOLDERS) >= sum(
            entry["need"] in ("crisis", "urgent", "concern") for entry in params["entries"]
        )


def test_long_names_take_room_from_reasons_and_from_nothing_else() -> None:
    entry = next(e for p in samples()["team"] for e in p["entries"] if e["need"] == "urgent" and len(e["reasons"]) > 4)
    common = next(p for p in samples()["team"] if p["entries"])
    for length in (5, 30, 60):
        entries = [{**entry, "name": f"{n}{'m' * length}"} for n in range(3)]
        text = text_of(shown(Kind.TEAM, {**common, "entries": entries}))
        assert len(text) <= MAX_CHARACTERS
        assert sum(text.count(words) for words in HOLDERS) == 3
        if length == 5:
            assert "•" in text


@pytest.mark.parametrize(("language", "then"), [("en", " Then: "), ("es", " Después: ")])
def test_what_came_of_an_alert_is_a_sentence_of_its_own(language: str, then: str) -> None:
    texts = [text_of(shown(Kind.AGENDA, params, language)) for params in samples()["agenda"]]
    before = [part[-1] for text in texts for part in text.split(then)[:-1]]
    assert before
    assert set(before) <= set(".”")


def test_signs_never_stand_without_words() -> None:
    words = {
        Need.CRISIS: "a person now",
        Need.URGENT: "a talk today",
        Need.CONCERN: "a talk soon",
        Need.UNREACHABLE: "not to be reached",
        Need.SILENT: "quiet",
        Need.AWAY: "away",
        Need.STEADY: "steady",
    }
    assert set(words) == set(Need)
    seen = " ".join(text_of(screen) for _, screen in rendered(Kind.TEAM, "en"))
    assert [word for word in words.values() if word not in seen] == []


def test_the_end_of_a_day_is_named_by_that_day_and_not_by_the_next() -> None:
    common = next(p for p in samples()["team"] if p["entries"])
    entry = next(e for p in samples()["team"] for e in p["entries"] if e["need"] == "concern")
    for due, words in (
        ("2026-03-03T06:00:00+00:00", "Due today"),
        ("2026-03-06T06:00:00+00:00", "Due Thursday, March 5"),
    ):
        entries = [{**entry, "due": due, "overdue": False}]
        assert words in text_of(shown(Kind.TEAM, {**common, "entries": entries}))
    late = [{**entry, "due": "2026-02-28T06:00:00+00:00", "overdue": True}]
    assert "Was due Friday, February 27" in text_of(shown(Kind.TEAM, {**common, "entries": late}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_caption_says_all_that_the_picture_shows(language: str) -> None:
    params = next(p for p in samples()["trend"] if any(week["share"] is not None for week in p["weeks"]))
    screen = shown(Kind.TREND, dict(params), language)
    assert screen.picture is not None
    said = text_of(screen).splitlines()[-12:]
    for line, week in zip(said, params["weeks"], strict=True):
        assert week["share"] is None or f"{round(100 * week['share'])} %" in line
        assert (week["band"] is not None) == any(
            band in line for band in ("light", "fair", "heavy", "ligera", "regular", "pesada")
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_figures_there_is_no_picture_and_the_text_says_why(language: str) -> None:
    for params in samples()["trend"][:2]:
        screen = shown(Kind.TREND, dict(params), language)
        assert screen.picture is None
        assert "5" in text_of(screen)


def test_a_picture_is_small_and_of_the_size_of_a_phone() -> None:
    content = draw_trend(weeks(*["light", "fair", "heavy"] * 4), WORDS)
    assert content.startswith(b"\x89PNG")
    assert len(content) < 40_000
    assert picture_of(content).size == pictures.SIZE


def test_more_answers_are_more_blue() -> None:
    blue = [
        sum(pixel == _rgb(pictures.BAR) for pixel in _pixels(draw_trend(weeks(*["fair"] * 12, share=share), WORDS)))
        for share in (0.0, 0.3, 1.0)
    ]
    assert blue[0] < blue[1] < blue[2]
    assert blue[1] / blue[2] == pytest.approx(0.3, abs=0.02)


def test_bands_differ_by_form_and_not_by_color_alone() -> None:
    """Without any color, a light, a fair and a heavy week are still three different pictures at three heights."""
    gray = [
        picture_of(draw_trend(weeks(*[band] * 12), WORDS)).convert("L").tobytes() for band in ("light", "fair", "heavy")
    ]
    assert len(set(gray)) == 3


def test_marks_and_words_stand_out_from_the_ground() -> None:
    for color in (pictures.INK, pictures.BAR, *pictures.MARKS):
        assert _contrast(color, pictures.GROUND) >= LEAST_CONTRAST, color
    assert _contrast(pictures.INK, pictures.GROUND) >= 7


def test_a_week_of_too_few_people_is_no_week_of_nothing() -> None:
    none = draw_trend([*weeks(*["fair"] * 11), Trend(FIRST + timedelta(weeks=11), None, None)], WORDS)
    zero = draw_trend([*weeks(*["fair"] * 11), Trend(FIRST + timedelta(weeks=11), 0.0, "light")], WORDS)
    assert none != zero


def test_letters_of_our_languages_are_drawn() -> None:
    """Pillow's own font shows a box for them."""
    plain = replace(WORDS, heavy="Que tan pesada")
    accents = replace(WORDS, heavy="Qué tan pesada")
    boxes = replace(WORDS, heavy="Qu\uffff tan pesada")
    drawn = [draw_trend(weeks("fair"), one) for one in (plain, accents, boxes)]
    assert len(set(drawn)) == 3


@pytest.mark.parametrize(
    ("text", "cut"), [("short", "short"), ("a word more than fits", "a word…"), ("one, two three", "one…")]
)
def test_a_text_is_cut_between_words(text: str, cut: str) -> None:
    assert whole_words(text, 9) == cut


def test_praise_is_for_many_and_names_nobody() -> None:
    week = {**samples()["digest"][0], "share": 0.8, "asked": 6}
    assert "answered every one" not in text_of(shown(Kind.DIGEST, {**week, "all_answered": 2}))
    assert "3 of 6 answered every one" in text_of(shown(Kind.DIGEST, {**week, "all_answered": 3}))


def test_a_digest_drops_names_before_it_drops_a_line() -> None:
    full = max(samples("Maximiliana de las Mercedes Fernández")["digest"], key=lambda params: len(str(params)))
    text = text_of(shown(Kind.DIGEST, dict(full)))
    assert len(text) <= MAX_CHARACTERS
    assert "/team" in text


def _pixels(content: bytes) -> list[tuple[int, int, int]]:
    raw = picture_of(content).tobytes()
    return list(zip(raw[0::3], raw[1::3], raw[2::3], strict=True))


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _luminance(color: str) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [part / 255 for part in _rgb(color)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)
