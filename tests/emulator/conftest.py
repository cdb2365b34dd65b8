"""An emulator per test, and two ways to talk to it: the real library and plain HTTP."""

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import aiohttp
import pytest
import telegram
from telegram.request import HTTPXRequest

from emulator import Backoff, Emulator, Phone
from tests.browser import one_browser as one_browser

Call = Callable[..., Coroutine[Any, Any, dict[str, Any]]]


@pytest.fixture
async def lax() -> AsyncIterator[Emulator]:
    """An emulator for tests that break the contract on purpose."""
    async with Emulator(backoff=Backoff(first=0.01, longest=0.05, timeout=5)) as emulator:
        yield emulator


@pytest.fixture
async def machine(lax: Emulator) -> AsyncIterator[Emulator]:
    """An emulator that must not see a broken contract."""
    yield lax
    assert lax.violations == []


@pytest.fixture
async def bot(lax: Emulator, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[telegram.Bot]:
    """The product's own library, pointed at the emulator."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    bot = telegram.Bot(
        lax.token,
        base_url=f"{lax.url}/bot",
        base_file_url=f"{lax.url}/file/bot",
        request=HTTPXRequest(read_timeout=2),
        get_updates_request=HTTPXRequest(read_timeout=5),
    )
    async with bot:
        yield bot


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def call(lax: Emulator, http: aiohttp.ClientSession) -> Call:
    """Call a method with JSON and return the whole answer."""

    async def call(method: str, **parameters: Any) -> dict[str, Any]:
        async with http.post(f"{lax.url}/bot{lax.token}/{method}", json=parameters) as response:
            body: dict[str, Any] = await response.json()
            assert response.status == body.get("error_code", 200)
            return body

    return call


@pytest.fixture
async def sam(lax: Emulator) -> Phone:
    """A phone that has started the bot, its /start already confirmed."""
    phone = lax.phone("Sam")
    await phone.starts()
    lax.services.queue.clear()
    return phone
