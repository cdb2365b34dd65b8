"""The long poll: an update is confirmed to Telegram only after its transaction has committed."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.dispatch import DatabaseAway, Dispatcher
from bot.reading import number_of
from bot.request import POLL_MARGIN_SECONDS, AiohttpRequest

log = structlog.get_logger(__name__)

POLL_SECONDS: Final = 30
BATCH: Final = 100
FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 30.0
ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")


class NotTelegram(Exception):
    """Something answered that is not Telegram: a proxy, or the page of a network that wants a login."""


class LongPoll:
    """Polls until stopped. `last_answer` lets the watchdog see that Telegram still answers."""

    def __init__(
        self,
        base_url: str,
        dispatcher: Dispatcher,
        clock: Callable[[], datetime],
        *,
        first_pause: float = FIRST_PAUSE_SECONDS,
    ) -> None:
        """Take the address of the bot's methods: `<server>/bot<token>`.

        `first_pause`: seconds to wait after a fault; each pause is twice as long as the one before.
        """
        self._first_pause = first_pause
        query = {"limit": BATCH, "timeout": POLL_SECONDS, "allowed_updates": json.dumps(ALLOWED_UPDATES)}
        self._address = f"{base_url}/getUpdates?{urlencode(query)}"
        self._dispatcher = dispatcher
        self._clock = clock
        self._offset = 0
        self._stop = asyncio.Event()
        self.last_answer: datetime | None = None
        self.refused = False  # Telegram answered 401 last time

    async def run(self) -> None:
        """Poll until `stop`."""
        request = AiohttpRequest(connections=2)
        await request.initialize()
        try:
            await self._poll(request)
        finally:
            await request.shutdown()

    def stop(self) -> None:
        """Stop asking. Updates in hand are finished first; those not confirmed come again."""
        self._stop.set()

    async def _poll(self, request: AiohttpRequest) -> None:
        pause = self._first_pause
        while not self._stop.is_set():
            try:
                updates = await self._ask(request)
                self.refused = False
                if updates:
                    await self._dispatcher.take_all(updates)
                    # Only now: the next call confirms everything below this number.
                    self._offset = max(int(update["update_id"]) for update in updates) + 1
                pause = self._first_pause
                continue
            except InvalidToken:
                # It may be a passing fault of the server's; silence would be the worst answer to it.
                self.refused = True
                log.critical("Telegram refuses the token: check KEEPWELL_TELEGRAM_TOKEN", action="token_refused")
            except Conflict:
                log.error("somebody else polls with this token, or a webhook is set", action="poll_conflict")  # noqa: TRY400
            except RetryAfter as error:
                wait = error.retry_after
                pause = max(pause, wait.total_seconds() if isinstance(wait, timedelta) else float(wait))
            except DatabaseAway:
                log.error("updates wait at Telegram until the database answers", action="poll_waits")  # noqa: TRY400
            except (TelegramError, NotTelegram) as error:
                log.warning("poll failed", action="poll_failed", error=type(error).__name__)
            await self._pause(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return

    async def _ask(self, request: AiohttpRequest) -> list[dict[str, Any]]:
        """Return raw updates; none when told to stop meanwhile."""
        address = f"{self._address}&offset={self._offset}"
        asking = asyncio.create_task(request.retrieve(address, read_timeout=POLL_SECONDS + POLL_MARGIN_SECONDS))
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not asking.done():
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            return []
        updates = _updates(asking.result())
        self.last_answer = self._clock()
        return updates


def _updates(body: bytes) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = json.loads(body)["result"]
        numbers = [number_of(update) for update in found]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotTelegram from error
    if None in numbers:
        raise NotTelegram
    return found
