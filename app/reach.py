"""Whether Telegram still answers, and whether it still takes our token: seen in what it said last."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Final

from telegram.error import InvalidToken, TelegramError

from app.errors import CommandFailed
from bot.intake import LongPoll

POLL_SILENT: Final = timedelta(seconds=120)
ASK_EVERY: Final = timedelta(seconds=60)
# A refusal may be a passing fault of the server's. After this long it is not: without Telegram there is nothing to do.
GIVE_UP_AFTER: Final = timedelta(minutes=15)


class TokenRefused(CommandFailed):
    """Telegram has refused the token for so long that the service cannot go on."""

    exit_code = 3

    def __init__(self) -> None:
        super().__init__(
            "Telegram has refused the token for fifteen minutes; check KEEPWELL_TELEGRAM_TOKEN (@BotFather shows it)"
        )


class Reach:
    """What is known of Telegram. With long polling the polls tell; with a webhook it is asked once a minute."""

    def __init__(
        self, webhook_info: Callable[[], Awaitable[Any]], poll: LongPoll | None, clock: Callable[[], datetime]
    ) -> None:
        """Take what asks Telegram about the webhook, the polling if there is any, and the clock."""
        self._webhook_info, self._poll, self._clock = webhook_info, poll, clock
        self._asked_at: datetime | None = None
        self._said: list[str] = []
        self._refused = False
        self._refused_since: datetime | None = None

    def problems(self) -> list[str]:
        """Return what is wrong between Telegram and us."""
        found = _of_poll(self._poll, self._clock()) if self._poll is not None else self._said
        return [*(["Telegram refuses the token"] if self.refused else []), *found]

    @property
    def refused(self) -> bool:
        """Say whether Telegram refused the token when it was seen last."""
        return self._poll.refused if self._poll is not None else self._refused

    async def look(self) -> None:
        """Note a refusal; raise TokenRefused when it has lasted too long."""
        if self._poll is None:
            await self._ask_webhook()
        else:
            self._refused = self._poll.refused
        if not self._refused:
            self._refused_since = None
            return
        now = self._clock()
        self._refused_since = self._refused_since or now
        if now - self._refused_since >= GIVE_UP_AFTER:
            raise TokenRefused

    async def _ask_webhook(self) -> None:
        now = self._clock()
        if self._asked_at is None or now - self._asked_at >= ASK_EVERY:
            self._asked_at = now
            self._said = await self._ask(now)

    async def _ask(self, now: datetime) -> list[str]:
        try:
            info: Any = await self._webhook_info()
        except InvalidToken:
            self._refused = True
            return []
        except TelegramError as error:
            return [f"Telegram cannot be reached ({type(error).__name__})"]
        self._refused = False
        failed = info.last_error_date
        if failed is not None and info.pending_update_count and now - failed < ASK_EVERY * 5:
            return [f"Telegram cannot deliver to the webhook; {info.pending_update_count} updates wait, a day at most"]
        return []


def _of_poll(poll: LongPoll, now: datetime) -> list[str]:
    silent = poll.last_answer is not None and now - poll.last_answer > POLL_SILENT
    return ["Telegram has not answered for two minutes"] if silent else []
