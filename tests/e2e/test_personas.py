"""Four people on one service: a bad connection, leave in the middle of a check-in, a new phone, a changed answer."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from app.service import Service
from app.settings import load_settings
from bot.texts import Texts
from core.people import Role
from emulator import Clock, Emulator, Fault, Phone
from flows import exporting, roster
from flows.deps import Deps
from flows.roster import Line
from storage import migrate
from tests.conftest import SECRET
from tests.e2e.crowd import prompts, questions
from tests.e2e.people import NORTH, ZONE, alert_messages, button, from_bot, open_alert, presses_button, until
from tests.e2e.programs import LEVELS, policy, program

SAM, TAB, ULI, ROSA, ANN = "Sam Rivera", "Tab Green", "Uli Moor", "Rosa Vega", "Ann Lee"
PEOPLE: Final = (
    Line(1, SAM, Role.MENTOR, NORTH, "en", ZONE, ANN),
    Line(2, TAB, Role.MENTOR, NORTH, "en", ZONE, ANN),
    Line(3, ULI, Role.MENTOR, NORTH, "en", ZONE, ANN),
    Line(4, ROSA, Role.MENTOR, NORTH, "es", ZONE, ANN),
    Line(5, ANN, Role.SUPERVISOR, NORTH, "en", ZONE, ""),
)
# What the bot says is cut every fourth time, and never quick.
BAD_LINE: Final = (*(Fault.slow(0.05),) * 6, Fault.cut_before(), Fault.cut_after())
SAYING: Final = ("sendMessage", "editMessageText", "answerCallbackQuery")
CALM: Final = ("3", "1", "1", "3")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant of May 2027 in Chicago; the third is a Monday."""
    return datetime(2027, 5, day, hour, minute, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


@dataclass
class Week:
    """A service whose clock the test moves, and everybody's phones."""

    clock: Clock
    telegram: Emulator
    deps: Deps
    phones: dict[str, Phone]


@pytest.fixture
async def week(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Week]:
    monkeypatch.chdir(tmp_path)
    await asyncio.to_thread(migrate.upgrade, "sqlite:///week.db")
    toml = program(*(policy(level, within="100h") for level in LEVELS), at="09:00", remind_after="3h")
    (tmp_path / "program.toml").write_text(toml, encoding="utf-8")
    clock = Clock(at(3, 8) - datetime.now(UTC))
    async with Emulator(clock=clock) as telegram:
        settings = load_settings(
            telegram_token=telegram.token,
            telegram_api_url=telegram.url,
            database_url="sqlite:///week.db",
            secret_key=SECRET,
            program=tmp_path / "program.toml",
            listen="127.0.0.1:0",
        )
        service = Service(settings, clock=clock.now)
        report = await roster.import_roster(service.deps, PEOPLE, "people.csv", links=True, dry_run=False)
        phones = {link.name: telegram.phone(link.name, start_payload=link.token) for link in report.links}
        running = asyncio.create_task(service.run())
        try:
            yield Week(clock, telegram, service.deps, phones)
        finally:
            service.stop()
            await running
        assert telegram.violations == []


async def joins(phone: Phone, *, impatient: bool = False) -> None:
    """Go from START to a check-in on offer. Who is impatient presses everything twice."""
    await phone.starts()
    steps = (("consent", "2"), ("consent", "3"), ("agree", ""), ("zone", ZONE), ("time", "09:00"))
    for action, argument in steps:
        seen, press = await presses_button(phone, action, argument)
        if impatient:
            await phone.raw_tap(press.data, seen.id)
    await until(lambda: button(phone, "now") is not None, phone, what="end of the joining")


async def answers(phone: Phone, *values: str) -> None:
    """Answer the questions of the newest message in turn, each as soon as it is there."""
    for place, value in enumerate(values):
        wanted = f"{place}={value}"
        await until(lambda wanted=wanted: wanted in offered(phone), phone, what=f"question {place}")  # type: ignore[misc]
        await presses_button(phone, "a", wanted)


def offered(phone: Phone) -> list[str]:
    """Return the answers that the bot's newest message offers."""
    return [press.argument for press in questions(from_bot(phone)[-1])]


async def changes(phone: Phone, value: str, expects: str) -> None:
    """Change the answer to the last question, as the buttons lead there, and read what came of it."""
    for action, argument in (("edl", ""), ("edi", "4"), ("edv", f"4={value}")):
        await presses_button(phone, action, argument)
    await phone.expects(expects)


async def asked(week: Week, name: str, *times: int) -> None:
    """Wait until a person was asked so often in all: for each check-in, the question and its reminders."""
    phone = week.phones[name]
    await until(lambda: tuple(prompts(week.telegram, phone).values()) == times, phone, what=f"questions {times}")


async def kept(week: Week, name: str) -> list[list[str]]:
    """Return the values that are kept of a mentor, for each check-in with any."""
    values: dict[str, list[str]] = {}
    async for row in exporting.rows(week.deps, "answers"):
        if row["mentor"] == name:
            values.setdefault(row["checkin_id"], []).append(row["value"])
    return list(values.values())


async def joins_on_a_bad_line(week: Week) -> None:
    """What is said is slow or cut, what was heard comes again: one screen turns its pages, and Sam has agreed once."""
    sam = week.phones[SAM]
    week.telegram.faults.random(rate=1, kinds=BAD_LINE, seed=7, methods=SAYING)
    week.telegram.faults.next("getUpdates", Fault.cut_after(), times=2)
    await joins(sam, impatient=True)
    assert week.telegram.faults.struck > 10
    week.telegram.faults.clear()
    await week.telegram.all_taken()
    (screen,) = from_bot(sam)
    assert "You are all set, Sam." in screen.text
    agreed = [row["actor"] async for row in exporting.rows(week.deps, "audit") if row["action"] == "consented"]
    assert agreed == [SAM]


async def declines(phone: Phone) -> None:
    """Read the consent to its end and say no; the way back stands under the answer."""
    await phone.starts()
    for action, argument in (("consent", "2"), ("consent", "3"), ("decline", "")):
        await presses_button(phone, action, argument)
    await until(lambda: button(phone, "agree") is None, phone, what="answer to a no")


async def corrects_an_alert(week: Week) -> None:
    """Rosa's alert says what she says now, and does not ring again; a cry for help rings, and is not taken back."""
    rosa, ann, say = week.phones[ROSA], week.phones[ANN], Texts("es").say
    await answers(rosa, *CALM, "this_week")
    await until(lambda: open_alert(ann) is not None, rosa, ann, what="alert")
    alert = open_alert(ann) or ""
    left = say(
        "{names} can read that you changed it, and that nothing is left of it. A person still closes it, "
        "and may ask how you are.",
        names=ANN,
    )
    await changes(rosa, "no", left)
    copy = await ann.expects("Rosa Vega changed the answers")
    assert "Corrected by the mentor" in copy.text
    assert alert_messages(week.telegram, [ann], alert) == [ANN]
    await changes(rosa, "not_safe", "988")
    await until(lambda: len(alert_messages(week.telegram, [ann], alert)) == 2, ann, what="call")
    stays = say(
        "{names} can read that you changed it. A call for help stays until somebody has talked with you. "
        "All is well? Just tell them.",
        names=ANN,
    )
    await changes(rosa, "no", stays)
    copy = await ann.expects("A call for help is not taken back by a tap")
    assert "needs a person now" in copy.text
    assert open_alert(ann) == alert


async def test_four_people_with_little_luck_lose_nothing_and_are_asked_nothing_twice(week: Week) -> None:
    sam, tab, uli, rosa, ann = (week.phones[name] for name in (SAM, TAB, ULI, ROSA, ANN))
    await ann.starts()
    await ann.expects("Welcome")
    await joins_on_a_bad_line(week)
    await asyncio.gather(*(joins(phone) for phone in (tab, uli, rosa)))

    week.clock.advance_to(at(3, 9))
    for name in (SAM, TAB, ULI, ROSA):
        await asked(week, name, 1)
    await answers(tab, "3", "1")
    await tab.says("/away")
    await presses_button(tab, "away", "7d")
    await until(lambda: button(tab, "back") is not None, tab, what="being away")
    await answers(uli, "3")
    await until(lambda: button(uli, "a", "1=") is not None, uli, what="second question")
    await uli.blocks()
    before = {phone: len(from_bot(phone)) for phone in (tab, uli)}
    await corrects_an_alert(week)

    # Sam, who has not answered, is reminded and asked on the next day: Tab and Uli would be too.
    week.clock.advance_to(at(3, 12, 5))
    await asked(week, SAM, 2)
    await answers(sam, *CALM, "no")
    week.clock.advance_to(at(4, 9))
    await asked(week, SAM, 2, 1)
    await week.telegram.all_taken()
    assert {phone: len(from_bot(phone)) for phone in before} == before

    await presses_button(tab, "back")
    await tab.expects("What you missed is not asked again.")
    await uli.unblocks()
    await uli.starts()
    await uli.expects("What works here")
    week.clock.advance_to(at(5, 9))
    for name in (TAB, ULI):
        await asked(week, name, 1, 1)
    await answers(uli, *CALM, "no")
    await uli.expects("Thank you")
    assert await kept(week, TAB) == [["3", "1"]]
    assert await kept(week, ULI) == [["3"], [*CALM, "no"]]
    assert len(alert_messages(week.telegram, [ann], open_alert(ann) or "")) == 2


async def test_who_says_no_hears_nothing_more_and_is_on_no_list_and_may_come_later_in_both_languages(
    week: Week,
) -> None:
    sam, rosa, tab, ann = (week.phones[name] for name in (SAM, ROSA, TAB, ANN))
    no = ((sam, Texts("en")), (rosa, Texts("es")))
    await ann.starts()
    await ann.expects("Welcome")
    for phone, texts in no:
        await declines(phone)
        await phone.expects(texts.say("That is fine. I will not ask you anything."))
    await joins(tab)

    # Tab is asked and reminded; those who said no are not, and Ann reads of nobody but Tab.
    week.clock.advance_to(at(3, 9))
    await asked(week, TAB, 1)
    week.clock.advance_to(at(3, 12, 5))
    await asked(week, TAB, 2)
    await ann.says("/team")
    await ann.expects("Who may need you")
    await week.telegram.all_taken()
    assert [len(from_bot(phone)) for phone, _ in no] == [1, 1]
    assert not any(name in ann.transcript() for name in (SAM, ROSA))
    assert TAB in ann.transcript()

    for phone, _ in no:
        await joins(phone)
    week.clock.advance_to(at(4, 9))
    for name in (SAM, ROSA):
        await asked(week, name, 1)
    assert "¿" in from_bot(rosa)[-1].text
