"""A practice scenario on a phone, in both languages: an answer, its reason at once, and nobody is called."""

from pathlib import Path

import pytest

from tests.service import running

ANN = "Ann Lee"


@pytest.mark.parametrize(
    ("language", "name", "asks", "views", "bring", "yes", "thanks"),
    [
        ("en", "Sam Rivera", "11 p.m", ("A good way", "Another view"), "bring this to supervision", "Yes", "Thank you"),
        (
            "es",
            "Rosa Vega",
            "11 de la noche",
            ("Una buena", "Otra mirada"),
            "llevar esto a supervisión",
            "Sí",
            "Gracias",
        ),
    ],
)
async def test_a_scenario_gives_its_reason_at_once_and_calls_nobody(
    database_address: str,
    tmp_path: Path,
    language: str,
    name: str,
    asks: str,
    views: tuple[str, str],
    bring: str,
    yes: str,
    thanks: str,
) -> None:
    async with running(database_address, tmp_path) as town:
        ann, mentor = await town.starts(ANN), await town.joins(name, language)
        heard = len(ann.messages)
        await town.sends("practice", name)
        scenario = await mentor.expects(asks)
        assert all(f"{letter}  " in scenario.text for letter in "ABC")
        await mentor.taps("B")
        answered = await mentor.expects(bring)
        assert any(view in answered.text for view in views)
        await mentor.taps(yes)
        done = await mentor.expects(thanks)
        assert not any(view in done.text for view in views)
        assert len(ann.messages) == heard
