"""A mentor's own data on a phone: the picture, the files, and what each form of a mark says."""

import io
import json
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from PIL import Image

from bot.history_picture import Weeks, Words, draw_history
from bot.pictures import BAR, GROUND, MARKS
from bot.screens.screen import RENDERERS, Screen
from core.messages import Kind
from emulator.markup import parse
from tests.bot.samples import LANGUAGES, SETTINGS, Params, samples, view_of
from tests.bot.samples_mine import NOW, weeks

HOSTILE = "<script>alert(1)</script> & \"'"


def screen_of(kind: Kind, params: Params, language: str = "en") -> Screen:
    return RENDERERS[kind](view_of(kind, params, language))


def image(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def color(text: str) -> tuple[int, int, int]:
    return (int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))


def near(found: object, wanted: str) -> bool:
    """Say whether a color is one of ours: the palette of a small picture moves each a little."""
    return isinstance(found, tuple) and all(abs(x - y) <= 6 for x, y in zip(found, color(wanted), strict=True))


def pixels(content: bytes, wanted: str) -> int:
    """How many pixels have a color."""
    picture = image(content)
    colors = picture.getcolors(picture.width * picture.height) or []
    return sum(count for count, found in colors if near(found, wanted))


def drawn(**values: object) -> bytes:
    """A picture of weeks in which nothing happened but what a test says."""

    empty = Weeks(NOW - timedelta(weeks=12), NOW, None, None, (), (), ())
    words = Words("How heavy", "usual", "answered", "missed", "away", lambda day: f"{day:%b %d}")
    return draw_history(replace(empty, **values), words)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_caption_says_what_the_picture_shows(language: str) -> None:
    shown = screen_of(Kind.HISTORY_PICTURE, weeks(), language)
    words = screen_of(Kind.HISTORY, weeks(), language)
    assert shown.picture is not None
    assert words.picture is None
    assert shown.text == words.text
    for part in ("23", "49", str(weeks()["answered"]), str(weeks()["asked"])):
        assert part in parse(words.text, "HTML").text


def test_the_picture_is_small_enough_for_a_weak_connection() -> None:
    content = screen_of(Kind.HISTORY_PICTURE, weeks()).picture
    assert content is not None
    assert image(content).size == (800, 760)
    assert len(content) < 40_000


def test_the_picture_has_a_ground_of_its_own_in_dark_mode() -> None:
    picture = Image.open(io.BytesIO(drawn()))
    assert "transparency" not in picture.info
    corners = [(0, 0), (799, 0), (0, 759), (799, 759)]
    assert all(near(picture.convert("RGB").getpixel(corner), GROUND) for corner in corners)


def test_each_kind_of_day_has_a_mark_of_its_own_place_and_color() -> None:
    nothing = drawn()
    assert pixels(nothing, MARKS[2]) == 0
    assert pixels(nothing, MARKS[1]) == 0
    assert pixels(drawn(missed=(NOW,)), MARKS[2]) > 0
    assert pixels(drawn(away=(NOW,)), MARKS[1]) > 0
    assert pixels(drawn(missed=(NOW,)), BAR) == pixels(nothing, BAR)


def test_marks_differ_by_form_without_any_color() -> None:
    """Printed in gray, a missed day and a day away are still told apart."""
    missed, away = (image(drawn(**{what: (NOW,)})).convert("1") for what in ("missed", "away"))
    assert missed.tobytes() != away.tobytes()


def test_the_usual_range_is_a_band_only_when_it_is_known() -> None:
    assert drawn(low=20.0, high=40.0) != drawn()
    assert pixels(drawn(low=20.0, high=40.0), GROUND) < pixels(drawn(), GROUND) - 10_000


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not any(name in ("src", "href") or name.startswith("on") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def page(name: str, language: str) -> Page:
    params = next(p for p in samples(name, name)["my_data_file"] if p["format"] == "html")
    document = screen_of(Kind.MY_DATA_FILE, params, language).document
    assert document is not None
    assert document.name == "keepwell-2026-03-02.html"
    found = Page()
    found.feed(document.content.decode())
    return found


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ("fuel in you", "Quite a bit", "Asked for somebody to reach out today.", "rough guide", "Told: Ann Lee"),
        ),
        ("es", ("combustible", "Bastante", "guía aproximada", "Se avisó a: Ann Lee")),
    ],
)
def test_the_page_says_questions_and_answers_in_words(language: str, words: tuple[str, ...]) -> None:
    text = page("Ann Lee", language).text
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_needs_no_network_and_shows_words_as_they_were_written(language: str) -> None:
    found = page(HOSTILE, language)
    assert HOSTILE in found.text
    assert "Long week. <b>&" in found.text
    assert found.tags.isdisjoint({"script", "b", "img", "link", "iframe"})


def test_the_json_file_is_all_of_it() -> None:
    params = next(p for p in samples()["my_data_file"] if p["format"] == "json")
    document = screen_of(Kind.MY_DATA_FILE, params).document
    assert document is not None
    assert document.name.endswith(".json")
    assert json.loads(document.content) == params["kept"]


def test_who_looked_has_a_way_to_older_and_newer() -> None:
    looked = [p for p in samples()["looked"] if p["last"]]
    labels = [[b.label for row in screen_of(Kind.LOOKED, p).rows for b in row][:-1] for p in looked]
    assert labels == [["Older →"], ["← Newer", "Older →"], ["← Newer"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_that_fits_is_shown_with_as_many_numbers_as_there_are_questions(language: str) -> None:
    text = parse(screen_of(Kind.LINE_HELP, {"numbers": 4}, language).text, "HTML").text
    assert "\n3 2 4 1 n\n" in text


def test_the_line_stands_in_help_and_in_the_reminder_but_not_in_the_question() -> None:
    first = [p for p in samples()["checkin"] if p["questionnaire"] == "pulse" and p["number"] == 1]
    for params in first:
        assert ("3 2 4 1 n" in screen_of(Kind.CHECKIN, params).text) == bool(params["reminder"])
    assert "3 2 4 1 n" in screen_of(Kind.HELP, {"role": "mentor"}).text
    assert "3 2 4 1 n" not in screen_of(Kind.HELP, {"role": "lead"}).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("which", [0, -1])
def test_whoever_changes_an_answer_reads_each_question_and_its_whole_answer(which: int, language: str) -> None:
    params = samples()["edit"][which]
    screen = screen_of(Kind.EDIT, params, language)
    pulse = view_of(Kind.EDIT, params, language).program.find("pulse")
    assert pulse is not None
    assert all(item.text[language] in parse(screen.text, "HTML").text for item in pulse.items)
    assert not [button.label for row in screen.rows for button in row if "…" in button.label]


@pytest.mark.parametrize(
    ("kind", "params", "back"),
    [
        (Kind.VISIT, {"what": "type", "zone": "America/Chicago"}, "vhm"),
        (Kind.SETTINGS, SETTINGS | {"choose_quiet": True}, "set"),
    ],
)
def test_a_screen_opened_by_mistake_has_a_way_back(kind: Kind, params: Params, back: str) -> None:
    screen = screen_of(kind, params)
    assert back in [str(button.data).split(":")[1] for row in screen.rows for button in row]
