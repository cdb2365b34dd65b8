"""Every screen is one that a tired person understands at once: plain words, short sentences, and no verdicts."""

import re
from collections.abc import Mapping

import pytest

from core.messages import Kind
from program.load import load_program
from tests.bot.reading_ease import grade, perspicuity, words_of
from tests.bot.samples import LANGUAGES, rendered
from tests.bot.test_screens import SHOWN, every_screen, shown

HIGHEST_GRADE = 6.0
LOWEST_PERSPICUITY = 65.0  # fairly easy
# A formula of averages says little about a few words.
ENOUGH_WORDS = 15

# Findings, diagnoses and the language of files about people. What a program measures is "heavy" or "more than usual".
VERDICTS: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:burn(?:ed|t)?[- ]?out|exhaust\w*|diagnos\w*|depress\w*|disorder\w*|syndrome\w*|symptom\w*|patients?|"
        r"patholog\w*|ptsd|trauma\w*|relaps\w*|impaired|unfit|unstable|high[- ]risk|severe|non-?complian\w*|addict\w*|"
        r"abuser\w*|mental(?:ly)?|psych\w*|clean|dirty|monitor\w*|surveil\w*|assess\w*|score of|failed)\b",
        re.IGNORECASE,
    ),
    "es": re.compile(
        r"\b(?:burnout|agotad\w*|agotamiento|quemad\w*|desgaste|diagn\w*|depresi\w*|deprimid\w*|trastorno\w*|"
        r"síndrome\w*|síntoma\w*|pacientes?|patolog\w*|trauma\w*|recaída\w*|recaer|adict\w*|incapaz|inestable|"
        r"alto riesgo|grave|incumpl\w*|mental(?:es|mente)?|psic\w*|vigila\w*|monitor\w*|evaluaci\w*|fracas\w*)\b",
        re.IGNORECASE,
    ),
}


def hard(text: str, language: str) -> str:
    """Say how hard a text is to read when it is too hard."""
    if len(words_of(text)) <= ENOUGH_WORDS:
        return ""
    if language == "en":
        return f"grade {grade(text):.1f}: {text}" if grade(text) > HIGHEST_GRADE else ""
    return f"perspicuity {perspicuity(text):.0f}: {text}" if perspicuity(text) < LOWEST_PERSPICUITY else ""


@every_screen
def test_a_screen_is_easy_to_read(kind: Kind, language: str) -> None:
    texts = {shown(screen) for _, screen in rendered(kind, language, name="Sam", helper="Ann")}
    assert [found for text in sorted(texts) if (found := hard(text, language))] == []


@every_screen
def test_a_screen_judges_nobody(kind: Kind, language: str) -> None:
    texts = {shown(screen) for _, screen in rendered(kind, language)}
    texts |= {button.label for _, screen in rendered(kind, language) for row in screen.rows for button in row}
    assert [(found[0], text) for text in sorted(texts) if (found := VERDICTS[language].search(text))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_never_long(language: str) -> None:
    """No sentence of more than 25 words: whoever is worn out loses the thread."""
    long = {
        sentence
        for kind in SHOWN
        for _, screen in rendered(kind, language, name="Sam", helper="Ann")
        for sentence in re.split(r"[.!?:…\n]+", shown(screen))
        if len(words_of(sentence)) > 25
    }
    assert long == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_questions_of_a_check_in_are_easy_to_read(language: str) -> None:
    for questionnaire in load_program(None).all_checkins:
        asked = "\n".join(item.text[language].rstrip(".") + "." for item in questionnaire.items)
        assert not hard(asked, language), questionnaire.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_of_the_shipped_program_are_there_in_each_language(language: str) -> None:
    program = load_program(None)
    texts = [program.resources, *(line.text for line in program.crisis_lines.values())]
    texts += [kind.label for kind in program.boundary_kinds.values()]
    for questionnaire in program.all_checkins:
        texts.append(questionnaire.title)
        for item in questionnaire.items:
            texts.append(item.text)
            texts += [option.label for option in item.options]
            texts += [option.reason for option in item.options if option.reason]
    assert all(text[language].strip() for text in texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_is_never_about_a_diagnosis_or_a_relapse(language: str) -> None:
    for questionnaire in load_program(None).all_checkins:
        for item in questionnaire.items:
            assert not VERDICTS[language].search(item.text[language]), item.id


def test_the_words_that_judge_are_found() -> None:
    assert VERDICTS["en"].search("You show signs of burnout.")
    assert VERDICTS["es"].search("Tienes agotamiento.")
    assert not VERDICTS["en"].search("I lost patience.")
