"""Dates and times as their readers write them."""

from datetime import UTC, datetime

import pytest

from bot.texts import Texts, languages

MONDAY = datetime(2026, 3, 2, 21, 5, tzinfo=UTC)  # 15:05 in Chicago


@pytest.fixture(params=["en", "es"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_there_are_catalogs_for_english_and_spanish() -> None:
    assert languages() == ("en", "es")


@pytest.mark.parametrize(
    ("at", "english", "spanish"),
    [("09:00", "9:00 AM", "9:00"), ("15:30", "3:30 PM", "15:30"), ("00:00", "12:00 AM", "0:00")],
)
def test_a_time_of_day_is_written_as_its_reader_writes_it(at: str, english: str, spanish: str) -> None:
    assert Texts("en").hour(at) == english
    assert Texts("es").hour(at) == spanish


def test_the_clock_is_that_of_the_reader() -> None:
    assert Texts("en", "America/Chicago").clock(MONDAY) == "3:05 PM"
    assert Texts("es", "Europe/Madrid").clock(MONDAY.isoformat()) == "22:05"


def test_a_day_is_named_in_full() -> None:
    assert Texts("en", "America/Chicago").day(MONDAY) == "Monday, March 2"
    assert Texts("es", "America/Chicago").day(MONDAY) == "lunes 2 de marzo"


def test_a_day_is_that_of_the_readers_zone() -> None:
    late = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
    assert Texts("en", "America/Chicago").day(late) == "Monday, March 2"
    assert Texts("en", "Europe/Madrid").day(late) == "Tuesday, March 3"


def test_what_is_today_needs_no_day() -> None:
    texts = Texts("en", "America/Chicago")
    assert texts.when(MONDAY, MONDAY) == "3:05 PM"
    assert texts.when(MONDAY, datetime(2026, 3, 3, 6, 30, tzinfo=UTC)) == "Monday, March 2 at 3:05 PM"
    assert Texts("es", "America/Chicago").when(MONDAY) == "lunes 2 de marzo, 15:05"


@pytest.mark.parametrize(
    ("instant", "clock"), [("2026-03-08T07:59:00+00:00", "1:59 AM"), ("2026-03-08T08:00:00+00:00", "3:00 AM")]
)
def test_the_skipped_hour_of_spring_is_not_shown(instant: str, clock: str) -> None:
    assert Texts("en", "America/Chicago").clock(instant) == clock


def test_lists_are_spoken() -> None:
    assert Texts("en").list(["Ann", "Ben"]) == "Ann and Ben"
    assert Texts("es").list(["Ann", "Ben", "Rosa"]) == "Ann, Ben y Rosa"
    assert Texts("es").days([0, 2, 4]) == "lunes, miércoles y viernes"
    assert Texts("en").list([]) == ""


def test_numbers_choose_their_form(language: str) -> None:
    one, many = ("{n} open alert", "{n} open alerts")
    texts = Texts(language)
    assert texts.count(one, many, 1) != texts.count(one, many, 2).replace("2", "1")
    assert "24" in texts.count(one, many, 24)


def test_a_language_without_a_catalog_is_read_in_english() -> None:
    assert Texts("fr").say("Next") == "Next"
    assert Texts("fr").language == "en"


def test_a_text_of_the_program_is_picked_in_the_readers_language() -> None:
    both = {"en": "Pulse", "es": "Pulso"}
    assert (Texts("en").pick(both), Texts("es").pick(both)) == ("Pulse", "Pulso")
    assert Texts("es").pick({"en": "Pulse"}) == "Pulse"
    assert Texts("en").pick({"es": "Pulso"}) == "Pulso"


def test_no_time_has_a_space_that_old_phones_cannot_show(language: str) -> None:
    texts = Texts(language, "America/Chicago")
    assert all(ord(character) < 0x2000 for character in texts.when(MONDAY) + texts.hour("09:00"))
