"""Every screen, with all that it may have to show, in both languages: what Telegram takes and a small phone shows."""

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from types import MappingProxyType
from typing import Any

import pytest

from bot.buttons import MAX_BYTES, Signer
from bot.handlers.presses import ACTIONS
from bot.screens.screen import MAX_CHARACTERS, RENDERERS, Screen
from core.messages import Kind
from emulator.markup import parse
from tests.bot.samples import LANGUAGES, everything_on, rendered, samples, view_of

# Deletes a message and shows nothing.
SILENT = {"withdraw"}
SHOWN = [kind for kind in Kind if kind.value in samples()]
MOST_ON_A_BUTTON = 40  # characters
LONG_NAME = "Maximiliana de las Mercedes Fernández-Villanueva"
HOSTILE = 'A<b>&"o</b> {0} {name}'
EMOJI = re.compile(r"[\U0001F000-\U0001FAFF☀-➿️↓→←●○✓]")

every_screen = pytest.mark.parametrize(
    ("kind", "language"), [(kind, language) for kind in SHOWN for language in LANGUAGES]
)


def shown(screen: Screen) -> str:
    """The text as a person reads it; raises what Telegram would refuse."""
    return parse(screen.text, "HTML").text


def wrong(kind: Kind, language: str, judge: Callable[[Screen], Any], **names: Any) -> list[str]:
    """What a judge finds wrong with the screens of a kind, with the values that make it so."""
    return [
        f"{found}\n{params}\n{screen.text}"
        for params, screen in rendered(kind, language, **names)
        if (found := judge(screen))
    ]


def test_every_kind_of_message_has_a_renderer() -> None:
    assert [kind for kind in Kind if kind not in RENDERERS] == []


def test_every_kind_of_message_is_looked_at_here() -> None:
    assert {kind.value for kind in Kind} - SILENT == set(samples()), "tests/bot/samples.py has a sample of every kind"


@every_screen
def test_a_screen_arrives_in_one_go_over_a_weak_connection(kind: Kind, language: str) -> None:
    def too_long(screen: Screen) -> int:
        return len(shown(screen)) if len(shown(screen)) > MAX_CHARACTERS else 0

    assert wrong(kind, language, too_long) == []
    assert wrong(kind, language, too_long, name=LONG_NAME, helper=LONG_NAME) == []


@every_screen
def test_a_screen_says_something_in_words(kind: Kind, language: str) -> None:
    assert wrong(kind, language, lambda screen: not re.search(r"\w{2}", EMOJI.sub("", shown(screen)))) == []
    labels = [button.label for _, screen in rendered(kind, language) for row in screen.rows for button in row]
    assert [label for label in labels if not re.search(r"\w", EMOJI.sub("", label))] == []


@every_screen
def test_a_screen_has_nothing_left_to_fill_in(kind: Kind, language: str) -> None:
    def unfilled(screen: Screen) -> list[str]:
        labels = [button.label for row in screen.rows for button in row]
        return [text for text in (shown(screen), *labels) if re.search(r"[{}]|  \n|\n{3}|\bnan\b|\[\]", text)]

    assert wrong(kind, language, unfilled) == []


@every_screen
def test_names_are_shown_as_they_are_written(kind: Kind, language: str) -> None:
    """A name with marks of HTML neither breaks the message nor formats it."""
    for params, screen in rendered(kind, language, name=HOSTILE, helper=HOSTILE):
        text = shown(screen)
        assert HOSTILE in text or "A<b>" not in text, (params, screen.text)
        assert "&amp;" not in text, (params, screen.text)
        assert "&lt;" not in text, (params, screen.text)


