"""From a spreadsheet to people who take part: links, consent, languages, being away, leaving and coming back."""

import asyncio

import pytest

from emulator import Emulator
from tests.e2e.crowd import prompts
from tests.e2e.people import ANN, PEOPLE, SAM, TAB, ULI, Living, button, from_bot, presses_button, row, until
from tests.e2e.process import Done, Keepwell
from tests.e2e.programs import program

# What SQL differs in is tested with the flows on both databases; these start a process for every few steps.
ON_SQLITE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")


@ON_SQLITE
async def test_a_roster_is_imported_once_however_often_and_a_faulty_one_not_at_all(keepwell: Keepwell) -> None:
    looked = await keepwell.roster(PEOPLE, "--dry-run")
    assert looked.out.startswith("7 would be added")
    assert listed(await keepwell.run("roster", "list")) == []

    faulty = [*PEOPLE, row("Wilhelmina Blank", "boss", "Northside"), row("Xavier Brown", "mentor")]
    refused = await keepwell.roster(faulty, expect=1)
    assert [line.split(" ")[1] for line in refused.err.splitlines()] == ["people.csv:9:", "people.csv:10:"]
    assert listed(await keepwell.run("roster", "list")) == []

    added = await keepwell.roster(PEOPLE)
    assert added.out == "7 added, 0 changed, 0 as they were.\n"
    again = await keepwell.roster(PEOPLE)
    assert again.out == "0 added, 0 changed, 7 as they were.\n"
    assert listed(await keepwell.run("roster", "list")) == [person["name"] for person in PEOPLE]


def listed(done: Done) -> list[str]:
    """Return the names that `keepwell roster list` prints."""
    return [line.split("\t")[0] for line in done.out.splitlines()]


@ON_SQLITE
async def test_a_link_works_once_for_its_own_person_and_not_for_ever(
    telegram: Emulator, keepwell: Keepwell, living: Living
) -> None:
    keepwell.has_program(program(more={"invites_valid_for": "0.1s"}))
    late = await keepwell.invited([row(ULI, "mentor", "Southgate")])
    keepwell.has_program(program())
    phones = await keepwell.invited([*PEOPLE[:2], PEOPLE[3]])
    assert set(keepwell.links()) == {SAM, TAB, ANN}
    await keepwell.starts()
    sam = await living.mentor(phones[SAM])
    joined = len(from_bot(phones[SAM]))

    thief, stranger, guesser = (telegram.phone(name) for name in ("Yolanda Quick", "Zachary Nobody", "Wendelin Wild"))
    await thief.starts(phones[SAM].person.start_payload)
    await stranger.starts("")
    await guesser.starts("A" * 32)
    await phones[TAB].starts(phones[SAM].person.start_payload)
    await late[ULI].starts()
    refused = (thief, stranger, guesser, phones[TAB], late[ULI])
    for phone in refused:
        await until(lambda phone=phone: len(from_bot(phone)) == 1, phone, what="answer")  # type: ignore[misc]
        assert not from_bot(phone)[0].buttons, phone.transcript()
    assert len({from_bot(phone)[0].text for phone in refused}) == 4, "used, stranger, unknown and expired: four answers"

    # Sam's own second tap is welcome; a refused person with a good link of their own comes in.
    await phones[SAM].starts()
    await until(lambda: len(from_bot(phones[SAM])) == joined + 1, phones[SAM], what="answer")
    await phones[TAB].starts()
    await until(lambda: button(phones[TAB], "consent") is not None, phones[TAB], what="consent")
    assert sam.joined.is_set()
    people = (await keepwell.run("roster", "list")).out
    joined_now = [line.split("\t")[0] for line in people.splitlines() if line.endswith("\tjoined")]
    assert sorted(joined_now) == [SAM, TAB]
    # Who has joined gets no further link.
    await keepwell.roster([*PEOPLE[:2], PEOPLE[3]], "--links", "links.csv")
    assert set(keepwell.links()) == {ANN}


