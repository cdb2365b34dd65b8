"""The people of the flows' tests."""

from collections.abc import AsyncIterator

import pytest

from flows.deps import Deps
from tests.conftest import MovableClock
from tests.flows.world import World
from tests.shelf import Shelf


@pytest.fixture
async def world(deps: Deps, clock: MovableClock, shelf: Shelf) -> AsyncIterator[World]:
    """Everybody has joined; the mentors have agreed. Whatever a test shows of a mentor has left a line."""
    made = await World.found_joined(deps, clock, shelf)
    yield made
    assert await made.unnoted() == []
