"""Who holds a message keeps it as long as it lives, and loses it soon after."""

import asyncio
from dataclasses import replace

import pytest

from core.messages import Kind, Notice
from flows import delivery
from flows.delivery import LEASE
from flows.deps import Deps
from storage import outbox, settling
from tests.conftest import MovableClock

CRISIS = Notice(kind=Kind.CRISIS, stranger=7_000_000_123, params={"told": [], "zone": "UTC"})


@pytest.fixture
async def held(deps: Deps) -> list[int]:
    """The id of a message that `deps` has in hand."""
    async with deps.db.transaction() as session:
        await outbox.put(session, [CRISIS], deps.clock())
    return [outgoing.id for outgoing in await delivery.claim(deps, limit=5)]


async def test_a_holder_that_renews_its_lease_keeps_its_message_for_as_long_as_it_takes(
    deps: Deps, clock: MovableClock, held: list[int]
) -> None:
    other = replace(deps, instance="another")
    for _ in range(5):
        clock.now += LEASE * 0.9
        assert await delivery.hold_on(deps, held) == 1
        assert await delivery.recover(other, alone=False) == 0
    assert await delivery.claim(other, limit=5) == []


async def test_a_holder_that_is_silent_loses_its_message_and_cannot_hold_it_on_afterwards(
    deps: Deps, clock: MovableClock, held: list[int]
) -> None:
    other = replace(deps, instance="another")
    clock.now += LEASE * 1.1
    assert await delivery.recover(other, alone=False) == 1
    assert await delivery.hold_on(deps, held) == 0
    again = await delivery.claim(other, limit=5)
    assert [(outgoing.id, outgoing.repeated) for outgoing in again] == [(held[0], True)]
    assert await delivery.hold_on(deps, held) == 0
    assert await delivery.hold_on(other, held) == 1


async def test_nothing_in_hand_is_nothing_to_hold(deps: Deps) -> None:
    assert await delivery.hold_on(deps, ()) == 0


async def test_holding_on_does_not_wait_for_a_message_that_is_being_settled(deps: Deps, clock: MovableClock) -> None:
    if deps.db.is_sqlite:
        pytest.skip("one writer waits for another there")
    notices = [Notice(kind=Kind.CRISIS, stranger=chat, params={"told": [], "zone": "UTC"}) for chat in (1, 2)]
    async with deps.db.transaction() as session:
        await outbox.put(session, notices, deps.clock())
    held = [outgoing.id for outgoing in await delivery.claim(deps, limit=5)]
    async with asyncio.timeout(10), deps.db.transaction() as session:
        await settling.sent(session, held[0], 1, clock.now)
        assert await delivery.hold_on(deps, held) == 1
