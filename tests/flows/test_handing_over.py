"""The answer to a tap is handed to the sender of this process when the tap is stored, and not before."""

from dataclasses import replace

import pytest

from core.messages import Kind, Outgoing, OutgoingState
from flows import asking
from flows.asking import Tap
from flows.deps import Deps
from flows.turn import taking
from storage.database import Database
from tests.conftest import MovableClock
from tests.flows.world import SAM, World
from tests.shelf import Shelf
from tests.storage.helpers import states


@pytest.fixture
def handed() -> list[Outgoing]:
    return []


@pytest.fixture
async def world(deps: Deps, clock: MovableClock, shelf: Shelf, handed: list[Outgoing]) -> World:
    made = await World.found_joined(deps, clock, shelf)
    made.deps = replace(deps, hand_over=handed.extend)
    return made


async def test_the_next_question_is_handed_over(world: World, handed: list[Outgoing], db: Database) -> None:
    checkin = await world.asks_for_a_checkin()
    shown = world.on(SAM, Kind.CHECKIN)[-1].message_id
    pressed = Tap(checkin_id=checkin.id, place=0, value="3")
    await asking.tap(world.deps, world.press(SAM, shown), pressed, "answer")
    (outgoing,) = handed
    assert (outgoing.kind, outgoing.edit, outgoing.chat_id) == (Kind.CHECKIN, shown, world.chats[SAM])
    assert outgoing.params["place"] == 1
    assert (await states(db))[-1] is OutgoingState.SENDING


async def test_a_new_message_waits_for_its_place(world: World, handed: list[Outgoing], db: Database) -> None:
    await asking.ask_now(world.deps, world.message(SAM))
    assert handed == []
    assert (await states(db))[-1] is OutgoingState.PENDING


async def test_nothing_is_handed_over_when_the_transaction_fails(
    world: World, handed: list[Outgoing], db: Database
) -> None:
    before = await states(db)

    async def fails() -> None:
        async with taking(world.deps, world.press(SAM)) as turn:
            assert turn is not None
            turn.reply(Kind.HELP, role="mentor")
            raise LookupError

    with pytest.raises(LookupError):
        await fails()
    assert handed == []
    assert await states(db) == before