async def test_nothing_is_asked_before_i_agree_and_the_language_can_be_chosen_at_once(
    telegram: Emulator, lite: Keepwell, living: Living
) -> None:
    lite.has_program(program())
    phones = await lite.invited(PEOPLE)
    sam = phones[SAM]
    await lite.starts()
    unknown = await lite.run("send", "pulse", "--to", SAM, expect=1)
    assert "not joined" in unknown.err

    await sam.starts()
    await until(lambda: button(sam, "consent") is not None, sam, what="consent")
    english = from_bot(sam)[0].text
    await presses_button(sam, "lang", "es")
    await until(lambda: from_bot(sam)[0].text != english, sam, what="Spanish")
    assert "Hola" in from_bot(sam)[0].text
    await presses_button(sam, "consent", "2")
    await presses_button(sam, "consent", "3")
    await presses_button(sam, "decline")
    await until(lambda: button(sam, "agree") is None, sam, what="answer to a no")
    for words in ("/checkin", "/start"):
        await sam.says(words)
    await until(lambda: len(from_bot(sam)) == 3, sam, what="two answers")
    refused = await lite.run("send", "pulse", "--to", SAM, expect=1)
    assert "not agreed" in refused.err
    assert prompts(telegram, sam) == {}

    # A changed mind: /start has shown the consent again.
    await presses_button(sam, "consent", "2")
    await presses_button(sam, "consent", "3")
    await presses_button(sam, "agree")
    await presses_button(sam, "zone")
    await presses_button(sam, "time", "08:00")
    await until(lambda: button(sam, "now") is not None, sam, what="end of the joining")
    await lite.run("send", "pulse", "--to", SAM)
    await until(lambda: len(prompts(telegram, sam)) == 1, sam, what="check-in")
    assert "¿" in from_bot(sam)[-1].text


async def test_away_and_leave_are_respected_and_undone_by_a_tap(
    telegram: Emulator, lite: Keepwell, living: Living
) -> None:
    lite.has_program(program())
    phones = await lite.invited(PEOPLE)
    await lite.starts()
    sam, tab = await asyncio.gather(living.mentor(phones[SAM]), living.mentor(phones[TAB]))
    await phones[SAM].says("/away")
    await presses_button(phones[SAM], "away", "3d")
    await until(lambda: button(phones[SAM], "back") is not None, phones[SAM], what="being away")
    await phones[TAB].says("/leave")
    await presses_button(phones[TAB], "leave")
    await until(lambda: button(phones[TAB], "return") is not None, phones[TAB], what="having left")

    team = await lite.run("send", "pulse", "--team", "Northside", expect=1)
    assert "away" in line_about(SAM, team)
    assert "left" in line_about(TAB, team)
    # Leaving is stronger than any option; being away is not.
    both = await lite.run("send", "pulse", "--team", "Northside", "--even-if-away")
    assert line_about(SAM, both) == f"{SAM}: sent"
    assert "left" in line_about(TAB, both)
    await until(lambda: sam.finished == 1, phones[SAM], what="answered check-in")

    await presses_button(phones[SAM], "back")
    await presses_button(phones[TAB], "return")
    await until(lambda: button(phones[TAB], "return") is None, phones[TAB], what="welcome")
    await until(lambda: button(phones[SAM], "back") is None, phones[SAM], what="welcome")
    back = await lite.run("send", "pulse", "--team", "Northside")
    assert (line_about(SAM, back), line_about(TAB, back)) == (f"{SAM}: sent", f"{TAB}: sent")
    await until(lambda: sam.finished == 2 and tab.finished == 1, phones[SAM], phones[TAB], what="answered check-ins")
    assert len(await lite.export("answers")) == 15
    assert set(prompts(telegram, phones[SAM]).values()) | set(prompts(telegram, phones[TAB]).values()) == {1}


def line_about(name: str, done: Done) -> str:
    """Return what `keepwell send` says about somebody."""
    return next(line for line in (done.out + done.err).splitlines() if line.startswith(name))
