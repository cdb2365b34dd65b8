"""Other people's buttons, forged ones and old ones: pressed by everybody who has no business with a mentor."""

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final
from uuid import UUID, uuid4

import pytest

from bot.application import build, wire
from bot.buttons import VERSION, ButtonRefused, Signer
from bot.handlers.incoming import BotApplication
from bot.handlers.presses import ACTIONS
from core.messages import Kind
from emulator import Emulator
from flows import noting
from flows.deps import Deps
from tests.bot.test_handlers import KEYS, Pen
from tests.conftest import MovableClock
from tests.flows.world import ANN, CAL, ROSA, SAM, World
from tests.shelf import Shelf

SIGNER = Signer(KEYS)
# These act on whoever presses, and would end what the others are pressed for.
ON_ONESELF: Final = {"leave", "erz", "agree", "decline", "talk", "lang"}
ARGUMENTS: Final = {
    **dict.fromkeys(("s", "b", "l", "d"), "0"),
    "a": "0=4",
    "out": "talked",
    "snz": "4h",
    "hto": "0",
    "hlp": "no",
    "lc": "call",
    "agr": "training",
    "sh": "pulse.0",
    "vig": "pulse",
    "vst": "pulse.private",
    "zone": "Europe/Madrid~",
    "time": "08:00~",
}
STRANGER: Final = "a stranger"


@pytest.fixture
async def world(deps: Deps, clock: MovableClock, shelf: Shelf) -> World:
    return await World.found_joined(deps, clock, shelf)


@pytest.fixture
async def pen(machine: Emulator, world: World) -> AsyncIterator[Pen]:
    made: BotApplication = build(machine.token, machine.url)
    wire(made, world.deps, SIGNER)
    async with made:
        yield Pen(world, made)


async def rows_of_sam(world: World) -> list[UUID]:
    """A check-in with an answer, an alert that Ann has taken, a note, and Sam."""
    checkin = await world.asks_for_a_checkin(SAM)
    await world.answers(SAM, "3")
    await noting.take_text(world.deps, world.message(SAM), "a long week")
    alert = await world.calls(SAM)
    await world.acknowledges(ANN, alert)
    note = UUID(world.on(SAM, Kind.NOTE)[-1].params["note"])
    return [checkin.id, alert.id, note, (await world.person(SAM)).id]


async def state_of_sam(world: World) -> object:
    return await world.person(SAM), await world.alerts(SAM), await world.checkins(SAM)


@pytest.mark.parametrize("name", [CAL, ROSA, STRANGER])
async def test_buttons_of_another_mentor_show_nothing_and_change_nothing(world: World, name: str) -> None:
    """Every action of the table, signed, with rows of Sam's: a supervisor of another team, a mentor, a stranger."""
    checkin, alert, note, sam_id = await rows_of_sam(world)
    rows = (checkin, alert, note, sam_id) if name == CAL else (checkin, alert)
    before, seen = await state_of_sam(world), len(world.phone)
    for action in sorted(set(ACTIONS) - ON_ONESELF):
        for row in rows:
            press = SIGNER.open(SIGNER.seal(action, row, ARGUMENTS.get(action, "0")))
            with suppress(ButtonRefused):  # says no, as a button that we did not make
                await ACTIONS[action](world.deps, world.press(name), press)
    await world.deliver()
    assert await state_of_sam(world) == before
    shown = [one for one in world.phone[seen:] if one.name in (name, STRANGER)]
    assert shown
    assert not [one for one in shown if SAM in str(one.params)]
    if name != STRANGER:
        actor = (await world.person(name)).id.hex
        sam = (await world.person(SAM)).id
        about = {line.action for line in await world.audit() if line.actor == actor and line.subject_id == sam}
        assert about <= {"alert_refused", "team_refused"}


@pytest.mark.parametrize("forge", ["signature", "version", "key", "row"])
async def test_a_forged_or_old_button_of_ones_own_mentor_is_refused_too(world: World, pen: Pen, forge: str) -> None:
    alert = await world.calls(SAM)
    good = SIGNER.seal("ack", alert.id)
    forged = {
        "signature": good[:-1] + ("A" if good[-1] != "A" else "B"),
        "version": good.replace(VERSION, "0", 1),
        "key": Signer([b"another key" * 3]).seal("ack", alert.id),
        "row": SIGNER.seal("ack", uuid4()),
    }[forge]
    await pen.presses(ANN, forged)
    assert await world.alert(alert) == alert
    assert world.on(ANN)[-1].kind is Kind.REFUSAL
