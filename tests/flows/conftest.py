"""The people of the flows' tests."""

import pytest

from flows.deps import Deps
from tests.conftest import MovableClock
from tests.flows.world import World


@pytest.fixture
async def world(deps: Deps, clock: MovableClock) -> World:
    """Everybody has joined; the mentors have agreed."""
    return await World.joined(deps, clock)
