"""The measure of how easy a text is to read, on words and texts whose value is known."""

import pytest

from tests.bot.reading_ease import (
    english_syllables,
    grade,
    perspicuity,
    sentences_of,
    spanish_syllables,
    words_of,
)

ENGLISH = {
    1: "a the you are asked safe lines times named used tired please time they like once these sure here day goes "
    "there does eyes clothes voice closed hours leave truth don’t I’m they’re who’s work week",
    2: "needed answered little people person reason being going crisis changes reaches notice resolve settings "
    "resolved language quiet weekly client service private mentor problem workload again welcome above because someone "
    "couldn’t didn’t wanted carried minutes answer alone able table courage patient many doing really message question",
    3: "somebody heavier idea anything acknowledge acknowledged telegram boundary discipline area quietly invited "
    "usual happening quieter",
    4: "supervisor everybody emergency immediate experience situation",
}
SPANISH = {
    1: "hoy ya quien quién muy tú ley bien dos",
    2: "día días país crisis pausa alguien guardo peor caos aire ciudad lee leer leyes reunión",
    3: "oíste siguiente idioma vergüenza línea respuestas ahora chequeo ayuda ajustes cuídate",
    4: "supervisa emergencia enseguida necesitas averigüe",
    5: "coordinación escribiremos",
}


@pytest.mark.parametrize(("word", "count"), [(w, n) for n, words in ENGLISH.items() for w in words.split()])
def test_an_english_word_has_its_syllables(word: str, count: int) -> None:
    assert english_syllables(word) == count


@pytest.mark.parametrize(("word", "count"), [(w, n) for n, words in SPANISH.items() for w in words.split()])
def test_a_spanish_word_has_its_syllables(word: str, count: int) -> None:
    assert spanish_syllables(word) == count


def test_tags_commands_and_numbers_are_not_words() -> None:
    assert words_of("<b>Send /help</b> by 9:00") == ["Send", "by"]


def test_a_line_and_a_colon_end_a_sentence() -> None:
    assert len(sentences_of("Settings\nCheck-in: Monday.\n/help\n")) == 3


def test_the_english_formula_gives_its_published_value() -> None:
    # 14 words, 2 sentences, 15 syllables, by hand.
    text = "The cat sat on the mat. It saw a dog and ran over there."
    assert grade(text) == pytest.approx(0.39 * 14 / 2 + 11.8 * 15 / 14 - 15.59)


def test_the_spanish_formula_gives_its_published_value() -> None:
    # 5 words, 1 sentence, 10 syllables, by hand.
    assert perspicuity("La casa tiene una ventana.") == pytest.approx(206.835 - 62.3 * 10 / 5 - 5)


def test_officialese_is_harder_than_plain_words() -> None:
    hard = "Notification of supervisory personnel is initiated automatically following identification of deterioration."
    plain = "If it gets worse, I tell your supervisor."
    assert grade(hard) > 15 > 6 > grade(plain)
    assert (
        perspicuity("La notificación al personal supervisor se iniciará automáticamente tras la identificación.") < 40
    )
    assert perspicuity("Si empeora, aviso a quien te supervisa.") > 65
