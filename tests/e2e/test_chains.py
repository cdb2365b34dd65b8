"""An alert goes from person to person until somebody answers, whatever they do or leave undone."""

import asyncio
from typing import Any

import pytest

from emulator import Emulator, Phone
from tests.e2e.crowd import presses
from tests.e2e.people import (
    ANN,
    BERT,
    CLEM,
    INGRID,
    NORTH,
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
from tests.e2e.programs import policy, program


async def opened(keepwell: Keepwell, living: Living, toml: str, *mentors: tuple[str, str]) -> dict[str, Phone]:
    """Start the service with all staff, and mentors who will answer the last question of their check-in like that."""
    keepwell.has_program(toml)
    phones = await keepwell.invited(PEOPLE)
    await keepwell.starts()
    await asyncio.gather(*(living.staff(phones[name]) for name in STAFF))
    await asyncio.gather(*(living.mentor(phones[name], call) for name, call in mentors))
    return phones


async def called(mentor: Phone, supervisor: Phone, words: str = "/checkin") -> str:
    """Let a mentor call for somebody, and return the alert's id when the supervisor's phone shows it."""
    before = open_alert(supervisor)
    await mentor.says(words)
    await until(lambda: open_alert(supervisor) not in (None, before), mentor, supervisor, what="alert")
    return open_alert(supervisor) or ""


async def exported(keepwell: Keepwell, alert: str) -> dict[str, Any]:
    """Return an alert as the export has it."""
    return next(row for row in await keepwell.export("alerts") if row["id"] == alert)


# What SQL differs in is tested with the flows on both databases; these start a process for every few steps.
ON_SQLITE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")


@pytest.mark.slow
async def test_an_alert_that_nobody_answers_goes_round_and_the_lead_and_the_mentor_are_told(
    telegram: Emulator, keepwell: Keepwell, living: Living
) -> None:
    toml = program(policy("urgent", within="1s", repeat=2), policy("crisis", within="2s", repeat=1))
    phones = await opened(keepwell, living, toml, (SAM, "today"), (ULI, "no"))
    staff = [phones[name] for name in STAFF]
    urgent = await called(phones[SAM], phones[ANN])
    crisis = await called(phones[ULI], phones[CLEM], "/talk")

    # Twice through the chain, then it starts again.
    await until(lambda: len(alert_messages(telegram, staff, urgent)) >= 7, *staff, what="seventh step", within=20)
    assert alert_messages(telegram, staff, urgent)[:7] == [ANN, BERT, INGRID, ANN, BERT, INGRID, ANN]
    # Uli's team has no second supervisor: that step is skipped at once.
    assert alert_messages(telegram, staff, crisis)[:4] == [CLEM, INGRID, CLEM, INGRID]
    # The lead is told that each chain has ended: a message that asks for nothing but to be taken.
    lead = phones[INGRID]
    await until(lambda: all(name in "".join(ends(lead)) for name in (SAM, ULI)), lead, what="end of the chains")
    # Each mentor is told the truth; in a crisis also each step, and always the line to call.
    for mentor in (SAM, ULI):
        assert "nobody" in chat(phones[mentor]).casefold(), phones[mentor].transcript()
    assert all(words in chat(phones[ULI]) for words in (CLEM, INGRID, "988"))
    assert {event["alert"] for event in keepwell.events("chain_ended")} == {
        urgent.replace("-", ""),
        crisis.replace("-", ""),
    }


@ON_SQLITE
async def test_an_alert_comes_into_a_group_without_a_name_and_is_read_in_ones_own_chat(
    telegram: Emulator, keepwell: Keepwell, living: Living
) -> None:
    toml = program(policy("crisis", within="1h", steps=("group", "lead")))
    phones = await opened(keepwell, living, toml, (SAM, "no"))
    group = telegram.group("North staff", [phones[ANN], phones[CLEM], phones[INGRID]], forum=True)
    await phones[INGRID].says(f"/link {NORTH.upper()}", group)
    await until(lambda: "no team called" in chat(phones[INGRID]), phones[INGRID], what="answer")
    await phones[INGRID].says(f"/link {NORTH}", group)
    await phones[ANN].expects(f"Alerts of {NORTH} come here")
    await phones[SAM].says("/talk")
    await phones[SAM].expects("I am calling North staff now")
    shown = await phones[ANN].expects("Somebody needs a person now")
    assert shown.chat == group.id
    assert SAM not in chat(phones[CLEM])
    # Clem is of another team: refused in his own chat. Ann takes it: the group sees who, she sees whom.
    acknowledge = next(press.data for _, press in presses(shown.content.keyboard) if press.action == "ack")
    await phones[CLEM].raw_tap(acknowledge, shown.id, group)
    await until(lambda: len(from_bot(phones[CLEM])) == 2, phones[CLEM], what="refusal")
    await phones[ANN].raw_tap(acknowledge, shown.id, group)
    await phones[SAM].expects(f"{ANN} has seen it")
    await phones[CLEM].expects(f"Acknowledged by {ANN}")
    await phones[ANN].expects(f"{SAM} needs a person now")
    assert SAM not in chat(phones[CLEM])


def ends(lead: Phone) -> list[str]:
    """Return the messages that say that a chain has ended."""
    return [seen.text for seen in from_bot(lead) if actions(seen.content.keyboard) == ["ack"]]


def actions(keyboard: dict[str, Any] | None) -> list[str]:
    """Return what the buttons of a message do."""
    return [press.action for _, press in presses(keyboard)]


def chat(phone: Phone) -> str:
    """Return all that the bot's messages say now."""
    return "\n".join(seen.text for seen in from_bot(phone))


@ON_SQLITE
async def test_an_acknowledged_alert_that_is_forgotten_opens_again_until_it_is_resolved(
    telegram: Emulator, keepwell: Keepwell, living: Living
) -> None:
    toml = program(policy("urgent", within="1h", lapses="2s"))
    phones = await opened(keepwell, living, toml, (SAM, "today"))
    staff = [phones[name] for name in STAFF]
    alert = await called(phones[SAM], phones[ANN])

    await presses_button(phones[ANN], "ack")
    await phones[SAM].expects(f"{ANN} has seen it")

    await until(lambda: len(alert_messages(telegram, staff, alert)) == 2, *staff, what="second message")
    assert alert_messages(telegram, staff, alert) == [ANN, ANN]
    again = await exported(keepwell, alert)
    assert (again["state"], again["acknowledged_by"], again["acknowledged_at"]) == ("open", None, None)

    await presses_button(phones[ANN], "res")
    await presses_button(phones[ANN], "out", "talked")
    await until(lambda: not {"ack", "res"} & set(offered(phones[ANN])), phones[ANN], what="end of all buttons")
    done = await exported(keepwell, alert)
    assert (done["state"], done["acknowledged_by"], done["outcome"]) == ("resolved", ANN, "talked")
    assert done["opened_at"] < done["acknowledged_at"] <= done["resolved_at"]
    happened = [line["action"] for line in await keepwell.export("audit") if line["action"].startswith("alert_")]
    # Each press has shown her the alert: that is a line of its own.
    happened = [action for action in happened if action != "alert_seen"]
    assert happened == [f"alert_{what}" for what in ("opened", "told", "acknowledged", "told", "lapsed", "resolved")]
    # Longer than the lapse: a resolved alert is silent for good.
    await asyncio.sleep(2.5)
    assert alert_messages(telegram, staff, alert) == [ANN, ANN]


def offered(phone: Phone) -> list[str]:
    """Return what all buttons in a chat do."""
    return [action for seen in from_bot(phone) for action in actions(seen.content.keyboard)]


async def test_an_open_alert_keeps_the_policy_that_it_opened_with(
    telegram: Emulator, lite: Keepwell, living: Living
) -> None:
    toml = program(policy("urgent", within="1h"))
    phones = await opened(lite, living, toml, (SAM, "today"), (TAB, "today"))
    staff = [phones[name] for name in STAFF]
    old = await called(phones[SAM], phones[ANN])

    assert await lite.stops() == 0
    lite.has_program(program(policy("urgent", within="1s", steps=("backup", "lead"))))
    await lite.starts()
    new = await called(phones[TAB], phones[BERT])
    await until(lambda: alert_messages(telegram, staff, new)[:3] == [BERT, INGRID, BERT], *staff, what="third step")
    assert alert_messages(telegram, staff, old) == [ANN]
    # After the change it can still be taken.
    await presses_button(phones[ANN], "ack")
    await phones[SAM].expects(f"{ANN} has seen it")


async def test_what_is_handed_over_goes_to_that_person_and_then_on_and_whoever_is_away_is_passed_over(
    telegram: Emulator, lite: Keepwell, living: Living
) -> None:
    toml = program(policy("urgent", within="1s", steps=("supervisor", "backup", "lead")))
    phones = await opened(lite, living, toml, (SAM, "today"), (ULI, "today"), (TAB, "today"))
    staff = [phones[name] for name in STAFF]
    alert = await called(phones[SAM], phones[ANN])
    await presses_button(phones[ANN], "han")
    await until(lambda: INGRID in offers(phones[ANN]), phones[ANN], what="choice of people")
    await presses_button(phones[ANN], "hto", offers(phones[ANN])[INGRID])
    await phones[SAM].expects(INGRID)
    # Ingrid does not answer in time: the chain begins anew, with Ann.
    await until(lambda: len(alert_messages(telegram, staff, alert)) >= 4, *staff, what="the chain again")
    assert alert_messages(telegram, staff, alert)[:4] == [ANN, INGRID, ANN, BERT]
    await presses_button(phones[BERT], "ack")
    await phones[SAM].expects(f"{BERT} has seen it")

    for name in (ANN, CLEM):
        await phones[name].says("/away")
        await presses_button(phones[name], "away")
        await phones[name].expects("You are away")
    # Ann has a second supervisor beside her, Clem nobody but the lead: both are told at once, and each step is noted.
    backup = await called(phones[TAB], phones[BERT])
    await presses_button(phones[BERT], "ack")
    await phones[TAB].expects(f"{BERT} has seen it")
    lead = await called(phones[ULI], phones[INGRID])
    await presses_button(phones[INGRID], "ack")
    await phones[ULI].expects(f"{INGRID} has seen it")
    assert alert_messages(telegram, staff, backup)[0] == BERT
    assert alert_messages(telegram, staff, lead)[0] == INGRID
    assert {ANN, CLEM}.isdisjoint(alert_messages(telegram, staff, backup) + alert_messages(telegram, staff, lead))
    assert "alert_steps_skipped" in [line["action"] for line in await lite.export("audit")]


def offers(phone: Phone) -> dict[str, str]:
    """Return to whom an alert can be handed over: what the button carries, by name."""
    found = [found for seen in from_bot(phone) for found in presses(seen.content.keyboard)]
    return {label: press.argument for label, press in found if press.action == "hto"}


async def test_the_presses_of_wrong_people_and_forged_ones_change_nothing(
    telegram: Emulator, lite: Keepwell, living: Living
) -> None:
    toml = program(policy("urgent", within="1h"))
    phones = await opened(lite, living, toml, (SAM, "today"), (TAB, "no"), (ULI, "no"))
    stranger = telegram.phone("Quentin Nobody")
    await stranger.starts()
    await until(lambda: bool(from_bot(stranger)), stranger, what="answer")
    alert = await called(phones[SAM], phones[ANN])
    answers = await lite.export("answers")
    found = button(phones[ANN], "ack")
    assert found is not None
    data = found[1].data
    resolve = next(press.data for _, press in presses(found[0].content.keyboard) if press.action == "res")

    # Another team's supervisor, the mentor, another mentor, somebody from outside: with the right button.
    wrong = (phones[CLEM], phones[SAM], phones[TAB], stranger)
    await asyncio.gather(*(refused(phone, data, resolve) for phone in wrong))
    # The right supervisor with a forged button: other action, other row, other key, nothing at all.
    mac = data.rpartition(":")[2]
    forged = (
        data.replace(":ack:", ":out:").replace("::", ":talked:"),
        data.replace(data.split(":")[2], "A" * 22),
        data.removesuffix(mac) + ("A" * len(mac)),
        data.replace("1:", "2:", 1),
        "1:ack",
        "ä" * 32,
        ":",
    )
    # A mentor with the button of another mentor's question.
    await asyncio.gather(refused(phones[ANN], *forged), refused(phones[TAB], answered(phones[SAM], telegram)))

    assert await lite.export("answers") == answers
    assert (await exported(lite, alert))["state"] == "open"
    refusals = [line["actor"] for line in await lite.export("audit") if line["action"] == "alert_refused"]
    assert sorted(set(refusals)) == sorted([CLEM, SAM, TAB])
    await presses_button(phones[ANN], "ack")
    await phones[SAM].expects(f"{ANN} has seen it")


async def refused(phone: Phone, *data: str) -> None:
    """Press buttons that must not work: the person is told so in new messages, and nothing else changes."""
    before = {seen.id: str(seen) for seen in from_bot(phone)}
    for pressed in data:
        await phone.raw_tap(pressed, from_bot(phone)[0].id)
    wanted = len(before) + len(data)
    await until(lambda: len(from_bot(phone)) == wanted, phone, what=f"{len(data)} refusals", within=20)
    after = {seen.id: str(seen) for seen in from_bot(phone)}
    assert {number: after[number] for number in before} == before, phone.transcript()


def answered(phone: Phone, telegram: Emulator) -> str:
    """Return what a button of a question carried that this phone showed earlier."""
    return next(
        press.data
        for message in telegram.world.chats[phone.id].messages.values()
        for content in message.versions
        for _, press in presses(content.keyboard)
        if press.action == "a"
    )
