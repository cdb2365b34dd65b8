"""The buttons of the supervisor's day as they arrive from Telegram, and the picture as it leaves."""

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import pytest
from telegram import Bot

from bot.application import build, wire
from bot.buttons import Signer
from bot.handlers.incoming import BotApplication
from bot.screens.screen import RENDERERS
from bot.transport import send
from core.messages import Kind
from emulator import Emulator
from flows.delivery import Result
from flows.deps import Deps
from tests.bot.samples import samples, view_of
from tests.bot.test_handlers import KEYS, Pen
from tests.conftest import MovableClock
from tests.flows.test_oncall import by, entry
from tests.flows.world import ANN, BEN, CAL, DANA, SAM, World
from tests.shelf import Shelf

SIGNER = Signer(KEYS)


@pytest.fixture
async def application(machine: Emulator, world: World) -> AsyncIterator[BotApplication]:
    made = build(machine.token, machine.url)
    wire(made, world.deps, SIGNER)
    async with made:
        yield made


@pytest.fixture
async def world(deps: Deps, clock: MovableClock, shelf: Shelf) -> World:
    return await World.found_joined(deps, clock, shelf)


@pytest.fixture
def pen(world: World, application: BotApplication) -> Pen:
    return Pen(world, application)


async def test_a_supervisor_walks_from_the_list_to_an_agreement_and_back(pen: Pen) -> None:
    """Every press is one that the screen before offers."""
    await pen.says(ANN, "/team")
    await press(pen, ANN, "Sam Rivera", Kind.AGENDA)
    await press(pen, ANN, "We had a 1:1", Kind.CONTACT)
    await press(pen, ANN, "Training", Kind.CONTACT)
    assert pen.world.on(ANN)[-1].params["agreements"] == ["training"]
    await press(pen, ANN, "Take it back", Kind.CONTACT)
    await press(pen, ANN, "← Back to the list", Kind.TEAM)
    await press(pen, ANN, "We had a group session", Kind.CONTACT)
    await press(pen, ANN, "← Back to the list", Kind.TEAM)
    await press(pen, ANN, "Trend as a picture", Kind.TREND)


async def test_a_lead_walks_from_the_teams_into_one_and_back(pen: Pen) -> None:
    await pen.says(DANA, "/team")
    await press(pen, DANA, "North · 1", Kind.TEAM)
    await press(pen, DANA, SAM, Kind.AGENDA)
    await press(pen, DANA, "← Back to the list", Kind.TEAM)
    assert [entry["name"] for entry in pen.world.on(DANA)[-1].params["entries"]] == [SAM]
    await press(pen, DANA, "We had a group session", Kind.CONTACT)
    await press(pen, DANA, "← Back to the list", Kind.TEAM)
    assert [entry["name"] for entry in pen.world.on(DANA)[-1].params["entries"]] == [SAM]
    await press(pen, DANA, "← Teams", Kind.TEAMS)


async def test_a_supervisor_gives_a_shift_away_and_plans_a_day_off(machine: Emulator, world: World) -> None:
    by(world, entry(ANN, team="North"))
    made = build(machine.token, machine.url)
    wire(made, world.deps, SIGNER)
    async with made:
        await _gives_a_shift_away(Pen(world, made))


async def _gives_a_shift_away(pen: Pen) -> None:
    await pen.says(ANN, "/oncall")
    await press(pen, ANN, "Give a shift away…", Kind.SWAP)
    await pen.presses(ANN, buttons(pen, ANN)[0][1])
    await press(pen, BEN, "I take it", Kind.SWAP, more=1)
    await press(pen, BEN, "← On call", Kind.ONCALL)
    await press(pen, BEN, "Days when I cannot…", Kind.DAYS_OFF)
    await press(pen, BEN, "Later →", Kind.DAYS_OFF)
    await pen.presses(BEN, buttons(pen, BEN)[3][1])
    assert pen.world.on(BEN)[-1].params["days"][3]["off"]
    assert pen.world.on(BEN)[-1].params["page"] == 1
    await press(pen, BEN, "← On call", Kind.ONCALL)


@pytest.mark.parametrize(("action", "argument"), [("dof", "x"), ("swo", "-1"), ("swo", "9" * 30)])
async def test_a_day_or_a_shift_that_cannot_be_read_is_refused(pen: Pen, action: str, argument: str) -> None:
    await pen.presses(BEN, SIGNER.seal(action, None, argument))
    assert pen.world.on(BEN)[-1].params == {"reason": "button_unknown"}


def buttons(pen: Pen, name: str) -> list[tuple[str, str | None]]:
    """Return the buttons of the newest screen, with what they carry."""
    latest = pen.world.on(name)[-1]
    view = replace(view_of(latest.kind, latest.params, "en"), signer=SIGNER, now=pen.world.clock.now)
    return [(button.label, button.data) for row in RENDERERS[latest.kind](view).rows for button in row]


async def press(pen: Pen, name: str, label: str, kind: Kind, more: int = 0) -> None:
    """Press the button of that label on the newest screen, and see what comes."""
    offered = buttons(pen, name)
    data = next((data for shown, data in offered if shown.removeprefix("✓ ") == label), None)
    assert data is not None, offered
    before = len(pen.world.phone)
    await pen.presses(name, data)
    assert pen.world.on(name)[-1].kind is kind
    assert len(pen.world.phone) == before + 1 + more


@pytest.mark.parametrize("action", ["ag", "lc", "agr", "und"])
async def test_a_button_of_somebody_else_is_refused(pen: Pen, action: str) -> None:
    """A payload that was passed on is signed all the same: whose mentor it is decides."""
    row = (await pen.world.person(SAM)).id
    argument = {"lc": "call", "agr": "training"}.get(action, "0")
    await pen.presses(CAL, SIGNER.seal(action, row, argument))
    assert pen.world.on(CAL)[-1].kind in (Kind.REFUSAL, Kind.CONTACT)
    assert pen.world.on(CAL)[-1].params in ({"reason": "not_yours"}, {"gone": True})
    assert await pen.world.audit("agenda_seen", "contact_logged", "agreement_logged", "contact_undone") == []


@pytest.mark.parametrize(
    "action", ["tm", "tms", "ag", "trd", "lc", "lcg", "agr", "und", "onc", "swc", "swt", "sww", "dop"]
)
async def test_nothing_of_it_is_for_mentors(pen: Pen, action: str) -> None:
    argument = {"lc": "call", "agr": "training"}.get(action, "0")
    await pen.presses(SAM, SIGNER.seal(action, UUID(int=1), argument))
    assert pen.world.on(SAM)[-1].params["reason"] == "staff_only"


async def test_a_page_that_is_no_number_is_the_first(pen: Pen) -> None:
    await pen.presses(BEN, SIGNER.seal("tm", None, "x"))
    assert pen.world.on(BEN)[-1].params["page"] == 0


async def test_a_picture_leaves_with_its_caption(bot: Bot, machine: Emulator) -> None:
    phone = machine.phone("Ann")
    await phone.starts()
    params = next(p for p in samples()["trend"] if any(week["share"] is not None for week in p["weeks"]))
    view = view_of(Kind.TREND, params, "es")
    screen = RENDERERS[Kind.TREND](view)
    settled = await send(bot, replace(view.outgoing, chat_id=phone.id), screen)
    assert settled.result is Result.SENT
    shown = await phone.expects("Las semanas del equipo")
    assert shown.photo == screen.picture
    assert settled.message_id == shown.id
