"""The watchdog: looks every minute whether all is moving, says so in the log, and pings an address.

Silence raises the alarm: the service behind the address (a cron monitor) tells a person when no ping comes. So does a
ping that says what is wrong: it goes to the same address with `/fail` at its end, as cron monitors understand it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import structlog

from flows import delivery

log = structlog.get_logger(__name__)

EVERY_SECONDS: Final = 60.0
AWAY: Final = "the database does not answer"
ANSWER_WITHIN: Final = aiohttp.ClientTimeout(total=10)


async def watch(
    problems: Callable[[], Awaitable[list[str]]], ping_url: str | None, *, every: float = EVERY_SECONDS
) -> None:
    """Watch until cancelled. A ping that fails is logged, and tried again at the next round."""
    while True:
        await asyncio.sleep(every)
        try:
            found = await problems()
        except Exception as error:
            kind, info = type(error).__name__, delivery.traceback_of(error)
            log.error("watchdog failed", action="watchdog_failed", error=kind, exc_info=info)  # noqa: TRY400
            found = [
                AWAY if delivery.is_away(error) else "the watchdog itself failed: look for watchdog_failed in the log"
            ]
        if found:
            log.error("something does not move", action="watchdog_alarm", problems=found)
        await ping(ping_url, found)


async def ping(address: str | None, problems: Sequence[str] = ()) -> None:
    """Say at that address that all is well, or what is not. Nothing without an address."""
    if address is None:
        return
    try:
        async with aiohttp.ClientSession(timeout=ANSWER_WITHIN, trust_env=True) as session:
            if problems:
                asked = session.post(failure_address(address), data="\n".join(problems).encode())
            else:
                asked = session.get(address)
            async with asked as reply:
                if reply.status >= 400:
                    log.warning("ping refused", action="ping_refused", status=reply.status)
    except (aiohttp.ClientError, TimeoutError) as error:
        log.warning("ping failed", action="ping_failed", error=type(error).__name__)


def failure_address(address: str) -> str:
    """Return where a failure is said: the same address with `/fail` at the end of its path."""
    parts = urlsplit(address)
    return parts._replace(path=parts.path.rstrip("/") + "/fail").geturl()
