"""Notes on phones, in both languages: danger, somebody else's danger, a client's name, silence, a refused deletion."""

from datetime import timedelta
from pathlib import Path

import pytest

from emulator.clock import Clock
from tests.e2e.people import until
from tests.service import AWAKE, running

SAM, ROSA, ANN = "Sam Rivera", "Rosa Vega", "Ann Lee"
SOON = AWAKE + '[notes]\nenabled = true\nconfirm_within = "3s"\n'


@pytest.mark.parametrize(
    ("language", "name", "danger", "asked", "someone", "offer"),
    [
        (
            "en",
            SAM,
            "my client says he has a gun and will kill himself tonight",
            "Who is it about",
            "About someone I support",
            "talk it over",
        ),
        (
            "es",
            ROSA,
            "mi cliente dice que tiene un arma y que se va a matar esta noche",
            "De quién",
            "alguien a quien",
            "hablarlo",
        ),
    ],
)
async def test_a_client_in_danger_gets_the_lines_a_question_and_a_talk_today(
    database_address: str, tmp_path: Path, language: str, name: str, danger: str, asked: str, someone: str, offer: str
) -> None:
    async with running(database_address, tmp_path) as town:
        ann, mentor = await town.starts(ANN), await town.joins(name, language)
        await mentor.says(danger)
        shown = await mentor.expects(asked)
        assert "988" in shown.text
        assert "911" in shown.text
        await mentor.taps(someone)
        await mentor.expects(offer)
        assert not any("person now" in seen.text for seen in ann.messages)
        await mentor.taps("Yes, today" if language == "en" else "Sí, hoy")
        await mentor.expects(ANN)
        await ann.expects("may welcome a talk today")


@pytest.mark.parametrize(
    ("language", "name", "danger"), [("en", SAM, "I want to die"), ("es", ROSA, "me quiero morir")]
)
async def test_danger_without_an_answer_calls_the_team_once(
    database_address: str, tmp_path: Path, language: str, name: str, danger: str
) -> None:
    async with running(database_address, tmp_path, program=SOON) as town:
        ann, mentor = await town.starts(ANN), await town.joins(name, language)
        await mentor.says(danger)
        await mentor.expects("988")
        await ann.expects("needs a person now", 12)
        await mentor.expects(ANN)
        await mentor.taps("Not what I meant" if language == "en" else "No quise decir")
        await mentor.expects("meanwhile" if language == "en" else "Mientras tanto")
        assert sum("needs a person" in seen.text for seen in ann.messages) == 1


async def test_a_note_that_names_a_client_is_gone_from_the_chat_when_taken_back(
    database_address: str, tmp_path: Path
) -> None:
    async with running(database_address, tmp_path) as town:
        sam = await town.joins(SAM)
        written = await sam.says("met Joe Miller today at 555-123-4567, all good")
        await sam.expects("name a client")
        await sam.taps("Delete my note")
        await sam.expects("deleted")
        await until(lambda: written.id not in [seen.id for seen in sam.messages], sam, what="deletion")
        assert "Miller" not in sam.transcript()


async def test_what_telegram_does_not_delete_any_more_is_said(database_address: str, tmp_path: Path) -> None:
    clock = Clock()
    async with running(database_address, tmp_path, clock=clock) as town:
        sam = await town.joins(SAM)
        written = await sam.says("met Joe Miller today at 555-123-4567, all good")
        await sam.expects("name a client")
        clock.advance(timedelta(days=3))
        await sam.taps("Delete my note")
        await sam.expects("You still can", 8)
        assert written.id in [seen.id for seen in sam.messages]
