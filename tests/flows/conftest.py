"""The people of the flows' tests."""

import pytest

from flows.deps import Deps
from tests.conftest import MovableClock
from tests.flows.world import World
from tests.shelf import Shelf


@pytest.fixture
async def world(deps: Deps, clock: MovableClock, shelf: Shelf) -> World:
    """Everybody has joined; the mentors have agreed."""
    return await World.found_joined(deps, clock, shelf)
