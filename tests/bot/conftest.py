"""An emulator, and the product's own transport to it."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from bot.request import AiohttpRequest
from emulator import Emulator


@pytest.fixture
async def machine() -> AsyncIterator[Emulator]:
    """A Telegram on this machine."""
    async with Emulator() as emulator:
        yield emulator


@pytest.fixture
async def bot(machine: Emulator) -> AsyncIterator[Bot]:
    """The library on our transport."""
    request = AiohttpRequest()
    bot = Bot(
        machine.token, base_url=f"{machine.url}/bot", request=request, get_updates_request=AiohttpRequest(connections=1)
    )
    async with bot:
        yield bot
