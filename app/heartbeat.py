"""The watchdog: looks every minute whether all is moving, says so in the log, and pings an address while it is.

Silence raises the alarm: the service behind the address (a cron monitor) tells a person when no ping comes.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import aiohttp
import structlog

log = structlog.get_logger(__name__)

EVERY_SECONDS: Final = 60.0
ANSWER_WITHIN: Final = aiohttp.ClientTimeout(total=10)


async def watch(
    problems: Callable[[], Awaitable[list[str]]], ping_url: str | None, *, every: float = EVERY_SECONDS
) -> None:
    """Watch until cancelled. A ping that fails is logged, and tried again at the next round."""
    while True:
        await asyncio.sleep(every)
        try:
            found = await problems()
            if found:
                log.error("something does not move", action="watchdog_alarm", problems=found)
            elif ping_url is not None:
                await _ping(ping_url)
        except Exception as error:
            log.exception("watchdog failed", action="watchdog_failed", error=type(error).__name__)


async def _ping(address: str) -> None:
    try:
        async with (
            aiohttp.ClientSession(timeout=ANSWER_WITHIN, trust_env=True) as session,
            session.get(address) as reply,
        ):
            if reply.status >= 400:
                log.warning("ping refused", action="ping_refused", status=reply.status)
    except (aiohttp.ClientError, TimeoutError) as error:
        log.warning("ping failed", action="ping_failed", error=type(error).__name__)
