"""Reasons: a sentence for every rule, in both languages, the same for everybody, and never an answer in it."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.screens.reasons import WEAKER, sentences
from bot.screens.screen import RENDERERS, Screen
from bot.texts import Texts
from core.levels import Level
from core.messages import Kind
from core.rules import RULES, level_of
from core.visibility import ANSWER_FACTS
from tests.bot.samples import LANGUAGES, ROW, view_of

# What the flows say beside the rules of the scores.
BESIDE = ("note_not_read",)
CODES = (*(rule.code for rule in RULES), *BESIDE)
# Numbers of answers stand out: none of them is said by anything else.
FACTS: Mapping[str, float] = {
    "above": 4,
    "latest": 5,
    "people": 77,
    "people_before": 66,
    "people_points": 88,
    "hours": 99,
    "hours_before": 91,
    "crises": 82,
    "load": 83.25,
    "weekly": 84.5,
    "strain": 85.75,
    "usual": 86.5,
    "recent": 87.5,
    "cap": 78,
    "contract": 79,
    "strain_high_times": 3,
    "weekly_rise_times": 3,
    "weekly_high_times": 2,
    "load_often_times": 2,
    "hours_long_times": 2,
    "no_supervision_times": 3,
}
AT = "2026-03-02T21:00:00+00:00"

of_all_languages = pytest.mark.parametrize("language", LANGUAGES)
codes = st.lists(st.sampled_from([rule.code for rule in RULES]), unique=True, max_size=8)
facts = st.dictionaries(st.sampled_from(sorted(FACTS)), st.integers(0, 400) | st.floats(0, 400), max_size=12)


@of_all_languages
@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_sentence_with_and_without_its_facts(code: str, language: str) -> None:
    for known in (FACTS, {}):
        (said,) = sentences(Texts(language), [code], known)
        assert said.endswith((".", "”."))
        assert "{" not in said
        assert code not in said or "_" not in code


@pytest.mark.parametrize("code", CODES)
def test_every_sentence_is_translated(code: str) -> None:
    english, spanish = (sentences(Texts(language), [code], FACTS) for language in ("en", "es"))
    assert english != spanish


@of_all_languages
def test_different_reasons_are_said_differently(language: str) -> None:
    said = {code: sentences(Texts(language), [code], FACTS)[0] for code in CODES}
    alike = {code for code in said if list(said.values()).count(said[code]) > 1}
    # What a mentor is told first and a supervisor when it is stronger: the same thing.
    assert alike == {
        "change",
        "change_strong",
        "weekly_rise",
        "weekly_rise_long",
        "load",
        "load_high",
        "load_very_high",
    }


@of_all_languages
@given(some=codes, known=facts)
def test_whatever_holds_something_is_said_about_it(language: str, some: list[str], known: dict[str, Any]) -> None:
    said = sentences(Texts(language), some, known)
    assert bool(said) == bool(some)
    assert len(set(said)) == len(said)


@of_all_languages
def test_no_answer_is_in_what_others_read(language: str) -> None:
    for code in CODES:
        (said,) = sentences(Texts(language), [code], FACTS)
        assert not set(re.findall(r"\d+", said)) - {"2", "3", "4", "5"}


@of_all_languages
def test_the_mentor_alone_may_read_their_own_numbers(language: str) -> None:
    (own,) = sentences(Texts(language), ["load"], FACTS, private=True)
    assert "66" in own
    assert "77" in own
    (others,) = sentences(Texts(language), ["load"], FACTS)
    assert others != own
    assert sentences(Texts(language), ["load"], {"people": 5, "people_before": 9}, private=True) == sentences(
        Texts(language), ["load"], {}
    )


def test_facts_that_are_answers_are_known_by_name() -> None:
    assert {"people", "people_before"} == ANSWER_FACTS


def test_more_than_one_check_in_is_counted() -> None:
    texts = Texts("en")
    assert sentences(texts, ["change_strong"], FACTS) == ["4 of the last 5 check-ins were heavier than usual."]
    assert sentences(texts, ["change_strong"], {"above": 1, "latest": 5}) == [
        "Check-ins have been heavier than usual lately."
    ]


def test_a_weaker_reason_is_not_said_beside_a_stronger_one_but_always_alone() -> None:
    known = {rule.code for rule in RULES}
    assert WEAKER.keys() <= known
    for weak, stronger in WEAKER.items():
        assert set(stronger) <= known
        for strong in stronger:
            assert sentences(Texts("en"), [weak, strong], FACTS) == sentences(Texts("en"), [strong], FACTS)


def alert_screen(language: str, level: str, some: list[str], known: Mapping[str, Any]) -> Screen:
    """What a supervisor reads."""
    params = {
        "alert": ROW,
        "mentor": "Sam Rivera",
        "team": "North",
        "level": level,
        "reasons": some,
        "facts": known,
        "state": "open",
        "opened_at": AT,
        "at": AT,
    }
    return RENDERERS[Kind.ALERT](view_of(Kind.ALERT, params, language))


def result_screen(language: str, level: str, some: list[str], known: Mapping[str, Any]) -> Screen:
    """What the mentor reads."""
    params = {
        "checkin": ROW,
        "questionnaire": "weekly",
        "level": level,
        "alert": level,
        "reasons": some,
        "facts": known,
        "told": ["Ann Lee"],
    }
    return RENDERERS[Kind.CHECKIN_DONE](view_of(Kind.CHECKIN_DONE, params, language))


def bullets(screen: Screen) -> list[str]:
    """The reasons on a screen."""
    return [line for line in screen.text.splitlines() if line.startswith("•")]


@of_all_languages
@given(some=codes.filter(bool), known=facts)
def test_mentor_and_supervisor_read_the_same_words(language: str, some: list[str], known: dict[str, Any]) -> None:
    level = max(level_of([rule for rule in RULES if rule.code in some]), Level.CONCERN).code
    told, read = (
        bullets(alert_screen(language, level, some, known)),
        bullets(result_screen(language, level, some, known)),
    )
    assert told == read != []
