"""The catalogs: complete, up to date, and as good in one language as in the other."""

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from bot.handlers.commands import COMMANDS
from bot.texts import LOCALE
from program.load import load_program
from scripts import catalogs

LANGUAGES = sorted(folder.name for folder in LOCALE.iterdir())
OTHERS = [language for language in LANGUAGES if language != "en"]
PLACEHOLDER = re.compile(r"\{[^}]*\}")
TAG = re.compile(r"</?\w+>")
COMMAND = re.compile(r"(?<![\w<])/[a-z]+\b")
SYMBOL = re.compile(r"[\U0001F300-\U0001FAFF\u2190-\u21FF\u2600-\u27BF]")
# Methods that take texts, and how many.
TEXT_ARGUMENTS = {"say": 1, "count": 2}
# A pattern of the CLDR is no prose.
NO_PROSE = {"EEEE, MMMM d"}


def path_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "keepwell.po"


def catalog_of(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def forms(message: Message) -> Iterator[tuple[str, str]]:
    """Each text with its translation; of a plural each form beside the English one or many. The header has none."""
    if not message.id:
        return
    if isinstance(message.id, tuple):
        for number, translation in enumerate(message.string):
            yield message.id[min(number, 1)], translation
    else:
        yield str(message.id), str(message.string)


PAIRS = [
    (text, translation)
    for language in OTHERS
    for message in catalog_of(language)
    for text, translation in forms(message)
    if translation
]


def test_english_and_spanish_are_there() -> None:
    assert {"en", "es"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalog_has_every_text_of_the_code_and_no_other(language: str) -> None:
    current = path_of(language).read_bytes() == catalogs.updated(language)
    assert current, "run `make catalogs`"  # a comparison of the two, which pytest would print, takes minutes


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_untranslated_or_fuzzy(language: str) -> None:
    catalog = catalog_of(language)
    assert [message.id for message in catalog if message.id and message.fuzzy] == []
    assert [text for message in catalog for text, shown in forms(message) if not shown.strip()] == []
    assert not catalog.obsolete


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_have_every_form_of_their_language(language: str) -> None:
    catalog = catalog_of(language)
    # Spanish has a third form, for whole millions, which no text of ours can reach.
    assert catalog.num_plurals == min(get_plural(language).num_plurals, 2)
    plurals = [message for message in catalog if message.pluralizable]
    assert plurals
    assert all(len(message.string) == catalog.num_plurals for message in plurals)


def test_the_catalog_test_sees_a_text_that_is_not_translated() -> None:
    """The check that all the others lean on, on a catalog that is known to be wanting."""
    source = io.BytesIO(b'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Next"\nmsgstr ""\n')
    catalog = read_po(source, locale="es")
    assert [text for message in catalog for text, shown in forms(message) if not shown] == ["Next"]


def test_a_translation_has_the_same_values_tags_commands_and_marks() -> None:
    for text, translation in PAIRS:
        for pattern in (PLACEHOLDER, TAG, COMMAND, SYMBOL):
            assert sorted(pattern.findall(translation)) == sorted(pattern.findall(text)), text
        assert translation.count("\n") == text.count("\n"), text


def test_a_translation_ends_as_its_text_does() -> None:
    for text, translation in PAIRS:
        assert text[-1:] in ".?:…" or translation[-1:] not in ".?:…", text
        if text[-1:] in ".?:…":
            assert translation[-1] == text[-1], text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_that_a_text_names_works(language: str) -> None:
    shown = {
        command.removeprefix("/")
        for message in catalog_of(language)
        for _, translation in forms(message)
        for command in COMMAND.findall(translation)
    }
    assert shown
    assert shown <= {"start", "link", "unlink", *COMMANDS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_have_typographic_apostrophes_and_quotes(language: str) -> None:
    texts = [t for m in catalog_of(language) if m.id not in NO_PROSE for _, t in forms(m)]
    assert [text for text in texts if re.search(r"['\"]", text)] == []


def test_spanish_questions_and_calls_are_opened_as_they_are_closed() -> None:
    for message in catalog_of("es"):
        for _, translation in forms(message):
            assert translation.count("¿") == translation.count("?"), translation
            assert translation.count("¡") == translation.count("!"), translation


# One form of address, tú, and nobody's gender guessed.
NOT_OURS = re.compile(
    r"\b(?:usted(?:es)?|vosotr[oa]s|os|vuestr[oa]s?|haga|presione|pulse|envíe|llame|su supervisor|"
    r"bienvenid[oa]s?|conectad[oa]s?|invitad[oa]s?|(?:un|el|tu) supervisora?|(?:un|el|tu) mentora?)\b",
    re.IGNORECASE,
)


def test_spanish_says_tu_and_guesses_nobodys_gender() -> None:
    found = [t for m in catalog_of("es") for _, t in forms(m) if NOT_OURS.search(t)]
    assert found == []


# The same of the program's texts, where "ustedes" is the plural of tú, and others are spoken of as well.
FORMAL = re.compile(r"\b(?:usted|vosotr[oa]s|vuestr[oa]s?|responda|elija|indique|seleccione)\b", re.IGNORECASE)


def test_the_questions_say_tu_too() -> None:
    program = load_program(None)
    texts = [program.resources, *(line.text for line in program.crisis_lines.values())]
    for questionnaire in program.all_checkins:
        for item in questionnaire.items:
            texts += [item.text, *(o.label for o in item.options), *(o.reason for o in item.options if o.reason)]
    assert len(texts) > 100
    assert [text["es"] for text in texts if FORMAL.search(text["es"])] == []


def said_in_the_code() -> set[str]:
    """Every text that is handed to `say` or `count`, as Python itself reads the code."""
    found: set[str] = set()
    for path in sorted((LOCALE.parent).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TEXT_ARGUMENTS:
                texts = node.args[: TEXT_ARGUMENTS[node.func.attr]]
                found |= {
                    text.value for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str)
                }
    return found


def test_the_catalogs_find_every_text_wherever_it_stands() -> None:
    """Texts inside f-strings are not found by the extraction, and would stay English for everybody."""
    known: set[str] = set()
    for message in catalogs.template():
        known |= set(message.id if isinstance(message.id, tuple) else (message.id,))
    assert len(said_in_the_code()) > 100
    assert said_in_the_code() - known == set()
