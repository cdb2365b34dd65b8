"""Everything twice or not at all: repeated updates, errors, cut lines, slow answers, and people who block the bot."""

import asyncio
import random

import pytest

from emulator import Emulator, Fault
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
from tests.e2e.town import NORTH, OWN, SENT, Town, assert_alerts, assert_answers, assert_prompts, seed

BAD_WEATHER = (
    Fault.too_many(1),
    Fault.server_error(500, "Internal Server Error"),
    Fault.server_error(502, "Bad Gateway", not_json=True),
    Fault.cut_before(),
    Fault.cut_after(),
    Fault.slow(0.3),
)


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_repeated_updates_and_bad_lines_lose_and_double_nothing(telegram: Emulator, keepwell: Keepwell) -> None:
    number = seed()
    print(f"KEEPWELL_TEST_SEED={number}")  # shown with a failure
    keepwell.has_program(program(*(policy(level) for level in LEVELS)))
    telegram.deliver_times(3)
    town = Town(telegram, keepwell, random.Random(number))
    await keepwell.starts()
    telegram.faults.random(rate=0.15, kinds=BAD_WEATHER, seed=number)
    await town.settles({SENT: 8, OWN: 8}, never="08:00")
    await town.until(lambda: all(map(town.all_joined, town.mentors)), 90, "everybody has joined")
    await keepwell.run("send", "pulse", "--team", NORTH)
    for mentor in town.mentors[OWN]:
        await mentor.asks()
    # A question whose answer from Telegram was lost is not sent again: who wonders asks.
    for _ in range(5):
        await asyncio.sleep(2)
        for mentor in town.everybody:
            if not mentor.answers:
                await mentor.asks()
    await town.until(town.all_through, 90, "everybody is through")
    await town.until(lambda: len(town.alert_messages()) >= len(town.callers()), 30, "every alert has reached somebody")
    assert telegram.faults.struck > 20
    telegram.faults.clear()
    await telegram.all_taken(20)
    await town.rests()
    assert await keepwell.stops() == 0
    assert_answers(town, await keepwell.export("answers"))
    assert_prompts(town)
    assert_alerts(town, await keepwell.export("alerts"))


async def test_who_blocked_the_bot_is_passed_over_at_once_and_is_back_with_a_start(
    telegram: Emulator, keepwell: Keepwell, living: Living
) -> None:
    keepwell.has_program(program(policy("urgent", within="1h")))
    phones = await keepwell.invited(PEOPLE)
    staff = [phones[name] for name in STAFF]
    await keepwell.starts()
    await asyncio.gather(*(living.staff(phone) for phone in staff))
    calls = {SAM: ("today", "today"), TAB: (), ULI: ("today",)}
    mentors = dict(zip(calls, await asyncio.gather(*(living.mentor(phones[n], *calls[n]) for n in calls)), strict=True))
    # Tab's block is told by Telegram; Clem's account is gone without a word.
    await phones[TAB].blocks()
    await phones[ANN].blocks()
    await phones[CLEM].deletes_account()
    await telegram.all_taken()
    refused = await keepwell.run("send", "pulse", "--to", TAB, expect=1)
    assert "blocked" in refused.err

    # Ann is known to be unreachable: Bert is told at once. Clem is found out by the message: Ingrid is told at once.
    await mentors[SAM].asks()
    await until(lambda: open_alert(phones[BERT]) is not None, phones[SAM], phones[BERT], what="alert for Bert")
    await mentors[ULI].asks()
    await until(lambda: open_alert(phones[INGRID]) is not None, phones[ULI], phones[INGRID], what="alert for Ingrid")
    steps = [line["action"] for line in await keepwell.export("audit")]
    assert "alert_steps_skipped" in steps
    assert "unreachable" in steps
    uli = open_alert(phones[INGRID])
    assert alert_messages(telegram, staff, uli or "") == [INGRID]

    # Both come back by themselves.
    for name in (TAB, ANN):
        before = len(from_bot(phones[name]))
        await phones[name].starts()
        await until(lambda name=name, n=before: len(from_bot(phones[name])) > n, phones[name], what="a welcome")  # type: ignore[misc]
    await keepwell.run("send", "pulse", "--to", TAB)
    await until(lambda: mentors[TAB].finished == 1, phones[TAB], what="answered check-in")
    await presses_button(phones[BERT], "res")
    await presses_button(phones[BERT], "out", "talked")
    await until(lambda: button(phones[BERT], "res") is None, phones[BERT], what="end of the alert")
    await mentors[SAM].asks()
    await until(lambda: open_alert(phones[ANN]) is not None, phones[SAM], phones[ANN], what="alert for Ann")