def spoiled(value: Any) -> Any:
    """The same program with marks of HTML in every text that people read."""
    if isinstance(value, dict | MappingProxyType):
        if value and all(isinstance(key, str) and isinstance(text, str) for key, text in value.items()):
            return {key: f"{text} <3 & <b>" for key, text in value.items()}
        return {key: spoiled(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return tuple(spoiled(inner) for inner in value)
    if is_dataclass(value) and not isinstance(value, type):
        found = {f.name: spoiled(getattr(value, f.name)) for f in fields(value) if f.init and f.name in SPOILED}
        return replace(value, **found)
    return value


SPOILED = {"resources", "crisis_lines", "all_checkins", "title", "items", "text", "options", "label", "reason"}


@every_screen
def test_texts_of_a_program_are_shown_as_they_are_written(kind: Kind, language: str) -> None:
    program = spoiled(everything_on())
    for params, screen in rendered(kind, language, program=program):
        text = shown(screen)
        labels = [button.label for row in screen.rows for button in row]
        assert not any("&lt;" in part or "&amp;" in part for part in (text, *labels)), (params, screen)


@every_screen
def test_a_button_fits_and_leads_somewhere(kind: Kind, language: str) -> None:
    signer = Signer([b"a key of tests"])
    for params, screen in rendered(kind, language):
        for row in screen.rows:
            for button in row:
                assert len((button.data or "").encode()) <= MAX_BYTES, (button, params)
                assert button.data is None or signer.open(button.data).action in ACTIONS, (button, params)
                assert len(button.label) <= MOST_ON_A_BUTTON, (button, params)
            if len(row) > 1:
                assert sum(len(button.label) for button in row) <= MOST_ON_A_BUTTON, (row, params)


@every_screen
def test_no_two_buttons_of_a_screen_look_alike(kind: Kind, language: str) -> None:
    def doubled(screen: Screen) -> list[str]:
        labels = [button.label for row in screen.rows for button in row]
        return [label for label in set(labels) if labels.count(label) > 1]

    assert wrong(kind, language, doubled) == []


def of_mentors() -> Iterator[Kind]:
    """The screens that mentors stay on. The others are for supervisors, or say that something is elsewhere now."""
    elsewhere = {"alert", "alert_update", "chain_ended", "lead_note", "staff_hello", "staff_welcome", "visit_news"}
    elsewhere |= {"team", "teams", "agenda", "contact", "trend", "digest", "oncall", "shared", "swap", "days_off"}
    elsewhere |= {"more_alerts", "outcome_words", "group", "talk_plan"}
    elsewhere |= {"erased"}  # to somebody who is a stranger from here on
    return (kind for kind in SHOWN if kind.value not in elsewhere | {"number_help", "ask_language", "refusal"})


@pytest.mark.parametrize("kind", list(of_mentors()))
def test_a_mentor_can_call_a_person_from_every_screen(kind: Kind) -> None:
    exceptions = {"moved", "replaced"}
    for params, screen in rendered(kind, "en"):
        for_staff = params.get("role") in ("supervisor", "lead")
        if for_staff or params.get("why") in exceptions or params.get("nobody_here"):
            continue
        if kind is Kind.ASK_ZONE and not params["joining"]:
            continue
        assert any("I need a person now" in button.label for row in screen.rows for button in row), (params, screen)


def test_an_alert_needs_a_person_and_has_its_buttons() -> None:
    crisis = next(params for params in samples()["alert"] if params["level"] == "crisis" and params["state"] == "open")
    screen = RENDERERS[Kind.ALERT](view_of(Kind.ALERT, crisis, "en"))
    assert "Sam Rivera needs a person now." in shown(screen)
    labels = [button.label for row in screen.rows for button in row]
    names = [label.split(":")[0].rstrip("…") for label in labels]
    assert names[0] == "Acknowledge"
    assert "Resolve" in names


def test_a_repeated_alert_says_that_it_may_be_a_repetition() -> None:
    params = samples()["alert"][0]
    for language, word in (("en", "twice"), ("es", "dos veces")):
        texts = [
            shown(RENDERERS[Kind.ALERT](view_of(Kind.ALERT, params, language, repeated=repeated)))
            for repeated in (False, True)
        ]
        assert (word in texts[0], word in texts[1]) == (False, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_times_of_day_are_written_as_their_readers_write_them(language: str) -> None:
    for kind in (Kind.SETTINGS, Kind.ASK_TIME, Kind.READY):
        for params, screen in rendered(kind, language):
            labels = [button.label for row in screen.rows for button in row]
            for text in (shown(screen), *labels):
                assert not re.search(r"\b0\d:\d\d", text), (params, text)
                for clock in re.findall(r"\d{1,2}:\d\d(?: [AP]M)?", text):
                    assert clock.endswith("M") == (language == "en"), (params, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mentor_and_the_supervisor_read_the_same_reasons(language: str) -> None:
    told = next(
        params for params in samples()["checkin_done"] if params.get("alert") == "crisis" and len(params["reasons"]) > 1
    )
    alert = next(params for params in samples()["alert"] if params["reasons"] == told["reasons"])
    mentor = shown(RENDERERS[Kind.CHECKIN_DONE](view_of(Kind.CHECKIN_DONE, told, language)))
    supervisor = shown(RENDERERS[Kind.ALERT](view_of(Kind.ALERT, alert, language)))
    reasons = [line for line in mentor.splitlines() if line.startswith("•")]
    assert len(reasons) > 4
    assert reasons == [line for line in supervisor.splitlines() if line.startswith("•")]
