"""A weekly check-in with a boundary that cannot wait, on two phones, in both languages."""

from pathlib import Path

import pytest

from bot.texts import Texts
from emulator import Phone
from tests.service import AWAKE, running

SAM, ROSA, ANN = "Sam Rivera", "Rosa Vega", "Ann Lee"
# The buttons of a weekly with a same-day boundary kind, in order; None types a number instead.
WALKS = {
    "en": (
        *(("actively supported", "7–9"), ("Hours", None), ("outside your", "Skip"), ("break", "1"), ("losses", "0")),
        *(("notes still", "0"), ("upervision", "None"), ("reserve", "A little"), ("autopilot", "A little")),
        *(("uninvited", "A little"), ("my role is not", "A little"), ("backup", "Quite a bit")),
        *(("steady", "Quite a bit"), ("why I do this", "Somewhat"), ("test your limits", "Still open")),
        *(
            ("What kind", "Money"),
            ("What kind", "small gift"),
            ("What kind", "That is all"),
            ("When", "Next supervision"),
        ),
    ),
    "es": (
        *(("apoyaste", "7–9"), ("Horas", None), ("fuera de tu", "Saltar"), ("pausa", "1"), ("pérdidas", "0")),
        *(("notas", "0"), ("upervisión", "Ninguna"), ("reservas", "Un poco"), ("automático", "Un poco")),
        *(("volvió", "Un poco"), ("mi rol no es", "Un poco"), ("respaldo", "Bastante")),
        *(("firme", "Bastante"), ("por qué hago esto", "Más o menos"), ("a prueba tus límites", "Sigue abierto")),
        *(("De qué tipo", "Dinero"), ("De qué tipo", "regalo pequeño"), ("De qué tipo", "Eso es todo")),
        ("Cuándo", "Próxima supervisión"),
    ),
}


async def walks(phone: Phone, language: str) -> None:
    """Answer all questions; try a number that does not fit first."""
    for asks, label in WALKS[language]:
        if asks.lower() not in phone.screen().lower():
            await phone.expects(asks)
        if label is None:
            await phone.says("999")
            await phone.expects("168")
            await phone.says("37,5")
        else:
            await phone.taps(label)


@pytest.mark.parametrize(("language", "name"), [("en", SAM), ("es", ROSA)])
async def test_a_weekly_with_money_in_it_reaches_the_supervisor_before_its_end(
    database_address: str, tmp_path: Path, language: str, name: str
) -> None:
    texts = Texts(language)
    async with running(database_address, tmp_path) as town:
        ann, mentor = await town.starts(ANN), await town.joins(name, language)
        await town.sends("weekly", name)
        await walks(mentor, language)
        told = await ann.expects("may welcome a talk today")
        assert "Named a boundary problem to talk about today" in told.text
        # The mentor reads the same reasons, in their language, and who was told.
        done = await mentor.expects(ANN)
        assert texts.say("Named a boundary problem to talk about today.") in done.text
        await ann.taps("Acknowledge")
        await mentor.expects(ANN)
        assert sum("talk today" in seen.text for seen in ann.messages) == 1


async def test_a_boundary_that_cannot_wait_is_told_though_the_phone_is_put_away(
    database_address: str, tmp_path: Path
) -> None:
    soon = AWAKE + '[notes]\nenabled = true\nconfirm_within = "2s"\n'
    async with running(database_address, tmp_path, program=soon) as town:
        ann, sam = await town.starts(ANN), await town.joins(SAM)
        await town.sends("weekly", SAM)
        for asks, label in WALKS["en"][:15]:
            await sam.expects(asks)
            if label is None:
                await sam.says("20")
            else:
                await sam.taps(label)
        await sam.expects("What kind")
        await sam.taps("I am not safe at work right now")
        await ann.expects("needs a person now", 12)
        await sam.expects("I am calling Ann Lee", 5)
