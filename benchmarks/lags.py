"""How late the ticks of a running service begin, as its metrics tell."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from typing import Final

import aiohttp

LOOK_EVERY_SECONDS: Final = 5.0
_LAG: Final = re.compile(r'^keepwell_tick_lag_seconds\{tick="(\w+)"\} (\S+)', re.MULTILINE)


@contextlib.asynccontextmanager
async def watched(address: str) -> AsyncIterator[dict[str, float]]:
    """Look again and again, and keep the largest lag seen of each tick, in seconds. ClientError if a look failed."""
    largest = dict[str, float]()

    async def look() -> None:
        async with aiohttp.ClientSession(raise_for_status=True) as session:
            while True:
                async with session.get(f"{address}/metrics") as answer:
                    for tick, lag in _LAG.findall(await answer.text()):
                        largest[tick] = max(largest.get(tick, 0.0), float(lag))
                await asyncio.sleep(LOOK_EVERY_SECONDS)

    looking = asyncio.create_task(look())
    try:
        yield largest
    finally:
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking
