"""An alert goes from person to person until somebody answers, whatever they do or leave undone."""

import asyncio
from datetime import datetime, timedelta

import pytest

from emulator import Emulator, Phone
from tests.e2e.people import (
    ANN,
    BERT,
    CLEM,
    INGRID,
    PEOPLE,
    SAM,
    STAFF,
    TAB,
    ULI,
    Living,
    alert_messages,
    button,
    from_bot,
    open_alert,
    presses_button,
    until,
)
from tests.e2e.process import Keepwell
from tests.e2e.programs import LEVELS, policy, program


async def opened(keepwell: Keepwell, living: Living, toml: str, *mentors: tuple[str, str]) -> dict[str, Phone]:
    """Start the service with all staff, and mentors who will call for somebody in their first check-in."""
    keepwell.has_program(toml)
    phones = await keepwell.invited(PEOPLE)
    await keepwell.starts()
    for name in STAFF:
        await living.staff(phones[name])
    for name, call in mentors:
        await living.mentor(phones[name], call)
    return phones


async def alert_of(keepwell: Keepwell, mentor: str) -> dict[str, object]:
    found = [alert for alert in await keepwell.export("alerts") if alert["mentor"] == mentor]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.slow
async def test_an_alert_that_nobody_answers_goes_round_and_the_lead_and_the_mentor_are_told(
    telegram: Emulator, keepwell: Keepwell, living: Living
) -> None:
    toml = program(policy("urgent", within="1s", repeat=2), policy("crisis", within="1s", repeat=1))
    phones = await opened(keepwell, living, toml, (SAM, "today"), (ULI, "no"))
    staff = [phones[name] for name in STAFF]
    await phones[SAM].says("/checkin")
    await until(lambda: open_alert(phones[ANN]) is not None, phones[SAM], phones[ANN], what="alert")
    urgent = open_alert(phones[ANN])
    assert urgent is not None
    await phones[ULI].says("/talk")
    await until(lambda: open_alert(phones[CLEM]) is not None, phones[ULI], phones[CLEM], what="alert")
    crisis = open_alert(phones[CLEM])
    assert crisis is not None

    # Twice through the chain, then it starts again.
    await until(lambda: len(alert_messages(telegram, staff, urgent)) >= 7, *staff, what="seventh step", within=20)
    assert alert_messages(telegram, staff, urgent)[:7] == [ANN, BERT, INGRID, ANN, BERT, INGRID, ANN]
    # Uli's team has no second supervisor: that step is skipped at once.
    assert alert_messages(telegram, staff, crisis)[:4] == [CLEM, INGRID, CLEM, INGRID]
    # The lead is told that a chain has ended: a message that only asks to take it.
    ended = [s for s in from_bot(phones[INGRID]) if [len(r) for r in s.buttons] == [1] and button_of(s, "ack")]
    assert {SAM, ULI} <= {name for name in (SAM, ULI) for seen in ended if name in seen.text}
    # Each mentor is told the truth; in a crisis also each step, with the line to call.
    await phones[SAM].expects("nobody")
    told = "\n".join(seen.text for seen in from_bot(phones[ULI]))
    assert "nobody" in told.casefold()
    assert CLEM in told
    assert INGRID in told
    assert "988" in told
    assert keepwell.events("chain_ended")


def button_of(seen: object, action: str) -> bool:
    from tests.e2e.crowd import presses

    return any(press.action == action for _, press in presses(seen.content.keyboard))  # type: ignore[attr-defined]
